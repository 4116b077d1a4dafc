"""Greedy reading of held-out charts and their scores."""

import torch

from . import metrics, targets
from .model import Cache, Conclave
from .preprocess import preprocess
from .render import render
from .spec import TEST_SEEDS, VALID_SEEDS, sample
from .tokenizer import Tokenizer

SETS = {  # name: (kind, series, value labels)
    "bar, labelled": ("bar", 1, True), "bar, unlabelled": ("bar", 1, False), "hbar, labelled": ("hbar", 1, True),
    "hbar, unlabelled": ("hbar", 1, False), "grouped bar, labelled": ("bar", 2, True), "grouped bar, unlabelled": ("bar", 2, False),
    "line, labelled": ("line", 1, True), "line, unlabelled": ("line", 1, False), "two lines, unlabelled": ("line", 2, False),
    "pie, labelled": ("pie", 1, True), "pie, unlabelled": ("pie", 1, False),
}


@torch.no_grad()
def greedy(model: Conclave, tokenizer: Tokenizer, images, limit: int = 260, dtype=torch.float32) -> list[list[int]]:
    """Tokens from <bos> to <eos> for uint8 images [B, H, W, 3]."""
    memories, cache = model.memories(model.encode(images, dtype)), Cache()
    eos, pad = tokenizer.id("<eos>"), tokenizer.id("<pad>")
    tokens = torch.full((len(images), 1), tokenizer.id("<bos>"))
    rows, done = [tokens], torch.zeros(len(images), dtype=torch.bool)
    for _ in range(limit):
        tokens = model.logits(model.decode(tokens, memories, cache)).float().argmax(-1)
        tokens[done] = pad
        rows.append(tokens)
        done |= tokens[:, 0] == eos
        if done.all():
            break
    return [[i for i in row.tolist() if i != pad] for row in torch.cat(rows, 1)]


def from_place(table: targets.Table) -> targets.Table:
    """The table with every value computed from its mark's place and the two ticks, as the program can do."""
    ticks = [(at, metrics.to_number(text)) for at, text in table.calibration]
    if len(ticks) != 2 or None in (ticks[0][1], ticks[1][1]) or ticks[0][0] == ticks[1][0]:
        return table
    (p0, v0), (p1, v1) = ticks
    axis = 0 if table.kind == "hbar" else 1
    cells = []
    for places in table.places:
        values = [v0 + (place[axis] - p0) * (v1 - v0) / (p1 - p0) if len(place) > axis else None for place in places]
        cells.append([None if value is None else f"{value:.6g}" for value in values])
    return targets.Table(table.kind, table.title, table.fields, table.series, table.rows, cells)


def score(truth: targets.Table, guess: targets.Table) -> dict[str, float]:
    """Scores of one chart."""
    return {"f1": metrics.rms_tables(truth, guess)[2], "f1_strict": metrics.rms_tables(truth, guess, 0.02)[2],
            "f1_place": metrics.rms_tables(truth, from_place(guess))[2], "title": float(truth.title == guess.title),
            "rows": float(truth.rows == guess.rows), "kind": float(truth.kind == guess.kind)}


def evaluate(model: Conclave, tokenizer: Tokenizer, name: str, count: int, test: bool = False, held_out_style: bool = False,
             dtype=torch.float32, draw=lambda spec: render(spec).image) -> dict[str, float]:
    """Mean scores over the first `count` held-out seeds of a set, drawn by `draw`."""
    kind, series, labels = SETS[name]
    first = TEST_SEEDS if test else VALID_SEEDS
    c, totals = model.config, {}
    for start in range(0, count, 50):
        specs = [sample(first + i, kind, series, labels=labels, held_out_style=held_out_style) for i in range(start, min(count, start + 50))]
        pictures = [preprocess(draw(s), c.image_width, c.image_height) for s in specs]
        images = torch.stack([torch.from_numpy(p) for p in pictures])
        for spec, ids in zip(specs, greedy(model, tokenizer, images, dtype=dtype)):
            for key, value in score(targets.truth(spec), targets.read(ids, tokenizer)).items():
                totals[key] = totals.get(key, 0.0) + value
    return {key: round(value / count, 4) for key, value in totals.items()}
