"""How a chart looks; no bearing on its table."""

from dataclasses import dataclass, field

from .palettes import luminance


@dataclass
class Style:
    theme: str = "matplotlib"
    width: int = 640
    height: int = 480
    em: float = 13.0  # height of tick text in pixels
    smooth: bool = True  # drawn at twice the size and reduced
    fringes: bool = False  # coloured edges, as screens smooth text
    font: tuple = ("", "")  # paths of the fonts of Latin and of Chinese characters
    bold: tuple = ("", "")
    back: tuple = (255, 255, 255)
    plot_back: tuple = (255, 255, 255)
    ink: tuple = (20, 20, 20)
    soft: tuple = (90, 90, 90)  # tick texts
    axis: tuple = (60, 60, 60)
    grid: tuple = (215, 215, 215)
    colours: list = field(default_factory=list)
    grid_lines: str = "value"  # "", value, row, both
    grid_dash: tuple = ()
    grid_width: float = 1.0
    minor_grid: bool = False
    spines: str = "lb"  # any of l r t b
    tick_marks: str = "out"  # out, in, ""
    axis_width: float = 1.0
    limits: str = "ticks"  # value axis ends: at ticks, or a margin past the data
    title_align: str = "centre"  # centre, left
    title_bold: bool = False
    title_scale: float = 1.3
    title_below: bool = False
    legend: str = "right"  # right left top bottom inside direct
    legend_frame: bool = False
    legend_marker: str = "auto"  # auto, square, round
    value_name: str = "side"  # side (rotated), top (upright above the axis), none
    value_side: str = "left"
    bar_fill: float = 0.75  # share of a row's room that its bars take
    bar_gap: float = 0.0  # between bars of one row, as a share of a bar
    bar_outline: float = 0.0
    bar_round: bool = False
    hatch: bool = False
    vary_colours: bool = False  # a colour a row when there is one series
    line_width: float = 2.0
    markers: str = "some"  # none, some (one shape), shapes (a shape a series)
    marker_size: float = 6.0  # diameter
    marker_hollow: bool = False
    dashes: bool = False  # a dash pattern a series
    smooth_lines: bool = False
    area_alpha: float = 0.6
    row_labels: str = "auto"  # auto, slant, upright, stagger
    slant: float = 45.0  # degrees of slanted row names, upwards to their mark; negative: downwards from it
    laid: bool = False  # row names that would be turned are laid upright where they would stand, in as many lines as they need
    pie_text: str = "outside"  # outside, inside, legend, leader
    pie_value: str = "percent"  # percent, value, both
    start_angle: float = -90.0
    clockwise: bool = True
    hole: float = 0.55
    explode: int = -1
    slice_gap: float = 0.0
    ramp: str = "viridis"
    colour_bar: bool = True
    value_bold: bool = False
    card: bool = False  # rounded frame around all
    frame: bool = False  # thin frame around all
    legend_reversed: bool = False
    legend_swapped: bool = False  # names before their signs
    mirrored_ticks: bool = False  # tick marks on the opposite sides too
    rows_at_zero: bool = False  # row names beside the zero line, even inside the plot
    log_style: str = "plain"  # plain, power, e


def contrast(colour) -> tuple[int, int, int]:
    """Text colour on a fill."""
    return (20, 20, 20) if luminance(colour) > 140 else (255, 255, 255)
