"""What a machine does: drawing, the experts' kernels against each other, and steps of training, in about a minute."""

import itertools
import time

import torch

from .stages import Stage


def machine(trainer, stage: Stage, batch: int, workers: int, steps: int = 8) -> None:
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
    trainer.rates(1e-9, 0)
    _steps("plain", trainer, batches, steps)
    if not cuda:
        return
    _experts(trainer)
    plain = [_loss_and_slope(trainer, one) for one in batches]
    for name, change in (("compiled", trainer.model.compile_blocks), ("recorded", lambda: trainer.record(batches[0], stage.mix.longest))):
        began = time.time()
        change()
        now = [_loss_and_slope(trainer, one) for one in batches]
        print(f"{name} in {time.time() - began:.1f} s; loss and norm (plain ones): "
              + ", ".join(f"{a:.3f} {b:.3f} ({c:.3f} {d:.3f})" for (a, b), (c, d) in zip(now, plain)), flush=True)
        _steps(name, trainer, batches, steps)
        print(f"most memory: {torch.cuda.max_memory_allocated() / 1e9:.1f} GB, reserved {torch.cuda.memory_reserved() / 1e9:.1f} GB", flush=True)
    kernels(trainer, batches)


def _steps(name: str, trainer, batches, steps: int) -> None:
    for n in range(steps):
        began = time.time()
        report = trainer.update(batches[n % len(batches)])
        loss = f"{float(report['tokens']):.3f}, norm {float(report['norm']):.2f}" if report else "not finite"
        print(f"{name}, step {n}: {time.time() - began:.3f} s, loss {loss}, {batches[n % len(batches)]['ids'].shape[1]} tokens", flush=True)


def _loss_and_slope(trainer, batch) -> tuple[float, float]:
    report = (trainer.recorded or trainer).gradients(batch)
    return float(report["tokens"]), float(report["norm"])


def kernels(trainer, batches) -> None:
    """Where the card spends a step."""
    from torch.profiler import ProfilerActivity, profile
    trainer.rates(1e-9, 0)
    with profile(activities=[ProfilerActivity.CUDA]) as seen:
        for batch in batches[:2]:
            trainer.update(batch)
        torch.cuda.synchronize()
    rows = sorted(seen.key_averages(), key=lambda e: -e.self_device_time_total)
    print(f"the card works {sum(row.self_device_time_total for row in rows) / 2000:.1f} ms a step", flush=True)
    for row in rows[:40]:
        print(f"{row.self_device_time_total / 2000:8.2f} ms {row.count // 2:5d} x {row.key[:130]}", flush=True)


def _experts(trainer) -> None:
    """All experts for every token against one by one: the largest difference, relative."""
    mixture = trainer.model.mixtures()[0]
    h = torch.randn(999, trainer.model.config.dim, device=trainer.device)
    with torch.no_grad():
        order, weights, _, inside, _ = mixture.route(h)
        apart, everywhere = mixture.apart(h, order, weights, inside), mixture.everywhere(h, order, weights)
    print(f"experts, difference: {float((apart - everywhere).norm() / apart.norm()):.2e}", flush=True)
