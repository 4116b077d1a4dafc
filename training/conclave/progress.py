"""The log of a training: means over some steps, in a CSV file and on the screen."""

import contextlib
import csv
import time
from pathlib import Path

import torch


class Progress:
    def __init__(self, trainer, path: Path, every: int):
        self.trainer, self.path, self.every = trainer, path, every
        self._begin()

    def _begin(self):
        self.rows, self.steps, self.waited, self.last, self.samples = [], 0, 0.0, time.time(), self.trainer.samples

    @contextlib.contextmanager
    def waiting(self):
        """Counts what the training waits for pictures."""
        before = time.time()
        yield
        self.waited += time.time() - before

    def add(self, stage, report: dict | None, batch):
        """One step's report, or None for a step left out."""
        if report is not None:
            self.rows.append(report)
        self.steps += 1
        if self.steps < self.every:
            return
        spent = time.time() - self.last
        self.trainer.seconds += spent
        self._write(stage, {"samples": self.trainer.samples, "minutes": self.trainer.seconds / 60, "rate": (self.trainer.samples - self.samples) / spent,
                            "data_wait": self.waited / spent, "left_out": self.steps - len(self.rows), "gap": self.trainer.image_gap(batch)})
        self._begin()

    def _write(self, stage, extra: dict):
        mean = {}
        for key in self.rows[0] if self.rows else ():
            values = torch.stack([r[key].float() for r in self.rows])
            total = values.sum(0).tolist()
            mean[key] = total[0] / max(total[1], 1) if values.ndim > 1 else total / len(self.rows)
        row = {"stage": stage.name, "step": self.trainer.step} | {k: round(v, 4) for k, v in (extra | mean).items()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not self.path.exists()
        with self.path.open("a", newline="") as file:
            writer = csv.DictWriter(file, row)
            if fresh:
                writer.writeheader()
            writer.writerow(row)
        print(" ".join(f"{k}={v:.4g}" if isinstance(v, float) else f"{k}={v}" for k, v in row.items()), flush=True)
