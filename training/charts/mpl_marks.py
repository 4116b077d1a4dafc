"""Marks drawn with Matplotlib: bars, lines, areas, boxes, cells, slices."""

import math

import matplotlib

from . import fonts, palettes
from .palettes import rgb
from .style import contrast

MARKERS = {"": "", "circle": "o", "square": "s", "triangle": "^", "diamond": "D", "down": "v", "cross": "x", "plus": "+", "star": "*"}


def unit(colour) -> tuple:
    return tuple(v / 255 for v in colour)


class Marks:
    """Half of `mpl.Drawing`: draws series and queues the place of every mark in data coordinates."""

    def bar(self, axes, i, bars):
        spec, s = self.spec, self.s
        series, n = spec.series[i], bars.index(i)
        count = 1 if spec.stacking else len(bars)
        fill = min(0.92, max(0.4, s.bar_fill))
        if spec.row_kind == "bin":
            width, starts = spec.row_values[1] - spec.row_values[0], spec.row_values[:-1]
        else:
            width = fill / count
            starts = [x - fill / 2 + (0 if spec.stacking else n) * width for x in self.xs]
        colours = unit(series.colour)
        self.varied = s.vary_colours and len(spec.series) == 1 and spec.kind == "bar"
        if self.varied:
            colours = [unit(s.colours[r % len(s.colours)]) for r in range(len(spec.rows))]
        rows = [r for r, v in enumerate(series.values) if v is not None]
        bottoms = [self.sums[r] if spec.stacking else 0.0 for r in rows]
        low = spec.axes[series.axis if spec.kind != "multiples" else i]
        base = low.low if low.scale == "log" else 0.0
        lengths, at = [series.values[r] for r in rows], [starts[r] + width / 2 for r in rows]
        if self.varied:
            colours = [colours[r] for r in rows]
        common = {"color": colours, "label": series.name, "edgecolor": "black" if s.bar_outline else None, "linewidth": 0.7 if s.bar_outline else 0}
        if s.hatch:
            common["hatch"] = ["//", "\\\\", "xx", "..", "++"][i % 5]
        if series.errors:
            common["xerr" if spec.horizontal else "yerr"] = [series.errors[r] for r in rows]
            common["capsize"] = 3
        if spec.horizontal:
            axes.barh(at, lengths, width, left=bottoms, **common)
        else:
            axes.bar(at, lengths, width, bottom=bottoms, **common)
        for r, x, start in zip(rows, at, bottoms):
            value = series.values[r]
            end, begin = start + value, start if spec.stacking else max(base, low.low)
            self.place(i, r, axes, *((end, x, begin, x) if spec.horizontal else (x, end, x, begin)))
            if spec.labels[i][r]:
                self.bar_label(axes, i, r, x, start, end, value)
            if spec.stacking:
                self.sums[r] += value

    def bar_label(self, axes, i, r, x, start, end, value):
        spec, size = self.spec, self.s.em * self.px * 0.9
        text = spec.label_text(i, r)
        if spec.stacking:
            middle = (start + end) / 2
            if abs(value) < (spec.axes[0].high - spec.axes[0].low) * 0.07:
                return
            artist = axes.text(
                *((middle, x) if spec.horizontal else (x, middle)),
                text,
                ha="center",
                va="center",
                fontsize=size,
                color=unit(contrast(spec.series[i].colour))
            )
        elif spec.horizontal:
            artist = axes.annotate(
                text,
                (end, x),
                xytext=(3 if value >= 0 else -3, 0),
                textcoords="offset points",
                ha="left" if value >= 0 else "right",
                va="center",
                fontsize=size,
            )
        else:
            artist = axes.annotate(
                text,
                (x, end),
                xytext=(0, 2 if value >= 0 else -2),
                textcoords="offset points",
                ha="center",
                va="bottom" if value >= 0 else "top",
                fontsize=size,
            )
        self.note(artist, "value").cell = (i, r)

    def line(self, axes, i):
        spec, s = self.spec, self.s
        series = spec.series[i]
        ys = [float("nan") if v is None else v for v in series.values]
        common = {"color": unit(series.colour), "label": series.name, "marker": MARKERS[series.marker] or None, "markersize": s.marker_size * self.px}
        if series.mark == "point":
            axes.scatter(
                self.xs, ys, s=(s.marker_size * self.px) ** 2, color=common["color"], marker=common["marker"] or "o", label=series.name, zorder=3
            )
        elif series.errors:
            axes.errorbar(self.xs, ys, yerr=series.errors, capsize=3, linewidth=s.line_width * self.px, **common)
        else:
            axes.plot(
                self.xs,
                ys,
                linewidth=s.line_width * self.px,
                drawstyle="steps-post" if series.mark == "step" else "default",
                linestyle=(0, series.dash) if series.dash else "-",
                **common
            )
        for r, v in enumerate(series.values):
            if v is None:
                continue
            self.place(i, r, axes, self.xs[r], v)
            if spec.labels[i][r]:
                self.note(
                    axes.annotate(
                        spec.label_text(i, r), (self.xs[r], v), xytext=(0, 5), textcoords="offset points", ha="center", fontsize=s.em * self.px * 0.9
                    ),
                    "value",
                ).cell = (i, r)

    def area(self, axes, i, many):
        spec, s = self.spec, self.s
        series = spec.series[i]
        rows = [r for r, v in enumerate(series.values) if v is not None]
        low = [self.sums[r] if spec.stacking else 0.0 for r in rows]
        high = [a + series.values[r] for a, r in zip(low, rows)]
        alpha = s.area_alpha if spec.stacking or not many else 0.4
        axes.fill_between([self.xs[r] for r in rows], low, high, color=unit(series.colour), alpha=alpha, label=series.name, linewidth=0)
        if alpha < 1:
            axes.plot([self.xs[r] for r in rows], high, color=unit(series.colour), linewidth=s.line_width * self.px)
        for r, a, b in zip(rows, low, high):
            self.place(i, r, axes, self.xs[r], b, self.xs[r], a)
            if spec.stacking:
                self.sums[r] += series.values[r]

    def boxes(self, axes):
        spec = self.spec
        stats = [
            {
                "whislo": spec.series[0].values[r],
                "q1": spec.series[1].values[r],
                "med": spec.series[2].values[r],
                "q3": spec.series[3].values[r],
                "whishi": spec.series[4].values[r],
                "fliers": spec.outliers[r],
            }
            for r in range(len(spec.rows))
        ]
        filled = self.rng.random() < 0.6
        drawn = axes.bxp(stats, positions=self.xs, widths=0.5, vert=not spec.horizontal, patch_artist=filled, manage_ticks=False)
        for r, box in enumerate(drawn["boxes"] if filled else []):
            box.set_facecolor(unit(self.s.colours[r % len(self.s.colours) if self.s.vary_colours else 0]))
        for i, series in enumerate(spec.series):
            for r, v in enumerate(series.values):
                self.place(i, r, axes, *((v, self.xs[r]) if spec.horizontal else (self.xs[r], v)))

    def heatmap(self):
        spec, s = self.spec, self.s
        axes, axis = self.figure.add_subplot(111), spec.axes[0]
        data = [[series.values[r] for series in spec.series] for r in range(len(spec.rows))]
        colours = matplotlib.colors.LinearSegmentedColormap.from_list("ramp", [unit(rgb(c)) for c in palettes.RAMPS[s.ramp].split()])
        image = axes.imshow(data, cmap=colours, vmin=axis.low, vmax=axis.high, aspect="auto")
        axes.grid(False)
        turn = 45 if max(fonts.width(s.font, max(6, round(s.em)), x.name) for x in spec.series) > s.width * 0.6 / len(spec.series) else 0
        axes.set_xticks(
            range(len(spec.series)),
            [x.name for x in spec.series],
            rotation=turn,
            ha="right" if turn else "center",
            rotation_mode="anchor" if turn else None,
        )
        axes.set_yticks(range(len(spec.rows)), spec.rows)
        if spec.row_name:
            self.note(axes.set_ylabel(spec.row_name), "ylabel")
        if s.colour_bar:
            bar = self.figure.colorbar(image, ax=axes)
            bar.set_ticks(axis.ticks, labels=[axis.tick_shown(t) for t in axis.ticks])
            if axis.name_shown:
                self.note(bar.ax.set_ylabel(axis.name_shown), "ylabel")
            self.records.append(["colour", bar.ax, axis, axis.ticks, 0])
        self.xs = list(range(len(spec.rows)))
        for i, series in enumerate(spec.series):
            for r, v in enumerate(series.values):
                self.place(i, r, axes, i, r)
                if spec.labels[i][r]:
                    share = (v - axis.low) / (axis.high - axis.low)
                    self.note(
                        axes.text(
                            i,
                            r,
                            spec.label_text(i, r),
                            ha="center",
                            va="center",
                            fontsize=s.em * self.px * 0.9,
                            color=unit(contrast(palettes.ramp(s.ramp, share))),
                        ),
                        "value",
                    ).cell = (i, r)
        self.records.append(["row", axes, None, list(range(len(spec.rows))), 0])

    def pie(self):
        spec, s = self.spec, self.s
        axes = self.figure.add_subplot(111)
        values, total = spec.series[0].values, sum(spec.series[0].values)
        labelled = spec.labels[0][0]
        count = iter(range(len(values)))
        show = (lambda _: self._share(next(count), total)) if labelled else None
        hole = s.hole if spec.kind == "donut" else 0.0
        named = s.pie_text != "legend"
        turn = -1 if s.clockwise else 1
        drawn = axes.pie(
            values,
            labels=spec.rows if named else None,
            autopct=show,
            colors=[unit(s.colours[i % len(s.colours)]) for i in range(len(values))],
            startangle=-s.start_angle,
            counterclock=not s.clockwise,
            pctdistance=(1 + hole) / 2 if hole else 0.62,
            wedgeprops={"width": 1 - hole if hole else None, "edgecolor": "white" if s.slice_gap or hole else None},
            textprops={"fontsize": s.em * self.px},
        )
        for text in drawn[1] if named else []:
            self.note(text, "category")
        for row, text in enumerate(drawn[2] if labelled else []):
            text.set_color(unit(contrast(s.colours[row % len(s.colours)])))
            self.note(text, "value").cell = (0, row)
        if not named:
            legend = axes.legend(drawn[0], spec.rows, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=s.em * self.px)
            for text in legend.get_texts():
                self.note(text, "legend")
        at, radius = -s.start_angle, (1 + hole) / 2 if hole else 0.6
        for row, value in enumerate(values):
            sweep = turn * 360 * value / total
            middle, start = math.radians(at + sweep / 2), math.radians(at)
            self.place(0, row, axes, radius * math.cos(middle), radius * math.sin(middle), radius * math.cos(start), radius * math.sin(start))
            at += sweep

    def _share(self, row: int, total: float) -> str:
        return self.spec.label_text(0, row) + ("%" if abs(total - 100) < 1e-6 else "")
