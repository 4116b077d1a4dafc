"""The token string of a chart (MODEL.md, "What the model writes"), and tables read back from tokens."""

import random
from dataclasses import dataclass, field, replace

from .metrics import to_number
from .preprocess import Fit
from .tasks import phrases, questions, summary
from .tasks.facts import Facts
from .tokenizer import LOC_STEP, MAX_ROWS, MAX_SERIES, Tokenizer

# Loss groups of tokens. A prompt is what a person types: it is read, not written. FIRST: the name of the first row where rows run (dates, numbers);
# the others follow from it, so that it alone has to be read.
STRUCTURE, TEXT, NUMBER, LOCATION, SUMMARY, ANSWER, PROMPT, FIRST = range(8)


NOCHART = "nochart"  # a picture of something else
LANGUAGES = ("en", "de", "zh")


class Writer:
    """Collects ids with their loss group."""

    def __init__(self, tokenizer: Tokenizer, fit: Fit):
        self.t, self.fit = tokenizer, fit
        self.limit = {"x": fit.model_width // LOC_STEP - 1, "y": fit.model_height // LOC_STEP - 1}
        self.ids, self.groups = [], []

    def add(self, ids, group: int):
        self.ids += ids
        self.groups += [group] * len(ids)

    def control(self, *names: str, group: int = STRUCTURE):
        self.add([self.t.id(n) for n in names], group)

    def text(self, text: str, group: int = TEXT):
        self.add(self.t.encode(text) if text else [], group)

    def number(self, text: str):
        self.add(self.t.encode_raw(text), NUMBER)

    def location(self, axis: str, pixel: float):
        """The step of a pixel of the picture."""
        at = min(max(int(pixel * self.fit.scale / LOC_STEP), 0), self.limit[axis])
        self.control(f"<{axis}:{at}>", group=LOCATION)


def facts_of(sample) -> Facts:
    """A drawn chart's table as questions see it."""
    texts = [[cell.text if cell else None for cell in column] for column in sample.cells]
    cells = [[to_number(t) if t is not None else None for t in column] for column in texts]
    axis = next((sample.axes[s.axis] for s in sample.series if s.axis >= 0), None)
    along, across = (axis.name if axis else ""), sample.row_name
    xlabel, ylabel = (along, across) if axis and axis.role == "x" else (across, along)
    unit = sample.series[0].unit if sample.series else ""  # a further axis has one of its own
    return Facts(sample.chart, sample.title, xlabel, ylabel, unit, sample.language, [s.name for s in sample.series], list(sample.rows), cells, texts,
                 sample.row_kind in ("date", "number", "bin"), [s.unit for s in sample.series])


def _axis(w: Writer, axis):
    """Two ticks of a calibration, the outermost. A heatmap without a colour bar has axes of categories alone: they calibrate nothing."""
    w.control("<cal>")
    if axis is None or len(axis.ticks) < 2 or axis.role not in ("x", "y") or axis.scale not in ("linear", "log"):
        return
    if axis.scale == "log":
        w.control("<log>")
    for tick in (axis.ticks[0], axis.ticks[-1]):
        w.location(axis.role, getattr(tick, axis.role))
        w.number(tick.text)


def _series(w: Writer, sample):
    """Series under the calibration of their axis; a further axis with a name or unit of its own names them."""
    values = {s.axis for s in sample.series}
    last = None
    for series in sample.series:
        axis = sample.axes[series.axis] if series.axis >= 0 else None
        if last is None or series.axis != last:
            if last is not None and (axis.name, axis.unit) != (sample.axes[last].name, sample.axes[last].unit):
                w.control("<ylabel>")
                w.text(axis.name)
                w.control("<unit>")
                w.text(axis.unit)
            _axis(w, axis)
            if last is None:
                for i, other in enumerate(sample.axes):
                    if sample.kind == "scatter" and i not in values and other.role == "x":
                        _axis(w, other)
        last = series.axis
        w.control("<series>")
        w.text(series.name)


def write_table(w: Writer, sample, facts: Facts):
    """<bos> to <end>."""
    w.control("<bos>", f"<chart:{sample.chart}>")
    if sample.chart == NOCHART:
        return w.control("<end>")
    for tag, text in (("<title>", facts.title), ("<xlabel>", facts.xlabel), ("<ylabel>", facts.ylabel), ("<unit>", facts.unit)):
        w.control(tag)
        w.text(text)
    _series(w, sample)
    for row, name in enumerate(sample.rows):
        w.control("<row>")
        w.text(name, FIRST if row == 0 and facts.ordered else TEXT)
        for column in sample.cells:
            cell = column[row]
            if cell is None:
                w.control("<na>")
                continue
            w.location("x", cell.x)
            w.location("y", cell.y)
            w.number(cell.text)
    w.control("<end>")


def write_summary(w: Writer, facts: Facts, rng: random.Random):
    pieces = [f"<lang:{facts.language}>", "<say:nochart>"] if facts.kind == NOCHART else summary.write(facts, rng)
    w.control("<summary>", group=SUMMARY)
    w.add(w.t.pieces(pieces), SUMMARY)


def write_question(w: Writer, question):
    w.control("<ask>", group=PROMPT)
    w.text(question.text, PROMPT)
    w.control("<answer>", group=PROMPT)
    w.add(w.t.pieces(question.answer), ANSWER)


def fits(sample) -> bool:
    """Whether a chart's cells can be cited."""
    return len(sample.series) <= MAX_SERIES and len(sample.rows) <= MAX_ROWS


def _spoken(facts: Facts, rng: random.Random) -> Facts:
    """The language of what is said about a chart: mostly its own, but people ask in theirs."""
    return facts if rng.random() < 0.75 else replace(facts, language=rng.choice([l for l in LANGUAGES if l != facts.language]))


def _questions(facts: Facts, rng: random.Random, strangers: list | None) -> list:
    language = facts.language
    if facts.kind == NOCHART:
        return [questions.Question("none", questions.talk(rng, language).text, [f"<lang:{language}>", "<say:nochart>"])]
    asker, out = questions.Asker(facts, rng, strangers=strangers), []
    for _ in range(rng.randint(2, 5)):
        draw = rng.random()
        if draw < 0.06:
            out.append(questions.talk(rng, language))
        elif draw < 0.14:
            out.append(questions.Question("describe", questions.choose(rng, phrases.DESCRIBE[language], False), summary.write(facts, rng)))
        else:
            out.append(asker.ask())
    return [question for question in out if question]


def write(sample, fit: Fit, tokenizer: Tokenizer, rng: random.Random, tasks: float = 1.0, strangers: list | None = None) -> Writer:
    """Ids and loss groups of a drawn chart. The table always; with chance `tasks` a summary or questions (half and half)."""
    w, facts = Writer(tokenizer, fit), facts_of(sample)
    write_table(w, sample, facts)
    draw = rng.random()
    if draw < tasks / 2:
        write_summary(w, _spoken(facts, rng), rng)
    elif draw < tasks:
        for question in _questions(_spoken(facts, rng), rng, strangers):
            write_question(w, question)
    w.control("<eos>", group=ANSWER if draw < tasks else STRUCTURE)
    return w


def write_talk(fit: Fit, tokenizer: Tokenizer, rng: random.Random, language: str) -> Writer:
    """Small talk without a picture."""
    w = Writer(tokenizer, fit)
    w.control("<bos>", group=PROMPT)
    for _ in range(rng.randint(1, 4)):
        write_question(w, questions.talk(rng, language))
    w.control("<eos>", group=ANSWER)
    return w


@dataclass
class Calibration:
    """A value axis as the model wrote it: (step, number text) of two ticks along "x" or "y"."""

    role: str = ""
    log: bool = False
    ticks: list = field(default_factory=list)


@dataclass
class Table:
    """What the model wrote: texts, and cells[row][series] as strings (None if missing)."""

    kind: str = ""
    title: str = ""
    fields: dict = field(default_factory=dict)
    series: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    cells: list = field(default_factory=list)
    places: list = field(default_factory=list)   # [row][series] -> [x, y] in steps, [] if missing
    axes: list = field(default_factory=list)     # Calibration
    axis_of: list = field(default_factory=list)  # a series' index in `axes`
    units: list = field(default_factory=list)    # of each series
    undrawn: list = field(default_factory=list)  # of the truth: names of series that the picture does not show


def truth(sample) -> Table:
    """The table of a drawn chart."""
    facts = facts_of(sample)
    cells = [[facts.texts[s][r] for s in range(len(facts.series))] for r in range(len(facts.rows))]
    return Table(sample.chart, facts.title, {"xlabel": facts.xlabel, "ylabel": facts.ylabel, "unit": facts.unit}, facts.series, facts.rows, cells,
                 undrawn=sample.undrawn)


def segments(ids, tokenizer: Tokenizer) -> list[tuple[str, str]]:
    """(control token, text after it) pairs."""
    out = []
    for i in ids:
        if tokenizer.types[i] == 3:
            out.append((tokenizer.tokens[i], []))
        elif out:
            out[-1][1].append(i)
    return [(name, tokenizer.decode(text)) for name, text in out]


def read(ids, tokenizer: Tokenizer) -> Table:
    """Lenient reading of a written chart: whatever is well formed is kept."""
    table, part, unit = Table(), "", ""
    for name, text in segments(ids, tokenizer):
        if name.startswith("<chart:"):
            table.kind = name[7:-1]
        elif name == "<title>":
            table.title = text
        elif name in ("<xlabel>", "<ylabel>", "<unit>"):
            table.fields.setdefault(name[1:-1], text)
            unit = text if name == "<unit>" else unit
        elif name == "<cal>":
            part = "cal"
            table.axes.append(Calibration())
        elif name == "<log>" and part == "cal":
            table.axes[-1].log = True
        elif name == "<series>":
            table.series.append(text)
            table.units.append(unit)
            table.axis_of.append(_value_axis(table))
        elif name == "<row>":
            part = "row"
            table.rows.append(text)
            table.cells.append([])
            table.places.append([])
        elif name == "<na>" and part == "row":
            table.cells[-1].append(None)
            table.places[-1].append([])
        elif name in ("<end>", "<eos>"):
            break
        elif name[:3] in ("<x:", "<y:"):
            _place(table, part, name, text)
    return table


def _value_axis(table: Table) -> int:
    """The axis that a series written now belongs to: the last, but not a scatter's x axis."""
    last = len(table.axes) - 1
    return last - 1 if table.kind == "scatter" and last > 0 and table.axes[last].role == "x" else last


def _place(table: Table, part: str, name: str, text: str):
    at = int(name[3:-1])
    if part == "cal":
        table.axes[-1].role = name[1]
        table.axes[-1].ticks.append((at, text))
    elif part == "row" and name[1] == "x":
        table.places[-1].append([at])
    elif part == "row" and table.places[-1] and len(table.places[-1][-1]) == 1:
        table.places[-1][-1].append(at)
        table.cells[-1].append(text)


def answers(ids, tokenizer: Tokenizer) -> list[tuple[str, list[str]]]:
    """("<summary>" or "<answer>", pieces) of each in a written string."""
    out = []
    for i in ids:
        token = tokenizer.tokens[i]
        if token in ("<summary>", "<answer>"):
            out.append((token, []))
        elif token in ("<ask>", "<eos>"):
            out.append(("", []))
        elif out:
            out[-1][1].append(tokenizer.tokens[i] if tokenizer.types[i] == 3 else tokenizer.decode_raw([i]))
    return [pair for pair in out if pair[0]]
