"""The second renderer: Matplotlib, in its own style sheets or in the spec's colours."""

import io
import logging
import random
import warnings

import matplotlib

matplotlib.use("Agg")
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it tells of every bold face that it lacks
from matplotlib import font_manager, pyplot  # noqa: E402
from PIL import Image  # noqa: E402

from . import fonts  # noqa: E402
from .fast import assemble  # noqa: E402
from .layout import record_axis  # noqa: E402
from .mpl_marks import Marks, unit  # noqa: E402
from .palettes import distance  # noqa: E402
from .spec import Spec  # noqa: E402
from .truth import Axis, Sample, Text, Tick  # noqa: E402

SHEETS = (
    ["default"] * 4
    + ["ggplot", "bmh", "fivethirtyeight", "classic", "grayscale", "dark_background", "Solarize_Light2", "tableau-colorblind10"]
    + [name for name in pyplot.style.available if name.startswith("seaborn") and not name.endswith(("talk", "poster", "paper", "notebook"))]
)


class DoesNotFit(Exception):
    """A text would stand outside the picture."""


def _pixels(colour) -> tuple:
    return tuple(round(255 * v) for v in matplotlib.colors.to_rgb(colour))


def _family(paths) -> list[str]:
    for path in paths:
        if path not in _family.known:
            font_manager.fontManager.addfont(path)
            _family.known[path] = font_manager.FontProperties(fname=path).get_name()
    return list(dict.fromkeys(_family.known[path] for path in paths))


_family.known = {}


class Drawing(Marks):
    """One figure: axes, marks, and their places."""

    def __init__(self, spec: Spec, rng):
        self.spec, self.s, self.rng = spec, spec.style, rng
        self.px = 0.72  # points a pixel, at 100 pixels an inch
        self.figure = pyplot.figure(figsize=(self.s.width / 100, self.s.height / 100), dpi=100)
        self.places, self.labelled, self.roles, self.records = {}, set(), [], []
        self.queue = []  # (series, row, axes, x, y, base x, base y) in data coordinates

    def note(self, artist, role: str):
        self.roles.append((artist, role))
        return artist

    def place(self, i, row, axes, x, y, bx=None, by=None):
        self.queue.append((i, row, axes, x, y, x if bx is None else bx, y if by is None else by))

    def pixel(self, axes, x, y) -> tuple[float, float]:
        px, py = axes.transData.transform((x, y))
        return float(px), float(self.s.height - py)

    # --- frame --------------------------------------------------------------------------------------------------------------------

    def cartesian(self):
        spec = self.spec
        axes = self.figure.add_subplot(111)
        panels = [axes] if len(spec.axes) == 1 else [axes, axes.twinx()]
        self.draw_series(panels, range(len(spec.series)))
        for i, panel in enumerate(panels):
            self.value_axis(panel, i)
        self.row_axis(axes)
        self.grid(axes)
        if spec.grouped or spec.kind == "combo":
            self.legend(panels)
        self.notes(axes)

    def multiples(self):
        spec = self.spec
        lines = -(-len(spec.series) // spec.columns)
        panels = self.figure.subplots(lines, spec.columns, squeeze=False).flat
        for i, axes in enumerate(panels):
            self.draw_series([axes], [i])
            self.note(axes.set_title(spec.series[i].name, fontsize=self.s.em * self.px), "panel")
            self.value_axis(axes, i)
            self.row_axis(axes, share=1 / spec.columns)
            self.grid(axes)
        for axis in self.records[3::2]:
            axis.clear()

    def draw_series(self, panels, indexes):
        spec = self.spec
        bars = [i for i in indexes if spec.series[i].mark == "bar"]
        boxes = [i for i in indexes if spec.series[i].mark == "box"]
        self.sums = [0.0] * len(spec.rows)
        self.xs = list(range(len(spec.rows))) if spec.row_kind not in ("number", "bin", "date") or bars or boxes else list(spec.row_values)
        if spec.row_kind == "bin":
            self.xs = [(a + b) / 2 for a, b in zip(spec.row_values, spec.row_values[1:])]
        for i in indexes:
            series = spec.series[i]
            axes = panels[series.axis if len(panels) > 1 else 0]
            if series.mark == "bar":
                self.bar(axes, i, bars)
            elif series.mark in ("line", "step", "point"):
                self.line(axes, i)
            elif series.mark == "area":
                self.area(axes, i, len(indexes) > 1)
        if boxes:
            self.boxes(panels[0])

    def value_axis(self, axes, index: int):
        spec, s = self.spec, self.s
        axis = spec.axes[index]
        horizontal = spec.horizontal
        if axis.scale == "log":
            (axes.set_xscale if horizontal else axes.set_yscale)("log")
        (axes.set_xlim if horizontal else axes.set_ylim)(axis.low, axis.high)
        length = s.width * 0.7 if horizontal else s.height * 0.7 / (1 if spec.kind != "multiples" else -(-len(spec.series) // spec.columns))
        need = max(fonts.width(s.font, max(6, round(s.em)), axis.tick_shown(t)) for t in axis.ticks) * 1.25 if horizontal else s.em * 1.3
        if spec.kind == "multiples" and horizontal:
            length /= spec.columns
        every = max(1, round(need * len(axis.ticks) / length + 0.49))
        ticks = axis.ticks[::every] if len(axis.ticks[::every]) > 1 else [axis.ticks[0], axis.ticks[-1]]
        set_ticks = axes.set_xticks if horizontal else axes.set_yticks
        set_ticks(ticks, [axis.tick_shown(t) for t in ticks])
        if axis.scale == "log":
            (axes.xaxis if horizontal else axes.yaxis).set_minor_formatter(matplotlib.ticker.NullFormatter())
        if axis.name_shown:
            label = (axes.set_xlabel if horizontal else axes.set_ylabel)(axis.name_shown)
            self.note(label, "xlabel" if horizontal else "ylabel")
        self.records.append(["value", axes, axis, ticks, index])

    def row_axis(self, axes, share: float = 1.0):
        spec, s = self.spec, self.s
        name = spec.row_axis.name_shown if spec.row_axis else spec.row_name
        if name:
            self.note((axes.set_ylabel if spec.horizontal else axes.set_xlabel)(name), "ylabel" if spec.horizontal else "xlabel")
        if spec.row_axis:
            ticks = [t for t in spec.row_axis.ticks if spec.row_axis.low - 1e-9 <= t <= spec.row_axis.high + 1e-9]
            need = max(fonts.width(s.font, max(6, round(s.em)), spec.row_axis.tick_shown(t)) for t in ticks) * 1.3
            ticks = ticks[:: max(1, round(need * len(ticks) / (s.width * 0.72) + 0.49))]
            axes.set_xlim(spec.row_axis.low, spec.row_axis.high)
            axes.set_xticks(ticks, [spec.row_axis.tick_shown(t) for t in ticks])
            self.records.append(["number", axes, spec.row_axis, ticks, 0])
            return
        slot = s.width * 0.74 * share / len(spec.rows)
        widest = max(fonts.width(s.font, max(6, round(s.em)), n) for n in spec.rows) * 1.15
        every, turn = 1, 0
        if not spec.horizontal and widest > slot:
            if spec.predictable and self.rng.random() < 0.6:
                every = max(1, round(widest * 1.1 / slot + 0.49))
            else:
                turn = self.rng.choice([45, 90, 30, -45]) if slot > s.em else 90
        shown = range(0, len(spec.rows), every)
        if spec.horizontal:
            axes.set_yticks(self.xs, spec.rows)
            axes.set_ylim(-0.6, len(spec.rows) - 0.4)
            if self.rng.random() < 0.6:
                axes.invert_yaxis()
        else:
            axes.set_xticks(
                [self.xs[r] for r in shown],
                [spec.rows[r] for r in shown],
                rotation=turn,
                ha="right" if 0 < turn < 90 else "left" if turn < 0 else "center",
                rotation_mode="anchor" if 0 < abs(turn) < 90 else None,
            )
            if all(x.mark not in ("bar", "box") for x in spec.series):
                room = (self.xs[-1] - self.xs[0]) * (0.0 if any(x.mark == "area" for x in spec.series) else 0.05)
                axes.set_xlim(self.xs[0] - room, self.xs[-1] + room)
            else:
                axes.set_xlim(-0.6, len(spec.rows) - 0.4)
        self.records.append(["row", axes, None, list(shown), 0])

    def grid(self, axes):
        if self.own_style:
            axes.grid(False)
            axes.set_axisbelow(True)
            for which in {"value": ["x" if self.spec.horizontal else "y"], "row": ["y" if self.spec.horizontal else "x"], "both": ["x", "y"]}.get(
                self.s.grid_lines, []
            ):
                axes.grid(True, axis=which, color=unit(self.s.grid), linewidth=0.8, linestyle=(0, self.s.grid_dash) if self.s.grid_dash else "-")
            for side, letter in (("left", "l"), ("right", "r"), ("top", "t"), ("bottom", "b")):
                axes.spines[side].set_visible(letter in self.s.spines)

    def legend(self, panels):
        where = self.s.legend
        handles, names = [], []
        for panel in panels:
            h, n = panel.get_legend_handles_labels()
            handles, names = handles + h, names + n
        common = {"frameon": self.s.legend_frame if self.own_style else None, "fontsize": self.s.em * self.px * 0.95}
        if where == "right":
            legend = panels[0].legend(handles, names, loc="center left", bbox_to_anchor=(1.02 + 0.13 * (len(panels) - 1), 0.5), **common)
        elif where in ("top", "bottom"):
            columns = max(
                1,
                min(len(names), int(self.s.width * 0.8 / (max(fonts.width(self.s.font, round(self.s.em) or 8, n) for n in names) + self.s.em * 3.5))),
            )
            legend = self.figure.legend(handles, names, loc="upper center" if where == "top" else "lower center", ncol=columns, **common)
            self.outer = (where, legend)
        else:
            legend = panels[-1].legend(handles, names, loc="best", **common)
        for text in legend.get_texts():
            self.note(text, "legend")

    def notes(self, axes):
        for note in self.spec.notes:
            if note.kind == "line":
                (axes.axvline if self.spec.horizontal else axes.axhline)(note.at, color="grey", linestyle="--", linewidth=1)
                if not self.spec.horizontal:
                    self.note(
                        axes.text(
                            0.99,
                            note.at,
                            note.text,
                            transform=axes.get_yaxis_transform(),
                            ha="right",
                            va="bottom",
                            fontsize=self.s.em * self.px * 0.9,
                        ),
                        "annotation",
                    )

    # --- result -------------------------------------------------------------------------------------------------------------------

    def finish(self) -> Sample:
        spec, s, figure = self.spec, self.s, self.figure
        top = 1.0
        if spec.title:
            size = s.em * s.title_scale * self.px
            room = s.width * 0.94 / fonts.width(s.font, max(6, round(s.em * s.title_scale)), spec.title)
            self.note(figure.suptitle(spec.title, fontsize=size * min(1.0, room), fontweight="bold" if s.title_bold else "normal"), "title")
            top -= s.em * s.title_scale * 1.4 / s.height
        spec.subtitle = spec.source = ""
        outer = getattr(self, "outer", None)
        bottom = 0.0
        if outer:
            figure.canvas.draw()
            high = outer[1].get_window_extent().height / s.height + 0.02
            if outer[0] == "top":
                outer[1].set_bbox_to_anchor((0.5, top))
                top -= high
            else:
                bottom += high
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # no room, or a glyph that no font has
            try:
                figure.tight_layout(rect=(0, bottom, 1, top))
            except UserWarning as error:
                raise DoesNotFit(str(error)) from None
        buffer = io.BytesIO()
        figure.savefig(buffer, format="rgba", dpi=100)
        width, height = figure.canvas.get_width_height()
        s.width, s.height = width, height
        image = Image.frombytes("RGBA", (width, height), buffer.getvalue()).convert("RGB")
        texts = self._texts()
        for i, row, axes, x, y, bx, by in self.queue:
            self.places[i, row] = (*self.pixel(axes, x, y), *self.pixel(axes, bx, by))
        plots = [
            self._box(axes.get_window_extent())
            for axes in dict.fromkeys(record[1] for record in self.records if record and record[0] != "colour") or figure.axes
        ]
        return assemble(spec, image, texts, self.places, self.labelled, self._axes(), plots, "matplotlib")

    def _box(self, extent) -> tuple:
        return extent.x0, self.s.height - extent.y1, extent.x1, self.s.height - extent.y0

    def _texts(self) -> list[Text]:
        known = {id(artist): role for artist, role in self.roles}
        ticks = [
            (t, "tick")
            for axes in self.figure.axes
            for axis in (axes.xaxis, axes.yaxis)
            if axis.get_visible()
            for t in axis.get_ticklabels()
            if t.get_text()
        ]
        rows = set(self.spec.rows)
        out = []
        for artist, role in [*self.roles, *[(a, r) for a, r in ticks if id(a) not in known]]:
            text, (x0, y0, x1, y1) = artist.get_text(), self._box(artist.get_window_extent())
            if not text or not artist.get_visible():
                continue
            if x0 < -1.5 or y0 < -1.5 or x1 > self.s.width + 1.5 or y1 > self.s.height + 1.5:
                raise DoesNotFit(text)
            turned = artist.get_rotation() % 180 not in (0.0,)
            path = self.s.font
            units = [fonts.width(path, 20, c) for c in text]
            chars, at = [], x0
            for c, part in zip(text, units if not turned else ()):
                step = (x1 - x0) * part / (sum(units) or 1)
                chars.append((c, at, at + step))
                at += step
            if role == "tick" and text in rows:
                role = "category"
            out.append(Text(text, (x0, y0, x1, y1), role, turned, chars))
            if hasattr(artist, "cell"):
                self.labelled.add(artist.cell)
        return out

    def _axes(self) -> list[Axis]:
        spec, values, others = self.spec, [], []
        for record in self.records:
            if not record:
                continue
            kind, axes, axis, ticks, index = record
            box = self._box(axes.get_window_extent())
            if kind == "colour":
                values.append(record_axis(axis, "colour", "right", [(box[2], self.pixel(axes, 0, t)[1]) for t in ticks], ticks))
            elif kind == "value" and spec.horizontal:
                values.append(record_axis(axis, "x", "bottom", [(self.pixel(axes, t, 0)[0], box[3]) for t in ticks], ticks))
            elif kind == "value":
                right = index == 1 and spec.kind == "combo"
                values.append(
                    record_axis(
                        axis,
                        "y",
                        "right" if right else "left",
                        [(box[2] if right else box[0], self.pixel(axes, self.xs[0], t)[1]) for t in ticks],
                        ticks,
                    )
                )
            elif kind == "number":
                others.append(record_axis(axis, "x", "bottom", [(self.pixel(axes, t, 1)[0], box[3]) for t in ticks], ticks))
            elif kind == "row":
                flat = spec.horizontal or spec.kind == "heatmap"
                places = [(box[0], self.pixel(axes, 1, self.xs[r])[1]) if flat else (self.pixel(axes, self.xs[r], 1)[0], box[3]) for r in ticks]
                others.append(
                    Axis(
                        "y" if flat else "x",
                        spec.row_name,
                        "",
                        "date" if spec.row_kind == "date" else "category",
                        "left" if flat else "bottom",
                        [Tick(x, y, spec.rows[r], spec.row_values[r]) for (x, y), r in zip(places, ticks)],
                    )
                )
        return values + others[:1]


def render(spec: Spec) -> Sample:
    """Draw with Matplotlib; raises DoesNotFit when a text would leave the picture."""
    rng = random.Random(f"matplotlib/{spec.seed}")
    sheet = rng.choice(SHEETS)
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyplot.style.use(sheet)
        s, own = spec.style, sheet == "default" and rng.random() < 0.6
        size = s.em * 0.72
        matplotlib.rcParams.update(
            {
                "font.family": _family(s.font),
                "font.size": size,
                "axes.labelsize": size,
                "xtick.labelsize": size,
                "ytick.labelsize": size,
                "legend.fontsize": size,
                "axes.unicode_minus": False,
                "figure.dpi": 100,
                "savefig.dpi": 100,
                "figure.autolayout": False,
            }
        )
        if own:
            matplotlib.rcParams.update(
                {
                    "figure.facecolor": unit(s.back),
                    "savefig.facecolor": unit(s.back),
                    "axes.facecolor": unit(s.plot_back),
                    "text.color": unit(s.ink),
                    "axes.labelcolor": unit(s.ink),
                    "xtick.color": unit(s.soft),
                    "ytick.color": unit(s.soft),
                    "axes.edgecolor": unit(s.axis),
                    "legend.facecolor": unit(s.plot_back),
                }
            )
        else:
            _sheet_colours(spec)
        drawing = Drawing(spec, rng)
        drawing.own_style = own
        try:
            {"pie": drawing.pie, "donut": drawing.pie, "heatmap": drawing.heatmap, "multiples": drawing.multiples}.get(spec.kind, drawing.cartesian)()
            return drawing.finish()
        finally:
            pyplot.close(drawing.figure)


def _sheet_colours(spec: Spec):
    """Take the style sheet's colours and background."""
    cycle = [_pixels(c) for c in matplotlib.rcParams["axes.prop_cycle"].by_key().get("color", ["C0"])]
    back = _pixels(matplotlib.rcParams["axes.facecolor"])
    colours = [c for c in cycle if distance(c, back) > 60]
    spec.style.plot_back = back
    if len(colours) >= len(spec.series) and (spec.kind not in ("pie", "donut") or len(colours) >= len(spec.rows)):
        spec.style.colours = colours
        for i, series in enumerate(spec.series):
            series.colour = colours[i % len(colours)]
