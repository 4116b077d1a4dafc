"""The token string of a chart (MODEL.md, "What the model writes"), and tables read back from tokens."""

from dataclasses import dataclass, field

from .render import Drawing
from .spec import Spec
from .tokenizer import LOC_STEP, SPACE, Tokenizer

# Loss groups of tokens.
STRUCTURE, TEXT, NUMBER, LOCATION, SUMMARY = range(5)


class Writer:
    """Collects ids with their loss group."""

    def __init__(self, tokenizer: Tokenizer, width: int, height: int):
        self.t, self.limit = tokenizer, {"x": width // LOC_STEP - 1, "y": height // LOC_STEP - 1}
        self.ids, self.groups = [], []

    def add(self, ids, group: int):
        self.ids += ids
        self.groups += [group] * len(ids)

    def control(self, *names: str, group: int = STRUCTURE):
        self.add([self.t.id(n) for n in names], group)

    def text(self, text: str):
        self.add(self.t.encode(text) if text else [], TEXT)

    def number(self, text: str):
        self.add(self.t.encode_raw(text), NUMBER)

    def location(self, axis: str, pixel: float):
        at = min(max(int(pixel / LOC_STEP), 0), self.limit[axis])
        self.control(f"<{axis}:{at}>", group=LOCATION)

    def prose(self, *parts: str):
        """Text pieces and control tokens (those in angle brackets) of the summary."""
        for part in parts:
            if part.startswith("<"):
                self.control(part, group=SUMMARY)
            else:
                self.add(self.t.encode_raw(part), SUMMARY)


def _summary(w: Writer, spec: Spec):
    """One plan a kind of chart; every number is a citation."""
    last = f"<s:{len(spec.series) - 1}>"
    if spec.kind == "pie":
        w.prose(" The largest share is ", "<max>", "<s:0>", ", the smallest is ", "<min>", "<s:0>", ".")
    elif spec.kind == "line":
        for i in range(min(2, len(spec.series))):
            s = f"<s:{i}>"
            w.prose(" ", "<name>", s, " ", "<trend>", s, " from ", "<first>", s, " to ", "<last>", s, ".")
        w.prose(" The highest value is ", "<max>", "<s:0>", ".")
    elif len(spec.series) > 1:
        for i in range(len(spec.series)):
            s = f"<s:{i}>"
            w.prose(" ", "<name>", s, " is highest at ", "<max>", s, ".")
        w.prose(" The lowest of ", "<name>", last, " is ", "<min>", last, ".")
    else:
        w.prose(" The highest value is ", "<max>", "<s:0>", ", the lowest is ", "<min>", "<s:0>", ".",
                " The average is ", "<mean>", "<s:0>", " and the total ", "<total>", "<s:0>", ".")


def write(spec: Spec, drawing: Drawing, scale: float, tokenizer: Tokenizer, width: int, height: int) -> Writer:
    """Ids and loss groups of a drawn chart; `scale`: picture pixels to model pixels."""
    w = Writer(tokenizer, width, height)
    w.control("<bos>", f"<chart:{spec.kind}>")
    for tag, text in (("<title>", spec.title), ("<xlabel>", spec.xlabel), ("<ylabel>", spec.ylabel), ("<unit>", spec.unit)):
        w.control(tag)
        w.text(text)
    w.control("<cal>")
    axis = "x" if spec.kind == "hbar" else "y"
    for pixel, text in ([drawing.ticks[0], drawing.ticks[-1]] if drawing.ticks else []):
        w.location(axis, pixel * scale)
        w.number(text)
    for name in spec.series:
        w.control("<series>")
        w.text(name)
    for row, name in enumerate(spec.categories):
        w.control("<row>")
        w.text(name)
        for i in range(len(spec.series)):
            value = spec.values[i][row]
            if value is None:
                w.control("<na>")
                continue
            x, y = drawing.marks[i, row]
            w.location("x", x * scale)
            w.location("y", y * scale)
            w.number(value)
    w.control("<end>", "<summary>")
    _summary(w, spec)
    w.control("<eos>")
    return w


@dataclass
class Table:
    """What the model wrote: texts, and cells[row][series] as strings (None if missing)."""

    kind: str = ""
    title: str = ""
    fields: dict = field(default_factory=dict)
    series: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    cells: list = field(default_factory=list)
    places: list = field(default_factory=list)
    calibration: list = field(default_factory=list)  # (pixel step, number text)


def truth(spec: Spec) -> Table:
    """The table of a spec."""
    cells = [[spec.values[i][row] for i in range(len(spec.series))] for row in range(len(spec.categories))]
    return Table(spec.kind, spec.title, {"xlabel": spec.xlabel, "ylabel": spec.ylabel, "unit": spec.unit}, list(spec.series),
                 list(spec.categories), cells)


def _segments(ids, tokenizer: Tokenizer):
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
    table, part = Table(), ""
    for name, text in _segments(ids, tokenizer):
        if name.startswith("<chart:"):
            table.kind = name[7:-1]
        elif name == "<title>":
            table.title = text
        elif name in ("<xlabel>", "<ylabel>", "<unit>"):
            table.fields[name[1:-1]] = text
        elif name == "<cal>":
            part = "cal"
        elif name == "<series>":
            table.series.append(text)
        elif name == "<row>":
            part = "row"
            table.rows.append(text)
            table.cells.append([])
            table.places.append([])
        elif name == "<na>" and part == "row":
            table.cells[-1].append(None)
        elif name in ("<end>", "<eos>"):
            break
        elif name[:3] in ("<x:", "<y:"):
            _place(table, part, name, text)
    return table


def _place(table: Table, part: str, name: str, text: str):
    at = int(name[3:-1])
    if part == "cal":
        table.calibration.append((at, text))
    elif part == "row" and name[1] == "x":
        table.places[-1].append([at])
    elif part == "row" and table.places[-1]:
        table.places[-1][-1].append(at)
        table.cells[-1].append(text)
