"""Batches on the device: fresh ones as the workers bring them, and old ones at random while the next is being drawn."""

import queue
import random
import threading

KEEP_BYTES = 8 << 30  # of the device's memory


class Stock:
    """Iterates over `loader` without waiting for it where it can: a batch is given again, at most `uses` times in all. A thread fetches."""

    def __init__(self, loader, device, uses: int):
        self.device, self.uses = device, uses
        self.fresh, self.kept, self.bytes = queue.Queue(8), [], 0
        threading.Thread(target=self._fetch, args=(loader,), daemon=True).start()

    def _fetch(self, loader):
        try:
            for batch in loader:
                self.fresh.put(batch)
        except BaseException as error:  # a worker that died must end the training, not stall it
            self.fresh.put(error)

    def __iter__(self):
        while True:
            yield self._next()

    def _next(self):
        try:
            return self._take(self.fresh.get_nowait())
        except queue.Empty:
            return self._again() if self.kept else self._take(self.fresh.get())

    def _take(self, batch):
        if isinstance(batch, BaseException):
            raise batch
        batch = {key: value.to(self.device, non_blocking=True) for key, value in batch.items()}
        if self.uses > 1:
            self.kept.append([batch, self.uses - 1])
            self.bytes += _bytes(batch)
            while self.bytes > KEEP_BYTES:
                self.bytes -= _bytes(self.kept.pop(0)[0])
        return batch

    def _again(self):
        at = random.randrange(len(self.kept))
        batch, left = self.kept[at]
        if left > 1:
            self.kept[at][1] = left - 1
        else:
            self.bytes -= _bytes(batch)
            self.kept.pop(at)
        return batch


def _bytes(batch) -> int:
    return sum(value.numel() * value.element_size() for value in batch.values())
