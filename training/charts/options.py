"""What may be drawn, and how often."""

from dataclasses import dataclass

TRAIN_SEEDS, VALID_SEEDS, TEST_SEEDS = 0, 1 << 40, 1 << 41  # first seeds of the disjoint ranges

# chart word: weight in the mix
MIX = {
    "bar": 20,
    "stacked": 6,
    "stacked100": 3,
    "hbar": 9,
    "hstacked": 2,
    "hstacked100": 2,
    "line": 17,
    "area": 2,
    "stackedarea": 2,
    "stacked100area": 1,
    "step": 2,
    "scatter": 6,
    "pie": 8,
    "donut": 4,
    "histogram": 4,
    "box": 2,
    "hbox": 1,
    "heatmap": 4,
    "combo": 4,
    "multiples": 3,
}
CHARTS = (*MIX, "nochart")
# chart word: how many an evaluation set has, each with a seed of its own (kinds drawn from one seed share their words)
EVALUATED = {
    "bar": 40,
    "hbar": 20,
    "line": 40,
    "step": 12,
    "area": 12,
    "pie": 30,
    "donut": 15,
    "stacked": 15,
    "stacked100": 10,
    "hstacked": 7,
    "hstacked100": 7,
    "stackedarea": 7,
    "stacked100area": 6,
    "histogram": 12,
    "box": 7,
    "hbox": 6,
    "heatmap": 12,
    "combo": 12,
    "multiples": 12,
    "scatter": 15,
}


@dataclass(frozen=True)
class Options:
    """What may be drawn. Two calls with equal seed and options give equal samples."""

    charts: tuple = ()  # chart words; all, weighted as in MIX, if empty
    languages: tuple = ("en", "en", "de", "zh")
    renderer: str = ""  # fast, matplotlib; "" for the usual mix
    matplotlib_share: float = 0.12
    degrade: float = 0.5  # share of degraded pictures
    max_rows: int = 24
    max_cells: int = 60
    max_series: int = 6
    labels: str = ""  # all, none; "" for the usual mix
    held_out: bool = False  # fonts and palettes that training never uses
    negatives: float = 0.0  # share of pictures that are no charts
    laid: float = 0.0  # share of turned row names that are written upright, in lines, as the program lays them before it reads
    easy: bool = False  # one series, at most six rows, large clean text
