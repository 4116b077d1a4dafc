"""Axes of a plot area: room for their texts, grid, ticks, row names, axis names."""

import math

from .canvas import Canvas
from .layout import Frame, Region, record_axis, shown_ticks
from .spec import Spec
from .truth import Axis, Tick

EDGE_KINDS = ("line", "area", "step")


class Panel:
    """One plot area with its axes. Construction measures and places; `ground` draws what lies under the marks, `over` what lies above."""

    def __init__(self, c: Canvas, spec: Spec, room: Region, axes: list, title: str = "", extra_right: float = 0.0, marks=()):
        self.c, self.spec, self.axes, self.title = c, spec, axes, title
        self.s, self.em = c.s, c.s.em
        self.horizontal = spec.horizontal
        self.marks = marks
        self.left_side = "right" if self.s.value_side == "right" and len(axes) == 1 and not self.horizontal else "left"
        region = Region(room.left, room.top, room.right - extra_right, room.bottom)
        if title:
            region.top += self.em * 1.5
        self.room = room
        self._measure(region)
        self.frame = Frame(
            region,
            self.horizontal,
            axes,
            row_axis=spec.row_axis if spec.row_kind in ("number", "bin") else None,
            flipped=self.horizontal and self.s.theme in ("matplotlib", "excel", "calc", "ggplot", "plot", "plotly"),
        )
        self._place_rows()
        self.ticks = [shown_ticks(c, a, region.width if self.horizontal else region.height, self.horizontal) for a in axes]

    # --- room ------------------------------------------------------------------------------------------------------------------

    def _measure(self, region: Region):
        c, em, s, spec = self.c, self.em, self.s, self.spec
        mark = em * 0.35 if s.tick_marks == "out" else 0.0
        self.gap = em * 0.35 + mark
        wide = [max(c.width(a.tick_shown(t), em) for t in a.ticks) for a in self.axes]
        names = [bool(a.name_shown) for a in self.axes]
        if self.horizontal:
            self._measure_horizontal(region, wide, names)
            return
        high = em * 0.5
        if s.value_name == "top" and any(names):
            high += em * 1.4
        region.top += high
        side = names[0] and s.value_name == "side"
        if self.left_side == "left":
            region.left += wide[0] + self.gap + (em * 1.5 if side else 0)
        else:
            region.right -= wide[0] + self.gap + (em * 1.5 if side else 0)
        if len(self.axes) > 1:
            region.right -= wide[1] + self.gap + (em * 1.5 if names[1] and s.value_name == "side" else 0)
        elif self.left_side == "left":
            region.right -= em * 0.4
        if "area" in self.marks and not spec.row_axis:  # the last name stands under the corner
            region.right -= min(c.width(spec.rows[-1], em) / 2, em * 2)
        row_high = self._choose_row_labels(region)
        if self.row_mode == "slant":  # the first slanted name reaches to the left, the last of those that go down to the right
            wide, half = math.cos(math.radians(self.s.slant)), region.width / len(spec.rows) / 2
            if self.s.slant > 0:
                region.left += max(0.0, c.width(spec.rows[0], self.row_size) * wide - half - (region.left - self.room.left))
            else:
                region.right -= max(0.0, c.width(spec.rows[-1], self.row_size) * wide - half - (self.room.right - region.right))
        region.bottom -= row_high + self.gap + (em * 1.5 if self._row_name() else 0)
        region.bottom = max(region.bottom, region.top + em * 3)

    def _row_name(self) -> str:
        return self.spec.row_axis.name_shown if self.spec.row_axis else self.spec.row_name

    def _measure_horizontal(self, region: Region, wide, names):
        c, em, spec = self.c, self.em, self.spec
        slot = region.height / len(spec.rows)
        self.row_mode, self.row_size, self.every = "flat", em, 1
        limit = region.width * 0.36
        self.row_lines = [c.wrap(name, em, limit) for name in spec.rows]
        tall = max(len(lines) for lines in self.row_lines)
        self.row_size = min(em, slot * 0.9 / tall / 1.1, *(limit / c.width(line, em) * em for lines in self.row_lines for line in lines))
        self.row_size = max(self.row_size, em * 0.6)
        if self._row_name():
            region.left += em * 1.5
        region.left += max(c.width(line, self.row_size) for lines in self.row_lines for line in lines) + self.gap
        region.right -= max(em * 0.6, c.width(self.axes[0].tick_shown(self.axes[0].ticks[-1]), em) / 2)
        region.top += em * 0.4
        region.bottom -= em * 1.1 + self.gap + (em * 1.5 if names[0] else 0)

    def _choose_row_labels(self, region: Region) -> float:
        """How the row names stand below the axis; returns their height."""
        c, em, s, spec = self.c, self.em, self.s, self.spec
        self.row_size, self.every, self.row_lines = em, 1, [[name] for name in spec.rows]
        if spec.row_axis:
            self.row_mode = "numeric"
            return em
        slot = region.width / len(spec.rows)
        widest = max(c.width(name, em) for name in spec.rows)
        if widest <= slot * 0.94 and s.row_labels in ("auto", "stagger"):
            self.row_mode = "flat"
            return em
        wrapped = [c.wrap(name, em * 0.92, slot * 0.94) for name in spec.rows]
        if (
            s.row_labels == "auto"
            and max(map(len, wrapped)) <= 3
            and all(c.width(line, em * 0.92) <= slot * 0.96 for lines in wrapped for line in lines)
        ):
            self.row_mode, self.row_size, self.row_lines = "flat", em * 0.92, wrapped
            return em * 1.05 * max(map(len, wrapped))
        if spec.predictable and s.row_labels == "auto" and spec.seed % 3:
            self.row_mode, self.every = "flat", math.ceil(widest * 1.18 / slot)
            if len(spec.rows) / self.every >= 2.5:
                return em
            self.every = 1
        if s.row_labels == "stagger" and widest <= slot * 1.85:
            self.row_mode = "stagger"
            return em * 2.1
        if widest * 0.8 <= slot * 0.96 and s.row_labels not in ("slant", "upright"):
            self.row_mode, self.row_size = "flat", em * 0.8
            return em
        self.row_mode = "slant" if s.row_labels == "slant" or (s.row_labels == "auto" and spec.seed % 2) else "upright"
        if spec.predictable and slot < em * 1.2:
            self.every = math.ceil(em * 1.2 / slot)
        elif slot < em * 1.15:
            self.row_size = max(em * 0.6, slot * 0.87)
        limit = region.height * 0.42
        widest = max(c.width(name, self.row_size) for name in spec.rows)
        reach = widest * (math.sin(math.radians(abs(s.slant))) if self.row_mode == "slant" else 1) + em * 0.7
        if reach > limit:
            self.row_size = max(em * 0.6, self.row_size * limit / reach)
            reach = limit
        return reach

    def _place_rows(self):
        f, spec, s = self.frame, self.spec, self.s
        region, count = f.region, len(spec.rows)
        if self.horizontal:
            f.slot = region.height / count
            at = [region.top + f.slot * (i + 0.5) for i in range(count)]
            f.rows = at[::-1] if f.flipped else at
            return
        f.slot = region.width / count
        if spec.row_kind == "bin":
            edges = [f.number_row(v) for v in spec.row_values]
            f.rows, f.slot = [(a + b) / 2 for a, b in zip(edges, edges[1:])], edges[1] - edges[0]
        elif spec.row_kind == "number" and f.row_axis:
            f.rows = [f.number_row(v) for v in spec.row_values]
        elif (
            count > 1 and all(mark in EDGE_KINDS for mark in self.marks) and (s.limits == "margin" or spec.row_kind == "date" or "area" in self.marks)
        ):
            room = 0.0 if "area" in self.marks else 0.045 if s.limits == "margin" else 0.5 / count
            first, last = spec.row_values[0], spec.row_values[-1]
            f.rows = [region.left + region.width * (room + (1 - 2 * room) * (v - first) / (last - first)) for v in spec.row_values]
            f.slot = region.width * (1 - 2 * room) / (count - 1)
        else:
            f.rows = [region.left + f.slot * (i + 0.5) for i in range(count)]

    # --- drawing -----------------------------------------------------------------------------------------------------------------

    def ground(self):
        """Background and grid."""
        c, s, f = self.c, self.s, self.frame
        r = f.region
        if s.plot_back != s.back:
            c.rect(r.left, r.top, r.right, r.bottom, fill=s.plot_back)
        if s.grid_lines in ("value", "both"):
            if s.minor_grid and self.axes[0].scale == "linear":
                step = self.axes[0].ticks[1] - self.axes[0].ticks[0]
                self._value_lines([t + step / 2 for t in self.axes[0].ticks], 0.5)
            self._value_lines(self.ticks[0], s.grid_width)
        if s.grid_lines in ("row", "both") and not self.horizontal:
            for x in self._row_ticks():
                c.line([(x, r.top), (x, r.bottom)], s.grid, s.grid_width, s.grid_dash)

    def _row_ticks(self) -> list[float]:
        if self.frame.row_axis:
            return [self.frame.number_row(t) for t in self._numeric_ticks()]
        return self.frame.rows[:: self.every]

    def _value_lines(self, values, width):
        c, s, r = self.c, self.s, self.frame.region
        for v in values:
            p = self.frame.value(v)
            low, high = (r.left, r.right) if self.horizontal else (r.top, r.bottom)
            if low <= p <= high:
                c.line([(p, r.top), (p, r.bottom)] if self.horizontal else [(r.left, p), (r.right, p)], s.grid, width, s.grid_dash)

    def _numeric_ticks(self) -> list[float]:
        a = self.frame.row_axis
        return [t for t in shown_ticks(self.c, a, self.frame.region.width, True) if a.low - 1e-9 <= t <= a.high + 1e-9]

    def over(self) -> list[Axis]:
        """Spines, ticks, all texts; returns the calibrations."""
        self._spines()
        if self.title:
            c, r = self.c, self.frame.region
            size = c.fit(self.title, self.em, r.width, self.em * 0.6)
            if self.s.theme == "ggplot":
                c.rect(
                    r.left,
                    self.room.top,
                    r.right,
                    self.room.top + self.em * 1.4,
                    fill=self.s.grid if self.s.grid != self.s.back else self.s.plot_back,
                )
            c.text((r.left + r.right) / 2, self.room.top + self.em * 0.75, self.title, "panel", "mm", size, bold=self.s.title_bold)
        records = [self._value_axis(i) for i in range(len(self.axes))]
        records.append(self._row_axis())
        return records

    def _spines(self):
        c, s, r = self.c, self.s, self.frame.region
        ends = {
            "l": [(r.left, r.top), (r.left, r.bottom)],
            "r": [(r.right, r.top), (r.right, r.bottom)],
            "t": [(r.left, r.top), (r.right, r.top)],
            "b": [(r.left, r.bottom), (r.right, r.bottom)],
        }
        drawn = set(s.spines)
        if "l" in drawn and (len(self.axes) > 1 or self.left_side == "right"):
            drawn.add("r")
        if self.horizontal and s.spines == "b":
            drawn = {"l"}
        for side in sorted(drawn):
            c.line(ends[side], s.axis, s.axis_width)
        low, high = self.axes[0].low, self.axes[0].high
        if self.axes[0].scale == "linear" and low < 0 < high and drawn:
            p = self.frame.value(0.0)
            c.line([(p, r.top), (p, r.bottom)] if self.horizontal else [(r.left, p), (r.right, p)], s.axis, s.axis_width)

    def _row_line(self) -> float:
        """Where row names hang: below the plot, or at the zero line."""
        axis, r = self.axes[0], self.frame.region
        if self.s.rows_at_zero and axis.scale == "linear" and axis.low < 0 < axis.high and not self.frame.row_axis and self.row_mode == "flat":
            return self.frame.value(0.0)
        return r.bottom

    def _tick_mark(self, x, y, dx, dy):
        if self.s.tick_marks:
            length = self.em * 0.32 * (1 if self.s.tick_marks == "out" else -1)
            self.c.line([(x, y), (x + dx * length, y + dy * length)], self.s.axis, self.s.axis_width)

    def _value_axis(self, index: int) -> Axis:
        c, s, em, f = self.c, self.s, self.em, self.frame
        axis, r = self.axes[index], f.region
        places = []
        if self.horizontal:
            for t in self.ticks[index]:
                x = f.value(t)
                self._tick_mark(x, r.bottom, 0, 1)
                if s.mirrored_ticks:
                    self._tick_mark(x, r.top, 0, -1)
                c.text(x, r.bottom + self.gap, axis.tick_shown(t), "tick", "mt", colour=s.soft)
                places.append((x, r.bottom))
            if axis.name_shown:
                c.text(
                    (r.left + r.right) / 2, self.room.bottom, axis.name_shown, "xlabel", "mb", c.fit(axis.name_shown, em, self.room.width, em * 0.6)
                )
            return record_axis(axis, "x", "bottom", places, self.ticks[index])
        right = index == 1 or self.left_side == "right"
        x = r.right if right else r.left
        for t in self.ticks[index]:
            y = f.value(t, index)
            self._tick_mark(x, y, 1 if right else -1, 0)
            if s.mirrored_ticks and len(self.axes) == 1:
                self._tick_mark(r.left if right else r.right, y, -1 if right else 1, 0)
            c.text(x + (self.gap if right else -self.gap), y, axis.tick_shown(t), "tick", "lm" if right else "rm", colour=s.soft)
            places.append((x, y))
        if axis.name_shown:
            self._value_name(axis, right)
        return record_axis(axis, "y", "right" if right else "left", places, self.ticks[index])

    def _value_name(self, axis, right: bool):
        c, em, r = self.c, self.em, self.frame.region
        name = axis.name_shown
        if self.s.value_name == "top":
            size = c.fit(name, em, (r.right - self.room.left) * (0.48 if len(self.axes) > 1 else 1), em * 0.6)
            c.text(self.room.right if right else self.room.left, r.top - em * 0.75, name, "ylabel", "rb" if right else "lb", size)
            return
        size = c.fit(name, em, min(self.room.height + em * 2, c.h - em), em * 0.55)
        x = self.room.right - em * 0.6 if right else self.room.left + em * 0.6
        c.turned_text(x, (r.top + r.bottom) / 2, name, "ylabel", 270 if right and self.spec.seed % 2 else 90, size)

    def _row_axis(self) -> Axis:
        c, s, em, f, spec = self.c, self.s, self.em, self.frame, self.spec
        name, r = self._row_name(), f.region
        if name and self.horizontal:
            c.turned_text(self.room.left + em * 0.6, (r.top + r.bottom) / 2, name, "ylabel", 90, c.fit(name, em, self.room.height, em * 0.6))
        elif name:
            c.text((r.left + r.right) / 2, self.room.bottom, name, "xlabel", "mb", c.fit(name, em, self.room.width, em * 0.6))
        if f.row_axis:
            ticks = self._numeric_ticks()
            places = [(f.number_row(t), r.bottom) for t in ticks]
            for (x, y), t in zip(places, ticks):
                self._tick_mark(x, y, 0, 1)
                c.text(x, y + self.gap, f.row_axis.tick_shown(t), "tick", "mt", colour=s.soft)
            return record_axis(f.row_axis, "x", "bottom", places, ticks)
        shown = range(0, len(spec.rows), self.every)
        self.line_ends = []  # of the lines of names that are laid
        for i in shown:
            self._row_text(i, f.rows[i])
        places = [((r.left, f.rows[i]) if self.horizontal else (f.rows[i], self._row_line())) for i in shown]
        ticks = [Tick(x, y, spec.rows[i], spec.row_values[i]) for (x, y), i in zip(places, shown)]
        return Axis(
            "y" if self.horizontal else "x",
            name,
            "",
            "date" if spec.row_kind == "date" else "category",
            "left" if self.horizontal else "bottom",
            ticks,
        )

    def _row_text(self, i: int, at: float):
        c, s, r = self.c, self.s, self.frame.region
        lines, size = self.row_lines[i], self.row_size
        if self.horizontal:
            for n, line in enumerate(lines):
                c.text(r.left - self.gap, at + (n - (len(lines) - 1) / 2) * size * 1.05, line, "category", "rm", size, s.soft)
            return
        line = self._row_line()
        if s.tick_marks == "out" and s.theme not in ("excel", "sheets"):
            self._tick_mark(at, line, 0, 1)
        elif s.mirrored_ticks:
            self._tick_mark(at, r.bottom, 0, 1)
            self._tick_mark(at, r.top, 0, -1)
        y = line + self.gap
        if s.laid and self.row_mode in ("upright", "slant"):
            self._lay_row_text(self.spec.rows[i], at, y)
        elif self.row_mode == "upright":
            half = c.width(self.spec.rows[i], size) / 2
            c.turned_text(at, y + half, self.spec.rows[i], "category", 90, size, s.soft)
        elif self.row_mode == "slant":
            c.turned_text(at, y, self.spec.rows[i], "category", s.slant, size, s.soft, "end" if s.slant > 0 else "start")
        else:
            if self.row_mode == "stagger" and i % 2:
                y += self.em * 1.1
            for n, text in enumerate(lines):
                c.text(at, y + n * size * 1.05, text, "category", "mt", size, s.soft)

    def _lay_row_text(self, text: str, at: float, y: float):
        """A name in the first line that has room for it (engine/vision/straight_labels.h)."""
        size = self.row_size
        wide = self.c.width(text, size) + 0.5 * size
        left = min(max(at - wide / 2, 0.0), max(0.0, self.c.w - wide))
        line = next((n for n, end in enumerate(self.line_ends) if end <= left), len(self.line_ends))
        self.line_ends[line:line + 1] = [left + wide + 2]
        self.c.text(left + wide / 2, y + line * size * 1.05, text, "category", "mt", size, self.s.soft)
