"""Golden files for the C++ engine's parity tests."""

import json
import random
from dataclasses import replace
from pathlib import Path

import charts
import numpy as np
import torch
from PIL import Image

from . import evaluation, export, gguf, reading, targets
from .config import Config, tiny_config
from .model import Conclave
from .preprocess import Fit, preprocess
from .tasks import expressions, questions
from .tasks.facts import Facts, of_table
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


def reader_config(vocab: int) -> Config:
    """Few weights, in rows of 32 for Q8_0, under the vocabulary of the whole format."""
    return Config(vocab=vocab, image_height=448, image_width=640, stem=[8, 16, 32], conv_blocks=1, conv_hidden=32, vision_blocks=1,
                  vision_dim=32, vision_hidden=32, vision_heads=2, tap_blocks=[0], layers=2, dim=32, heads=2, kv_heads=1, head_dim=32,
                  dense_hidden=32, experts=4, expert_hidden=32, shared_hidden=32, k_max=2, k_wide=3, bridge_tap=[0, 0], context=1024)


@torch.no_grad()
def write_reader(folder: Path) -> None:
    """A random model of the whole chart format, and what the recipe's target makers write for it."""
    torch.manual_seed(11)
    tokenizer = Tokenizer.of(reader_config(0))
    model = Conclave(reader_config(len(tokenizer))).eval()
    randomise(model)
    export.save(folder / "reader.gguf", model, tokenizer, "reader", "Random weights for tests.", gguf.TYPE_Q8_0)
    rows = [written(tokenizer, chart, number) for number in range(2) for chart in charts.CHARTS if chart != targets.NOCHART]
    (folder / "written.json").write_text(json.dumps(rows, ensure_ascii=False, indent=0) + "\n")


def written(tokenizer: Tokenizer, chart: str, number: int) -> dict:
    """A drawn chart's table as tokens' text, and a summary, answers and odd expressions with what the program prints of each."""
    rng = random.Random(f"{chart}/{number}")
    sample = charts.generate(charts.VALID_SEEDS + 900 + number, charts.Options(charts=(chart,), max_rows=8, max_cells=24, degrade=0.0))
    config, facts = reader_config(0), targets.facts_of(sample)
    writer = targets.Writer(tokenizer, Fit.of(*sample.image.size, config.image_width, config.image_height))
    targets.write_table(writer, sample, facts)
    asker = questions.Asker(facts, rng, strangers=["Atlantis"])
    asked = [q for q in (asker.ask() for _ in range(12)) if q] + [questions.Question("odd", "?", odd(facts, rng)) for _ in range(8)]
    own = of_table(targets.read(writer.ids, tokenizer))
    summary = targets.summary.write(facts, rng)
    answers = [{"question": q, "written": tokenizer.decode_raw(tokenizer.pieces(pieces)), "shown": shown(own, pieces)}
               for q, pieces in [("", summary), *((q.text, q.answer) for q in asked)]]
    return {"chart": chart, "table": tokenizer.decode_raw(writer.ids[1:]), "answers": answers}


def shown(facts: Facts, pieces: list[str]) -> str:
    return expressions.evaluate(replace(facts), pieces).text


def odd(facts: Facts, rng: random.Random) -> list[str]:
    """An expression that no phrase asks for, over cells that need not hold a value."""
    series, row = (lambda: f"<s:{rng.randrange(len(facts.series))}>"), (lambda: f"<r:{rng.randrange(len(facts.rows))}>")
    cell = lambda: ["<pt>", series(), row()]

    def value(depth: int) -> list[str]:
        if depth and rng.random() < 0.7:
            return [rng.choice(expressions.TWO), *value(depth - 1), *value(depth - 1)]
        return rng.choice([cell(), [rng.choice(expressions.OF_SERIES), series()], ["<sum>", row()], ["<rows>"], ["<columns>"],
                           ["<num>", *f"{rng.uniform(-50, 50):.{rng.randrange(4)}f}", "<end>"],
                           ["<count>", series(), rng.choice(expressions.COMPARE), *cell()]])

    citation = rng.choice([["<calc>", *value(3)], ["<calc>", *value(1)], ["<yesno>", rng.choice(expressions.COMPARE), *value(1), *value(1)],
                           [rng.choice(["<larger>", "<smaller>"]), *cell(), *cell()], [rng.choice(["<maxof>", "<minof>"]), row()],
                           [rng.choice(["<trend>", *expressions.OF_SERIES]), series()], ["<rowname>", row()], ["<xlabel>"], ["<ylabel>"]])
    return [f"<lang:{rng.choice(['en', 'de', 'zh'])}>", "a", *citation, "z"]


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
