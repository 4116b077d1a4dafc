"""Training: resumable, limited by time, logged to a CSV file; the same code on a CPU and on a GPU."""

import dataclasses
import hashlib
import math
import time
from pathlib import Path

import torch

from . import carry, export, losses, optimiser
from .config import Config
from .dataset import Charts, perturb
from .model import Conclave
from .progress import Progress
from .recorded import Recorded
from .stages import Stage
from .stock import Stock
from .tokenizer import LOC_STEP, Tokenizer

DENSE_WEIGHT = {"chars": 0.5, "words": 0.5, "numbers": 0.7, "values": 0.4, "marks": 0.4}
AUXILIARY_WEIGHT = 0.01  # of a Mixtral-style router's load loss
SEEDS_A_COMMAND = 1 << 32
WARM_UP = 100            # steps at the start of a command, a tenth of a short one and of one that goes on with its optimisers
BAD_STEPS = 20           # gradients in a row that may be infinite or NaN before training gives up


@dataclasses.dataclass
class Leg:
    """A stage for a while, with the factors of the rate at its start and end."""

    stage: Stage
    minutes: float
    rate: tuple[float, float]


class Trainer:
    """`decoder_only`: the encoder and its dense heads stay as they are and cost no gradients, which more than halves the time of a step."""

    def __init__(self, config: Config, tokenizer: Tokenizer, lr: float, device: str = "cpu", decoder_only: bool = False):
        torch.manual_seed(1)
        self.device, self.tokenizer, self.decoder_only = torch.device(device), tokenizer, decoder_only
        self.model = Conclave(config).to(self.device)
        self.heads = losses.DenseHeads(config).to(self.device)
        for part in (self.model.vision, self.heads) if decoder_only else ():
            part.requires_grad_(False)
        self.optimisers = optimiser.build(self.model, self.heads, lr, self.device.type == "cuda")
        self.parameters = [p for p in (*self.model.parameters(), *self.heads.parameters()) if p.requires_grad]
        for parameter in self.parameters:
            parameter.grad = torch.zeros_like(parameter)  # where it stays: a recorded step adds to it
        self.average = {n: p.detach().clone() for n, p in self.model.named_parameters()}
        self.step = self.samples = self.commands = self.bad = 0
        self.seconds = 0.0
        self.dense_factor, self.balance_rate, self.follow_rate = (torch.zeros((), device=self.device) for _ in range(3))  # read by a recorded step
        self.dense_factor.fill_(1.0)
        self.warm_up, self.recorded, self.resumed = WARM_UP, None, False
        first_x, first_y = tokenizer.id("<x:0>"), tokenizer.id("<y:0>")
        self.loc_ranges = [(first_x, first_x + config.image_width // LOC_STEP - 1), (first_y, first_y + config.image_height // LOC_STEP - 1)]
        for mixture in self.model.mixtures():
            mixture.wide_share = 0.02 if config.k_wide > config.k_max else 0.0

    def losses(self, batch) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Total loss and its parts."""
        ids, groups = batch["ids"], batch["groups"][:, 1:]
        hidden, taps = self.model(batch["image"], ids[:, :-1], torch.bfloat16, batch["seen"])
        logits = self.model.logits(hidden).flatten(0, 1).float()
        loss, report = losses.token_losses(logits, ids[:, 1:].flatten(), groups.flatten(), self.loc_ranges)
        report["tokens"] = loss.detach()
        dense = {} if self.decoder_only else losses.dense_losses(self.heads, (taps[0], taps[-1]), batch)
        report |= {"d_" + name: value.detach() for name, value in dense.items()}
        total = loss + self.dense_factor * sum(DENSE_WEIGHT[name] * value for name, value in dense.items())
        if self.model.config.router == "mixtral":
            flat = (groups >= 0).flatten()
            total = total + AUXILIARY_WEIGHT * sum(mixture.auxiliary(flat) for mixture in self.model.mixtures())
        return total, report

    def gradients(self, batch) -> dict[str, torch.Tensor]:
        """Fills the gradients, clipped, and moves the load biases. Waits for nothing and copies nothing from the host, so that it can be recorded."""
        torch._foreach_zero_([p.grad for p in self.parameters])
        loss, report = self.losses(batch)
        loss.backward()
        report["norm"] = torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        return report | self._balance(batch)

    def apply(self):
        """A step of the optimisers along the gradients. Can be recorded."""
        for o in self.optimisers:
            o.step()
        self._follow()

    def record(self, batch, longest: int):
        """From here on steps are replayed from recordings, which costs the host next to nothing. `batch`: any, for its shapes; `longest`: tokens."""
        self.recorded = Recorded(self, batch, longest)

    def update(self, batch) -> dict[str, torch.Tensor] | None:
        """One step, or None where the gradient is not finite and the step is left out."""
        self.model.train()
        self.balance_rate.fill_(3e-3 if self.step < 500 else 1e-3)
        self.follow_rate.fill_(max(0.01, 1 / (self.step + 1)))
        step = self.recorded or self
        report = step.gradients(batch)
        if not math.isfinite(report["norm"]):
            self.bad += 1
            if self.bad > BAD_STEPS:
                raise FloatingPointError(f"step {self.step}: the gradient is not finite; resume from the last checkpoint")
            return None
        self.bad = 0
        step.apply()
        self.step += 1
        self.samples += len(batch["ids"])
        return report

    @torch.no_grad()
    def _balance(self, batch) -> dict[str, torch.Tensor]:
        """Move the load biases; report utilisation (normalised entropy of the load), idle compute and mean k."""
        real = (batch["groups"][:, 1:] >= 0).reshape(-1)
        entropies, idle, ks = [], [], []
        for mixture in self.model.mixtures():
            load = mixture.load(real)
            mixture.balance(load, self.balance_rate)
            share = load / load.sum()
            entropies.append(-(share * (share + 1e-9).log()).sum() / math.log(len(share)))
            idle.append(1 - load.mean() / load.max())
            ks.append((mixture.seen[1] * real).sum() / real.sum())
        return {"utilisation": torch.stack(entropies).mean(), "idle": torch.stack(idle).mean(), "mean_k": torch.stack(ks).mean()}

    @torch.no_grad()
    def _follow(self):
        """The average of the weights that evaluation and export use."""
        for name, parameter in self.model.named_parameters():
            self.average[name].lerp_(parameter.detach(), self.follow_rate)

    def image_gap(self, batch) -> float:
        """Token loss with the pictures shuffled minus the loss with the right ones: 0 means blind. By whole steps without an end, so that
        nothing is compiled or recorded anew."""
        self.balance_rate.zero_()
        step = self.recorded or self
        right = step.gradients(batch)["tokens"]
        wrong = step.gradients(batch | {"image": batch["image"].roll(1, 0)})["tokens"]
        return float(wrong - right)

    # ---- Checkpoints

    def _state(self) -> dict:
        vocabulary = hashlib.sha256("\n".join(self.tokenizer.tokens).encode()).hexdigest()
        return {"config": dataclasses.asdict(self.model.config), "vocabulary": vocabulary, "step": self.step, "samples": self.samples,
                "commands": self.commands, "seconds": self.seconds}

    def _take_state(self, state: dict):
        mine = self._state()
        for key in ("config", "vocabulary"):
            if state[key] != mine[key]:
                raise ValueError(f"the checkpoint was made with another {key}: use the tree that it was made with")
        self.step, self.samples, self.commands, self.seconds = (state[key] for key in ("step", "samples", "commands", "seconds"))

    def save(self, path: Path):
        """Everything, for the next command on this machine."""
        state = {"state": self._state(), "model": self.model.state_dict(), "heads": self.heads.state_dict(), "average": self.average,
                 "optimisers": [o.state_dict() for o in self.optimisers], "decoder_only": self.decoder_only, "tokens": [self.tokenizer.tokens, self.tokenizer.types]}
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        torch.save(state, part)
        part.replace(path)

    def load(self, path: Path):
        state = torch.load(path, map_location=self.device)
        self._take_state(state["state"])
        self.model.load_state_dict(state["model"])
        self.heads.load_state_dict(state["heads"])
        self.average = state["average"]
        self.resumed = state.get("decoder_only", False) == self.decoder_only  # or the optimisers begin anew
        for o, saved in zip(self.optimisers, state["optimisers"]) if self.resumed else ():
            mine = [(g["base"], g["lr"]) for g in o.param_groups]
            o.load_state_dict(saved)
            for group, (base, lr) in zip(o.param_groups, mine):
                group["base"], group["lr"] = base, lr

    def carry_out(self, folder: Path, averaged: bool, bits: int = 12) -> int:
        """Weights for another machine; `averaged` at the end of training. Returns their bytes."""
        weights = self.model.state_dict() | (self.average if averaged else {})
        heads = {"heads." + n: t for n, t in self.heads.state_dict().items()}
        state = self._state() | {"tokens": [self.tokenizer.tokens, self.tokenizer.types]}
        return carry.save(folder, weights | heads, state, bits)

    def carry_in(self, folder: Path, weights: Path | None = None):
        """Goes on from a folder of `carry_out`, or from an exported file and the heads and the state that `export --heads` kept of it."""
        tensors, state = carry.load(folder)
        self._take_state(state)
        heads = {n[len("heads."):]: t for n, t in tensors.items() if n.startswith("heads.")}
        model = export.load(weights)[0].state_dict() if weights else {n: t for n, t in tensors.items() if not n.startswith("heads.")}
        self.model.load_state_dict(model)
        for mixture in self.model.mixtures():
            mixture.calibration.zero_()  # of an exported model; training sends tokens to the wide k at random
        self.heads.load_state_dict(heads)
        self.average = {n: p.detach().clone() for n, p in self.model.named_parameters()}

    # ---- The loop

    def rates(self, factor: float, steps: int) -> None:
        """Learning rates `factor` times the base, with a warm-up over the first `steps` of a command."""
        optimiser.set_rate(self.optimisers, factor * min(1.0, (steps + 1) / self.warm_up))

    def charts(self, stages: list[Stage], batch: int) -> Charts:
        """What the workers draw, from seeds that no command before has used."""
        return Charts(self.commands * SEEDS_A_COMMAND, batch, self.model.config, self.tokenizer, *(stage.mix for stage in stages))

    def batches(self, data: Charts, workers: int, uses: int = 1):
        """Batches on the device; with `uses` above 1, old ones fill the time in which the next are drawn."""
        ahead = {"num_workers": workers, "prefetch_factor": 4} if workers else {}
        loader = torch.utils.data.DataLoader(data, batch_size=None, pin_memory=self.device.type == "cuda", **ahead)
        for one in Stock(loader, self.device, uses) if workers else ({k: v.to(self.device) for k, v in b.items()} for b in loader):
            yield one | {"image": perturb(one["image"])}

    def run(self, legs: list[Leg], batch: int, workers: int, log: Path, checkpoint: Path, uses: int = 1, save_every: float = 180,
            log_every: int = 100, steps: int | None = None, record: bool = False, ends_at: float | None = None):
        """Train the legs one after the other, each for its minutes (or `steps`), saving as it goes. With `ends_at` (seconds since the epoch) the
        minutes are shares of the time until then, whatever compiling and recording took of it."""
        self.commands += 1
        self.warm_up = min(WARM_UP, max(1, steps // 10)) if steps else WARM_UP // 10 if self.resumed else WARM_UP
        data = self.charts([leg.stage for leg in legs], batch)
        feed = self.batches(data, workers, uses)
        batch_now = next(feed)  # drawing begins before the clock does
        if record:
            self.record(batch_now, max(leg.stage.mix.longest for leg in legs))
        if ends_at:
            self.rates(1e-9, 0)
            self.update(batch_now)  # compiles what is to be compiled
            factor = max(0.0, ends_at - time.time()) / 60 / sum(leg.minutes for leg in legs)
            legs = [dataclasses.replace(leg, minutes=leg.minutes * factor) for leg in legs]
        progress = Progress(self, log, log_every)
        saved, done_steps = time.time(), 0
        for index, leg in enumerate(legs):
            data.turn_to(index)
            self.dense_factor.fill_(leg.stage.dense)
            start, first = time.time(), done_steps
            while (done := (done_steps - first) / steps if steps else (time.time() - start) / (60 * leg.minutes)) < 1:
                self.rates(leg.rate[0] + (leg.rate[1] - leg.rate[0]) * done, done_steps)
                progress.add(leg.stage, self.update(batch_now), batch_now)
                done_steps += 1
                if time.time() - saved > save_every:
                    self.save(checkpoint)
                    saved = time.time()
                with progress.waiting():
                    batch_now = next(feed)
        self.save(checkpoint)
