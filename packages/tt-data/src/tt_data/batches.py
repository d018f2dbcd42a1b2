"""One batch: its samples, fetched and put together, with random numbers of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tt_tensor import Generator, default_generator

from .collate import default_collate
from .dataset import batch_of

__all__ = ["BatchMaker"]


class BatchMaker:
    """Makes batches of a dataset, here or in a worker process.

    Args:
        dataset: anything with ``__getitem__``.
        collate_fn: makes a batch of a list of samples; None for the dataset's own way.
        batch_transform: changes a finished batch.
    """

    def __init__(
        self,
        dataset: Any,
        collate_fn: Callable[[Any], Any] | None,
        batch_transform: Callable[..., Any] | None = None,
    ) -> None:
        self.dataset, self.batch_transform = dataset, batch_transform
        # so that saying the default aloud is not slower than leaving it out
        self.collate_fn = None if collate_fn is default_collate else collate_fn

    def make(self, index: Any, seed: int) -> Any:
        """The batch of a list of indices, or the single sample of one index.

        While it is made, the default generator gives numbers that ``seed`` alone determines, and
        afterwards it goes on as if nothing had been drawn.  The loader's seed differs from batch to
        batch; so a random transform does the same in every process and for any number of workers.
        """
        generator = default_generator()
        outside = generator.numpy
        generator.numpy = Generator(seed).numpy
        try:
            return self.changed(self._make(index))
        finally:
            generator.numpy = outside

    def changed(self, batch: Any) -> Any:
        """A batch after its transform, which gets the parts of a tuple one by one."""
        if self.batch_transform is None:
            return batch
        return self.batch_transform(*batch) if type(batch) is tuple else self.batch_transform(batch)

    def _make(self, index: Any) -> Any:
        if not isinstance(index, list):
            sample = self.dataset[index]
            return sample if self.collate_fn is None else self.collate_fn(sample)
        if self.collate_fn is None:
            return batch_of(self.dataset, index)
        return self.collate_fn([self.dataset[i] for i in index])
