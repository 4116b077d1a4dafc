"""Endless batches of fresh charts: picture, token string, loss groups and dense targets for the encoder."""

import random

import numpy as np
import torch

from . import targets
from .preprocess import fitted_size, preprocess
from .render import Drawing, render
from .spec import sample_mixed
from .targets import SUMMARY
from .tokenizer import IMAGE_HEIGHT, IMAGE_WIDTH, LETTERS, PUNCTUATION, Tokenizer

CHARS = {c: i + 1 for i, c in enumerate("0123456789" + PUNCTUATION + LETTERS)}  # 0: nothing here
DIGITS = {c: i + 1 for i, c in enumerate("0123456789.-")}                       # 0: end of number
NUMBER_LENGTH, IGNORE, PAD = 6, 255, 0


class Dense:
    """Per memory token (16x16 pixels, raster order) what stands there. Only training reads it."""

    def __init__(self, tokenizer: Tokenizer, drawing: Drawing, spec, scale: float):
        rows, self.columns = IMAGE_HEIGHT // 16, IMAGE_WIDTH // 16
        count = rows * self.columns
        self.tokenizer, self.scale = tokenizer, scale
        self.chars = np.zeros((IMAGE_HEIGHT // 8, IMAGE_WIDTH // 4), np.uint8)
        self.word = np.full(count, -1, np.int16)
        self.number = np.full((count, NUMBER_LENGTH), IGNORE, np.uint8)
        self.mark = np.zeros(count, np.uint8)
        self.offset = np.zeros((count, 2), np.float32)
        self.value = np.full((count, NUMBER_LENGTH), IGNORE, np.uint8)
        self.coordinate = np.full(count, np.nan, np.float32)
        for text in drawing.texts:
            self._text(text)
        for (series, row), (x, y) in drawing.marks.items():
            self._mark(x * scale, y * scale, spec.values[series][row])
        if drawing.ticks:
            self._axis(drawing, spec.kind == "hbar")

    def _cell(self, x: float, y: float) -> int:
        column, row = min(int(x / 16), self.columns - 1), min(int(y / 16), IMAGE_HEIGHT // 16 - 1)
        return max(row, 0) * self.columns + max(column, 0)

    def _text(self, text):
        if text.rotated:
            return
        s = self.scale
        top, bottom = text.box[1] * s, text.box[3] * s
        r0, r1 = int((top + 3.999) // 8), int((bottom + 3.999) // 8)
        for char, x0, x1 in text.chars:
            self.chars[r0:r1, int((x0 * s + 1.999) // 4):int((x1 * s + 1.999) // 4)] = CHARS.get(char, 0)
        middle = (top + bottom) / 2
        if text.role in ("tick", "value"):
            digits = _digits("".join(c for c in text.text if c in "0123456789.-"))
            self.number[self._cell((text.box[0] + text.box[2]) / 2 * s, middle)] = digits
            return
        at = 0
        for word in text.text.split(" "):
            ids = self.tokenizer.encode(word)
            if word and len(ids) == 1:
                centre = (text.chars[at][1] + text.chars[at + len(word) - 1][2]) / 2 * s
                self.word[self._cell(centre, middle)] = ids[0]
            at += len(word) + 1

    def _mark(self, x, y, value):
        cell = self._cell(x, y)
        self.mark[cell] = 1
        self.offset[cell] = x / 16 % 1, y / 16 % 1
        self.value[cell] = _digits(value)

    def _axis(self, drawing: Drawing, horizontal: bool):
        low, high = drawing.ticks[0][0] * self.scale, drawing.ticks[-1][0] * self.scale
        left, top, right, bottom = (v * self.scale for v in drawing.plot)
        for cell in range(len(self.coordinate)):
            x, y = cell % self.columns * 16 + 8, cell // self.columns * 16 + 8
            if left <= x <= right and top <= y <= bottom:
                self.coordinate[cell] = ((x if horizontal else y) - low) / (high - low)

    def char_cells(self) -> np.ndarray:
        """[N, 8]: two rows of four half-glyph cells a token."""
        rows, columns = self.chars.shape
        return self.chars.reshape(rows // 2, 2, columns // 4, 4).transpose(0, 2, 1, 3).reshape(-1, 8)


def _digits(text: str) -> list[int]:
    codes = [DIGITS[c] for c in text[:NUMBER_LENGTH]]
    return codes + [0] * (NUMBER_LENGTH - len(codes))


def example(spec, tokenizer: Tokenizer) -> dict:
    """Everything training needs of one chart."""
    drawing = render(spec)
    scale = fitted_size(*drawing.image.size, IMAGE_WIDTH, IMAGE_HEIGHT)[2]
    text = targets.write(spec, drawing, scale, tokenizer, IMAGE_WIDTH, IMAGE_HEIGHT)
    dense = Dense(tokenizer, drawing, spec, scale)
    return {"image": preprocess(drawing.image, IMAGE_WIDTH, IMAGE_HEIGHT), "ids": text.ids, "groups": text.groups,
            "chars": dense.char_cells(), "word": dense.word, "number": dense.number, "mark": dense.mark, "offset": dense.offset,
            "value": dense.value, "coordinate": dense.coordinate}


def collate(examples: list[dict]) -> dict[str, torch.Tensor]:
    """Stack; ids are padded with <pad>, groups with -1."""
    length = max(len(e["ids"]) for e in examples)
    out = {key: torch.from_numpy(np.stack([e[key] for e in examples])) for key in examples[0] if key not in ("ids", "groups")}
    out["ids"] = torch.tensor([e["ids"] + [PAD] * (length - len(e["ids"])) for e in examples])
    out["groups"] = torch.tensor([e["groups"] + [-1] * (length - len(e["groups"])) for e in examples])
    return out


class Charts(torch.utils.data.IterableDataset):
    """Batches from seed `first` on; charts of like length share a batch."""

    def __init__(self, first: int, batch: int, easy_until: int, jitter: bool = True, cut_summaries: float = 0.0):
        self.first, self.batch, self.easy_until, self.jitter = first, batch, easy_until, jitter
        self.cut_summaries = cut_summaries  # share of batches that end with the table: the summary is learnt early

    def __iter__(self):
        torch.set_num_threads(1)
        tokenizer, rng, seed = Tokenizer(), random.Random(self.first), self.first
        while True:
            pool = [example(sample_mixed(s, s < self.easy_until), tokenizer) for s in range(seed, seed + 6 * self.batch)]
            seed += 6 * self.batch
            pool.sort(key=lambda e: len(e["ids"]))
            batches = [pool[i:i + self.batch] for i in range(0, len(pool), self.batch)]
            rng.shuffle(batches)
            for batch in batches:
                if self.jitter:
                    for e in batch:
                        e["image"] = perturb(e["image"], rng)
                if rng.random() < self.cut_summaries:
                    batch = [without_summary(e) for e in batch]
                yield collate(batch)


def without_summary(e: dict) -> dict:
    """The example up to <summary>."""
    end = e["groups"].index(SUMMARY)
    return e | {"ids": e["ids"][:end], "groups": e["groups"][:end]}


def perturb(image: np.ndarray, rng: random.Random) -> np.ndarray:
    """Contrast and noise on a quarter of the pictures."""
    if rng.random() < 0.75:
        return image
    gain, shift = rng.uniform(0.85, 1.05), rng.uniform(-10, 12)
    noise = np.frombuffer(rng.randbytes(image.size), np.uint8).reshape(image.shape).astype(np.float32)
    out = image.astype(np.float32) * gain + shift + (noise - 127.5) * rng.choice([0.0, 0.03, 0.08])
    return out.clip(0, 255).astype(np.uint8)
