"""A step of training recorded as CUDA graphs, one a length of the token strings, and replayed without the host's thousand launches."""

import time

import torch

from .dataset import LENGTH_STEP

ALONE = ("ids", "groups")  # what of a batch differs in shape


class Recorded:
    """`gradients` and `apply` of a trainer. Everything a recording reads lies where it lay when it was made: weights, rates, and the batch, which
    is copied there. Recordings share their memory: only one runs at a time, and what it found out is copied out before the next."""

    def __init__(self, trainer, batch, longest: int):
        self.batch = {key: value.clone() for key, value in batch.items() if key not in ALONE}
        lengths = range(LENGTH_STEP, -(-(longest - 1) // LENGTH_STEP) * LENGTH_STEP + 1, LENGTH_STEP)
        self.inputs = {n + 1: {key: _stretched(batch[key], n + 1) for key in ALONE} for n in reversed(lengths)}
        self.graphs, self.names, self.out = {}, None, None
        self._warm(trainer)
        pool = torch.cuda.graph_pool_handle()
        for length, inputs in self.inputs.items():  # the longest first: the shorter fit into its memory
            self.graphs[length] = self._record(pool, lambda: self._keep(trainer.gradients(self.batch | inputs)))
        self.step = self._record(pool, trainer.apply)
        self._compare(trainer)

    def _warm(self, trainer):
        """Every length once: what is compiled, chosen or allocated at first use is so before the recording. Steps of length 0."""
        began = time.time()
        trainer.model.train()
        trainer.balance_rate.zero_()
        trainer.follow_rate.zero_()
        trainer.rates(1e-9, 0)
        for inputs in self.inputs.values():
            report = trainer.gradients(self.batch | inputs)
        trainer.apply()
        self.names = [(name, value.numel()) for name, value in report.items()]
        self.out = torch.zeros(sum(count for _, count in self.names), device=trainer.device)
        del report
        torch.cuda.synchronize()
        print(f"{len(self.inputs)} lengths compiled and tried in {time.time() - began:.0f} s, at most {torch.cuda.max_memory_allocated() / 1e9:.1f} GB", flush=True)
        torch.cuda.empty_cache()

    def _compare(self, trainer):
        """A recording must find what the step itself finds; it would train nonsense in silence otherwise."""
        lengths = sorted(self.inputs)
        for length in (lengths[0], lengths[len(lengths) // 3]):  # the longest would not fit beside the recordings
            batch = self.batch | self.inputs[length]
            mine, plain = self.gradients(batch), trainer.gradients(batch)
            for name in ("tokens", "norm"):
                if not abs(float(mine[name]) / float(plain[name]) - 1) < 0.1:
                    raise RuntimeError(f"recorded for {length} tokens, {name} is {float(mine[name]):.4f} and not {float(plain[name]):.4f}")
        torch.cuda.empty_cache()
        print(f"recorded; {torch.cuda.memory_reserved() / 1e9:.1f} GB", flush=True)

    def _keep(self, report):
        self.out.copy_(torch.cat([value.float().reshape(-1) for value in report.values()]))

    @staticmethod
    def _record(pool, work):
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=pool, stream=torch.cuda.current_stream(), capture_error_mode="thread_local"):  # other threads fetch batches
            work()
        return graph

    def gradients(self, batch) -> dict[str, torch.Tensor]:
        length = batch["ids"].shape[1]
        for key, place in (self.batch | self.inputs[length]).items():
            place.copy_(batch[key], non_blocking=True)
        self.graphs[length].replay()
        values = self.out.clone().split([count for _, count in self.names])
        return {name: value if count > 1 else value[0] for (name, count), value in zip(self.names, values)}

    def apply(self):
        self.step.replay()


def _stretched(rows, length: int):
    """[B, T] repeated or cut to [B, length]."""
    return rows.repeat(1, -(-length // rows.shape[1]))[:, :length].contiguous()
