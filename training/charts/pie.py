"""Pies and donuts."""

import math

from .canvas import Canvas
from .layout import Entry, Region, outer_legend
from .spec import Spec
from .style import contrast


class Pie:
    """Slices, their names and shares. `places[0, row]`: middle of the slice, and a point on the edge it begins at."""

    def __init__(self, c: Canvas, spec: Spec, room: Region):
        self.c, self.spec, self.s, self.em = c, spec, c.s, c.s.em
        self.values = spec.series[0].values
        self.total = sum(self.values)
        self.places, self.labelled = {}, set()
        self.names = self.s.pie_text
        if self.names in ("outside", "inside", "leader") and max(c.width(n, self.em) for n in spec.rows) > room.width * 0.26:
            self.names = "legend"
        if self.names == "legend":
            where = self.s.legend if self.s.legend in ("right", "left", "top", "bottom") else "right"
            outer_legend(c, [Entry(n, self.colour(i), "slice") for i, n in enumerate(spec.rows)], "", room, where)
        self.texts = [self._text(i) for i in range(len(spec.rows))]
        side = max(c.width(t, self.em) for t in self.texts) + self.em * 1.6 if any(self.texts) and self.names != "legend" else self.em * 1.2
        high = self.em * 2.4 if self.names != "legend" else self.em * 0.8
        if self.names == "inside":
            side, high = min(side, room.width * 0.22), self.em * 1.8
        self.r = max(self.em * 2, min(room.width / 2 - side, room.height / 2 - high))
        self.x, self.y = (room.left + room.right) / 2, (room.top + room.bottom) / 2
        self.box = (self.x - self.r, self.y - self.r, self.x + self.r, self.y + self.r)
        self.hole = self.s.hole if spec.kind == "donut" else 0.0

    def colour(self, row: int):
        return self.s.colours[row % len(self.s.colours)]

    def _number(self, row: int) -> str:
        number = self.spec.label_text(0, row)
        return number + "%" if abs(self.total - 100) < 1e-6 else number

    def _text(self, row: int) -> str:
        """What stands outside a slice."""
        name = "" if self.names == "legend" else self.spec.rows[row]
        if self.spec.labels[0][row] and self.s.pie_value == "both" and name:
            return f"{name} ({self._number(row)})" if self.spec.seed % 2 else f"{name}, {self._number(row)}"
        return name

    def draw(self):
        """Slices, then texts."""
        c, s = self.c, self.s
        turn = 1 if s.clockwise else -1
        angles, at = [], s.start_angle
        for value in self.values:
            sweep = turn * 360 * value / self.total
            angles.append((at, sweep))
            at += sweep
        for row, (start, sweep) in enumerate(angles):
            self._slice(row, start, sweep)
        for row, (start, sweep) in enumerate(angles):
            self._texts(row, math.radians(start + sweep / 2), abs(sweep))
        if self.spec.kind == "donut" and self.spec.seed % 7 == 0 and self.total != 100:
            total = self.spec.label_text(0, 0) and f"{self.total:.0f}"
            if c.width(total, self.em * 1.3) < self.r * self.hole * 1.6:
                c.text(self.x, self.y, total, "annotation", "mm", self.em * 1.3, bold=True)

    def _at(self, angle, radius, row=-1):
        shift = self.r * 0.08 if row == self.s.explode and self.spec.kind == "pie" else 0.0
        return self.x + (radius + shift) * math.cos(angle), self.y + (radius + shift) * math.sin(angle)

    def _slice(self, row, start, sweep):
        c, r = self.c, self.r
        middle = math.radians(start + sweep / 2)
        dx, dy = (v - o for v, o in zip(self._at(middle, 0, row), (self.x, self.y)))
        steps = max(2, int(abs(sweep) / 3))
        ring = [math.radians(start + sweep * i / steps) for i in range(steps + 1)]
        arc = lambda radius, angles: [(self.x + dx + radius * math.cos(a), self.y + dy + radius * math.sin(a)) for a in angles]
        points = arc(r, ring) + (arc(r * self.hole, ring[::-1]) if self.hole else [(self.x + dx, self.y + dy)])
        edge = (
            self.s.back
            if self.s.slice_gap or self.s.theme in ("seaborn", "sheets", "excel", "minimal")
            else self.s.ink
            if self.s.bar_outline
            else None
        )
        c.polygon(points, self.colour(row), edge, max(1.0, self.em * 0.12) if edge == self.s.back else 1.0)
        where = (1 + self.hole) / 2 if self.hole else 0.6
        x, y = self._at(middle, r * where, row)
        self.places[0, row] = (x, y, *self._at(math.radians(start), r * where))

    def _texts(self, row, middle, sweep):
        c, em = self.c, self.em
        dx, dy = math.cos(middle), math.sin(middle)
        outside, number = self.texts[row], self._number(row) if self.spec.labels[0][row] else ""
        if outside and number and number in outside:
            number = ""
            self.labelled.add((0, row))
        radius = self.r * ((1 + self.hole) / 2 if self.hole else 0.66)
        if self.names == "inside" and outside and sweep > 32 and c.width(outside, em * 0.9) < self.r * (0.62 if not self.hole else 1 - self.hole):
            x, y = self._at(middle, radius, row)
            c.text(x, y - (em * 0.5 if number else 0), outside, "category", "mm", em * 0.9, contrast(self.colour(row)))
            outside = ""
            if number:
                c.text(x, y + em * 0.55, number, "value", "mm", em * 0.9, contrast(self.colour(row)))
                self.labelled.add((0, row))
                number = ""
        if number:
            self._value(row, middle, sweep, radius, number, outside)
        if outside:
            self._outside(row, middle, dx, dy, outside)

    def _value(self, row, middle, sweep, radius, number, outside):
        c, em = self.c, self.em
        thick = self.r * (1 - self.hole) if self.hole else self.r
        fits = c.width(number, em * 0.9) < min(thick * 0.95, 2 * radius * math.sin(math.radians(min(sweep, 180)) / 2) + em * 0.3)
        if fits:
            x, y = self._at(middle, radius, row)
            c.text(x, y, number, "value", "mm", em * 0.9, contrast(self.colour(row)))
            self.labelled.add((0, row))
        elif not outside:
            x, y = self._at(middle, self.r + em * 0.9, row)
            box = c.box(x, y, number, "mm", em * 0.9)
            if c.free(box, em * 0.2):
                c.text(x, y, number, "value", "mm", em * 0.9)
                self.labelled.add((0, row))

    def _outside(self, row, middle, dx, dy, text):
        c, em = self.c, self.em
        gap = em * (1.3 if self.names == "leader" else 0.5)
        x, y = self._at(middle, self.r + gap, row)
        anchor = "l" if dx > 0.15 else "r" if dx < -0.15 else "m"
        y += em * 0.4 * dy
        size = em
        box = c.box(x, y, text, anchor + "m", size)
        shift = 0
        while not c.free(box) and shift < 6:  # small neighbours: step away from the pie's middle line
            y += em * 0.45 * (1 if dy > 0 else -1)
            shift += 1
            box = c.box(x, y, text, anchor + "m", size)
        if self.names == "leader" or shift > 1:
            c.line(
                [self._at(middle, self.r * 1.01, row), (x - (em * 0.2 if anchor == "l" else -em * 0.2 if anchor == "r" else 0), y)], self.s.soft, 1.0
            )
        c.text(x, y, text, "category", anchor + "m", size)
