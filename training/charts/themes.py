"""Styles from seeds. A theme imitates a common tool's look; a quarter of all charts mix everything freely."""

import math

from . import fonts, palettes
from .palettes import distance, mix, rgb
from .style import Style


def _size(rng, s: Style):
    """Pixels and text height: text stays readable after the picture is fitted into the model's input."""
    draw = rng.random()
    width = (
        round(math.exp(rng.uniform(math.log(200), math.log(420))))
        if draw < 0.12
        else rng.choice([640, 640, 800, 600, 480, 720, 560, 1000, 960])
        if draw < 0.5
        else round(math.exp(rng.uniform(math.log(420), math.log(1100))))
        if draw < 0.9
        else rng.randint(1100, 2000)
    )
    aspect = rng.choice([0.75, 0.75, 0.625, 0.667, 0.5625, 0.6, 1.0, rng.uniform(0.5, 1.25)])
    s.width, s.height = width, max(150, min(2000, round(width * aspect)))
    fitted = max(s.width / 640, s.height / 448)
    s.em = max(9.5 if rng.random() < 0.7 else 8.5, rng.uniform(9.5, 15.5) * fitted) if fitted < 1.2 else rng.uniform(8.5, 14.5) * fitted
    s.em = min(s.em, min(s.width, s.height) * 0.06)
    s.em = max(s.em, 8.0)
    s.smooth = s.width * s.height < 700_000 and rng.random() < 0.75


def _theme(s: Style, wish_fonts, palette_names, **values):
    for name, value in values.items():
        setattr(s, name, value)
    return wish_fonts, palette_names


def _matplotlib(rng, s):
    return _theme(
        s,
        ("dejavu",),
        ("tab10",),
        spines="lrtb",
        grid_lines=rng.choice(["", "", "", "value", "both"]),
        limits="margin",
        tick_marks="out",
        bar_fill=0.8,
        ink=(0, 0, 0),
        soft=(0, 0, 0),
        axis=(0, 0, 0),
        grid=(176, 176, 176),
        legend="inside",
        legend_frame=True,
        markers=rng.choice(["none", "some"]),
        title_scale=1.2,
        start_angle=-0.0,
        clockwise=False,
    )


def _seaborn(rng, s):
    dark = rng.random() < 0.5
    return _theme(
        s,
        ("dejavu", "liberation"),
        ("deep", "muted"),
        spines="" if dark else "lrtb",
        plot_back=(234, 234, 242) if dark else (255, 255, 255),
        grid=(255, 255, 255) if dark else (204, 204, 204),
        axis=(255, 255, 255) if dark else (204, 204, 204),
        grid_lines="both",
        limits="margin",
        tick_marks="",
        ink=(38, 38, 38),
        soft=(38, 38, 38),
        bar_fill=0.8,
        legend=rng.choice(["inside", "right"]),
        legend_frame=True,
    )


def _ggplot(rng, s):
    grey = rng.random() < 0.7
    return _theme(
        s,
        ("liberation", "noto"),
        ("ggplot", "ggplot3"),
        spines="" if grey else "lb",
        plot_back=(235, 235, 235) if grey else (255, 255, 255),
        grid=(255, 255, 255) if grey else (225, 225, 225),
        minor_grid=grey,
        grid_lines="both",
        limits="margin",
        tick_marks="out",
        axis=(51, 51, 51),
        ink=(0, 0, 0),
        soft=(77, 77, 77),
        bar_fill=0.9,
        title_align="left",
        title_scale=1.25,
        legend="right",
        markers="some",
        start_angle=-90.0,
    )


def _excel(rng, s):
    return _theme(
        s,
        ("carlito", "liberation"),
        ("office", "office2007"),
        spines="b",
        grid=(217, 217, 217),
        axis=(217, 217, 217),
        ink=(89, 89, 89),
        soft=(89, 89, 89),
        tick_marks="",
        bar_fill=rng.choice([0.31, 0.45, 0.69]),
        bar_gap=rng.choice([0.0, 0.0, -0.2, 0.27]),
        title_scale=1.5,
        legend=rng.choice(["bottom", "bottom", "right", "top"]),
        frame=rng.random() < 0.5,
        line_width=2.6,
        markers=rng.choice(["none", "some"]),
        smooth_lines=rng.random() < 0.15,
        slice_gap=rng.choice([0, 0.012]),
    )


def _excel2003(rng, s):
    return _theme(
        s,
        ("liberation", "liberation-serif"),
        ("excel2003",),
        plot_back=(192, 192, 192),
        spines="lrtb",
        grid=(0, 0, 0),
        axis=(128, 128, 128),
        ink=(0, 0, 0),
        soft=(0, 0, 0),
        bar_outline=1.0,
        bar_fill=0.5,
        legend="right",
        legend_frame=True,
        title_bold=True,
        title_scale=1.2,
        markers="shapes",
        frame=True,
        smooth=False,
    )


def _sheets(rng, s):
    return _theme(
        s,
        ("roboto", "liberation"),
        ("sheets",),
        spines="b",
        grid=(204, 204, 204),
        axis=(51, 51, 51),
        ink=(117, 117, 117),
        soft=(68, 68, 68),
        tick_marks="",
        title_align="left",
        title_scale=1.4,
        legend=rng.choice(["right", "top", "bottom"]),
        legend_marker=rng.choice(["round", "square"]),
        bar_fill=rng.uniform(0.55, 0.75),
        markers="none",
        slice_gap=0.01,
    )


def _calc(rng, s):
    return _theme(
        s,
        ("liberation",),
        ("calc",),
        spines="lb" if rng.random() < 0.7 else "lrtb",
        grid=(179, 179, 179),
        axis=(179, 179, 179),
        ink=(0, 0, 0),
        soft=(0, 0, 0),
        legend="right",
        bar_fill=0.5,
        tick_marks="out",
        title_scale=1.3,
        markers=rng.choice(["none", "shapes", "shapes"]),
        frame=rng.random() < 0.3,
    )


def _plot(rng, s):
    return _theme(
        s,
        ("liberation", "dejavu"),
        ("plot",),
        spines="lrtb",
        grid_lines=rng.choice(["", "", "both", "value"]),
        grid=(160, 160, 160),
        grid_dash=(1, 3),
        axis=(0, 0, 0),
        ink=(0, 0, 0),
        soft=(0, 0, 0),
        tick_marks="in",
        legend=rng.choice(["inside", "inside", "right"]),
        bar_fill=rng.choice([0.5, 0.8, 0.66]),
        bar_outline=rng.choice([0, 1]),
        title_scale=1.0,
        line_width=rng.choice([1, 2]),
        markers=rng.choice(["shapes", "none", "some"]),
        smooth=rng.random() < 0.5,
        row_labels=rng.choice(["auto", "upright", "slant"]),
    )


def _plotly(rng, s):
    white = rng.random() < 0.3
    return _theme(
        s,
        ("open-sans", "noto"),
        ("plotly",),
        plot_back=(255, 255, 255) if white else (229, 236, 246),
        grid=(235, 240, 248) if white else (255, 255, 255),
        spines="",
        ink=(42, 63, 95),
        soft=(42, 63, 95),
        grid_lines=rng.choice(["both", "value"]),
        tick_marks="",
        title_align="left",
        title_scale=1.4,
        legend=rng.choice(["right", "right", "top"]),
        bar_fill=0.8,
        limits=rng.choice(["ticks", "margin"]),
        markers=rng.choice(["none", "some"]),
    )


def _tableau(rng, s):
    return _theme(
        s,
        ("noto", "open-sans", "carlito"),
        ("tableau",),
        spines=rng.choice(["b", "lb", "lrtb"]),
        grid=(240, 240, 240),
        axis=(200, 200, 200),
        ink=(60, 60, 60),
        soft=(100, 100, 100),
        title_align="left",
        tick_marks="",
        legend=rng.choice(["right", "top"]),
        bar_fill=rng.uniform(0.6, 0.8),
        markers=rng.choice(["none", "some"]),
        title_scale=1.4,
    )


def _news(rng, s):
    tint = rng.choice([(255, 255, 255), (213, 228, 235), (255, 241, 229), (246, 246, 246), (233, 237, 240)])
    return _theme(
        s,
        ("roboto-condensed", "liberation-narrow", "lato", "open-sans"),
        ("economist", "dusk", "earth"),
        back=tint,
        plot_back=tint,
        spines="b",
        grid=mix(tint, (0, 0, 0), 0.15),
        axis=(40, 40, 40),
        ink=(20, 20, 20),
        soft=(60, 60, 60),
        tick_marks=rng.choice(["", "out"]),
        title_align="left",
        title_bold=True,
        title_scale=1.5,
        legend=rng.choice(["top", "direct", "top"]),
        bar_fill=0.65,
        markers="none",
        value_side=rng.choice(["left", "right"]),
        value_name=rng.choice(["top", "none"]),
    )


def _minimal(rng, s):
    return _theme(
        s,
        ("lato", "open-sans", "roboto-light", "noto"),
        ("material", "set2", "dark2", "pastel", "blues"),
        spines=rng.choice(["", "b"]),
        grid_lines=rng.choice(["", "value"]),
        grid=(232, 232, 232),
        axis=(150, 150, 150),
        ink=(50, 50, 50),
        soft=(110, 110, 110),
        tick_marks="",
        title_align=rng.choice(["left", "centre"]),
        legend=rng.choice(["top", "bottom", "direct", "right"]),
        bar_fill=rng.uniform(0.45, 0.8),
        bar_round=rng.random() < 0.5,
        card=rng.random() < 0.4,
        smooth_lines=rng.random() < 0.25,
        markers=rng.choice(["none", "some"]),
        value_name=rng.choice(["none", "top", "side"]),
    )


def _print(rng, s):
    return _theme(
        s,
        ("liberation-serif", "dejavu-serif", "liberation"),
        ("greys",),
        spines=rng.choice(["lb", "lrtb"]),
        grid_lines=rng.choice(["", "", "value"]),
        grid=(200, 200, 200),
        grid_dash=rng.choice([(), (2, 2), (4, 3)]),
        axis=(0, 0, 0),
        ink=(0, 0, 0),
        soft=(0, 0, 0),
        tick_marks=rng.choice(["in", "out"]),
        hatch=rng.random() < 0.4,
        bar_outline=1.0,
        dashes=True,
        markers="shapes",
        legend=rng.choice(["inside", "right", "top", "bottom"]),
        legend_frame=rng.random() < 0.5,
        title_below=rng.random() < 0.25,
        title_scale=1.1,
        title_bold=rng.random() < 0.3,
    )


def _dark(rng, s):
    back = rng.choice([(17, 17, 17), (30, 30, 36), (0, 0, 0), (32, 33, 36), (24, 27, 43), (45, 45, 48)])
    return _theme(
        s,
        ("roboto", "open-sans", "dejavu", "noto", "lato"),
        ("neon", "plotly", "pastel", "tab10", "set2", "sheets"),
        back=back,
        plot_back=mix(back, (255, 255, 255), rng.choice([0, 0, 0.06])),
        ink=(235, 235, 235),
        soft=(190, 190, 195),
        axis=(130, 130, 135),
        grid=mix(back, (255, 255, 255), 0.18),
        spines=rng.choice(["", "b", "lb", "lrtb"]),
        legend=rng.choice(["right", "top", "bottom", "inside"]),
        tick_marks=rng.choice(["", "out"]),
        bar_fill=rng.uniform(0.5, 0.85),
        markers=rng.choice(["none", "some"]),
        title_align=rng.choice(["left", "centre"]),
        limits=rng.choice(["ticks", "margin"]),
    )


THEMES = {
    "matplotlib": _matplotlib,
    "seaborn": _seaborn,
    "ggplot": _ggplot,
    "excel": _excel,
    "excel2003": _excel2003,
    "sheets": _sheets,
    "calc": _calc,
    "plot": _plot,
    "plotly": _plotly,
    "tableau": _tableau,
    "news": _news,
    "minimal": _minimal,
    "print": _print,
    "dark": _dark,
}


def _free(rng, s: Style):
    """Everything drawn independently."""
    s.grid_lines, s.grid_dash = rng.choice(["", "value", "value", "row", "both"]), rng.choice([(), (), (), (1, 3), (4, 3), (6, 2)])
    s.spines, s.tick_marks = rng.choice(["", "b", "lb", "lb", "lrtb"]), rng.choice(["out", "in", "", ""])
    s.limits, s.title_align = rng.choice(["ticks", "ticks", "margin"]), rng.choice(["centre", "centre", "left"])
    s.title_bold, s.title_scale, s.title_below = rng.random() < 0.4, rng.uniform(1.0, 1.7), rng.random() < 0.04
    s.legend, s.legend_frame = rng.choice(["right", "left", "top", "bottom", "inside", "direct"]), rng.random() < 0.3
    s.value_name, s.value_side = rng.choice(["side", "side", "top", "none"]), rng.choice(["left", "left", "left", "right"])
    s.bar_fill, s.bar_gap = rng.uniform(0.3, 0.95), rng.choice([0, 0, 0.1, 0.25])
    s.markers, s.marker_hollow, s.dashes = rng.choice(["none", "some", "shapes"]), rng.random() < 0.2, rng.random() < 0.15
    s.hatch, s.card = rng.random() < 0.06, rng.random() < 0.1
    s.start_angle, s.clockwise = rng.choice([-90.0, 0.0, rng.uniform(0, 360)]), rng.random() < 0.5


def _jitter(rng, s: Style):
    """Factors that vary under every theme."""
    s.line_width = max(1.0, s.line_width * rng.uniform(0.6, 1.5)) * max(0.7, s.em / 13)
    s.marker_size = rng.uniform(4, 9) * max(0.7, s.em / 13)
    s.axis_width = max(1.0, round(s.em / 14))
    s.grid_width = s.axis_width
    s.marker_size = max(s.marker_size, s.line_width * 1.5, 4.5)
    s.vary_colours, s.legend_reversed = rng.random() < 0.12, rng.random() < 0.04
    s.bar_outline = s.bar_outline or (rng.choice([1.0, 1.5]) if rng.random() < 0.1 else 0.0)
    s.area_alpha, s.hole = rng.choice([0.3, 0.5, 0.7, 1.0]), rng.uniform(0.4, 0.7)
    s.pie_text, s.pie_value = rng.choice(["outside", "outside", "legend", "legend", "inside", "leader"]), rng.choice(
        ["percent", "percent", "value", "both"]
    )
    if s.theme not in ("matplotlib", "ggplot"):
        s.start_angle, s.clockwise = rng.choice([-90.0, -90.0, -90.0, rng.uniform(0, 360)]), rng.random() < 0.6
    s.ramp, s.colour_bar = rng.choice(list(palettes.RAMPS)), rng.random() < 0.7
    s.legend_swapped = rng.random() < (0.7 if s.theme == "plot" else 0.02)
    s.mirrored_ticks = s.tick_marks == "in" and rng.random() < 0.6
    s.rows_at_zero = rng.random() < (0.6 if s.theme in ("excel", "calc", "excel2003") else 0.05)
    s.value_bold, s.log_style = rng.random() < 0.1, rng.choice(["plain", "plain", "power", "power", "e"])
    s.explode = rng.randint(0, 2) if rng.random() < 0.08 else -1
    if rng.random() < 0.25:
        s.row_labels = rng.choice(["slant", "slant", "slant", "upright", "stagger"])
    s.slant = rng.choice([45.0, 45.0, 45.0, 30.0, 60.0, -45.0, -45.0, -30.0])


def _pick_colours(rng, s: Style, names, held_out: bool):
    """A palette that stands out from the background; often in its own order, sometimes shuffled, sometimes random hues."""
    if held_out:
        colours = [rgb(c) for c in palettes.HELD_OUT[rng.choice(list(palettes.HELD_OUT))].split()]
    elif rng.random() < 0.1:
        colours = palettes.random_colours(rng, 8)
    else:
        name = rng.choice(names) if rng.random() < 0.7 else rng.choice(list(palettes.PALETTES))
        colours = [rgb(c) for c in palettes.PALETTES[name].split()]
    if rng.random() < 0.35:
        rng.shuffle(colours)
    fit = [c for c in colours if distance(c, s.plot_back) > 90 and distance(c, s.back) > 90]
    while len(fit) < 8:
        extra = tuple(rng.randint(20, 235) for _ in range(3))
        if distance(extra, s.plot_back) > 120 and distance(extra, s.back) > 120 and all(distance(extra, c) > 60 for c in fit):
            fit.append(extra)
    s.colours = fit


def sample_style(rng, language: str, held_out: bool) -> Style:
    s = Style()
    s.theme = rng.choice(list(THEMES) + ["free"] * 4)
    _size(rng, s)
    if s.theme == "free":
        base = rng.choice([_minimal, _dark, _news, _excel, _print, _matplotlib])
        wish, names = base(rng, s)
        wish, names = (), list(palettes.PALETTES)
        _free(rng, s)
    else:
        wish, names = THEMES[s.theme](rng, s)
    smooth = s.smooth
    _jitter(rng, s)
    s.smooth = smooth and s.width * s.height < 700_000
    s.fringes = s.smooth and rng.random() < 0.08
    if rng.random() < 0.15:
        s.legend = rng.choice(["right", "left", "top", "bottom", "inside"])
    latin, chinese = fonts.choose(rng, held_out, wish), fonts.choose_chinese(rng)
    if language == "zh" and rng.random() < 0.4 and fonts.draws(chinese[0], "0"):
        latin = chinese  # digits of the Chinese font
    s.font, s.bold = (latin[0], chinese[0]), (latin[1], chinese[1])
    _pick_colours(rng, s, names, held_out)
    return s
