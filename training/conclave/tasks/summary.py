"""Summaries: a short plan of acts drawn from what the kind of chart allows; every number is a citation."""

import random

from . import phrases
from .facts import Facts
from .questions import fill, pt, s

ORDERED = ("line", "area", "step", "combo", "multiples", "stackedarea", "stacked100area")
PARTS = ("pie", "donut")
LONGEST = 4  # series that get a sentence of their own


def _slots(facts: Facts, series: int) -> dict:
    first, last = facts.column(series)[0][0], facts.column(series)[-1][0]
    one = {name: [f"<{name}>", s(series)] for name in ("max", "min", "first", "last", "mean", "total", "range", "name", "trend")}
    return one | {"change": ["<calc>", "<sub>", *pt(series, last), *pt(series, first)], "pct": ["<calc>", "<pct>", *pt(series, last), *pt(series, first)],
                  "share": ["<calc>", "<share>", "<max>", s(series), "<total>", s(series)], "title": ["<title>"]}


def plan(facts: Facts, rng: random.Random) -> list[tuple[str, int]]:
    """(act, series) in order."""
    usable = [i for i in range(len(facts.series)) if len(facts.column(i)) >= 2]
    acts = [("opening", 0)] if facts.title and rng.random() < 0.5 else []
    if not usable:
        return acts or [("nothing", 0)]
    main = usable[0]
    if facts.kind in PARTS:
        return acts + [("share", main)]
    if facts.kind in ORDERED and facts.ordered:
        acts += [("trend", i) for i in usable[:LONGEST]]
        if len(usable) == 1 and facts.column(main)[0][1] != 0 and rng.random() < 0.5:
            acts.append(("change", main))
        return acts + [(rng.choice(["extremes", "average", "range"]) if len(usable) == 1 else "leader", main)]
    if len(usable) > 1:
        return acts + [("series_peak", i) for i in usable[:LONGEST]] + ([("leader", main)] if rng.random() < 0.6 else [])
    return acts + [("extremes", main), (rng.choice(["mean", "average", "range"]), main)]


def write(facts: Facts, rng: random.Random) -> list[str]:
    """Pieces of a summary, the language first."""
    gap = "" if facts.language == "zh" else " "
    out = [f"<lang:{facts.language}>"]
    for act, series in plan(facts, rng):
        if act == "nothing":
            return out + ["<say:absent>"]
        slots = _slots(facts, series) if facts.column(series) else {"title": ["<title>"]}
        if act == "leader":
            row = rng.choice(facts.column(series))[0]
            slots |= {"row": ["<rowname>", f"<r:{row}>"], "maxof": ["<maxof>", f"<r:{row}>"], "minof": ["<minof>", f"<r:{row}>"]}
        sentence = fill(rng.choice(phrases.SUMMARY[act][facts.language]), slots)
        out += ([gap] if gap and len(out) > 1 else []) + sentence
    return out
