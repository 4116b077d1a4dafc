"""A chart before it is drawn: pure data, no pixels. Renderers draw a Spec; `sampling` makes one from a seed."""

from dataclasses import dataclass, field

from .formats import NumberFormat, canonical, decimals_of
from .style import Style

BOX_SERIES = ["min", "q1", "median", "q3", "max"]


@dataclass
class ValueAxis:
    """A numeric axis: its ends, ticks, and how its numbers look."""

    name: str = ""
    unit: str = ""  # as truth: what ticks or name show
    multiplier: float = 1.0
    scale: str = "linear"
    low: float = 0.0
    high: float = 1.0
    ticks: list = field(default_factory=list)  # values
    decimals: int = 0  # of the ticks
    fmt: NumberFormat = field(default_factory=NumberFormat)
    name_shown: str = ""  # the axis name as written, unit included
    log_style: str = "plain"
    quantum: float = 0.01  # what can be read off without labels

    def tick_shown(self, value: float) -> str:
        return self.fmt.log_shown(value, self.log_style) if self.scale == "log" else self.fmt.shown(value, self.decimals)

    def tick_text(self, value: float) -> str:
        return plain(value) if self.scale == "log" else trimmed(canonical(value, self.decimals), self.fmt.trim)


def trimmed(text: str, trim: bool) -> str:
    """Without trailing zeros when the format writes none."""
    return text.rstrip("0").rstrip(".") if trim and "." in text else text


def plain(value: float) -> str:
    return canonical(value, decimals_of(value)) if value < 1 else canonical(value, 0 if value == int(value) else decimals_of(value))


@dataclass
class SeriesSpec:
    name: str
    values: list  # floats at displayed magnitude; None where missing
    axis: int = 0
    mark: str = "bar"
    colour: tuple = (0, 0, 0)
    dash: tuple = ()
    marker: str = ""  # "", circle square triangle diamond cross plus down star
    errors: list = field(default_factory=list)  # half lengths, empty if none


@dataclass
class Note:
    """Something in the plot that is no data: a line at a value, a shaded stretch, a remark at a point."""

    kind: str  # line, band, remark
    text: str
    at: float = 0.0  # value (line), row (band start, remark)
    end: float = 0.0  # row (band end)
    series: int = 0


@dataclass
class Spec:
    seed: int
    kind: str
    language: str
    style: Style
    horizontal: bool = False
    stacking: str = ""
    title: str = ""
    title_measure: str = ""  # the quantity that it speaks of
    subtitle: str = ""
    source: str = ""
    row_name: str = ""
    row_kind: str = "category"
    rows: list = field(default_factory=list)  # names
    row_values: list = field(default_factory=list)  # positions: numbers (number), days (date), indices otherwise; bins: count + 1 edges
    row_axis: ValueAxis | None = None  # numeric rows: their axis
    predictable: bool = False  # some row names may be left out of the picture
    series: list = field(default_factory=list)
    axes: list = field(default_factory=list)
    labels: list = field(default_factory=list)  # labels[series][row]: bool
    label_decimals: int = 0
    label_affix: bool = False  # labels carry prefix and suffix
    legend_title: str = ""
    notes: list = field(default_factory=list)
    outliers: list = field(default_factory=list)  # box: values a row
    columns: int = 1  # multiples: panels side by side
    options: object = None  # sampling.Options it was drawn under

    def label_text(self, series: int, row: int) -> str:
        axis = self.axes[self.series[series].axis] if self.axes else None
        fmt = axis.fmt if axis else NumberFormat()
        return fmt.shown(self.series[series].values[row], self.label_decimals, self.label_affix)

    def cell_text(self, series: int, row: int, labelled: bool) -> str:
        """The truth of a cell: what the label says, or what can be read off the axis."""
        value = self.series[series].values[row]
        axis = self.axes[self.series[series].axis] if self.axes else None
        if labelled:
            return trimmed(canonical(value, self.label_decimals), axis.fmt.trim if axis else False)
        if axis is None:
            return canonical(value, self.label_decimals)
        if axis.scale == "log":
            return plain(float(f"{value:.2g}"))
        return canonical(round(value / axis.quantum) * axis.quantum, decimals_of(axis.quantum))

    @property
    def grouped(self) -> bool:
        return len(self.series) > 1 and self.kind not in ("box", "heatmap", "multiples")
