"""Where everything goes: title, legend, axes, and the frame that maps data to pixels."""

import math
from dataclasses import dataclass, field

from .canvas import Canvas
from .spec import Spec, ValueAxis
from .truth import Axis, Tick


@dataclass
class Region:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


def heading(c: Canvas, spec: Spec) -> Region:
    """Frame, title, subtitle, source note; returns the room that is left."""
    s, em = c.s, c.s.em
    pad = em * 0.7
    room = Region(pad, pad, c.w - pad, c.h - pad)
    if s.card:
        c.rect(3, 3, c.w - 3, c.h - 3, fill=s.back, outline=s.grid, radius=em * 0.6)
    elif s.frame:
        c.rect(0, 0, c.w, c.h, outline=s.axis)
    if spec.source:
        size = c.fit(spec.source, em * 0.85, room.width, em * 0.6)
        c.text(room.left, room.bottom, spec.source, "source", "lb", size, s.soft)
        room.bottom -= size * 1.4
    if spec.title:
        _title(c, spec, room)
    if spec.subtitle:
        x, anchor = (room.left, "lt") if s.title_align == "left" else ((room.left + room.right) / 2, "mt")
        size = c.fit(spec.subtitle, em, room.width, em * 0.6)
        c.text(x, room.top, spec.subtitle, "subtitle", anchor, size, s.soft)
        room.top += size * 1.5
    return room


def _title(c: Canvas, spec: Spec, room: Region):
    s, em = c.s, c.s.em
    size = c.fit(spec.title, em * s.title_scale, room.width, em * 0.95, s.title_bold)
    lines = c.wrap(spec.title, size, room.width, s.title_bold)
    while size > em * 0.55 and max(c.width(line, size, s.title_bold) for line in lines) > room.width:
        size *= 0.93
        lines = c.wrap(spec.title, size, room.width, s.title_bold)
    x, anchor = (room.left, "l") if s.title_align == "left" else ((room.left + room.right) / 2, "m")
    if s.title_below:
        for i, line in enumerate(reversed(lines)):
            c.text(x, room.bottom - i * size * 1.15, line, "title", anchor + "b", size, bold=s.title_bold)
        room.bottom -= size * 1.15 * len(lines) + em * 0.5
        return
    for i, line in enumerate(lines):
        c.text(x, room.top + i * size * 1.15, line, "title", anchor + "t", size, bold=s.title_bold)
    room.top += size * 1.15 * len(lines) + em * 0.55


# --- legend ------------------------------------------------------------------------------------------------------------------------


@dataclass
class Entry:
    name: str
    colour: tuple
    mark: str  # bar, line, area, step, point, slice
    marker: str = ""
    dash: tuple = ()
    index: int = 0


def _handle(c: Canvas, entry: Entry, x, y, wide):
    """The sign before a legend's name."""
    s, em = c.s, c.s.em
    if entry.mark in ("line", "step") and s.legend_marker == "auto":
        c.line([(x, y), (x + wide, y)], entry.colour, s.line_width, entry.dash)
        if entry.marker:
            c.marker(x + wide / 2, y, entry.marker, s.marker_size, entry.colour, s.marker_hollow)
    elif entry.mark == "point":
        c.marker(x + wide / 2, y, entry.marker or "circle", s.marker_size, entry.colour, s.marker_hollow)
    elif s.legend_marker == "round":
        c.marker(x + wide - em * 0.4, y, "circle", em * 0.75, entry.colour)
    else:
        x0, y0, x1, y1 = x + wide - em * 0.75, y - em * 0.36, x + wide, y + em * 0.36
        c.rect(x0, y0, x1, y1, fill=entry.colour, outline=s.ink if s.bar_outline else None)
        if s.hatch:
            c.hatch(x0, y0, x1, y1, s.back, em * (0.35 + 0.1 * (entry.index % 3)), entry.index % 2 == 1)


def _sizes(c: Canvas, entries):
    em = c.s.em
    wide = em * 1.7 if any(e.mark in ("line", "step") for e in entries) and c.s.legend_marker == "auto" else em * 0.8
    return wide, max(c.width(e.name, em) for e in entries)


def legend_box(c: Canvas, entries, title: str) -> tuple[float, float]:
    """Size of a legend in one column."""
    wide, text = _sizes(c, entries)
    return wide + text + c.s.em * 1.5, c.s.em * (1.45 * (len(entries) + bool(title)) + 0.5)


def legend_column(c: Canvas, entries, title: str, x, y):
    s, em = c.s, c.s.em
    wide, _ = _sizes(c, entries)
    box = legend_box(c, entries, title)
    if s.legend_frame:
        c.rect(
            x, y, x + box[0], y + box[1], fill=s.plot_back if s.plot_back != s.back else s.back, outline=s.grid if s.grid != s.plot_back else s.axis
        )
    at = y + em * 0.97
    if title:
        c.text(x + em * 0.4, at, title, "legend_title", "lm", bold=True)
        at += em * 1.45
    for entry in entries:
        sign, name, anchor = (
            (x + box[0] - wide - em * 0.4, x + box[0] - wide - em * 0.9, "rm") if s.legend_swapped else (x + em * 0.4, x + em * 0.9 + wide, "lm")
        )
        _handle(c, entry, sign, at, wide)
        c.text(name, at, entry.name, "legend", anchor, colour=s.soft if s.theme in ("sheets", "plotly") else s.ink)
        at += em * 1.45


def legend_lines(c: Canvas, entries, room: float) -> list[list[Entry]]:
    """Entries of a horizontal legend, broken into lines."""
    em = c.s.em
    wide, _ = _sizes(c, entries)
    lines, used = [[]], 0.0
    for entry in entries:
        need = wide + c.width(entry.name, em) + em * 1.9
        if lines[-1] and used + need > room:
            lines.append([])
            used = 0.0
        lines[-1].append(entry)
        used += need
    return lines


def legend_rows(c: Canvas, entries, room: Region, where: str):
    """A horizontal legend at the top or bottom of the room, which shrinks."""
    s, em = c.s, c.s.em
    wide, _ = _sizes(c, entries)
    lines = legend_lines(c, entries, room.width)
    height = em * 1.5 * len(lines)
    at = (room.top if where == "top" else room.bottom - height) + em * 0.7
    for line in lines:
        total = sum(wide + c.width(e.name, em) + em * 1.9 for e in line) - em * 1.4
        x = room.left if s.title_align == "left" and where == "top" else max(room.left, (room.left + room.right - total) / 2)
        for entry in line:
            _handle(c, entry, x, at, wide)
            c.text(x + wide + em * 0.5, at, entry.name, "legend", "lm")
            x += wide + c.width(entry.name, em) + em * 1.9
        at += em * 1.5
    if where == "top":
        room.top += height + em * 0.4
    else:
        room.bottom -= height + em * 0.3


def outer_legend(c: Canvas, entries, title: str, room: Region, where: str):
    """A legend outside the plot; the room shrinks."""
    em = c.s.em
    if where in ("top", "bottom"):
        legend_rows(c, entries, room, where)
        return
    wide, high = legend_box(c, entries, title)
    if wide > room.width * 0.42 or high > room.height:
        legend_rows(c, entries, room, "bottom")
        return
    y = room.top + em * 0.3 if c.s.theme in ("plotly", "sheets", "tableau") else room.top + max(0.0, (room.height - high) / 2)
    legend_column(c, entries, title, room.right - wide if where == "right" else room.left, y)
    if where == "right":
        room.right -= wide + em * 0.8
    else:
        room.left += wide + em * 0.8


# --- frame and axes ------------------------------------------------------------------------------------------------------------------


@dataclass
class Frame:
    """A plot area: maps (row position, value) to pixels."""

    region: Region
    horizontal: bool
    axes: list  # ValueAxis
    rows: list = field(default_factory=list)  # pixel of each row's middle along the row direction
    slot: float = 1.0  # room of a row
    row_axis: ValueAxis | None = None
    flipped: bool = False  # first row at the bottom (horizontal)

    def value(self, v: float, axis: int = 0) -> float:
        """Pixel of a value along the value direction."""
        a = self.axes[axis]
        if a.scale == "log":
            share = (math.log10(max(v, 1e-12)) - math.log10(a.low)) / (math.log10(a.high) - math.log10(a.low))
        else:
            share = (v - a.low) / (a.high - a.low)
        r = self.region
        return r.left + share * r.width if self.horizontal else r.bottom - share * r.height

    def number_row(self, v: float) -> float:
        """Pixel of a numeric row value."""
        a, r = self.row_axis, self.region
        return r.left + (v - a.low) / (a.high - a.low) * r.width

    def point(self, along: float, v: float, axis: int = 0) -> tuple[float, float]:
        """Place of a value at a pixel along the row direction."""
        p = self.value(v, axis)
        return (p, along) if self.horizontal else (along, p)

    def base(self, axis: int = 0) -> float:
        """The value at which bars begin."""
        a = self.axes[axis]
        return a.low if a.scale == "log" or a.low > 0 else min(0.0, a.high)


def shown_ticks(c: Canvas, axis: ValueAxis, length: float, along_x: bool) -> list[float]:
    """Ticks whose texts find room."""
    em, ticks = c.s.em, axis.ticks
    gap = length / max(1, len(ticks) - 1) if axis.scale == "log" else length * abs(ticks[1] - ticks[0]) / (axis.high - axis.low)
    need = max(c.width(axis.tick_shown(t), em) for t in ticks) + em * 0.7 if along_x else em * 1.15
    if axis.scale == "log" and len(ticks) > 3 and gap < need:
        whole = [t for t in ticks if abs(math.log10(t) - round(math.log10(t))) < 1e-9]
        ticks = whole if len(whole) > 1 else ticks[::2]
        gap = length / max(1, len(ticks) - 1)
    every = max(1, math.ceil(need / max(gap, 1e-6)))
    if every > 1:
        zero = next((i for i, t in enumerate(ticks) if t == 0), 0)
        kept = [t for i, t in enumerate(ticks) if (i - zero) % every == 0]
        ticks = kept if len(kept) > 1 else [ticks[0], ticks[-1]]
    return ticks


def record_axis(axis: ValueAxis, role: str, side: str, places, ticks) -> Axis:
    return Axis(
        role,
        axis.name if axis.name_shown else "",
        axis.unit,
        axis.scale,
        side,
        [Tick(x, y, axis.tick_text(t), t) for (x, y), t in zip(places, ticks)],
        axis.multiplier,
    )
