"""Citations and expressions over cited cells (MODEL.md, "Answers"), evaluated as the program evaluates them.

An expression is written in prefix order, so that a grammar needs only to count the operands that are still missing.
"""

import math
from dataclasses import dataclass

from .facts import Facts

MISSING = float("nan")  # of what is not there: an expression is read to its end all the same

OF_SERIES = ("<max>", "<min>", "<first>", "<last>", "<total>", "<mean>", "<range>")
TWO = ("<add>", "<sub>", "<diff>", "<div>", "<pct>", "<share>")
COMPARE = ("<gt>", "<lt>")
FIELDS = ("<title>", "<xlabel>", "<ylabel>", "<unit>")
SAYINGS = ("greet", "can", "who", "how", "thanks", "bye", "refuse", "absent", "nochart")
CONTROLS = (*TWO, *COMPARE, "<calc>", "<count>", "<num>", "<sum>", "<rows>", "<columns>", "<yesno>", "<larger>", "<smaller>", "<maxof>",
            "<minof>", "<rowname>", "<kind>", *(f"<say:{name}>" for name in SAYINGS))
LEVEL_SHARE = 0.05  # of the range: a smaller change from first to last is level

WORDS = {"en": {"yes": "yes", "no": "no", "rises": "rises", "falls": "falls", "level": "stays level"},
         "de": {"yes": "ja", "no": "nein", "rises": "steigt", "falls": "fällt", "level": "bleibt gleich"},
         "zh": {"yes": "是", "no": "否", "rises": "上升", "falls": "下降", "level": "保持平稳"}}


class Unsupported(Exception):
    """A citation of something that is not there."""


@dataclass
class Claim:
    """What one citation or expression came to: a number, or a name."""

    number: float | None = None
    name: str = ""
    text: str = ""


def index(token: str, letter: str) -> int:
    if not token.startswith(f"<{letter}:"):
        raise Unsupported(token)
    return int(token[3:-1])


def number_text(value: float, decimals: int) -> str:
    if math.isnan(value):
        return "[?]"
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def with_unit(text: str, unit: str) -> str:
    """ "-$5", "44%", "12万", "44 kg"."""
    if unit and unit in "$€£¥":
        return "-" + unit + text[1:] if text.startswith("-") else unit + text
    return text if not unit else text + unit if unit[0] in "%°" or unit[0] > "\u2e80" else f"{text} {unit}"


def aggregate(facts: Facts, op: str, series: int) -> tuple[float, int]:
    """Value of an operation over a series, and the row that it names (-1: none)."""
    found = facts.column(series)
    if not found:
        return MISSING, -1
    values = [v for _, v in found]
    if op in ("<max>", "<min>"):
        row, value = (max if op == "<max>" else min)(found, key=lambda rv: rv[1])
        return value, row
    if op in ("<first>", "<last>"):
        row, value = found[0 if op == "<first>" else -1]
        return value, row
    return {"<total>": sum(values), "<mean>": sum(values) / len(values), "<range>": max(values) - min(values)}[op], -1


class Reader:
    """Reads pieces one after another."""

    def __init__(self, facts: Facts, pieces: list[str]):
        self.facts, self.pieces, self.at = facts, pieces, 0

    def take(self) -> str:
        if self.at >= len(self.pieces):
            raise Unsupported("the end")
        self.at += 1
        return self.pieces[self.at - 1]

    def cell(self) -> tuple[int, int, float]:
        """<s:i><r:j> behind <pt>."""
        series, row = index(self.take(), "s"), index(self.take(), "r")
        value = self.facts.value(series, row)
        return series, row, MISSING if value is None else value

    def literal(self) -> float:
        digits = ""
        while (piece := self.take()) != "<end>":
            digits += piece
        try:
            return float(digits)
        except ValueError as error:
            raise Unsupported(digits) from error

    def operand(self) -> tuple[float, int, str]:
        """Value, decimals to print and unit of one expression."""
        token = self.take()
        if token == "<pt>":
            series, _, value = self.cell()
            return value, self.facts.decimals(series), self.facts.unit_of(series)
        if token in OF_SERIES:
            series = index(self.take(), "s")
            return aggregate(self.facts, token, series)[0], self.facts.decimals(series) + (token == "<mean>"), self.facts.unit_of(series)
        if token == "<sum>":
            row = index(self.take(), "r")
            values = [v for s in range(len(self.facts.cells)) if (v := self.facts.value(s, row)) is not None]
            places = max((self.facts.decimals(s) for s in range(len(self.facts.cells))), default=0)
            return sum(values) if values else MISSING, places, self.facts.common_unit()
        if token == "<num>":
            return self.literal(), 6, ""
        if token in ("<rows>", "<columns>"):
            return float(len(self.facts.rows if token == "<rows>" else self.facts.series)), 0, ""
        if token == "<count>":
            return self.count(), 0, ""
        if token in TWO:
            return self.two(token)
        raise Unsupported(token)

    def count(self) -> float:
        series, compare = index(self.take(), "s"), self.take()
        if compare not in COMPARE:
            raise Unsupported(compare)
        limit = self.operand()[0]
        return float(sum(v > limit if compare == "<gt>" else v < limit for _, v in self.facts.column(series)))

    def two(self, op: str) -> tuple[float, int, str]:
        (a, places_a, unit), (b, places_b, _) = self.operand(), self.operand()
        places = max(places_a, places_b)
        if op in ("<add>", "<sub>", "<diff>"):
            return {"<add>": a + b, "<sub>": a - b, "<diff>": abs(a - b)}[op], places, unit
        b = b or MISSING  # nothing divides by zero
        return {"<div>": (a / b, 2, ""), "<pct>": (100 * (a - b) / abs(b), 1, "%"), "<share>": (100 * a / b, 1, "%")}[op]

    def holds(self) -> bool:
        op = self.take()
        if op not in COMPARE:
            raise Unsupported(op)
        a, b = self.operand()[0], self.operand()[0]
        if math.isnan(a + b):
            raise Unsupported(op)
        return a > b if op == "<gt>" else a < b

    def picked(self, larger: bool) -> Claim:
        """<pt> cell <pt> cell: the name of the larger; of its row, or in one row of its series."""
        cells = []
        for _ in range(2):
            if self.take() != "<pt>":
                raise Unsupported("no cell")
            cells.append(self.cell())
        (s0, r0, v0), (s1, r1, v1) = cells
        if math.isnan(v0 + v1):
            raise Unsupported("a missing cell")
        series, row, value = cells[0] if (v0 > v1) == larger else cells[1]
        name = self.facts.rows[row] if r0 != r1 else self.facts.series[series]
        return Claim(value, name, name)

    def claim(self, token: str) -> Claim:
        """What the citation that begins with `token` comes to."""
        f, words = self.facts, WORDS[self.facts.language]
        shown = lambda value, series, more=0: with_unit(number_text(value, f.decimals(series) + more), f.unit_of(series))
        if token == "<calc>":
            value, places, unit = self.operand()
            return Claim(value, "", with_unit(number_text(value, places), unit))
        if token == "<pt>":
            series, _, value = self.cell()
            return Claim(value, "", shown(value, series))
        if token in OF_SERIES:
            series = index(self.take(), "s")
            value, row = aggregate(f, token, series)
            text = shown(value, series, token == "<mean>")
            return Claim(value, f.rows[row], f"{f.rows[row]} ({text})") if row >= 0 else Claim(value, "", text)
        if token in ("<maxof>", "<minof>"):
            row = index(self.take(), "r")
            found = [(v, s) for s in range(len(f.cells)) if (v := f.value(s, row)) is not None]
            if not found:
                raise Unsupported(token)
            value, series = (max if token == "<maxof>" else min)(found, key=lambda vs: vs[0])
            return Claim(value, f.series[series], f"{f.series[series]} ({shown(value, series)})")
        if token == "<trend>":
            found = f.column(index(self.take(), "s"))
            if not found:
                raise Unsupported(token)
            change, values = found[-1][1] - found[0][1], [v for _, v in found]
            level = abs(change) <= LEVEL_SHARE * (max(values) - min(values))
            word = words["level" if level else "rises" if change > 0 else "falls"]
            return Claim(None, word, word)
        if token == "<yesno>":
            word = words["yes" if self.holds() else "no"]
            return Claim(None, word, word)
        if token in ("<larger>", "<smaller>"):
            return self.picked(token == "<larger>")
        return self.named(token)

    def named(self, token: str) -> Claim:
        f = self.facts
        if token in FIELDS:
            text = getattr(f, token[1:-1])
        elif token == "<kind>":
            text = f.kind
        elif token.startswith("<say:"):
            text = token
        else:
            names, letter = (f.series, "s") if token == "<name>" else (f.rows, "r") if token == "<rowname>" else ([], "s")
            at = index(self.take(), letter)
            if at >= len(names):
                raise Unsupported(token)
            text = names[at]
        return Claim(None, text, text)


@dataclass
class Answer:
    """An answer as the person reads it; claims in order, None where one is not supported."""

    text: str
    claims: list


def evaluate(facts: Facts, pieces: list[str]) -> Answer:
    """Text and claims of an answer's pieces on a table."""
    reader, text, claims, cited = Reader(facts, pieces), "", [], False
    while reader.at < len(pieces):
        piece = reader.take()
        if piece.startswith("<lang:"):
            facts.language = piece[6:-1]
        elif not piece.startswith("<") or len(piece) == 1:
            text += piece[1:] if cited and text.endswith(".") and piece.startswith(".") else piece  # a unit's own point ends the sentence too
            cited = False
        else:
            cited = True
            try:
                claim = reader.claim(piece)
                if claim.number is not None and math.isnan(claim.number):
                    raise Unsupported(piece)
                text += claim.text
            except Unsupported:
                claim, text = None, text + "[?]"
            claims.append(claim)
    return Answer(text.strip(), claims)
