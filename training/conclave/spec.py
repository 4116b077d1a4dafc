"""Sampling of chart specifications: pure data, a function of the seed alone."""

import math
import random
from dataclasses import dataclass, field

from . import words

TRAIN_SEEDS, VALID_SEEDS, TEST_SEEDS = 0, 1 << 40, 1 << 41  # first seeds of the disjoint ranges

FONTS = ["dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf", "dejavu/DejaVuSansCondensed.ttf", "dejavu/DejaVuSerif.ttf",
         "liberation/LiberationSans-Regular.ttf", "liberation/LiberationSans-Bold.ttf", "liberation/LiberationSerif-Regular.ttf",
         "noto/NotoSans-Regular.ttf", "noto/NotoSerif-Regular.ttf"]
HELD_OUT_FONTS = ["dejavu/DejaVuSansMono.ttf", "noto/NotoSans-Bold.ttf"]
PALETTES = [["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"], ["#4c72b0", "#dd8452", "#55a868", "#c44e52", "#8172b3", "#937860"],
            ["#4285f4", "#ea4335", "#fbbc05", "#34a853", "#ab47bc", "#00acc1"], ["#264653", "#2a9d8f", "#e9c46a", "#f4a261", "#e76f51", "#6d597a"],
            ["#003f5c", "#58508d", "#bc5090", "#ff6361", "#ffa600", "#7a9e9f"], ["#333333", "#777777", "#aaaaaa", "#555555", "#cccccc", "#999999"],
            ["#66c2a5", "#fc8d62", "#8da0cb", "#e78ac3", "#a6d854", "#ffd92f"], ["#0b84a5", "#f6c85f", "#6f4e7c", "#9dd866", "#ca472f", "#ffa056"]]
HELD_OUT_PALETTES = [["#8ecae6", "#219ebc", "#023047", "#ffb703", "#fb8500", "#606c38"], ["#5f0f40", "#9a031e", "#fb8b24", "#e36414", "#0f4c5c", "#b5838d"]]


@dataclass
class Style:
    """How a chart looks; no bearing on the truth."""

    width: int = 320
    height: int = 240
    font: str = FONTS[0]
    size: float = 0.04          # tick text height as a share of the picture's height
    palette: list = field(default_factory=lambda: PALETTES[0])
    dark: bool = False
    grid: str = "y"             # "", "y", "both"
    frame: str = "axes"         # "axes", "box", "none"
    value_labels: bool = True
    legend: str = ""            # "", "top", "right", "bottom"
    bar_fill: float = 0.7
    outline: bool = False
    markers: bool = True
    line_width: float = 0.008
    varied: bool = False        # a colour per bar
    thousands: bool = False
    unit_on_ticks: bool = False
    donut: bool = False
    pie_text: str = "outside"   # where slice names stand: "outside" or "legend"
    start_angle: float = 0.0


@dataclass
class Spec:
    """A chart's truth: texts, numbers as displayed, and its style."""

    kind: str
    title: str
    xlabel: str
    ylabel: str
    unit: str
    categories: list
    series: list
    values: list                # values[series][row], strings as displayed, None if missing
    axis: tuple = (0.0, 1.0, 1.0)  # low, high, step
    decimals: int = 0           # of the ticks
    style: Style = field(default_factory=Style)
    seed: int = 0

    @property
    def has_legend(self) -> bool:
        return bool(self.style.legend) and self.kind != "pie"


def decimals_of(step: float) -> int:
    """Decimals needed to write multiples of `step`."""
    for places in range(5):
        if abs(step * 10 ** places - round(step * 10 ** places)) < 1e-6:
            return places
    return 5


def number(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return text[1:] if float(text) == 0 and text.startswith("-") else text


def _random_string(rng: random.Random) -> str:
    style = rng.random()
    letters = "".join(rng.choice("ABCDEFGHKLMNPRSTUVXZ") for _ in range(rng.randint(1, 2)))
    if style < 0.5:
        return f"{letters}{rng.randint(1, 99)}"
    if style < 0.75:
        return f"{letters}-{rng.randint(1, 9)}"
    return (rng.choice("BDFGKLMNPRST") + rng.choice("aeiou") + rng.choice("bdglmnrst") + rng.choice("aeiou")).capitalize()


def _categories(rng: random.Random, count: int) -> tuple[str, list[str]]:
    """A dimension's name and its category names."""
    draw = rng.random()
    if draw < 0.14:
        names = rng.choice([words.MONTHS_SHORT, words.MONTHS_SHORT, words.MONTHS])
        start = rng.randint(0, max(0, 12 - count))
        return "Month", (names * 2)[start:start + count]
    if draw < 0.20:
        return "Day", (rng.choice([words.DAYS, words.DAYS_LONG]) * 2)[:count]
    if draw < 0.34:
        first = rng.randint(1990, 2030 - count)
        return "Year", [str(first + i) for i in range(count)]
    if draw < 0.38 and count <= 4:
        return "Quarter", [f"Q{i + 1}" for i in range(count)]
    if draw < 0.46:
        names = []
        while len(names) < count:
            name = _random_string(rng)
            if name not in names:
                names.append(name)
        return "Code", names
    dimension = rng.choice(list(words.CATEGORY_LISTS))
    return dimension, rng.sample(words.CATEGORY_LISTS[dimension], count)


def _title(rng: random.Random, measure: str, dimension: str) -> str:
    adjective = rng.choice(words.ADJECTIVES)
    place = rng.choice(words.PLACES + words.COUNTRIES + words.CITIES)
    return rng.choice([
        f"{measure} by {dimension}", f"{measure} by {dimension}", f"{measure} per {dimension}", f"{adjective} {measure}",
        f"{adjective} {measure} by {dimension}", f"{measure} in {place}", f"{adjective} {measure} in {place}",
        f"{measure} {rng.choice(words.TITLE_EXTRA)}", f"{measure} {rng.randint(1995, 2030)}", f"{place} {measure}", f"{measure}"])


def _axis(rng: random.Random, kind: str) -> tuple[float, float, float]:
    base = rng.choice([1, 2, 5, 10, 10, 20, 20, 25, 50, 50, 100, 100, 200, 500, 1000, 0.5, 0.2])
    steps = rng.choice([4, 5, 5, 6])
    low = base * rng.randint(1, 5) if kind == "line" and rng.random() < 0.25 else 0
    return low, low + base * steps, base


def _values(rng: random.Random, axis, rows: int, step: float) -> list[float]:
    """One series on multiples of `step` within the axis."""
    low, high, _ = axis
    span = high - low
    if rng.random() < 0.65:
        raw = [low + span * rng.uniform(0.06, 0.98) for _ in range(rows)]
    else:
        at, drift = rng.uniform(0.15, 0.85), rng.uniform(-0.12, 0.12)
        raw = []
        for _ in range(rows):
            raw.append(low + span * at)
            at = min(0.97, max(0.06, at + drift + rng.gauss(0, 0.08)))
    return [round(value / step) * step for value in raw]


def _pie_shares(rng: random.Random, count: int) -> list[int]:
    while True:
        parts = [rng.uniform(0.3, 1) ** rng.choice([1, 2]) for _ in range(count)]
        shares = [max(3, round(100 * part / sum(parts))) for part in parts]
        shares[shares.index(max(shares))] += 100 - sum(shares)
        if min(shares) >= 3:
            return shares


def _style(rng: random.Random, kind: str, series: int, held_out: bool, easy: bool) -> Style:
    width = rng.choice([256, 288, 320, 320, 384, 480, 640, 640])
    aspect = rng.choice([0.75, 0.75, 0.72, 0.7, 0.66, 0.8])
    style = Style(width=width, height=round(width * aspect))
    style.font = rng.choice(HELD_OUT_FONTS if held_out else FONTS)
    style.palette = rng.choice(HELD_OUT_PALETTES if held_out else PALETTES)[:]
    rng.shuffle(style.palette)
    style.size = rng.uniform(0.047, 0.056) if easy else rng.uniform(0.040, 0.056)
    style.dark = rng.random() < 0.08
    style.grid = rng.choice(["", "y", "y", "both"])
    style.frame = rng.choice(["axes", "axes", "box", "none"])
    style.value_labels = rng.random() < (0.75 if easy else 0.6)
    style.bar_fill = rng.uniform(0.5, 0.9)
    style.outline = rng.random() < 0.15
    style.markers = rng.random() < 0.75
    style.line_width = rng.uniform(0.006, 0.014)
    style.varied = series == 1 and rng.random() < 0.2
    style.thousands = rng.random() < 0.3
    style.unit_on_ticks = rng.random() < 0.3
    style.donut = rng.random() < 0.3
    style.pie_text = rng.choice(["outside", "outside", "legend"])
    style.start_angle = rng.choice([-90, -90, 0, rng.uniform(0, 360)])
    style.legend = rng.choice(["top", "right", "bottom"]) if series > 1 else ""
    return style


def sample(seed: int, kind: str, series: int = 1, easy: bool = False, labels: bool | None = None, held_out_style: bool = False) -> Spec:
    """The chart of a seed. `kind`: bar, hbar, line, pie; `labels` forces value labels on or off."""
    rng = random.Random(f"{seed}/{kind}/{series}")
    rows = rng.randint(3, 5) if easy or series > 2 else rng.randint(3, 6 if kind != "line" else 7)
    if kind == "pie":
        rows = rng.randint(3, 5)
    style = _style(rng, kind, series, held_out_style, easy)
    if labels is not None:
        style.value_labels = labels
    if kind == "line" and series > 1:
        style.value_labels = False
    dimension, categories = _categories(rng, rows)
    measure = rng.choice(words.MEASURES)
    names = rng.sample(rng.choice([words.REGIONS, words.PEOPLE, words.BRANDS, words.GRADES, words.COLOURS, words.CITIES]), series)
    title = _title(rng, measure, dimension) if rng.random() < 0.92 else ""
    unit = rng.choice(words.UNITS) if rng.random() < 0.4 else ""
    if kind == "pie":
        values = [[str(v) for v in _pie_shares(rng, rows)]]
        return Spec(kind, title, "", "", "%", categories, ["Value"], values, style=style, seed=seed)
    axis = _axis(rng, kind)
    fine = axis[2] / rng.choice([5, 10, 10]) if not style.value_labels else axis[2] / rng.choice([5, 10, 10, 20])
    if axis[2] == 25:
        fine = 5 if not style.value_labels else 1
    places = decimals_of(fine)
    values = [[number(v, places) for v in _values(rng, axis, rows, fine)] for _ in range(series)]
    ylabel = measure if rng.random() < 0.65 else ""
    if unit and not style.unit_on_ticks and not ylabel:
        unit = ""
    xlabel = dimension if rng.random() < 0.45 else ""
    if kind == "hbar":
        xlabel, ylabel = ylabel, xlabel
    quantity = xlabel if kind == "hbar" else ylabel
    series_names = names if series > 1 else [quantity or "Value"]
    return Spec(kind, title, xlabel, ylabel, unit, categories, series_names, values, axis, decimals_of(axis[2]), style, seed)


def sample_mixed(seed: int, easy: bool) -> Spec:
    """A training chart: the mix of kinds is here."""
    rng = random.Random(f"mix/{seed}")
    draw = rng.random()
    if easy:
        kind, series = ("bar", 1) if draw < 0.65 else ("line", 1) if draw < 0.8 else ("pie", 1)
    elif draw < 0.44:
        kind, series = "bar", 1
    elif draw < 0.56:
        kind, series = "hbar", 1
    elif draw < 0.68:
        kind, series = "bar", rng.choice([2, 2, 3])
    elif draw < 0.85:
        kind, series = "line", rng.choice([1, 1, 2])
    else:
        kind, series = "pie", 1
    return sample(seed, kind, series, easy)
