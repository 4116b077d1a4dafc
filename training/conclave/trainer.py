"""One training run: resumable, limited by time, logged to a CSV file."""

import csv
import math
import time
from pathlib import Path

import torch

from . import losses, optimiser
from .config import Config
from .dataset import Charts
from .model import Conclave
from .tokenizer import IMAGE_HEIGHT, IMAGE_WIDTH, LOC_STEP, Tokenizer

DENSE_WEIGHT = {"chars": 0.5, "words": 0.5, "numbers": 0.7, "values": 0.4, "marks": 0.4}


class Trainer:
    def __init__(self, checkpoint: Path, log: Path, lr: float, batch: int, config: Config | None = None):
        torch.manual_seed(1)
        self.tokenizer = Tokenizer()
        self.model = Conclave(config or Config(vocab=len(self.tokenizer)))
        self.heads = losses.DenseHeads(self.model.config)
        self.optimisers = optimiser.build(self.model, self.heads, lr)
        self.average = {n: p.detach().clone() for n, p in self.model.named_parameters()}
        self.checkpoint, self.log, self.batch = checkpoint, log, batch
        self.step, self.samples, self.seconds = 0, 0, 0.0
        first_x, first_y = self.tokenizer.id("<x:0>"), self.tokenizer.id("<y:0>")
        self.loc_ranges = [(first_x, first_x + IMAGE_WIDTH // LOC_STEP - 1), (first_y, first_y + IMAGE_HEIGHT // LOC_STEP - 1)]
        for mixture in self.model.mixtures():
            mixture.wide_share = 0.02

    def rates(self, done: float, decay_from: float) -> None:
        """Warm-up, constant, then linear to 3 % from `decay_from` of the time on."""
        scale = min(1.0, (self.step + 1) / 30)
        if done > decay_from:
            scale *= max(0.03, 1 - 0.97 * (done - decay_from) / (1 - decay_from))
        for o in self.optimisers:
            for group in o.param_groups:
                group["lr"] = group["base"] * scale

    def losses(self, batch) -> tuple[torch.Tensor, dict[str, float]]:
        """Total loss and its parts."""
        ids, groups = batch["ids"], batch["groups"][:, 1:]
        hidden, taps = self.model(batch["image"], ids[:, :-1], torch.bfloat16)
        real = groups >= 0
        logits = self.model.logits(hidden[real]).float()
        loss, report = losses.token_losses(logits, ids[:, 1:][real], groups[real], self.loc_ranges)
        dense = losses.dense_losses(self.heads, taps, batch)
        report |= {"d_" + name: float(value) for name, value in dense.items()}
        return loss + sum(DENSE_WEIGHT[name] * value for name, value in dense.items()), report | {"tokens": float(loss)}

    def update(self, batch) -> dict[str, float]:
        """One step."""
        self.model.train()
        loss, report = self.losses(batch)
        for o in self.optimisers:
            o.zero_grad(set_to_none=True)
        loss.backward()
        parameters = [p for p in list(self.model.parameters()) + list(self.heads.parameters()) if p.grad is not None]
        report["norm"] = float(torch.nn.utils.clip_grad_norm_(parameters, 1.0))
        report |= self._balance(batch)
        if not math.isfinite(report["norm"]):
            raise FloatingPointError(f"step {self.step}: the gradient is not finite; resume from the last checkpoint")
        for o in self.optimisers:
            o.step()
        self._follow()
        self.step += 1
        self.samples += len(batch["ids"])
        return report

    @torch.no_grad()
    def _balance(self, batch) -> dict[str, float]:
        """Move the load biases; report utilisation (normalised entropy of the load) and mean k."""
        real = (batch["groups"][:, 1:] >= 0).reshape(-1)
        entropies, ks = [], []
        for mixture in self.model.mixtures():
            order, k, _ = mixture.seen
            inside = (torch.arange(order.shape[1])[None] < k[:, None]) & real[:, None]
            load = torch.bincount(order[inside], minlength=self.model.config.experts).float()
            mixture.balance(load, 3e-3 if self.step < 500 else 1e-3)
            share = load / load.sum()
            entropies.append(float(-(share * (share + 1e-9).log()).sum()) / math.log(len(share)))
            ks.append(float(k[real].float().mean()))
        return {"utilisation": sum(entropies) / len(entropies), "mean_k": sum(ks) / len(ks)}

    @torch.no_grad()
    def _follow(self):
        """The average of the weights that evaluation and export use."""
        rate = max(0.01, 1 / (self.step + 1))
        names = list(self.average)
        parameters = dict(self.model.named_parameters())
        torch._foreach_mul_([self.average[n] for n in names], 1 - rate)
        torch._foreach_add_([self.average[n] for n in names], [parameters[n].detach() for n in names], alpha=rate)

    @torch.no_grad()
    def image_gap(self, batch) -> float:
        """Token loss with the pictures shuffled minus the loss with the right ones: 0 means blind."""
        self.model.eval()
        right = self.losses(batch)[1]["tokens"]
        wrong = self.losses(batch | {"image": batch["image"].roll(1, 0)})[1]["tokens"]
        return wrong - right

    def save(self):
        state = {"model": self.model.state_dict(), "heads": self.heads.state_dict(), "average": self.average, "step": self.step,
                 "samples": self.samples, "seconds": self.seconds, "optimisers": [o.state_dict() for o in self.optimisers]}
        torch.save(state, str(self.checkpoint) + ".part")
        Path(str(self.checkpoint) + ".part").replace(self.checkpoint)

    def load(self):
        state = torch.load(self.checkpoint)
        self.model.load_state_dict(state["model"])
        self.heads.load_state_dict(state["heads"])
        self.average = state["average"]
        self.step, self.samples, self.seconds = state["step"], state["samples"], state["seconds"]
        for o, saved in zip(self.optimisers, state["optimisers"]):
            base = [g["base"] for g in o.param_groups]
            o.load_state_dict(saved)
            for group, value in zip(o.param_groups, base):
                group["base"] = value

    def run(self, minutes: float, decay_from: float = 0.8, easy_until: int = 6000, seed: int | None = None):
        """Train for `minutes`, from the first unused seed on."""
        data = Charts(self.samples + 1000 if seed is None else seed, self.batch, easy_until, cut_summaries=0.75 if self.step > 500 else 0.0)
        loader = iter(torch.utils.data.DataLoader(data, batch_size=None, num_workers=1, prefetch_factor=12))
        torch.set_num_threads(2)
        start, last, waited, rows, seen = time.time(), time.time(), 0.0, [], 0
        while (done := (time.time() - start) / (60 * minutes)) < 1:
            self.rates(done, decay_from)
            before = time.time()
            batch = next(loader)
            waited += time.time() - before
            rows.append(self.update(batch))
            seen += len(batch["ids"])
            if self.step % 50 == 0:
                spent = time.time() - last
                self.seconds += spent
                self._record(rows, {"samples": self.samples, "rate": seen / spent, "data_wait": waited / spent, "gap": self.image_gap(batch)})
                rows, waited, seen, last = [], 0.0, 0, time.time()
            if self.step % 100 == 0:
                self.save()
        self.save()

    def _record(self, rows, extra):
        mean = {key: sum(r[key] for r in rows) / len(rows) for key in rows[0]}
        row = {"step": self.step} | {k: round(v, 4) for k, v in (extra | mean).items()}
        fresh = not self.log.exists()
        with self.log.open("a", newline="") as file:
            writer = csv.DictWriter(file, row)
            if fresh:
                writer.writeheader()
            writer.writerow(row)
        print(" ".join(f"{k}={v:.4g}" for k, v in row.items()), flush=True)
