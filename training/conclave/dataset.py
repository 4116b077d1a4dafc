"""Endless batches of fresh charts: picture, token string, loss groups and dense targets for the encoder."""

import os
import random
from dataclasses import dataclass, field

import charts
import numpy as np
import torch

from . import targets
from .config import PAD
from .preprocess import Fit, preprocess
from .tokenizer import LETTERS, PUNCTUATION, Tokenizer

CHARS = {c: i + 1 for i, c in enumerate("0123456789" + PUNCTUATION + LETTERS)}  # 0: nothing here
DIGITS = {c: i + 1 for i, c in enumerate("0123456789.-")}                       # 0: end of number
NUMBER_LENGTH, IGNORE = 7, 255
POOL = 4            # batches drawn together, so that charts of like length share one; the first of a worker comes alone, to begin soon
SEED_STRIDE = 1 << 26  # seeds a worker owns
CHARS_SHARE = 0.3      # of an example's cells whose characters are asked for: those with text first
WORDS = 64             # of an example that are asked for
LENGTH_STEP = 64       # batches are padded to a multiple (and a token to predict): few lengths to compile and record for


@dataclass
class Mix:
    """What a stage of training draws."""

    options: dict = field(default_factory=dict)   # of charts.Options
    tasks: float = 1.0                            # share of charts with a summary or questions
    talk: float = 0.0                             # share of rows without a picture
    longest: int = 897                            # tokens; longer ones are left out
    reuse: int = 1                                # times a picture is used, with new questions each time


class Dense:
    """Per memory token (16x16 pixels, raster order) what stands there. Only training reads it."""

    def __init__(self, tokenizer: Tokenizer, fit: Fit):
        self.rows, self.columns = fit.model_height // 16, fit.model_width // 16
        count = self.rows * self.columns
        self.tokenizer, self.scale = tokenizer, fit.scale
        self.chars = np.zeros((fit.model_height // 8, fit.model_width // 4), np.uint8)
        self.word = np.full(count, -1, np.int16)
        self.number = np.full((count, NUMBER_LENGTH), IGNORE, np.uint8)
        self.mark = np.zeros(count, np.uint8)
        self.offset = np.zeros((count, 2), np.float32)
        self.value = np.full((count, NUMBER_LENGTH), IGNORE, np.uint8)
        self.coordinate = np.full(count, np.nan, np.float32)

    def draw(self, sample):
        for text in sample.texts:
            if not text.rotated and text.chars:
                self._text(text)
            for char, x, y in text.spots:
                self._spot(char, x * self.scale, y * self.scale)
        for column in sample.cells:
            for cell in filter(None, column):
                self._mark(cell.x * self.scale, cell.y * self.scale, cell.text)
        axes = [sample.axes[s.axis] for s in sample.series if s.axis >= 0]
        if axes and len(axes[0].ticks) > 1 and axes[0].role in "xy" and len(sample.plots) == 1:
            self._axis(axes[0], sample.plots[0])

    def _cell(self, x: float, y: float) -> int:
        column, row = min(max(int(x / 16), 0), self.columns - 1), min(max(int(y / 16), 0), self.rows - 1)
        return row * self.columns + column

    def _text(self, text):
        s = self.scale
        top, bottom = text.box[1] * s, text.box[3] * s
        r0, r1 = max(0, int((top + 3.999) // 8)), int((bottom + 3.999) // 8)
        for char, x0, x1 in text.chars:
            self.chars[r0:r1, max(0, int((x0 * s + 1.999) // 4)):max(0, int((x1 * s + 1.999) // 4))] = CHARS.get(char, 0)
        middle = (top + bottom) / 2
        digits = "".join(c for c in text.text if c in DIGITS)
        if text.role in ("tick", "value") and digits:
            self.number[self._cell((text.box[0] + text.box[2]) / 2 * s, middle)] = _digits(digits)
        else:
            self._words(text, middle)

    def _spot(self, char: str, x: float, y: float):
        """A letter of a turned text, in the one cell of its middle."""
        row, column = int(y / 8), int(x / 4)
        if 0 <= row < self.chars.shape[0] and 0 <= column < self.chars.shape[1]:
            self.chars[row, column] = CHARS.get(char, 0)

    def _words(self, text, middle: float):
        """The id of every token of several characters, and of wide characters, at its centre."""
        at = 0
        for i in self.tokenizer.encode(text.text):
            piece = self.tokenizer.decode_raw([i])
            first, last = max(at - 1, 0), min(at + len(piece) - 2, len(text.chars) - 1)  # a space stands in front of the text
            at += len(piece)
            if (len(piece) > 1 or ord(piece[0]) > 0x2E80) and first <= last and not piece.startswith("<0x"):
                self.word[self._cell((text.chars[first][1] + text.chars[last][2]) / 2 * self.scale, middle)] = i

    def _mark(self, x, y, value):
        cell = self._cell(x, y)
        self.mark[cell] = 1
        self.offset[cell] = x / 16 % 1, y / 16 % 1
        self.value[cell] = _digits(value)

    def _axis(self, axis, plot):
        first, last = axis.ticks[0], axis.ticks[-1]
        low, high = getattr(first, axis.role) * self.scale, getattr(last, axis.role) * self.scale
        if low == high:
            return
        left, top, right, bottom = (v * self.scale for v in plot)
        at = np.arange(self.rows * self.columns)
        x, y = at % self.columns * 16 + 8, at // self.columns * 16 + 8
        inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        self.coordinate[inside] = (((x if axis.role == "x" else y) - low) / (high - low))[inside]

    def arrays(self, rng: np.random.Generator) -> dict:
        """What is asked of the encoder, of the same shapes in every example: where there is more than is asked for, `rng` chooses."""
        rows, columns = self.chars.shape
        cells = self.chars.reshape(rows // 2, 2, columns // 4, 4).transpose(0, 2, 1, 3).reshape(-1, 8)  # two rows of four half-glyphs a token
        inked = cells.any(1)
        chosen = np.argsort(rng.random(len(cells)) - inked)[:round(CHARS_SHARE * len(cells))]
        where = rng.permutation(np.flatnonzero(self.word >= 0))[:WORDS]
        words_at, words = np.zeros(WORDS, np.int16), np.full(WORDS, -1, np.int16)
        words_at[:len(where)], words[:len(where)] = where, self.word[where]
        return {"chars_at": chosen.astype(np.int16), "chars": cells[chosen], "words_at": words_at, "words": words, "number": self.number,
                "mark": self.mark, "offset": self.offset, "value": self.value, "coordinate": self.coordinate}


def _digits(text: str) -> list[int]:
    codes = [DIGITS[c] for c in text[:NUMBER_LENGTH] if c in DIGITS]
    return codes + [0] * (NUMBER_LENGTH - len(codes))


class Maker:
    """Training examples for one model: its picture size and its vocabulary."""

    def __init__(self, config, tokenizer: Tokenizer, mix: Mix):
        self.config, self.tokenizer, self.mix = config, tokenizer, mix
        self.options = charts.Options(**mix.options)
        self.strangers = []  # names of other charts: what is not in this one

    def picture(self, seed: int) -> dict | None:
        """A drawn chart with what does not change when it is used again."""
        c = self.config
        sample = charts.generate(seed, self.options)
        if not targets.fits(sample):
            return None
        fit = Fit.of(*sample.image.size, c.image_width, c.image_height)
        dense = Dense(self.tokenizer, fit)
        dense.draw(sample)
        image = preprocess(sample.image, c.image_width, c.image_height)
        sample.image = None
        self.strangers = (self.strangers + sample.rows[:2] + [s.name for s in sample.series[:1]])[-60:]
        return {"sample": sample, "fit": fit, "image": image, **dense.arrays(np.random.default_rng(seed))}

    def example(self, drawn: dict, rng: random.Random) -> dict | None:
        """A training example of a picture, or None where the string is too long."""
        text = targets.write(drawn["sample"], drawn["fit"], self.tokenizer, rng, self.mix.tasks, self.strangers)
        if len(text.ids) > min(self.mix.longest, self.config.context):
            return None
        return {k: v for k, v in drawn.items() if k not in ("sample", "fit")} | {"ids": text.ids, "groups": text.groups, "seen": np.float32(1)}

    def talk(self, rng: random.Random) -> dict:
        """A row without a picture: the bridges add nothing to it."""
        c = self.config
        fit = Fit.of(c.image_width, c.image_height, c.image_width, c.image_height)
        text = targets.write_talk(fit, self.tokenizer, rng, rng.choice(["en", "de", "zh"]))
        image = np.full((c.image_height, c.image_width, 3), 255, np.uint8)
        return {"image": image, **Dense(self.tokenizer, fit).arrays(np.random.default_rng(0)), "ids": text.ids, "groups": text.groups, "seen": np.float32(0)}


def collate(examples: list[dict]) -> dict[str, torch.Tensor]:
    """Stack; ids are padded with <pad>, groups with -1, to one more than a multiple of LENGTH_STEP."""
    length = 1 + -(-(max(len(e["ids"]) for e in examples) - 1) // LENGTH_STEP) * LENGTH_STEP
    out = {key: torch.from_numpy(np.stack([e[key] for e in examples])) for key in examples[0] if key not in ("ids", "groups")}
    out["ids"] = torch.tensor([e["ids"] + [PAD] * (length - len(e["ids"])) for e in examples])
    out["groups"] = torch.tensor([e["groups"] + [-1] * (length - len(e["groups"])) for e in examples])
    return out


class Charts(torch.utils.data.IterableDataset):
    """Batches from seed `first` on; each worker has seeds of its own. Of several mixes, `turn_to` chooses the one that is drawn from next."""

    def __init__(self, first: int, batch: int, config, tokenizer: Tokenizer, *mixes: Mix):
        self.first, self.batch, self.config, self.tokenizer, self.mixes = first, batch, config, tokenizer, mixes
        self.now = torch.zeros((), dtype=torch.int64).share_memory_()  # the workers look here

    def turn_to(self, mix: int):
        self.now.fill_(mix)

    def __iter__(self):
        torch.set_num_threads(1)
        worker = torch.utils.data.get_worker_info()
        if worker:
            os.nice(10)  # the training itself must never wait for a core
        seed = self.first + (worker.id if worker else 0) * SEED_STRIDE
        makers, rng, size = [Maker(self.config, self.tokenizer, mix) for mix in self.mixes], random.Random(seed), self.batch
        while True:
            pool = []
            while len(pool) < size:
                maker = makers[int(self.now)]
                if rng.random() < maker.mix.talk:
                    pool.append(maker.talk(rng))
                    continue
                drawn = maker.picture(seed)
                seed += 1
                uses = [maker.example(drawn, rng) for _ in range(maker.mix.reuse)] if drawn else []
                pool += [e for e in uses if e]
            size = POOL * self.batch
            yield from self._batches(pool, rng)

    def _batches(self, pool: list[dict], rng: random.Random):
        pool.sort(key=lambda e: len(e["ids"]))
        batches = [pool[i:i + self.batch] for i in range(0, len(pool) - self.batch + 1, self.batch)]
        rng.shuffle(batches)
        for batch in batches:
            yield collate(batch)


def perturb(images: torch.Tensor) -> torch.Tensor:
    """Contrast and noise on half of the pictures [B, H, W, 3], on their device."""
    chosen = torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5
    amount = lambda low, high, otherwise: torch.where(chosen, torch.empty(chosen.shape, device=images.device).uniform_(low, high), otherwise)
    noisy = images * amount(0.85, 1.05, 1.0) + amount(-10, 12, 0.0)
    noisy += torch.randn_like(noisy) * amount(0, 8, 0.0)
    return noisy.clamp_(0, 255).to(torch.uint8)
