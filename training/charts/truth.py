"""What a drawn chart carries: the picture, its table, the place of every mark, text and tick. All places are pixels of the final picture."""

import math
from dataclasses import dataclass, field

from PIL import Image

KINDS = ["bar", "line", "area", "step", "scatter", "pie", "donut", "histogram", "box", "heatmap", "combo", "multiples"]


@dataclass
class Tick:
    x: float
    y: float
    text: str  # canonical number, or the date or category as drawn
    value: float  # date: days since 1970-01-01; category: row index


@dataclass
class Axis:
    """A calibration: two ticks map pixels to values."""

    role: str  # direction in which values run: "x", "y", or "colour" (along a colour bar)
    name: str
    unit: str
    scale: str  # linear, log, date, category
    side: str  # left, right, bottom, top
    ticks: list = field(default_factory=list)
    multiplier: float = 1.0

    def value_at(self, x: float, y: float) -> float:
        """Value of a pixel, projected onto the line through the first and last tick."""
        a, b = self.ticks[0], self.ticks[-1]
        dx, dy = b.x - a.x, b.y - a.y
        share = ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy)
        if self.scale == "log":
            return 10 ** (math.log10(a.value) + share * (math.log10(b.value) - math.log10(a.value)))
        return a.value + share * (b.value - a.value)


@dataclass
class Series:
    name: str
    axis: int  # of its value axis in Sample.axes; -1 for pie and donut
    unit: str
    mark: str  # bar line area step point slice box cell
    rgb: tuple = (0, 0, 0)
    colour: str = ""  # a basic colour word when it is clear


@dataclass
class Cell:
    text: str  # canonical: digits, leading "-", "."; displayed magnitude
    value: float  # of the text
    x: float
    y: float
    base_x: float
    base_y: float
    labelled: bool


@dataclass
class Text:
    """A drawn string, its bounding box, and where its characters stand."""

    text: str
    box: tuple
    role: str
    rotated: bool = False
    chars: list = field(default_factory=list)  # (character, x0, x1), when it is upright
    spots: list = field(default_factory=list)  # (character, x, y): their middles, when it is turned


@dataclass
class Sample:
    image: Image.Image
    kind: str
    horizontal: bool
    stacking: str
    language: str
    title: str
    subtitle: str
    source: str
    row_name: str  # what the rows are, "" if not written
    row_kind: str  # category, date, number, bin
    rows: list
    series: list
    cells: list  # cells[series][row]: Cell or None
    axes: list  # value axes first
    texts: list
    plots: list
    renderer: str
    spec: object = None
    wear: str = ""  # how it was degraded: web, scaled, screenshot, scan, photo

    @property
    def chart(self) -> str:
        """Kind, direction and stacking in one word."""
        if self.kind == "none":
            return "nochart"
        name = {"stacked": "stacked", "percent": "stacked100"}.get(self.stacking, "")
        if self.kind == "bar":
            return ("h" if self.horizontal else "") + (name or "bar")
        if self.kind == "area":
            return name + "area" if name else "area"
        return "hbox" if self.kind == "box" and self.horizontal else self.kind

    @property
    def labels(self) -> tuple[str, str]:
        """Names along x and along y."""
        value = self.axes[0].name if self.axes and self.axes[0].role in ("x", "y", "colour") else ""
        return (value, self.row_name) if self.horizontal else (self.row_name, value)

    @property
    def undrawn(self) -> list[str]:
        """Names of series that no text of the picture holds, so that nobody can read them off it."""
        drawn = [t.text.lower() for t in self.texts]
        return [s.name for s in self.series if not any(s.name.lower() in text for text in drawn)]

    def name_as_read(self, otherwise: str) -> None:
        """A single series whose name is not drawn is named by the value axis, by the quantity that the title speaks of (which a histogram's bars
        do not show), or `otherwise`: the first that is drawn."""
        if len(self.series) != 1 or not self.undrawn:
            return
        axis = self.axes[self.series[0].axis].name if self.series[0].axis >= 0 else ""
        title = self.spec.title_measure if self.spec and self.kind != "histogram" else ""
        for self.series[0].name in filter(None, (axis, title, otherwise)):
            if not self.undrawn:
                break

    def order_as_read(self) -> None:
        """Lists rows and series in an order that the picture shows, where how it was made would decide: categories of horizontal charts from the top,
        slices without a legend clockwise from the top, series that are named at the ends of their lines from the top."""
        if self.kind in ("pie", "donut"):
            if not any(t.role == "legend" for t in self.texts):
                left, top, right, bottom = self.plots[0]
                self._sort_rows(lambda cell: math.atan2(cell.x - (left + right) / 2, (top + bottom) / 2 - cell.y) % math.tau)
        elif self.horizontal and self.row_kind == "category":
            self._sort_rows(lambda cell: cell.y)
        ends = {t.text: t.box[1] for t in self.texts if t.role == "end"}
        if len(ends) == len(self.series):
            order = sorted(range(len(ends)), key=lambda i: ends[self.series[i].name])
            self.series, self.cells = ([column[i] for i in order] for column in (self.series, self.cells))

    def _sort_rows(self, place) -> None:
        """By `place` of a cell. Rows without any cell would have none: then all stay where they are."""
        first = [next(filter(None, row), None) for row in zip(*self.cells)]
        if None in first:
            return
        order = sorted(range(len(first)), key=lambda row: place(first[row]))
        self.rows = [self.rows[row] for row in order]
        self.cells = [[column[row] for row in order] for column in self.cells]
        for axis in (axis for axis in self.axes if axis.scale == "category"):
            for tick in axis.ticks:
                tick.value = float(order.index(int(tick.value)))
            axis.ticks.sort(key=lambda tick: tick.value)

    def flat(self) -> dict:
        """The table as evaluation and the program's tests read it."""
        xlabel, ylabel = self.labels
        table = [{"series": s.name, "x": x, "value": c.value} for s, cells in zip(self.series, self.cells) for x, c in zip(self.rows, cells) if c]
        units = list(dict.fromkeys(s.unit for s in self.series))
        return {
            "chart": self.chart,
            "title": self.title,
            "xlabel": xlabel,
            "ylabel": ylabel,
            "unit": units[0] if len(units) == 1 else "",
            "table": table,
            "undrawn": self.undrawn,
        }

    def move(self, place) -> None:
        """Send every place through `place(x, y) -> (x, y)`."""
        for cells in self.cells:
            for cell in filter(None, cells):
                cell.x, cell.y = place(cell.x, cell.y)
                cell.base_x, cell.base_y = place(cell.base_x, cell.base_y)
        for axis in self.axes:
            for tick in axis.ticks:
                tick.x, tick.y = place(tick.x, tick.y)
        for text in self.texts:
            middle = (text.box[1] + text.box[3]) / 2
            text.chars = [(c, place(x0, middle)[0], place(x1, middle)[0]) for c, x0, x1 in text.chars]
            text.spots = [(c, *place(x, y)) for c, x, y in text.spots]
            text.box = _moved_box(text.box, place)
        self.plots = [_moved_box(box, place) for box in self.plots]

    def record(self) -> dict:
        """The truth as plain data."""

        def rounded(*values):
            return [round(v, 2) for v in values]

        return {
            "chart": self.chart,
            "kind": self.kind,
            "horizontal": self.horizontal,
            "stacking": self.stacking,
            "language": self.language,
            "title": self.title,
            "subtitle": self.subtitle,
            "source": self.source,
            "row_name": self.row_name,
            "row_kind": self.row_kind,
            "size": list(self.image.size),
            "renderer": self.renderer,
            "wear": self.wear,
            "axes": [
                {
                    "role": a.role,
                    "name": a.name,
                    "unit": a.unit,
                    "scale": a.scale,
                    "side": a.side,
                    "multiplier": a.multiplier,
                    "ticks": [[*rounded(t.x, t.y), t.text, t.value] for t in a.ticks],
                }
                for a in self.axes
            ],
            "rows": self.rows,
            "series": [{"name": s.name, "axis": s.axis, "unit": s.unit, "mark": s.mark} for s in self.series],
            "cells": [[c and [c.text, *rounded(c.x, c.y, c.base_x, c.base_y), int(c.labelled)] for c in cells] for cells in self.cells],
        }


def _moved_box(box, place) -> tuple:
    corners = [place(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = zip(*corners)
    return min(xs), min(ys), max(xs), max(ys)
