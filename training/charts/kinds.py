"""The data of each chart word: rows, series, values, axes, labels."""

import math

from . import distributions, scales
from .formats import canonical, decimals_of
from .kinds_special import Special
from .options import Options
from .quantities import Numbers, value_axis
from .spec import Note, SeriesSpec, Spec, ValueAxis
from .wording import Wording

MARKERS = ["circle", "square", "triangle", "diamond", "down", "cross", "plus", "star"]
DASHES = [(), (6, 3), (2, 2), (8, 3, 2, 3), (10, 4)]
SHAPES = {  # chart word: (kind, horizontal, stacking)
    "bar": ("bar", False, ""),
    "stacked": ("bar", False, "stacked"),
    "stacked100": ("bar", False, "percent"),
    "hbar": ("bar", True, ""),
    "hstacked": ("bar", True, "stacked"),
    "hstacked100": ("bar", True, "percent"),
    "area": ("area", False, ""),
    "stackedarea": ("area", False, "stacked"),
    "stacked100area": ("area", False, "percent"),
    "hbox": ("box", True, ""),
}


class Builder(Special):
    """Fills a spec in place."""

    def __init__(self, rng, spec: Spec, options: Options, wording: Wording):
        self.rng, self.spec, self.options, self.w, self.s = rng, spec, options, wording, spec.style
        self.ems = (self.s.width / self.s.em, self.s.height / self.s.em)  # room in text heights
        self.key, self.measure = wording.measure()
        self.numbers = Numbers(rng, spec.language, self.key, self.s)

    def build(self, chart: str):
        spec = self.spec
        spec.kind, spec.horizontal, spec.stacking = SHAPES.get(chart, (chart, False, ""))
        make = {
            "pie": self._pie,
            "donut": self._pie,
            "histogram": self._histogram,
            "box": self._box,
            "heatmap": self._heatmap,
            "scatter": self._scatter,
            "combo": self._combo,
            "multiples": self._multiples,
        }
        make.get(spec.kind, self._plain)()
        self._texts()
        self._colours()
        if spec.kind not in ("pie", "donut", "heatmap"):
            self._notes()

    # --- rows and series -------------------------------------------------------------------------------------------------------

    def _rows(self, low: int, high: int, timed: float):
        """Rows that find room; time in a share of the charts."""
        rng, spec = self.rng, self.spec
        room = self.ems[1] / 2.6 if spec.horizontal else self.ems[0] / 3.2
        high = max(low, min(high, self.options.max_rows, int(room)))
        count = round(math.exp(rng.uniform(math.log(low), math.log(high + 0.49))))
        make = self.w.time_rows if rng.random() < timed else self.w.category_rows
        spec.row_name, spec.row_kind, spec.rows, spec.row_values, spec.predictable = make(count)
        spec.rows, spec.row_values = spec.rows[:count], [float(v) for v in spec.row_values[:count]]

    def _series_count(self, rows: int, low: int, high: int) -> int:
        most = min(high, self.options.max_series, self.options.max_cells // rows)
        return self.rng.randint(low, max(low, most))

    def _raw(self, rows: int) -> list[float]:
        timed = self.spec.row_kind in ("date", "number") or self.spec.predictable
        return distributions.sequence(self.rng, rows) if timed and self.rng.random() < 0.85 else distributions.categories(self.rng, rows)

    def _values(self, rows: int, top: float, baseline: bool) -> list[float]:
        """One series, at displayed magnitude."""
        rng = self.rng
        low = top * (rng.uniform(0.03, 0.3) if baseline or rng.random() < 0.5 else rng.uniform(0.4, 0.95))
        if self.numbers.signed:
            low = -top * rng.uniform(0.1, 1)
        return [low + (top - low) * v for v in self._raw(rows)]

    def _plain(self):
        """Bars, lines, areas, steps."""
        rng, spec = self.rng, self.spec
        bars, easy = spec.kind == "bar", self.options.easy
        if spec.stacking:
            self.numbers.signed = False
            if self.numbers.unit == "%":
                self.numbers.unit = ""
        numeric = not bars and not spec.stacking and rng.random() < 0.12 and not easy
        if easy:
            self._rows(2, 6, 0.2 if bars else 0.8)
        elif numeric:
            self._numeric_rows()
        else:
            self._rows(2 if bars else 3, 14 if bars else 24, 0.3 if bars else 0.85)
        rows = len(spec.rows)
        low, high = (2, 6) if spec.stacking else (1, 4 if bars else 6)
        count = 1 if easy else self._series_count(rows, low, high)
        if not easy and not spec.stacking and rng.random() < 0.5:
            count = 1
        names = self.w.series_names(count) if count > 1 else [self.measure]
        top = self.numbers.top
        baseline = bool(spec.stacking) or spec.kind == "area" or rng.random() < (0.94 if bars else 0.45)
        log = (
            spec.kind in ("bar", "line", "step")
            and not spec.stacking
            and not self.numbers.signed
            and rng.random() < (0.03 if bars else 0.08)
            and not easy
        )
        if spec.stacking == "percent":
            self._percents(names, rows)
            return
        highest = rng.randrange(count)
        for i, name in enumerate(names):
            values = self._values(rows, top * (1 if i == highest else rng.uniform(0.4, 1)), baseline)
            if log:
                values = [abs(v) / top for v in values]
                span = rng.uniform(1.5, 4)
                values = [top * 10 ** (span * (v - 1)) for v in values]
            spec.series.append(SeriesSpec(name, values, 0, spec.kind))
        self._finish(baseline, log)
        if not spec.stacking and not easy:
            self._gaps()
            if spec.kind in ("bar", "line") and not log and rng.random() < 0.06:
                self._errors()

    def _numeric_rows(self):
        """Rows at round numbers of a second quantity."""
        rng, spec = self.rng, self.spec
        count = rng.randint(4, max(4, min(16, self.options.max_rows)))
        step, start = rng.choice([0.1, 0.5, 1, 1, 2, 5, 10, 20, 25, 50, 100]), rng.choice([0, 0, 1, 2, 5])
        values = [round((start + i) * step, 6) for i in range(count)]
        if rng.random() < 0.3:
            values = sorted(rng.sample([round((start + i) * step, 6) for i in range(count * 2)], count))
        places = max(decimals_of(v) for v in values)
        spec.rows, spec.row_values, spec.row_kind, spec.predictable = [canonical(v, places) for v in values], values, "number", True
        spec.row_name = self.w.measure(self.key)[1]
        low, high, ticks = scales.linear(rng, values[0], values[-1], False, self.s.limits, False)
        spec.row_axis = ValueAxis(
            spec.row_name, "", low=low, high=high, ticks=ticks, decimals=scales.step_decimals(ticks), fmt=self.numbers.fmt, name_shown=spec.row_name
        )

    def _percents(self, names, rows: int):
        spec = self.spec
        table = [distributions.shares(self.rng, len(names), 100) for _ in range(rows)]
        spec.series = [SeriesSpec(name, [float(table[r][i]) for r in range(rows)], 0, spec.kind) for i, name in enumerate(names)]
        self.numbers.unit, self.numbers.word, self.numbers.prefix, self.numbers.multiplier, self.numbers.whole = "%", "", "", 1.0, False
        self._finish(True, False)

    # --- axis, rounding, labels -----------------------------------------------------------------------------------------------

    def _finish(self, baseline: bool, log: bool):
        """Axis, labels, and values rounded to what can be read."""
        spec, rows = self.spec, len(self.spec.rows)
        shown = [v for s in spec.series for v in s.values]
        if spec.stacking:
            shown = [sum(s.values[r] for s in spec.series) for r in range(rows)] + [0.0]
        if spec.stacking == "percent":
            shown = [0.0, 100.0]
        spec.axes.append(value_axis(self.rng, self.numbers, shown, self._name(), baseline, self.s, spec.language, log))
        if spec.stacking == "percent":
            axis = spec.axes[0]
            axis.low, axis.high, axis.ticks, axis.decimals, axis.quantum = (
                0.0,
                100.0,
                [0.0, 20.0, 40.0, 60.0, 80.0, 100.0] if self.rng.random() < 0.5 else [0.0, 25.0, 50.0, 75.0, 100.0],
                0,
                1.0,
            )
        self._labels()
        self._round()

    def _name(self) -> str:
        """The value axis' name, or none."""
        return self.measure if self.rng.random() < 0.65 else ""

    def _labels(self, share: float = 0.42):
        """Which cells carry their number."""
        rng, spec = self.rng, self.spec
        rows, count = len(spec.rows), len(spec.series)
        wanted = self.options.labels
        draw = rng.random()
        crowded = rows * count > (40 if spec.kind == "heatmap" else 24) or (spec.kind in ("line", "step", "area") and count > 2)
        if wanted == "none" or not wanted and (draw > share or crowded):
            spec.labels = [[False] * rows for _ in range(count)]
        elif not wanted and draw < 0.03 and spec.kind in ("line", "bar") and count == 1:
            pick = set(rng.sample(range(rows), min(rows, rng.randint(1, 3)))) | {rows - 1}
            spec.labels = [[r in pick for r in range(rows)] for _ in range(count)]
        else:
            spec.labels = [[True] * rows for _ in range(count)]
        spec.label_affix = rng.random() < 0.4 and (count == 1 or spec.horizontal)

    def _round(self):
        """Labelled values to short decimals, others to the axis' quantum: nothing unreadable is asked for."""
        rng, spec = self.rng, self.spec
        for i, series in enumerate(spec.series):
            axis = spec.axes[series.axis]
            if axis.scale == "log":
                fine = [v and float(f"{v:.2g}") for v in series.values]
                spec.label_decimals = max(spec.label_decimals, max(decimals_of(v) for v in fine if v))
            elif any(spec.labels[i]):
                if not spec.label_decimals:
                    most = decimals_of(axis.quantum)
                    spec.label_decimals = 0 if self.numbers.whole else max(0, most + rng.choice([-1, 0, 0, 0, 0, 0, 1]))
                fine = [v if v is None else round(v, spec.label_decimals) for v in series.values]
            else:
                fine = [v if v is None else round(round(v / axis.quantum) * axis.quantum, 9) for v in series.values]
            series.values = [v if v is None else v + 0.0 for v in fine]
        if spec.stacking == "stacked":  # the highest stack still fits after rounding
            top = max(sum(s.values[r] for s in spec.series) for r in range(len(spec.rows)))
            spec.axes[0].high = max(spec.axes[0].high, top)
        elif spec.axes[0].scale == "linear":
            self._widen()

    def _widen(self):
        for index, axis in enumerate(self.spec.axes):
            values = [v for s in self.spec.series if s.axis == index for v in s.values if v is not None]
            axis.low, axis.high = min(axis.low, *values), max(axis.high, *values)

    def _gaps(self):
        """Now and then a missing value."""
        rng, spec = self.rng, self.spec
        if rng.random() > 0.06 or len(spec.rows) < 4:
            return
        series = rng.choice(spec.series)
        for row in rng.sample(range(len(spec.rows)), 1 if len(spec.rows) < 8 else 2):
            series.values[row] = None

    def _errors(self):
        spec = self.spec
        axis = spec.axes[0]
        span = (axis.high - axis.low) * self.rng.uniform(0.01, 0.06)
        for series in spec.series:
            series.errors = [span * self.rng.uniform(0.5, 1.5) for _ in series.values]
        values = [v for s in spec.series for v in s.values if v is not None]
        axis.high = max(axis.high, max(values) + 1.5 * span)
        if axis.low < 0 or spec.kind == "line":
            axis.low = min(axis.low, min(values) - 1.5 * span)
        spec.labels = [[False] * len(spec.rows) for _ in spec.series]

    # --- texts, colours, notes --------------------------------------------------------------------------------------------------

    def _texts(self):
        rng, spec = self.rng, self.spec
        unit = next((a.unit for a in spec.axes if a.unit), "")
        spec.title, spec.title_measure = self.w.title(self.measure, spec.row_name, unit or self.numbers.full_unit())
        roomy = self.ems[1] > 24
        if spec.title and roomy and rng.random() < 0.15:
            spec.subtitle = self.w.subtitle(unit)
        if roomy and rng.random() < 0.1:
            spec.source = self.w.source()
        shown = rng.random() < (0.9 if spec.row_kind in ("number", "bin") else 0.4)
        if not shown and spec.kind not in ("pie", "donut"):
            spec.row_name = ""
            if spec.row_axis:
                spec.row_axis.name_shown = ""
        if spec.kind in ("pie", "donut"):
            spec.row_name = ""
        if spec.grouped and rng.random() < 0.12 and self.s.legend in ("right", "left"):
            spec.legend_title = self.w.members(2)[1]

    def _colours(self):
        spec, s = self.spec, self.s
        one = self.rng.choice(MARKERS[:4])
        s.hatch = s.hatch and len(spec.series) <= 3
        for i, series in enumerate(spec.series):
            series.colour = s.colours[(0 if spec.kind == "multiples" and len(spec.series) > 3 else i) % len(s.colours)]
            line = series.mark in ("line", "step", "area")
            if series.mark == "point":
                series.marker = MARKERS[i % len(MARKERS)] if s.markers == "shapes" else one if s.markers == "some" else "circle"
            elif line and s.markers != "none" and (series.mark == "line" or self.rng.random() < 0.2):
                series.marker = MARKERS[i % len(MARKERS)] if s.markers == "shapes" else one
            if s.dashes and line:
                series.dash = DASHES[i % len(DASHES)]
            if line and len(spec.rows) == 1:
                series.marker = "circle"

    def _notes(self):
        """Remarks that must not enter the table."""
        rng, spec = self.rng, self.spec
        if rng.random() > 0.12 or spec.kind == "multiples" or not spec.axes or spec.stacking == "percent" or self.options.easy:
            return
        axis, lists, draw = spec.axes[0], self.w.lists.ANNOTATIONS, rng.random()
        if draw < 0.45 and axis.scale == "linear":
            spec.notes.append(Note("line", lists[rng.choice(["target", "mean", "limit"])], axis.low + (axis.high - axis.low) * rng.uniform(0.3, 0.9)))
        elif draw < 0.65 and not spec.horizontal and len(spec.rows) > 4 and spec.row_kind != "bin":
            start = rng.randint(1, len(spec.rows) - 3)
            spec.notes.append(Note("band", lists[rng.choice(["forecast", "event"])], start, start + rng.randint(1, len(spec.rows) - 1 - start)))
        elif spec.kind in ("line", "bar", "area") and not spec.horizontal and not spec.stacking and not any(spec.labels[0]):
            values = [v if v is not None else -math.inf for v in spec.series[0].values]
            spec.notes.append(Note("remark", lists[rng.choice(["peak", "event", "start"])], values.index(max(values))))
