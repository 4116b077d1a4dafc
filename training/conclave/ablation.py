"""The ablations: the same data, batches and steps for models that differ in one thing, and what they come to."""

import dataclasses
import itertools
import math
import random

import charts
import torch
import torch.nn.functional as F

from . import balancing
from .config import Config
from .dataset import Charts, Maker, Mix, collate, perturb
from .targets import ANSWER, LOCATION, NUMBER, PROMPT, SUMMARY, TEXT

SETTLED = 64       # batches that the load biases are settled on
RARE_SHARE = 0.02  # of the text tokens: those of the rarest words are the long tail


def variants(base: Config) -> dict[str, Config]:
    """`base` and one change each. Mixtral's router: top-2 of 8 wide experts without a shared one, of about the same size and cost."""
    wide = _multiple((base.experts * base.expert_hidden + base.shared_hidden) / 8)
    late = [-1] * (base.layers - 1) + [len(base.tap_blocks) - 1]
    middle = max(1, round((base.k_min + base.k_max) / 2))
    change = lambda **values: dataclasses.replace(base, **values)
    return {
        "AEG": base,
        "Mixtral-style router": change(router="mixtral", experts=8, expert_hidden=wide, shared_hidden=0, k_min=2, k_max=2, k_wide=2),
        "late fusion": change(bridge_tap=late),
        f"fixed k = {middle}": change(k_min=middle, k_max=middle),
        "no long-tail guard": change(k_wide=base.k_max),
    }


def _multiple(value: float, of: int = 8) -> int:
    return max(of, round(value / of) * of)


def active_flops(c: Config, mean_k: float, tokens: int = 300) -> float:
    """Floating-point operations of one decoded token, weights and attention over half of `tokens` and the picture."""
    rows, columns = c.grid
    attention = 2 * c.dim * (2 * c.heads + 2 * c.kv_heads) * c.head_dim + 4 * (tokens / 2) * c.heads * c.head_dim
    bridge = 2 * c.dim * 2 * c.heads * c.head_dim + 4 * rows * columns * c.heads * c.head_dim
    sparse = 6 * c.dim * (mean_k * c.expert_hidden + c.shared_hidden) + 2 * c.dim * c.experts
    dense = 6 * c.dim * c.dense_hidden
    bridges = sum(tap >= 0 for tap in c.bridge_tap)
    return c.layers * attention + bridges * bridge + c.dense_layers * dense + (c.layers - c.dense_layers) * sparse + 2 * c.dim * c.vocab


def draw(config: Config, tokenizer, stage, count: int, batch: int, workers: int, device: str = "cpu") -> list[dict]:
    """Batches on the device that every variant is trained on."""
    loader = torch.utils.data.DataLoader(Charts(0, batch, config, tokenizer, stage.mix), batch_size=None, num_workers=workers)
    return [{key: value.to(device) for key, value in one.items()} for one in itertools.islice(loader, count)]


def train(trainer, stage, batches: list[dict], steps: int) -> None:
    """The same batches in the same order for every variant; the rate falls to a twentieth. On a card, recorded."""
    trainer.warm_up = max(1, steps // 10)
    trainer.dense_factor.fill_(stage.dense)
    if trainer.device.type == "cuda":
        trainer.record(batches[0], stage.mix.longest)
    rng, order = random.Random(8), []
    for step in range(steps):
        trainer.rates(1 - 0.95 * step / steps, step)
        order = order or rng.sample(range(len(batches)), len(batches))
        one = batches[order.pop()]
        trainer.update(one | {"image": perturb(one["image"])})
    if trainer.model.config.router == "aeg":
        balancing.settle(trainer.model.eval(), batches[:SETTLED])  # as export does


class Measure:
    """The same validation charts for every variant."""

    def __init__(self, config: Config, tokenizer, mix: Mix, count: int, batch: int):
        maker, rng, examples = Maker(config, tokenizer, mix), random.Random(5), []
        for i in range(count):
            drawn = maker.picture(charts.VALID_SEEDS + i)
            if drawn and (e := maker.example(drawn, rng)):
                examples.append(e)
        examples.sort(key=lambda e: len(e["ids"]))
        self.batches = [collate(examples[i:i + batch]) for i in range(0, len(examples), batch)]
        ids = torch.cat([b["ids"][:, 1:][b["groups"][:, 1:] == TEXT] for b in self.batches])
        counts = torch.bincount(ids, minlength=config.vocab)
        order = counts[counts > 0].sort()[0]
        allowed = order[int((order.cumsum(0) <= RARE_SHARE * len(ids)).sum().clamp(min=1)) - 1]
        self.rare = (counts > 0) & (counts <= allowed)

    @torch.no_grad()
    def __call__(self, trainer) -> dict[str, float]:
        """Losses (nats a token), exact tokens, experts' figures with the guard set on these charts' own confidence."""
        model, device = trainer.model.eval(), trainer.device
        if model.config.k_wide > model.config.k_max:
            self._calibrate(trainer)
        sums, idle, entropies, ks, loads = {}, [], [], [], [0.0 for _ in model.mixtures()]
        for batch in self.batches:
            batch = {k: v.to(device) for k, v in batch.items()}
            ids, groups = batch["ids"][:, 1:], batch["groups"][:, 1:]
            hidden, _ = model(batch["image"], batch["ids"][:, :-1], torch.bfloat16, batch["seen"])
            real = groups >= 0
            logits, ids, groups = model.logits(hidden[real]).float(), ids[real], groups[real]
            loss, hit = F.cross_entropy(logits, ids, reduction="none"), (logits.argmax(-1) == ids).float()
            rare = self.rare.to(device)[ids] & (groups == TEXT)
            for name, where in (("all", groups != PROMPT), ("text", groups == TEXT), ("number", groups == NUMBER), ("location", groups == LOCATION),
                                ("answer", (groups == ANSWER) | (groups == SUMMARY)), ("rare", rare)):
                old = sums.get(name, (0.0, 0.0, 0.0))
                sums[name] = (old[0] + float(loss[where].sum()), old[1] + float(hit[where].sum()), old[2] + float(where.sum()))
            for layer, mixture in enumerate(model.mixtures()):
                load = mixture.load(real.reshape(-1))
                loads[layer] = loads[layer] + load
                share = load / load.sum()
                idle.append(_idle(load))
                entropies.append(float(-(share * (share + 1e-9).log()).sum()) / math.log(len(share)))
                ks.append(float(mixture.seen[1][real.reshape(-1)].float().mean()))
        mean = lambda values: sum(values) / len(values)
        out = {f"loss_{name}": s[0] / max(s[2], 1) for name, s in sums.items()} | {f"exact_{name}": s[1] / max(s[2], 1) for name, s in sums.items()}
        return out | {"utilisation": mean(entropies), "idle": mean(idle), "idle_all": mean([_idle(load) for load in loads]), "mean_k": mean(ks)}

    def _calibrate(self, trainer):
        seen = [[] for _ in trainer.model.mixtures()]
        for batch in self.batches:
            trainer.model(batch["image"].to(trainer.device), batch["ids"][:, :-1].to(trainer.device), torch.bfloat16)
            for values, mixture in zip(seen, trainer.model.mixtures()):
                values.append(mixture.seen[2][(batch["groups"][:, 1:] >= 0).reshape(-1).to(trainer.device)])
        for values, mixture in zip(seen, trainer.model.mixtures()):
            mixture.calibration.fill_(torch.quantile(torch.cat(values)[:1_000_000], 0.02))


def _idle(load: torch.Tensor) -> float:
    """Share of the experts' places that stay empty where every expert has as many as the most loaded one needs."""
    return float(1 - load.mean() / load.max())


def table(results: dict[str, dict], config: dict[str, Config]) -> str:
    """GitHub table of the results."""
    head = ["", "parameters", "utilisation", "idle compute: a batch", "of all charts", "mean k", "active MFLOP/token", "loss", "tokens exact", "numbers exact", "exact per active GFLOP",
            "rare words: loss", "rare words: exact"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for name, r in results.items():
        flops = active_flops(config[name], r["mean_k"])
        cells = [name, f"{r['parameters'] / 1e6:.2f} M", f"{r['utilisation']:.3f}", f"{r['idle']:.3f}", f"{r['idle_all']:.3f}", f"{r['mean_k']:.2f}", f"{flops / 1e6:.2f}",
                 f"{r['loss_all']:.3f}", f"{r['exact_all']:.3f}", f"{r['exact_number']:.3f}", f"{r['exact_all'] / (flops / 1e9):.1f}",
                 f"{r['loss_rare']:.3f}", f"{r['exact_rare']:.3f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
