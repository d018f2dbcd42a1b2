"""DataLoader: batches of a dataset, in order or shuffled, made here or by worker processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Any

from tt_tensor import Generator, default_generator

from .collate import default_collate
from .dataset import IterableDataset
from .sampler import BatchSampler, RandomSampler, SequentialSampler

__all__ = ["DataLoader"]


class DataLoader:
    """Goes through a dataset in batches, anew at each ``for``.

    The order, and what workers draw at random, come from the generator in this process: the
    batches are the same whatever the number of workers.

    Args:
        dataset: a :class:`Dataset`, or anything with ``__len__`` and ``__getitem__``; or an
            :class:`IterableDataset`.
        batch_size: samples per batch; None gives samples as they are.
        shuffle: a new random order at each ``for``.
        sampler: gives the indices instead.
        batch_sampler: gives lists of indices instead.
        num_workers: processes that fetch samples; 0 fetches them here.
        collate_fn: makes a batch of a list of samples.
        drop_last: leave out a last batch that is smaller.
        timeout: seconds to wait for a worker's batch; 0 waits as long as the worker lives.
        worker_init_fn: called with the worker's number in each worker.
        generator: where order and workers' seeds are drawn from; the default generator if None.
        prefetch_factor: batches that each worker prepares ahead.

    Raises:
        ValueError: options that exclude each other, or are out of range.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data import DataLoader, TensorDataset
        >>> loader = DataLoader(TensorDataset(tt.arange(5)), batch_size=2)
        >>> [batch.tolist() for (batch,) in loader]
        [[0, 1], [2, 3], [4]]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool = False,
        sampler: Iterable[int] | None = None,
        batch_sampler: Iterable[list[int]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        drop_last: bool = False,
        timeout: float = 0.0,
        worker_init_fn: Callable[[int], None] | None = None,
        *,
        generator: Generator | None = None,
        prefetch_factor: int = 2,
    ) -> None:
        if num_workers < 0 or timeout < 0 or prefetch_factor < 1:
            raise ValueError(
                "num_workers and timeout must not be negative, prefetch_factor must be positive"
            )
        if batch_sampler is not None and (batch_size != 1 or shuffle or sampler or drop_last):
            raise ValueError(
                "batch_sampler decides everything: it goes without batch_size, shuffle, sampler, drop_last"
            )
        if sampler is not None and shuffle:
            raise ValueError("sampler decides the order: it goes without shuffle")
        self.dataset, self.generator = dataset, generator
        self.num_workers, self.timeout = num_workers, timeout
        self.worker_init_fn, self.prefetch_factor = worker_init_fn, prefetch_factor
        self.drop_last = drop_last
        self.is_stream = isinstance(dataset, IterableDataset)
        if self.is_stream and (shuffle or sampler is not None or batch_sampler is not None):
            raise ValueError("an IterableDataset decides its own order: no shuffle and no sampler")
        if self.is_stream and num_workers:
            raise ValueError("an IterableDataset is read in this process: num_workers must be 0")
        self.collate_fn = collate_fn
        self.batch_size = batch_size
        if self.is_stream:
            return
        if sampler is None:
            sampler = (
                RandomSampler(dataset, generator=generator)
                if shuffle
                else SequentialSampler(dataset)
            )
        self.sampler = sampler
        if batch_sampler is None and batch_size is not None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.batch_sampler = batch_sampler

    def __len__(self) -> int:
        if self.is_stream:
            raise TypeError("an IterableDataset has no length")
        source: Any = self.sampler if self.batch_sampler is None else self.batch_sampler
        assert isinstance(source, Sized)
        return len(source)

    def __iter__(self) -> Iterator[Any]:
        if self.is_stream:
            return self._stream()
        # drawn without workers too, so that the order does not depend on their number
        seed = int((self.generator or default_generator()).numpy.integers(1 << 48))
        if self.num_workers == 0:
            return (self.fetch(index) for index in self._indices())
        from .workers import batches_from_workers

        return batches_from_workers(self, list(self._indices()), seed)

    def _indices(self) -> Iterable[Any]:
        return self.sampler if self.batch_sampler is None else self.batch_sampler

    def fetch(self, index: Any) -> Any:
        """The sample with one index, or the batch with a list of them."""
        if not isinstance(index, list):
            sample = self.dataset[index]
            return sample if self.collate_fn is None else self.collate_fn(sample)
        if self.collate_fn is None and hasattr(self.dataset, "get_batch"):
            return self.dataset.get_batch(index)
        return (self.collate_fn or default_collate)([self.dataset[i] for i in index])

    def _stream(self) -> Iterator[Any]:
        collate = self.collate_fn or default_collate
        if self.batch_size is None:
            yield from self.dataset
            return
        batch: list[Any] = []
        for sample in self.dataset:
            batch.append(sample)
            if len(batch) == self.batch_size:
                yield collate(batch)
                batch = []
        if batch and not self.drop_last:
            yield collate(batch)
