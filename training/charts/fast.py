"""The generator's own renderer: a Spec to a Sample."""

from .axes import Panel
from .canvas import Canvas
from .layout import Entry, Frame, Region, heading, legend_box, legend_column, outer_legend
from .marks import Marks
from .palettes import distance, ramp, rgb
from .pie import Pie
from .spec import Spec
from .truth import Axis, Cell, Sample, Series, Tick

BASIC = {
    "blue": "1f77b4 4472c4 0000ff 2171b5 5b9bd5",
    "orange": "ff7f0e ed7d31 ffa500",
    "green": "2ca02c 70ad47 00a000 55a868",
    "red": "d62728 ff0000 c44e52 e15759",
    "purple": "9467bd 8064a2 800080",
    "brown": "8c564b 8b4513 937860",
    "pink": "e377c2 ff69b4 f8a5c2",
    "grey": "7f7f7f a5a5a5 555555 c0c0c0",
    "black": "000000 1a1a1a",
    "yellow": "ffd700 ffff00 edc948",
    "cyan": "17becf 00bcd4 00ffff",
}


def colour_name(colour) -> str:
    """The basic colour word, "" when unclear."""
    ranked = sorted((min(distance(colour, rgb(c)) for c in codes.split()), name) for name, codes in BASIC.items())
    return ranked[0][1] if ranked[0][0] < 90 and ranked[1][0] - ranked[0][0] > 25 else ""


def assemble(spec: Spec, image, texts, places, labelled, axes, plots, renderer: str) -> Sample:
    """The sample of a drawn spec; axes: value axes first, in the spec's order."""
    cells = []
    for i in range(len(spec.series)):
        row_cells = []
        for row, value in enumerate(spec.series[i].values):
            if value is None or (i, row) not in places:
                row_cells.append(None)
                continue
            text = spec.cell_text(i, row, (i, row) in labelled)
            row_cells.append(Cell(text, float(text), *places[i, row], (i, row) in labelled))
        cells.append(row_cells)
    pie = spec.kind in ("pie", "donut")
    unit = "%" if pie and abs(sum(spec.series[0].values) - 100) < 1e-6 else ""
    series = [
        Series(
            s.name,
            -1 if pie else i if spec.kind == "multiples" else s.axis,
            unit if pie else spec.axes[s.axis if spec.kind != "multiples" else i].unit,
            s.mark,
            s.colour,
            "" if s.mark in ("slice", "box", "cell") or spec.style.vary_colours else colour_name(s.colour),
        )
        for i, s in enumerate(spec.series)
    ]
    row_name = spec.row_axis.name_shown if spec.row_axis else spec.row_name
    return Sample(
        image,
        spec.kind,
        spec.horizontal,
        spec.stacking,
        spec.language,
        spec.title,
        spec.subtitle,
        spec.source,
        row_name,
        spec.row_kind,
        list(spec.rows),
        series,
        cells,
        axes,
        texts,
        plots,
        renderer,
        spec,
    )


def render(spec: Spec) -> Sample:
    c = Canvas(spec.style)
    make = {"pie": _pie, "donut": _pie, "heatmap": _heatmap, "multiples": _multiples}.get(spec.kind, _cartesian)
    places, labelled, axes, plots = make(c, spec, heading(c, spec))
    return assemble(spec, c.finish(), c.texts, places, labelled, axes, plots, "fast")


def _pie(c: Canvas, spec: Spec, room: Region):
    pie = Pie(c, spec, room)
    pie.draw()
    return pie.places, pie.labelled, [], [pie.box]


# --- one plot area -------------------------------------------------------------------------------------------------------------------


def entries(spec: Spec) -> list[Entry]:
    listed = [Entry(s.name, s.colour, s.mark, s.marker, s.dash, i) for i, s in enumerate(spec.series)]
    return (
        listed[::-1] if spec.style.legend_reversed or (spec.stacking and spec.style.theme in ("ggplot", "plotly") and not spec.horizontal) else listed
    )


def _direct(c: Canvas, spec: Spec) -> float:
    """Room for series names at the ends of lines; 0 if they cannot stand there."""
    lines = all(s.mark in ("line", "step") and s.values[-1] is not None for s in spec.series)
    wide = max(c.width(s.name, c.s.em) for s in spec.series) + c.s.em
    return wide if lines and len(spec.series) > 1 and wide < c.w * 0.3 else 0.0


def _cartesian(c: Canvas, spec: Spec, room: Region):
    s = c.s
    legend, extra = (entries(spec), 0.0) if spec.grouped or spec.kind == "combo" else ([], 0.0)
    where = s.legend
    if legend and where == "direct":
        extra = _direct(c, spec)
        where = "direct" if extra else "top"
    corner = None
    if legend and where == "inside":
        corner = _corner(c, spec, Region(room.left, room.top, room.right, room.bottom), legend)
        where = "inside" if corner else "right"
    if legend and where not in ("inside", "direct"):
        outer_legend(c, legend, spec.legend_title, room, where)
    panel = Panel(c, spec, room, spec.axes, extra_right=extra, marks=[x.mark for x in spec.series])
    panel.ground()
    _notes_below(c, spec, panel.frame)
    marks = Marks(c, spec, panel.frame, range(len(spec.series)))
    marks.draw()
    axes = panel.over()
    if corner:
        legend_column(c, legend, spec.legend_title, *corner)
    if extra:
        _names_at_ends(c, spec, marks)
    _notes_above(c, spec, panel.frame, marks)
    marks.labels()
    r = panel.frame.region
    return marks.places, marks.labelled, axes, [(r.left, r.top, r.right, r.bottom)]


def _corner(c: Canvas, spec: Spec, room: Region, legend):
    """A corner of the plot that no mark enters, or None. Measured on a panel that is not drawn."""
    panel = Panel(c, spec, room, spec.axes, marks=[x.mark for x in spec.series])
    r, f = panel.frame.region, panel.frame
    wide, high = legend_box(c, legend, spec.legend_title)
    gap = c.s.em * 0.6
    if wide > r.width * 0.6 or high > r.height * 0.6:
        return None
    points = []
    sums = [0.0] * len(spec.rows)
    for series in spec.series:
        for row, value in enumerate(series.values):
            if value is None:
                continue
            top = sums[row] + value if spec.stacking else value
            sums[row] = top
            points.append(
                (row, f.point(f.rows[row], top, series.axis), f.point(f.rows[row], f.base(series.axis), series.axis), series.mark in ("bar", "area"))
            )
    half = f.slot * 0.5
    for x, y in (
        (r.right - wide - gap, r.top + gap),
        (r.left + gap, r.top + gap),
        (r.right - wide - gap, r.bottom - high - gap),
        (r.left + gap, r.bottom - high - gap),
    ):
        box = (x - gap, y - gap, x + wide + gap, y + high + gap)
        if not any(_enters(box, p, base, solid, half, f.horizontal) for _, p, base, solid in points) and not _crossed(box, spec, f):
            return x, y
    return None


def _enters(box, p, base, solid, half, horizontal) -> bool:
    if not solid:
        return box[0] < p[0] < box[2] and box[1] < p[1] < box[3]
    x0, x1, y0, y1 = min(p[0], base[0]), max(p[0], base[0]), min(p[1], base[1]), max(p[1], base[1])
    if horizontal:
        y0, y1 = y0 - half, y1 + half
    else:
        x0, x1 = x0 - half, x1 + half
    return x0 < box[2] and x1 > box[0] and y0 < box[3] and y1 > box[1]


def _crossed(box, spec: Spec, f: Frame) -> bool:
    """Whether a line between two points passes through the box."""
    for series in spec.series:
        if series.mark not in ("line", "step"):
            continue
        pts = [f.point(f.rows[row], v, series.axis) for row, v in enumerate(series.values) if v is not None]
        for (x0, y0), (x1, y1) in zip(pts, pts[1:]):
            for t in (0.2, 0.4, 0.6, 0.8):
                x, y = x0 + (x1 - x0) * t, y0 + (y1 - y0) * t
                if box[0] < x < box[2] and box[1] < y < box[3]:
                    return True
    return False


def _names_at_ends(c: Canvas, spec: Spec, marks: Marks):
    """Series names beside the last points, pushed apart."""
    em = c.s.em
    ends = sorted((marks.places[i, len(spec.rows) - 1][:2], i) for i in range(len(spec.series)))
    ends.sort(key=lambda e: e[0][1])
    last = -em
    placed = []
    for (x, y), i in ends:
        y = max(y, last + em * 1.1)
        last = y
        placed.append((x, y, i))
    over = placed[-1][1] - (c.h - em)
    for x, y, i in placed:
        c.text(
            x + em * 0.6,
            y - max(0.0, over),
            spec.series[i].name,
            "end",
            "lm",
            colour=spec.series[i].colour if distance(spec.series[i].colour, c.s.back) > 200 else c.s.ink,
        )


# --- notes -------------------------------------------------------------------------------------------------------------------------


def _notes_below(c: Canvas, spec: Spec, f: Frame):
    for note in spec.notes:
        if note.kind == "band" and note.end < len(f.rows):
            c.rect(f.rows[int(note.at)], f.region.top, f.rows[int(note.end)], f.region.bottom, fill=c.soft(c.s.grid, 0.6))


def _notes_above(c: Canvas, spec: Spec, f: Frame, marks: Marks):
    s, em, r = c.s, c.s.em, f.region
    for note in spec.notes:
        if note.kind == "line":
            p = f.value(note.at)
            ends = [(p, r.top), (p, r.bottom)] if f.horizontal else [(r.left, p), (r.right, p)]
            c.line(ends, s.ink, max(1.0, s.axis_width), (5, 3))
            x, y, anchor = (p + em * 0.2, r.top + em * 0.5, "lm") if f.horizontal else (r.right - em * 0.3, p - em * 0.15, "rb")
        elif note.kind == "band" and note.end < len(f.rows):
            x, y, anchor = (f.rows[int(note.at)] + f.rows[int(note.end)]) / 2, r.top + em * 0.8, "mm"
        elif note.kind == "remark" and (0, int(note.at)) in marks.places:
            px, py = marks.places[0, int(note.at)][:2]
            x, y, anchor = px + (em * 3 if px < (r.left + r.right) / 2 else -em * 3), max(r.top + em, py - em * 2), "mm"
            if c.free(c.box(x, y, note.text, anchor, em * 0.9)):
                c.line([(x, y + em * 0.5), (px, py - em * 0.5)], s.ink, 1.0)
        else:
            continue
        if c.free(c.box(x, y, note.text, anchor, em * 0.9)):
            c.text(x, y, note.text, "annotation", anchor, em * 0.9, s.ink)


# --- panels ------------------------------------------------------------------------------------------------------------------------


def _multiples(c: Canvas, spec: Spec, room: Region):
    columns = spec.columns
    lines = -(-len(spec.series) // columns)
    gap = c.s.em * 0.9
    wide, high = (room.width - gap * (columns - 1)) / columns, (room.height - gap * (lines - 1)) / lines
    places, value_axes, row_axes, plots = {}, [], [], []
    for i, series in enumerate(spec.series):
        x, y = room.left + (i % columns) * (wide + gap), room.top + (i // columns) * (high + gap)
        panel = Panel(c, spec, Region(x, y, x + wide, y + high), [spec.axes[i]], series.name, marks=[series.mark])
        panel.ground()
        marks = Marks(c, spec, panel.frame, [i])
        marks.draw()
        records = panel.over()
        value_axes.append(records[0])
        row_axes.append(records[-1])
        places |= marks.places
        r = panel.frame.region
        plots.append((r.left, r.top, r.right, r.bottom))
    return places, set(), value_axes + row_axes[:1], plots


def _heatmap(c: Canvas, spec: Spec, room: Region):
    s, em = c.s, c.s.em
    axis, axes = spec.axes[0], []
    limit = room.width * 0.3
    rows = [c.wrap(name, em, limit) for name in spec.rows]
    left = room.left + max(min(limit, c.width(line, em)) for lines in rows for line in lines) + em * 0.5 + (em * 1.5 if spec.row_name else 0)
    right = room.right - em * 0.3
    bar = s.colour_bar
    if bar:
        right -= em * 2.6 + max(c.width(axis.tick_shown(t), em) for t in axis.ticks) + (em * 1.5 if axis.name_shown else 0)
    slot = (right - left) / len(spec.series)
    widest = max(c.width(x.name, em) for x in spec.series)
    upright = widest > slot * 0.95
    foot = widest + em * 0.8 if upright else em * 1.5
    size = em
    if foot > room.height * 0.4:
        size, foot = max(em * 0.6, em * room.height * 0.4 / foot), room.height * 0.4
    above = spec.seed % 4 == 0 and not upright
    frame = Frame(Region(left, room.top + (foot if above else em * 0.4), right, room.bottom - (em * 0.4 if above else foot)), False, [axis])
    marks = Marks(c, spec, frame, range(len(spec.series)))
    marks.draw()
    r = frame.region
    high = r.height / len(spec.rows)
    for row, lines in enumerate(rows):
        for n, line in enumerate(lines):
            y = r.top + high * (row + 0.5) + (n - (len(lines) - 1) / 2) * em * 1.05
            c.text(left - em * 0.4, y, line, "category", "rm", c.fit(line, min(em, high / len(lines) * 0.95), limit, em * 0.55), s.soft)
    for i, series in enumerate(spec.series):
        x = left + slot * (i + 0.5)
        if upright:
            c.turned_text(x, r.bottom + em * 0.4 + c.width(series.name, size) / 2, series.name, "legend", 90, size, s.soft)
        else:
            c.text(x, r.top - em * 0.4 if above else r.bottom + em * 0.4, series.name, "legend", "mb" if above else "mt", colour=s.soft)
    if spec.row_name:
        c.turned_text(room.left + em * 0.6, (r.top + r.bottom) / 2, spec.row_name, "ylabel", 90, c.fit(spec.row_name, em, room.height, em * 0.6))
    if bar:
        axes.append(_colour_bar(c, spec, r, right, room))
    places = [(left, r.top + high * (i + 0.5)) for i in range(len(spec.rows))]
    axes.append(Axis("y", spec.row_name, "", "category", "left", [Tick(x, y, n, float(i)) for i, ((x, y), n) in enumerate(zip(places, spec.rows))]))
    return marks.places, marks.labelled, axes, [(r.left, r.top, r.right, r.bottom)]


def _colour_bar(c: Canvas, spec: Spec, r: Region, right: float, room: Region) -> Axis:
    em, axis = c.s.em, spec.axes[0]
    x0, x1 = right + em * 1.0, right + em * 1.9
    steps = 48
    for i in range(steps):
        y0, y1 = r.bottom - r.height * i / steps, r.bottom - r.height * (i + 1) / steps
        c.rect(x0, y0, x1, y1, fill=ramp(c.s.ramp, (i + 0.5) / steps))
    every = max(1, round(em * 1.2 * len(axis.ticks) / r.height + 0.49))
    ticks = [t for t in axis.ticks[::every]]
    ticks = ticks if len(ticks) > 1 else [axis.ticks[0], axis.ticks[-1]]
    out = []
    for t in ticks:
        y = r.bottom - (t - axis.low) / (axis.high - axis.low) * r.height
        c.text(x1 + em * 0.4, y, axis.tick_shown(t), "tick", "lm", colour=c.s.soft)
        out.append(Tick(x1, y, axis.tick_text(t), t))
    if axis.name_shown:
        c.turned_text(
            room.right - em * 0.6, (r.top + r.bottom) / 2, axis.name_shown, "ylabel", 90, c.fit(axis.name_shown, em, room.height, em * 0.55)
        )
    return Axis("colour", axis.name, axis.unit, "linear", "right", out, axis.multiplier)
