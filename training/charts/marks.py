"""Bars, lines, areas, points, boxes, cells: drawn into a frame; each tells where its marks are."""

from . import palettes
from .canvas import Canvas, curve
from .layout import Frame
from .palettes import luminance
from .spec import Spec
from .style import contrast


class Marks:
    """Draws the series of one panel. `places[series, row]` = (x, y, base x, base y)."""

    def __init__(self, c: Canvas, spec: Spec, frame: Frame, indexes):
        self.c, self.spec, self.f, self.s, self.em = c, spec, frame, c.s, c.s.em
        self.indexes = list(indexes)
        self.places, self.labelled = {}, set()

    def axis(self, i: int) -> int:
        return 0 if self.spec.kind == "multiples" else self.spec.series[i].axis

    def draw(self):
        kinds = {self.spec.series[i].mark for i in self.indexes}
        for mark, make in (
            ("area", self._areas),
            ("bar", self._bars),
            ("box", self._boxes),
            ("cell", self._cells),
            ("line", self._lines),
            ("step", self._lines),
            ("point", self._points),
        ):
            if mark in kinds:
                make([i for i in self.indexes if self.spec.series[i].mark == mark])

    # --- bars ------------------------------------------------------------------------------------------------------------------

    def _bars(self, indexes):
        spec, f, s = self.spec, self.f, self.s
        stacked, histogram = bool(spec.stacking), spec.kind == "histogram"
        count = 1 if stacked else len(indexes)
        fill = (1.0 if s.bar_outline or s.bar_fill > 0.6 else 0.94) if histogram else s.bar_fill
        wide = f.slot * fill / (count + (count - 1) * s.bar_gap)
        order = indexes if not f.flipped or stacked else indexes[::-1]
        for row in range(len(spec.rows)):
            sums = 0.0
            for n, i in enumerate(order):
                value = spec.series[i].values[row]
                if value is None:
                    continue
                start = f.rows[row] - f.slot * fill / 2 + (0 if stacked else n) * wide * (1 + s.bar_gap)
                low, high = (sums, sums + value) if stacked else (f.base(self.axis(i)), value)
                sums += value
                self._bar(i, row, start, wide, low, high)

    def _bar(self, i, row, start, wide, low, high):
        c, spec, f, s = self.c, self.spec, self.f, self.s
        axis, series = self.axis(i), spec.series[i]
        a, b = f.value(low, axis), f.value(high, axis)
        middle = start + wide / 2
        colour = s.colours[row % len(s.colours)] if self.varied() else series.colour
        box = (a, start, b, start + wide) if f.horizontal else (start, a, start + wide, b)
        outline = s.ink if s.bar_outline else None
        c.rect(
            *box,
            fill=colour,
            outline=outline,
            width=s.bar_outline or 1,
            radius=min(wide * 0.2, self.em * 0.45) if s.bar_round and not spec.stacking and spec.kind != "histogram" else 0
        )
        if s.hatch:
            c.hatch(
                min(box[0], box[2]),
                min(box[1], box[3]),
                max(box[0], box[2]),
                max(box[1], box[3]),
                s.back if luminance(colour) < 128 else (60, 60, 60),
                self.em * (0.35 + 0.1 * (i % 3)),
                i % 2 == 1,
            )
        self.places[i, row] = (b, middle, a, middle) if f.horizontal else (middle, b, middle, a)
        if series.errors:
            self._error(i, row, middle, high, series.errors[row], min(wide * 0.5, self.em))

    def varied(self) -> bool:
        return self.s.vary_colours and len(self.indexes) == 1 and self.spec.kind == "bar" and not self.spec.stacking

    def _error(self, i, row, along, value, half, cap):
        c, f, axis = self.c, self.f, self.axis(i)
        a, b = f.point(along, value - half, axis), f.point(along, value + half, axis)
        width = max(1.0, self.s.axis_width)
        c.line([a, b], self.s.ink, width)
        for x, y in (a, b):
            c.line([(x, y - cap / 2), (x, y + cap / 2)] if f.horizontal else [(x - cap / 2, y), (x + cap / 2, y)], self.s.ink, width)

    # --- lines, areas, points ------------------------------------------------------------------------------------------------------

    def _runs(self, i):
        """Stretches without a missing value: lists of (row, x, y)."""
        runs = [[]]
        for row, value in enumerate(self.spec.series[i].values):
            if value is None:
                runs.append([])
            else:
                x, y = self.f.point(self.f.rows[row], value, self.axis(i))
                runs[-1].append((row, x, y))
                self.places[i, row] = (x, y, x, y)
        return [run for run in runs if run]

    def _lines(self, indexes):
        c, s, spec = self.c, self.s, self.spec
        for i in indexes:
            series = spec.series[i]
            for run in self._runs(i):
                points = [(x, y) for _, x, y in run]
                if series.mark == "step":
                    points = [p for (x0, y0), (x1, y1) in zip(points, points[1:]) for p in ((x0, y0), (x1, y0))] + [points[-1]]
                elif s.smooth_lines:
                    points = curve(points)
                c.line(points, series.colour, s.line_width, series.dash)
                for row, x, y in run:
                    if series.marker or len(run) == 1:
                        c.marker(x, y, series.marker or "circle", max(s.marker_size, s.line_width * 2), series.colour, s.marker_hollow)
                    if series.errors:
                        self._error(i, row, self.f.rows[row], series.values[row], series.errors[row], self.em * 0.5)

    def _areas(self, indexes):
        c, s, spec, f = self.c, self.s, self.spec, self.f
        sums = [0.0] * len(spec.rows)
        bands = []
        for i in indexes:
            series, axis = spec.series[i], self.axis(i)
            for run in self._bands(i, sums):
                bands.append((i, run))
            for row, value in enumerate(series.values):
                if value is not None and spec.stacking:
                    low, high = f.value(sums[row], axis), f.value(sums[row] + value, axis)
                    self.places[i, row] = (f.rows[row], high, f.rows[row], low)
                    sums[row] += value
        alpha = 1.0 if spec.stacking and s.area_alpha > 0.5 else min(s.area_alpha, 0.6) if len(indexes) > 1 and not spec.stacking else s.area_alpha
        for i, run in bands:
            upper, lower = [(x, y) for x, y, _ in run], [(x, base) for x, _, base in run]
            c.polygon(upper + lower[::-1], spec.series[i].colour, alpha=alpha)
        for i, run in bands:
            if alpha < 1 or s.bar_outline:
                c.line([(x, y) for x, y, _ in run], spec.series[i].colour if alpha < 1 else s.back, s.line_width * (1 if alpha < 1 else 0.5))
            for x, y, _ in run if spec.series[i].marker else []:
                c.marker(x, y, spec.series[i].marker, s.marker_size, spec.series[i].colour, s.marker_hollow)

    def _bands(self, i, sums):
        """Stretches of an area: (x, upper y, lower y)."""
        f, axis, runs = self.f, self.axis(i), [[]]
        for row, value in enumerate(self.spec.series[i].values):
            if value is None:
                runs.append([])
                continue
            low, high = (sums[row], sums[row] + value) if self.spec.stacking else (f.base(axis), value)
            x, y, base = f.rows[row], f.value(high, axis), f.value(low, axis)
            self.places[i, row] = (x, y, x, base)
            runs[-1].append((x, y, base))
        return [run for run in runs if len(run) > 1]

    def _points(self, indexes):
        for i in indexes:
            series = self.spec.series[i]
            for run in self._runs(i):
                for _, x, y in run:
                    edge = self.s.back if self.s.theme in ("seaborn", "minimal") else None
                    self.c.marker(x, y, series.marker or "circle", self.s.marker_size, series.colour, self.s.marker_hollow, edge)

    # --- boxes and cells ------------------------------------------------------------------------------------------------------------

    def _boxes(self, indexes):
        c, s, spec, f = self.c, self.s, self.spec, self.f
        half = f.slot * min(0.35, s.bar_fill / 2)
        filled, ink = s.vary_colours or s.theme not in ("matplotlib", "plot"), s.ink
        for row, along in enumerate(f.rows):
            places = [f.point(along, spec.series[i].values[row]) for i in indexes]
            for i, (x, y) in zip(indexes, places):
                self.places[i, row] = (x, y, x, y)
            span = lambda p, h: [(p[0], p[1] - h), (p[0], p[1] + h)] if f.horizontal else [(p[0] - h, p[1]), (p[0] + h, p[1])]
            width = max(1.0, s.line_width * 0.6)
            c.line([places[0], places[1]], ink, width)
            c.line([places[3], places[4]], ink, width)
            for end in (places[0], places[4]):
                c.line(span(end, half * 0.5), ink, width)
            (x0, y0), (x1, y1) = span(places[1], half)[0], span(places[3], half)[1]
            colour = s.colours[(row if s.vary_colours else 0) % len(s.colours)]
            c.rect(x0, y0, x1, y1, fill=colour if filled else s.plot_back, outline=ink, width=width)
            c.line(span(places[2], half), ink if not filled or luminance(colour) > 90 else s.back, width * 1.6)
            for value in spec.outliers[row]:
                c.marker(*f.point(along, value), "circle", s.marker_size * 0.8, ink, True)

    def _cells(self, indexes):
        c, spec, f = self.c, self.spec, self.f
        axis = spec.axes[0]
        gap = 1.0 if self.s.slice_gap or self.s.theme in ("seaborn", "excel") else 0.0
        wide, high = f.region.width / len(indexes), f.region.height / len(spec.rows)
        for n, i in enumerate(indexes):
            for row, value in enumerate(spec.series[i].values):
                x, y = f.region.left + n * wide, f.region.top + row * high
                colour = palettes.ramp(self.s.ramp, (value - axis.low) / (axis.high - axis.low))
                c.rect(x + gap, y + gap, x + wide - gap, y + high - gap, fill=colour)
                self.places[i, row] = (x + wide / 2, y + high / 2) * 2
                if spec.labels[i][row]:
                    text, size = spec.label_text(i, row), self.em
                    size = c.fit(text, size, wide * 0.92, self.em * 0.6)
                    if c.width(text, size) <= wide and size <= high:
                        c.text(x + wide / 2, y + high / 2, text, "value", "mm", size, contrast(colour))
                        self.labelled.add((i, row))

    # --- value labels ----------------------------------------------------------------------------------------------------------------

    def labels(self):
        """Numbers at the marks, where they find room; a series of which many find none gets none. The others count as unlabelled."""
        c, spec = self.c, self.spec
        for i in self.indexes:
            wanted = [row for row, v in enumerate(spec.series[i].values) if v is not None and spec.labels[i][row] and (i, row) in self.places]
            if not wanted or spec.series[i].mark in ("cell", "box"):
                continue
            fits, taken = [], []
            for row in wanted:
                label = self._label(i, row, spec.series[i].values[row])
                if label and c.free(label[-1]) and not any(_overlap(label[-1], box) for box in taken):
                    fits.append((row, label))
                    taken.append(label[-1])
            if len(fits) < 0.7 * len(wanted) and not spec.stacking:
                continue
            for row, (x, y, text, anchor, size, colour, _) in fits:
                c.text(x, y, text, "value", anchor, size, colour, self.s.value_bold)
                self.labelled.add((i, row))

    def _label(self, i, row, value):
        """x, y, text, anchor, size, colour, box of a number at its mark; None if its bar is too small."""
        c, spec, s, f = self.c, self.spec, self.s, self.f
        text, (x, y, bx, by) = spec.label_text(i, row), self.places[i, row]
        bars = spec.series[i].mark == "bar"
        count = 1 if spec.stacking else sum(m.mark == "bar" for m in spec.series) or 1
        room = f.slot * s.bar_fill / count * 1.25 if bars and not f.horizontal else self.em * 9
        size = c.fit(text, self.em * 0.95, room, self.em * 0.62, s.value_bold)
        colour = s.ink
        if spec.stacking and (bars or spec.series[i].mark == "area"):
            x, y, anchor = (x + bx) / 2, (y + by) / 2, "mm"
            length = abs(self.places[i, row][0] - bx) if f.horizontal else abs(self.places[i, row][1] - by)
            if length < (c.width(text, size) if f.horizontal else size):
                return None
            colour = contrast(spec.series[i].colour)
        elif (
            bars
            and s.bar_fill > 0.5
            and spec.seed % 5 == 0
            and abs((x - bx) if f.horizontal else (y - by)) > (c.width(text, size) + 6 if f.horizontal else size * 1.6)
        ):
            colour = contrast(s.colours[row % len(s.colours)] if self.varied() else spec.series[i].colour)
            side = 1 if value >= 0 else -1
            x, y, anchor = (
                (x - side * self.em * 0.3, y, "rm" if side > 0 else "lm")
                if f.horizontal
                else (x, y + side * self.em * 0.2, "mt" if side > 0 else "mb")
            )
        elif f.horizontal:
            x, anchor = (x + self.em * 0.3, "lm") if value >= 0 else (x - self.em * 0.3, "rm")
        else:
            lift = self.em * (0.15 if bars else 0.3 + s.marker_size / self.em / 2)
            y, anchor = (y - lift, "mb") if value >= 0 or not bars else (y + lift, "mt")
        box = c.box(x, y, text, anchor, size, s.value_bold)
        return x, y, text, anchor, size, colour, box


def _overlap(a, b) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
