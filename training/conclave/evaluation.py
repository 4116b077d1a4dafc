"""Scores of what a model, or the program, reads: tables, summaries, answers; a chart at a time, means a kind of chart."""

import random
from dataclasses import dataclass

import charts
import torch

from . import metrics, reading, targets
from .calibration import from_place
from .model import Conclave
from .preprocess import preprocess
from .targets import Table
from .tasks import expressions, questions
from .tasks.facts import Facts, of_table
from .tokenizer import Tokenizer

NAMED = ("max_name", "min_name", "compare", "compare_low", "compare_series", "best_series", "worst_series")


def table_scores(truth: Table, guess: Table) -> dict[str, float]:
    """Scores of one table; of a picture that is no chart, whether that was seen."""
    if truth.kind == targets.NOCHART:
        return dict.fromkeys(("f1", "f1_drawn", "f1_strict", "f1_place", "rnss", "title", "rows", "kind"), float(guess.kind == truth.kind))
    return {"f1": metrics.rms_tables(truth, guess)[2], "f1_drawn": metrics.rms_drawn(truth, guess)[2],
            "f1_strict": metrics.rms_tables(truth, guess, 0.02)[2],
            "f1_place": metrics.rms_tables(truth, from_place(guess))[2], "rnss": metrics.rnss(metrics.numbers(truth), metrics.numbers(guess)),
            "title": float(truth.title == guess.title), "rows": float(truth.rows == guess.rows), "kind": float(truth.kind == guess.kind)}


def same_name(a: str, b: str) -> bool:
    """To the letter, upper and lower case alike; numbers by what they are ("11.50" is "11.5")."""
    return a.lower() == b.lower() or (number := metrics.to_number(a)) is not None and number == metrics.to_number(b)


def aligned(truth: Facts, own: Facts) -> Facts:
    """The truth under the series and rows of `own`, matched by name; what `own` lacks comes behind."""
    def order(mine, theirs):
        found = [next((i for i, name in enumerate(theirs) if same_name(name, m)), -1) for m in mine]
        return found + [i for i in range(len(theirs)) if i not in found]
    columns, rows = order(own.series, truth.series), order(own.rows, truth.rows)
    name = lambda names, mine, i, at: names[at] if at >= 0 else mine[i]
    return Facts(truth.kind, truth.title, truth.xlabel, truth.ylabel, truth.unit, truth.language,
                 [name(truth.series, own.series, i, at) for i, at in enumerate(columns)], [name(truth.rows, own.rows, i, at) for i, at in enumerate(rows)],
                 [[truth.value(s, r) for r in rows] for s in columns], [[None] * len(rows) for _ in columns])


def same(truth, guess) -> bool:
    """Whether a claim is right: numbers within 5 %, names as `same_name`."""
    if truth is None or guess is None:
        return False
    if truth.number is not None and guess.number is not None and not metrics.relaxed(truth.number, guess.number):
        return False
    return same_name(truth.name, guess.name) and (truth.number is None) == (guess.number is None)


def summary_scores(truth: Facts, own: Facts, pieces: list[str]) -> dict[str, float]:
    """Citations in all, those that the model's own table supports, and those that the truth bears out."""
    mine = expressions.evaluate(own, pieces).claims
    theirs = expressions.evaluate(aligned(truth, own), pieces).claims
    numeric = [i for i, claim in enumerate(mine) if claim is None or claim.number is not None]
    right = sum(same(theirs[i] if i < len(theirs) else None, mine[i]) for i in numeric)
    return {"cited": float(len(numeric)), "cited_own": float(sum(mine[i] is not None for i in numeric)), "cited_true": float(right)}


def essence(family: str, answer: expressions.Answer):
    """What an answer comes down to: a name or a number."""
    claims = [c for c in answer.claims if c is not None]
    if family == "legend":
        return [c.name.lower() for c in claims]
    if family == "trend":
        words = {w for by in expressions.WORDS.values() for w in by.values()}
        return next((c.name for c in claims if c.name in words), None)
    numbers = [c.number for c in claims if c.number is not None]
    if family in NAMED or not numbers:
        return claims[0].name.lower() if claims else None
    return numbers[0]


def right(family: str, truth: expressions.Answer, guess: expressions.Answer) -> bool:
    """ChartQA's relaxed accuracy."""
    t, g = essence(family, truth), essence(family, guess)
    if isinstance(t, float):
        return isinstance(g, float) and metrics.relaxed(t, g)
    return t is not None and t == g


@dataclass
class Read:
    """One picture: what is on it and what was read."""

    group: str
    labelled: bool
    truth: Facts
    truth_table: Table
    guess: Table
    pieces: list  # of the summary


def _is_labelled(sample) -> bool:
    cells = [c for column in sample.cells for c in column if c]
    return bool(cells) and sum(c.labelled for c in cells) * 2 > len(cells)


class Evaluator:
    """Reads held-out charts with a PyTorch model."""

    def __init__(self, model: Conclave, tokenizer: Tokenizer, batch: int = 32, dtype=torch.float32):
        self.model, self.tokenizer, self.batch, self.dtype = model, tokenizer, batch, dtype
        self.asks = "<ask>" in tokenizer.tokens

    def pixels(self, images) -> torch.Tensor:
        c = self.model.config
        return torch.stack([torch.from_numpy(preprocess(i, c.image_width, c.image_height)) for i in images])

    def read(self, pictures) -> list[tuple[list[int], Table, list[str]]]:
        """(tokens, table, summary's pieces) of PIL pictures."""
        out = []
        for at in range(0, len(pictures), self.batch):
            for ids in reading.tables(self.model, self.tokenizer, self.pixels(pictures[at:at + self.batch]), self.dtype):
                summaries = [p for kind, p in targets.answers(ids, self.tokenizer) if kind == "<summary>"]
                out.append((ids, targets.read(ids, self.tokenizer), summaries[0] if summaries else []))
        return out

    def samples(self, samples, group=lambda s: s.chart, asked: int = 2) -> tuple[list[dict], list[dict]]:
        """A row of scores a chart, and a row a question."""
        read = self.read([s.image for s in samples])
        rows, todo = [], []
        strangers = [s.rows[0] for s in samples if s.rows]
        for n, (sample, (ids, guess, pieces)) in enumerate(zip(samples, read)):
            truth, own = targets.facts_of(sample), of_table(guess, sample.language)
            rows.append({"group": group(sample), "labelled": _is_labelled(sample)} | table_scores(targets.truth(sample), guess)
                        | summary_scores(truth, own, pieces))
            asker = questions.Asker(truth, random.Random(n), held_out=True, strangers=strangers)
            todo += [(sample, ids, truth, own, q) for _ in range(asked) if sample.rows and (q := asker.ask())]
        return rows, self._answered(todo) if self.asks and asked else []

    def _answered(self, todo) -> list[dict]:
        out = []
        for at in range(0, len(todo), self.batch):
            part = todo[at:at + self.batch]
            images = self.pixels([sample.image for sample, *_ in part])
            answers = reading.answers(self.model, self.tokenizer, images, [ids for _, ids, *_ in part], [q.text for *_, q in part], self.dtype)
            for (sample, _, truth, own, q), ids in zip(part, answers):
                out.append(self._scored(q, sample.chart, truth, own, ids))
        return out

    def _scored(self, q, group: str, truth: Facts, own: Facts, ids: list[int]) -> dict:
        pieces = [p for _, p in targets.answers([self.tokenizer.id("<answer>"), *ids], self.tokenizer)][0]
        gold, mine = expressions.evaluate(truth, q.answer), expressions.evaluate(own, pieces)
        return {"group": group, "family": q.family, "right": float(right(q.family, gold, mine)), "question": q.text, "gold": gold.text,
                "answer": mine.text}

    def talk(self, count: int) -> list[dict]:
        """Small talk and refusals, without a picture, in phrases that training never saw."""
        rng, out = random.Random(charts.TEST_SEEDS), []
        asked = [questions.talk(rng, rng.choice(["en", "de", "zh"]), held_out=True) for _ in range(count)]
        c = self.model.config
        for at in range(0, count, self.batch):
            part = asked[at:at + self.batch]
            blank = torch.full((len(part), c.image_height, c.image_width, 3), 255, dtype=torch.uint8)
            answers = reading.answers(self.model, self.tokenizer, blank, [[]] * len(part), [q.text for q in part], self.dtype)
            out += [self._scored(q, "talk", Facts(), Facts(), ids) for q, ids in zip(part, answers)]
        return out


def held_out(chart: str, count: int, test: bool = True, **options):
    """Samples of a chart word from the held-out seeds."""
    first = charts.TEST_SEEDS if test else charts.VALID_SEEDS
    wanted = {"negatives": 1.0} if chart == targets.NOCHART else {"charts": (chart,)}
    made = (charts.generate(first + i, charts.Options(**wanted, **options)) for i in range(count))
    return [s for s in made if targets.fits(s)]


def means(rows: list[dict]) -> dict[str, float]:
    """Means of the scores; citations as shares of all that were made."""
    out = {"charts": len(rows)}
    for key in rows[0]:
        if key in ("group", "labelled", "cited", "cited_own", "cited_true", "numbers"):
            continue
        out[key] = round(sum(r[key] for r in rows) / len(rows), 4)
    cited = sum(r["cited"] for r in rows)
    if cited:
        out |= {"cited": round(cited / len(rows), 3), "cited_own": round(sum(r["cited_own"] for r in rows) / cited, 4), "cited_true": round(sum(r["cited_true"] for r in rows) / cited, 4)}
    return out


def by(rows: list[dict], key) -> dict[str, list[dict]]:
    out = {}
    for row in rows:
        out.setdefault(key(row), []).append(row)
    return out


def report(rows: list[dict], asked: list[dict]) -> dict:
    """Everything in one dictionary: per kind; labelled or not and all, without the pictures that are no charts; questions per family."""
    out = {"kinds": {name: means(part) for name, part in sorted(by(rows, lambda r: r["group"]).items())}}
    if labels := [r for r in rows if "labelled" in r and r["group"] != targets.NOCHART]:
        out["labels"] = {("labelled" if k else "unlabelled"): means(part) for k, part in by(labels, lambda r: r["labelled"]).items()}
    if real := [r for r in rows if r["group"] != targets.NOCHART]:
        out["all"] = means(real)
    if asked:
        mean = lambda part, key: round(sum(r[key] for r in part) / len(part), 4)
        share = lambda part: {"questions": len(part)} | {key: mean(part, key) for key in ("right", "right_by_truth") if key in part[0]}
        out["questions"] = {name: share(part) for name, part in sorted(by(asked, lambda r: r["family"]).items())} | {"all": share(asked)}
    return out
