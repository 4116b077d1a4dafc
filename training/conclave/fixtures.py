"""Golden files for the C++ engine's parity tests."""

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from . import evaluation, export, gguf, reading
from .config import tiny_config
from .model import Conclave
from .preprocess import preprocess
from .tokenizer import Tokenizer

TOKENIZER_STRINGS = ["Sales by Region", "Revenue (USD)", " two  spaces ", "2019", "12.5", "-3", "Köln 漢字", "Salesmen", "a\u2581b", "",
                     "Q1 vs Q2", "Total  of Apples and Bananas", "<bos>", "É😀", "MarketingMar", "The highest value is "]


@torch.no_grad()
def randomise(model: Conclave) -> None:
    """Weights in which nothing is zero, one or idle, so that a mistake shows."""
    for name, tensor in list(model.named_parameters()) + [(n, b) for n, b in model.named_buffers() if "load_bias" in n]:
        if "norm" in name:
            tensor.uniform_(0.5, 1.5)
        elif name.endswith("bias"):
            tensor.normal_(0, 0.2)
        elif "gate_inp" in name:
            tensor.normal_(0, 0.5)
        elif "token_embd" in name:
            tensor.normal_(0, 0.5)


def dump(path: Path, array: torch.Tensor) -> None:
    path.write_bytes(np.ascontiguousarray(array.detach().numpy(), dtype="<f4").tobytes())


def routing(model: Conclave) -> list[dict]:
    """Experts and k of every position in the last decode, per expert layer."""
    out = []
    for i, layer in enumerate(model.blk):
        if layer.ffn in model.mixtures():
            order, k, confidence = layer.ffn.seen
            out.append({"layer": i, "k": k.tolist(), "experts": [row[:n].tolist() for row, n in zip(order, k)],
                        "confidence": [round(float(c), 6) for c in confidence]})
    return out


@torch.no_grad()
def write_tiny(folder: Path) -> None:
    """A random model small enough for the repository, with every branch of the gating taken."""
    torch.manual_seed(7)
    tokenizer = tiny_tokenizer()
    config = tiny_config(len(tokenizer))
    model = Conclave(config).eval()
    randomise(model)
    pixels = np.random.default_rng(7).integers(0, 256, (config.image_height, config.image_width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "tiny.image.png")
    tokens = torch.randint(0, len(tokenizer), (1, 40), generator=torch.Generator().manual_seed(7))
    images = torch.from_numpy(pixels)[None]
    for _ in range(len(model.mixtures())):  # each layer's threshold moves the next layer's input
        model(images, tokens)
        for mixture in model.mixtures():
            ordered = mixture.seen[2].sort()[0]
            mixture.calibration.fill_(float(ordered[6] + ordered[7]) / 2)
    hidden, taps = model(images, tokens)
    export.save(folder / "tiny.gguf", model, tokenizer, "tiny", "Random weights for tests.", gguf.TYPE_F32)
    (folder / "tiny.tokens.json").write_text(json.dumps({"tokens": tokens[0].tolist(), "routing": routing(model)}) + "\n")
    dump(folder / "tiny.logits.bin", model.logits(hidden)[0])
    dump(folder / "tiny.memory.bin", torch.stack([tap[0] for tap in taps]))
    without, _ = model.decode(tokens, [None] * config.layers), None
    dump(folder / "tiny.text_logits.bin", model.logits(without)[0])


def tiny_tokenizer() -> Tokenizer:
    """The whole vocabulary, for the tiny model's picture."""
    return Tokenizer.of(tiny_config(0))


def write_tokenizer(folder: Path) -> None:
    tokenizer = tiny_tokenizer()
    rows = [{"text": text, "ids": tokenizer.encode(text)} for text in TOKENIZER_STRINGS]
    (folder / "tokenizer.json").write_text(json.dumps({"vocabulary": "tiny.gguf", "rows": rows}, ensure_ascii=False, indent=1) + "\n")


def write_resize(folder: Path, model_width: int = 256, model_height: int = 192) -> None:
    """A larger picture and what preprocessing makes of it (tolerance: 1 level)."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[0:150, 0:333]
    picture = np.stack([(x * 3) % 256, (y * 5 + x) % 256, ((x // 9 + y // 7) % 2) * 200], -1)
    picture = (picture + rng.integers(0, 40, picture.shape)).clip(0, 255).astype(np.uint8)
    Image.fromarray(picture).save(folder / "resize.source.png")
    Image.fromarray(preprocess(Image.fromarray(picture), model_width, model_height)).save(folder / "resize.expected.png")


@torch.no_grad()
def write_shipped(folder: Path, path: Path, positions: int = 4) -> None:
    """Greedy tokens, last logits and routing of the shipped weights (as stored, arithmetic in float32) on three held-out charts."""
    model, tokenizer = export.load(path)
    rows = []
    for n, kind in enumerate(("bar", "line", "pie")):
        chart = evaluation.held_out(kind, 1)[0]
        pixels = preprocess(chart.image, model.config.image_width, model.config.image_height)
        Image.fromarray(pixels).save(folder / f"shipped.{n}.png")
        images = torch.from_numpy(pixels)[None]
        tokens = reading.write(model, tokenizer, images, [[tokenizer.id("<bos>")]], reading.LONGEST_TABLE)[0]
        hidden, _ = model(images, torch.tensor([tokens]))
        dump(folder / f"shipped.{n}.logits.bin", model.logits(hidden)[0, -positions:])
        scores = model.logits(hidden)[0].sort(-1, descending=True)[0]
        rows.append({"image": f"shipped.{n}.png", "tokens": tokens, "prompt": 1, "logits": f"shipped.{n}.logits.bin",
                     "logit_positions": list(range(len(tokens) - positions, len(tokens))),
                     "smallest_margin": round(float((scores[:-1, 0] - scores[:-1, 1]).min()), 5), "routing": routing(model)})
    (folder / "shipped.json").write_text(json.dumps(rows) + "\n")
