"""The curriculum: what each stage of training draws, and how its rate goes."""

from dataclasses import dataclass, field

from .dataset import Mix

MATPLOTLIB = {"matplotlib_share": 0.04}  # ten times as slow as our own renderer: at its usual share it would take half of the drawing
SIMPLE = MATPLOTLIB | {"charts": ("bar", "bar", "hbar", "line", "pie"), "easy": True, "degrade": 0.0}
LAID = {"laid": 0.75}  # most turned names are laid upright by the program before the model sees them; some are not found
OFTEN = {"line": 5, "step": 6, "area": 6, "bar": 3, "hbar": 3, "pie": 4, "donut": 4, "stacked": 4, "hstacked": 3, "stacked100": 2, "hstacked100": 2,
         "stackedarea": 8, "stacked100area": 8, "scatter": 4, "combo": 5, "multiples": 3, "heatmap": 3, "histogram": 1, "box": 2, "hbox": 2}


@dataclass
class Stage:
    name: str
    mix: Mix
    rate: tuple = (1.0, 1.0)  # factor of the learning rate at the start and the end of a command
    dense: float = 1.0        # factor of the dense encoder losses
    about: str = field(default="", compare=False)


STAGES = {
    1: Stage("read", Mix(SIMPLE, tasks=0.0, longest=321), about="one series, clean pictures, the table alone"),
    2: Stage("tables", Mix(MATPLOTLIB | LAID | {"max_rows": 16, "max_series": 4, "degrade": 0.3, "negatives": 0.01}, tasks=0.3, talk=0.01, longest=641), about="all kinds and languages, mostly tables"),
    3: Stage("tasks", Mix(MATPLOTLIB | LAID | {"negatives": 0.03}, tasks=0.9, talk=0.03), dense=0.6, about="everything: tables, summaries, questions, small talk, other pictures"),
    4: Stage("finish", Mix(MATPLOTLIB | LAID | {"negatives": 0.03}, tasks=0.9, talk=0.03), rate=(1.0, 0.01), dense=0.5, about="the same while the rate falls"),
    5: Stage("mend", Mix(LAID | {"charts": tuple(kind for kind, times in OFTEN.items() for _ in range(times)), "negatives": 0.03}, tasks=0.9, talk=0.03),
             rate=(1.0, 0.01), dense=0.5, about="the same, more of the kinds that are read worst, for slow machines: Matplotlib at its usual share"),
}
