"""What a machine does: drawing, the experts' kernels against each other, and steps of training, in about a minute."""

import itertools
import time

import torch

from .experts import GROUPED
from .stages import Stage


def machine(trainer, stage: Stage, batch: int, workers: int, steps: int = 12) -> None:
    """Prints one line a finding."""
    cuda = trainer.device.type == "cuda"
    print(f"PyTorch {torch.__version__}, {torch.cuda.get_device_name() if cuda else 'no card'}, {torch.get_num_threads()} threads", flush=True)
    start, batches = time.time(), []
    loader = trainer.batches(trainer.charts([stage], batch), workers)
    for n, one in enumerate(itertools.islice(loader, workers + 6)):
        if n >= workers + 2:  # the first of a worker is not sorted by length
            batches.append(one)
        if n in (0, workers - 1, workers + 5):
            print(f"drawing: {(n + 1) * batch} rows after {time.time() - start:.1f} s", flush=True)
    if cuda:
        _experts(trainer)
    trainer.rates(0.01, 0)
    _steps(trainer, batches, steps)
    if cuda:
        _compiled(trainer, batches)
        print(f"most memory: {torch.cuda.max_memory_allocated() / 1e9:.1f} GB")
        _parts(trainer, batches[0])
        _kernels(trainer, batches)


def _steps(trainer, batches, steps: int) -> None:
    for n in range(steps):
        began = time.time()
        report = trainer.update(batches[n % len(batches)])
        loss = f"{float(report['tokens']):.3f}, norm {float(report['norm']):.2f}" if report else "not finite"
        print(f"step {n}: {time.time() - began:.3f} s, loss {loss}, {batches[n % len(batches)]['ids'].shape[1]} tokens", flush=True)


def _compiled(trainer, batches) -> None:
    """The compiled model against the plain one, in value and in time."""
    plain = _loss_and_slope(trainer, batches[0])
    for part in ({"decoder": False}, {"vision": False}):
        trainer.model.compile_blocks(**part)
        began = time.time()
        now = _loss_and_slope(trainer, batches[0])
        print(f"compiled without {next(iter(part))} in {time.time() - began:.1f} s: loss {now[0]:.4f}, plain {plain[0]:.4f}; norm {now[1]:.3f}, plain {plain[1]:.3f}",
              flush=True)
        _steps(trainer, batches, 8)


def _loss_and_slope(trainer, batch) -> tuple[float, float]:
    torch.manual_seed(3)
    trainer.model.train()
    loss, _ = trainer.losses(batch)
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(trainer.model.parameters(), 1e9)
    trainer.model.zero_grad(set_to_none=True)
    trainer.heads.zero_grad(set_to_none=True)
    return float(loss.detach()), float(norm)


def _timed(name: str, work, repeats: int = 3) -> None:
    for _ in range(repeats):  # the last is warm
        torch.cuda.synchronize()
        began = time.time()
        work()
        launched = time.time() - began
        torch.cuda.synchronize()
    print(f"{name}: {1000 * (time.time() - began):.1f} ms (launched in {1000 * launched:.1f})", flush=True)


def _parts(trainer, batch) -> None:
    """A step's parts."""
    model = trainer.model

    def encode(backward: bool):
        taps = model.encode(batch["image"], torch.bfloat16)
        if backward:
            sum(tap.float().square().mean() for tap in taps).backward()

    def whole(backward: bool):
        loss, _ = trainer.losses(batch)
        if backward:
            loss.backward()

    _timed("encoder forward", lambda: encode(False))
    _timed("encoder forward and backward", lambda: encode(True))
    _timed("all forward", lambda: whole(False))
    _timed("all forward and backward", lambda: whole(True))
    for optimiser in trainer.optimisers:
        _timed(type(optimiser).__name__, optimiser.step)


def _kernels(trainer, batches) -> None:
    """Where the card spends a step."""
    from torch.profiler import ProfilerActivity, profile
    with profile(activities=[ProfilerActivity.CUDA, ProfilerActivity.CPU]) as seen:
        for batch in batches[:2]:
            trainer.update(batch)
        torch.cuda.synchronize()
    rows = sorted(seen.key_averages(), key=lambda e: -e.self_device_time_total)[:22]
    for row in rows:
        print(f"{row.self_device_time_total / 2000:8.2f} ms {row.count // 2:5d} x {row.key[:110]}", flush=True)


def _experts(trainer) -> None:
    """The grouped kernel against a loop, in value and in time."""
    mixture = trainer.model.mixtures()[0]
    chosen = mixture.grouped
    h = torch.randn(40_000, trainer.model.config.dim, device=trainer.device, dtype=torch.bfloat16)
    out = {}
    for name in ("loop", "grouped") if GROUPED else ("loop",):
        mixture.grouped = name == "grouped"

        def step():
            x = h.clone().requires_grad_()
            mixture(x).float().square().mean().backward()
            out[name] = x.grad.float()

        _timed(f"experts, {name}", step)
    if len(out) == 2:
        print(f"experts, difference of the gradients: {float((out['loop'] - out['grouped']).norm() / out['loop'].norm()):.4f}", flush=True)
    mixture.grouped = chosen
    mixture.zero_grad(set_to_none=True)
