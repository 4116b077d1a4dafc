"""Questions about a chart with answers that cite its cells, seeded; small talk and refusals."""

import random
import re
from dataclasses import dataclass

from . import phrases
from .expressions import number_text
from .facts import Facts

SLOT = re.compile(r"\{(\w+)\}")
LIMITED = ("count_above", "count_below", "yes_limit")


@dataclass
class Question:
    """`text` as a person asks it; `answer`: pieces, text and control tokens, the language first."""

    family: str
    text: str
    answer: list


def fill(phrase: str, slots: dict) -> list[str]:
    """A phrase with its slots replaced: pieces of text and control tokens."""
    out, at = [], 0
    for found in SLOT.finditer(phrase):
        if found.start() > at:
            out.append(phrase[at:found.start()])
        value = slots[found[1]]
        out += value if isinstance(value, list) else [value]
        at = found.end()
    return out + [phrase[at:]] if at < len(phrase) else out


def choose(rng: random.Random, options: list, held_out: bool):
    """One of a list; every fifth is for tests alone."""
    kept = [o for i, o in enumerate(options) if (i % 5 == 4) == held_out]
    return rng.choice(kept or options)


def s(i: int) -> str:
    return f"<s:{i}>"


def pt(series: int, row: int) -> list[str]:
    return ["<pt>", s(series), f"<r:{row}>"]


class Asker:
    """Draws questions about one table."""

    def __init__(self, facts: Facts, rng: random.Random, held_out: bool = False, strangers: list | None = None):
        self.f, self.rng, self.held_out = facts, rng, held_out
        self.strangers = [u for u in strangers or [] if u not in facts.rows + facts.series and u not in facts.title]
        self.usable = [i for i in range(len(facts.series)) if len(facts.column(i)) >= 2]

    def families(self) -> list[str]:
        """What can be asked of this table, likelier ones more often."""
        f, out = self.f, ["kind"]
        if f.title:
            out.append("title")
        if f.unit:
            out.append("unit")
        if self.strangers:
            out += ["absent"] * 3
        if self.usable:
            out += ["value"] * 5 + ["max_name", "max_name", "min_name", "max_value", "min_value", "difference", "difference", "ratio", "compare",
                                    "compare_low", "yes_rows", "yes_limit", "count_above", "count_below", "count_rows", "mean", "total"]
            if f.ordered and f.kind in ("line", "area", "step", "bar", "combo", "multiples"):
                out += ["trend", "trend", "yes_rise", "change", "percent"]
            if f.kind in ("pie", "donut", "bar", "hbar"):
                out += ["share"]
        if len(f.series) > 1:
            out += ["count_series", "legend"] + (["best_series", "worst_series", "compare_series", "difference_series"] if self.usable else [])
        return out

    def ask(self) -> Question | None:
        """One question, or None where what was drawn cannot be asked of this table."""
        family = self.rng.choice(self.families())
        f, rng = self.f, self.rng
        one = len(f.series) == 1
        series = rng.choice(self.usable) if self.usable else 0
        found = f.column(series) if self.usable else [(0, 0.0)]
        (row, value), (other, _) = rng.sample(found, 2) if len(found) > 1 else (found[0], found[0])
        second = rng.choice([i for i in range(len(f.series)) if i != series] or [0])
        slots = {"s": f.measure or "" if one else f.series[series], "s2": f.series[second] if not one else "", "r": f.rows[row] if f.rows else "",
                 "r2": f.rows[other] if f.rows else "", "n": self._limit(found), "u": rng.choice(self.strangers) if self.strangers else ""}
        options = [p for p in phrases.QUESTIONS[family][f.language] if all(slots[name] for name in SLOT.findall(p))]
        if not one and family not in ("title", "unit", "kind", "legend", "count_rows", "count_series", "best_series", "worst_series", "absent"):
            options = [p for p in options if "{s}" in p]
        if not options or (family.endswith("_series") and "{s2}" in options[0] and (f.value(second, row) is None)):
            return None
        text = "".join(fill(choose(rng, options, self.held_out), slots))
        answer = self._answer(family, series, second, row, other, slots)
        return Question(family, text, [f"<lang:{f.language}>", *answer])

    def _limit(self, found) -> str:
        """A threshold between the values, rounded so that no value equals it."""
        values = sorted({v for _, v in found})
        if len(values) < 2:
            return ""
        at = self.rng.randrange(len(values) - 1)
        middle = (values[at] + values[at + 1]) / 2
        for digits in range(7):
            text = number_text(middle, digits)
            if values[at] < float(text) < values[at + 1]:
                return text
        return ""

    def _answer(self, family: str, series: int, second: int, row: int, other: int, slots: dict) -> list[str]:
        one, two = pt(series, row), pt(series, other)
        limit = ["<num>", *slots["n"], "<end>"]
        calc = {"max_value": ["<max>", s(series)], "min_value": ["<min>", s(series)], "ratio": ["<div>", *one, *two], "change": ["<sub>", *two, *one],
                "percent": ["<pct>", *two, *one], "share": ["<share>", *one, "<total>", s(series)], "total": ["<total>", s(series)], "mean": ["<mean>", s(series)],
                "count_above": ["<count>", s(series), "<gt>", *limit], "count_below": ["<count>", s(series), "<lt>", *limit], "count_rows": ["<rows>"],
                "count_series": ["<columns>"]}
        named = {"max_name": ["<max>", s(series)], "min_name": ["<min>", s(series)], "compare": ["<larger>", *one, *two], "compare_low": ["<smaller>", *one, *two],
                 "compare_series": ["<larger>", *one, *pt(second, row)], "best_series": ["<maxof>", f"<r:{row}>"], "worst_series": ["<minof>", f"<r:{row}>"],
                 "yes_rows": ["<yesno>", "<gt>", *one, *two], "yes_limit": ["<yesno>", "<gt>", *one, *limit],
                 "yes_rise": ["<yesno>", "<gt>", "<last>", s(series), "<first>", s(series)], "title": ["<title>"], "unit": ["<unit>"], "kind": ["<kind>"],
                 "absent": ["<say:absent>"]}
        if family in ("yes_rows", "yes_limit", "yes_rise", "title", "unit", "kind", "absent"):
            return named[family]
        if family in named:
            return self._say("named", c=named[family])
        if family in calc:
            return self._say("number", c=["<calc>", *calc[family]])
        if family in ("difference", "difference_series"):
            two = two if family == "difference" else pt(second, row)
            return self._say("cells", c=["<calc>", "<diff>", *one, *two], a=one, b=two)
        if family == "value":
            return self._say("value", pt=one, row=["<rowname>", f"<r:{row}>"])
        if family == "legend":
            parts = []
            for i in range(min(len(self.f.series), 8)):
                parts += [", "] * (i > 0) + ["<name>", s(i)]
            return parts
        return self._say("trend", name=["<name>", s(series)], trend=["<trend>", s(series)], first=["<first>", s(series)], last=["<last>", s(series)])

    def _say(self, group: str, **slots) -> list[str]:
        return fill(self.rng.choice(phrases.ANSWERS[group][self.f.language]), slots)


def talk(rng: random.Random, language: str, held_out: bool = False) -> Question:
    """Small talk, or a request that a chart reader refuses (half of the draws)."""
    family = "refuse" if rng.random() < 0.5 else rng.choice([name for name in phrases.TALK if name != "refuse"])
    slots = {name: rng.choice(words[language]) for name, words in phrases.FILLERS.items()}
    slots |= {"k": str(rng.randint(1, 99)), "k2": str(rng.randint(1, 99))}
    text = "".join(fill(choose(rng, phrases.TALK[family][language], held_out), slots))
    return Question("talk" if family != "refuse" else "refuse", text, [f"<lang:{language}>", f"<say:{family}>"])
