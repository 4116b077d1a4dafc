"""What a machine does: drawing, the experts' kernels against each other, and steps of training, in about a minute."""

import itertools
import time

import torch

from .experts import GROUPED
from .stages import Stage


def machine(trainer, stage: Stage, batch: int, workers: int, steps: int = 12) -> None:
    """Prints one line a finding."""
    start = time.time()
    batches = []
    loader = trainer.batches(stage, batch, workers)
    for one in itertools.islice(loader, 4):
        batches.append(one)
        print(f"drawing: {len(batches) * batch} rows after {time.time() - start:.1f} s", flush=True)
    if trainer.device.type == "cuda":
        _experts(trainer)
    trainer.rates(0.01, 0)
    losses = []
    for n in range(steps):
        began = time.time()
        losses.append(float(trainer.update(batches[n % len(batches)])["tokens"]))
        print(f"step {n}: {time.time() - began:.3f} s, loss {losses[-1]:.3f}, {batches[n % len(batches)]['ids'].shape[1]} tokens", flush=True)
    if trainer.device.type == "cuda":
        print(f"most memory: {torch.cuda.max_memory_allocated() / 1e9:.1f} GB")
    count, start = 0, time.time()
    for one in itertools.islice(loader, 4 * max(workers, 1)):
        count += len(one["ids"])
    print(f"drawing, warm: {count / (time.time() - start):.0f} rows/s from {workers} workers", flush=True)


def _experts(trainer) -> None:
    """The grouped kernel against a loop, in value and in time."""
    mixture = trainer.model.mixtures()[0]
    h = torch.randn(40_000, trainer.model.config.dim, device=trainer.device, dtype=torch.bfloat16)
    out = {}
    for name in ("loop", "grouped") if GROUPED else ("loop",):
        mixture.grouped = name == "grouped"
        for _ in range(2):  # the second is warm
            torch.cuda.synchronize()
            began = time.time()
            x = h.clone().requires_grad_()
            mixture(x).float().square().mean().backward()
            torch.cuda.synchronize()
        out[name] = x.grad.float()
        print(f"experts, {name}: {1000 * (time.time() - began):.1f} ms", flush=True)
    if len(out) == 2:
        print(f"experts, difference of the gradients: {float((out['loop'] - out['grouped']).norm() / out['loop'].norm()):.4f}", flush=True)
    mixture.zero_grad(set_to_none=True)
