"""DataLoader: batches of a dataset, in order or shuffled, made here or by worker processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from tt_tensor import Generator

from .batches import BatchMaker
from .collate import default_collate
from .dataset import IterableDataset
from .epoch import Epoch, read_state, write_state
from .sampler import BatchSampler, RandomSampler, SequentialSampler, draw_seed

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

    from .workers import WorkerPool

__all__ = ["DataLoader"]


class DataLoader:
    """Goes through a dataset in batches, anew at each ``for``.

    The order and a seed for each batch are drawn from one generator in this process.  So the batches
    are the same for any number of workers, 0 included, also where the dataset draws from
    ``tt_tensor``'s default generator.  (Python's ``random`` and ``numpy.random`` are seeded in
    workers, and left alone in this process.)

    Args:
        dataset: a :class:`Dataset`, or anything with ``__len__`` and ``__getitem__``; or an
            :class:`IterableDataset`, which is read in this process.
        batch_size: samples per batch; None gives samples as they are.
        shuffle: a new random order at each ``for``.
        sampler: gives the indices instead.
        batch_sampler: gives lists of indices instead.
        num_workers: processes that make batches ahead; 0 makes them here, when they are asked for.
        collate_fn: makes a batch of a list of samples; by default :func:`default_collate`, or what
            the dataset's ``get_batch`` gives, which is the same and faster.
        drop_last: leave out a last batch that is smaller.
        timeout: seconds to wait for a worker's batch; 0 waits as long as the worker lives.
        worker_init_fn: called with the worker's number in each worker, at its start.
        multiprocessing_context: how workers are started, ``"fork"``, ``"spawn"`` or
            ``"forkserver"``; by default ``"fork"`` on Linux and ``"spawn"`` elsewhere.
        generator: where order and seeds are drawn from; the default generator if None.
        prefetch_factor: batches that each worker prepares ahead.
        persistent_workers: keep the workers from one ``for`` to the next.
        batch_transform: changes a finished batch, in the worker that made it: called with the parts
            of a batch that is a tuple, as in ``batch_transform(x, y)``, otherwise with the batch. It
            may draw from the default generator, as the dataset may.

    Raises:
        TypeError: a dataset without ``__getitem__``, or, from ``len``, without a length.
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
        collate_fn: Callable[[Any], Any] | None = None,
        *,
        drop_last: bool = False,
        timeout: float = 0.0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: str | BaseContext | None = None,
        generator: Generator | None = None,
        prefetch_factor: int = 2,
        persistent_workers: bool = False,
        batch_transform: Callable[..., Any] | None = None,
    ) -> None:
        self.dataset, self.collate_fn, self.generator = dataset, collate_fn, generator
        self.batch_size, self.drop_last = batch_size, drop_last
        self.num_workers, self.prefetch_factor, self.timeout = num_workers, prefetch_factor, timeout
        self.worker_init_fn, self.multiprocessing_context = worker_init_fn, multiprocessing_context
        self.persistent_workers, self.batch_transform = persistent_workers, batch_transform
        self.is_stream = isinstance(dataset, IterableDataset)
        self._check_order(shuffle, sampler, batch_sampler)
        self._check_workers()
        self.maker = BatchMaker(dataset, collate_fn, batch_transform)
        self._pool: WorkerPool | None = None
        self._epoch: Epoch | None = None  # the one that was begun last
        self._loaded: Epoch | None = None  # the one to go on with
        if sampler is None and not self.is_stream:
            sampler = (
                RandomSampler(dataset, generator=generator)
                if shuffle
                else SequentialSampler(dataset)
            )
        if batch_sampler is None and sampler is not None and batch_size is not None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.sampler, self.batch_sampler = sampler, batch_sampler

    def _check_order(self, shuffle: bool, sampler: Any, batch_sampler: Any) -> None:
        if not self.is_stream and not hasattr(self.dataset, "__getitem__"):
            kind = type(self.dataset).__name__
            raise TypeError(f"dataset: a {kind} has no __getitem__; give a Dataset or a list")
        if self.is_stream and (shuffle or sampler is not None or batch_sampler is not None):
            raise ValueError("an IterableDataset decides its own order: no shuffle and no sampler")
        if sampler is not None and shuffle:
            raise ValueError("sampler decides the order: it goes without shuffle")
        alone = self.batch_size == 1 and not shuffle and sampler is None and not self.drop_last
        if batch_sampler is not None and not alone:
            raise ValueError(
                "batch_sampler decides everything: it goes without batch_size, shuffle, sampler, drop_last"
            )
        if self.batch_size is None and self.drop_last:
            raise ValueError(
                "batch_size is None, so there is no last batch: it goes without drop_last"
            )
        if self.batch_size is None and self.batch_transform is not None:
            raise ValueError("batch_size is None, so there are no batches for batch_transform")
        if self.batch_size is not None and self.batch_size < 1:
            raise ValueError(f"batch_size must be positive, not {self.batch_size}")

    def _check_workers(self) -> None:
        if self.num_workers < 0:
            raise ValueError(f"num_workers must not be negative, it is {self.num_workers}")
        if self.timeout < 0:
            raise ValueError(f"timeout must not be negative, it is {self.timeout}")
        if self.prefetch_factor < 1:
            raise ValueError(f"prefetch_factor must be positive, not {self.prefetch_factor}")
        if self.persistent_workers and self.num_workers == 0:
            raise ValueError("persistent_workers needs workers: set num_workers")
        if self.is_stream and self.num_workers:
            raise ValueError("an IterableDataset is read in this process: num_workers must be 0")

    def __len__(self) -> int:
        source: Any = self.sampler if self.batch_sampler is None else self.batch_sampler
        if source is None:
            raise TypeError("an IterableDataset has no length")
        return len(source)

    def __iter__(self) -> Iterator[Any]:
        epoch, self._loaded = self._loaded or Epoch.now(self), None
        self._epoch = epoch
        if self.is_stream:
            return self._counted(self._rest_of_stream(epoch), epoch)
        source: Any = self.sampler if self.batch_sampler is None else self.batch_sampler
        with epoch.begun_again(self):
            # drawn with and without workers, and before the order: so that neither depends on them
            seed = draw_seed(self.generator)
            indices = iter(source)
            for _ in islice(indices, epoch.given):
                pass
        rest = enumerate(indices, seed + epoch.given)
        if self.num_workers:
            return self._counted(self._from_workers(rest), epoch)
        return self._counted((self.maker.make(index, number) for number, index in rest), epoch)

    def _counted(self, batches: Any, epoch: Epoch) -> Iterator[Any]:
        """The same batches, and how many have been given is known."""
        try:
            for batch in batches:
                epoch.given += 1
                yield batch
            epoch.finished = True
        finally:
            batches.close()

    def state_dict(self) -> dict[str, Any]:
        """Where the loader is in its epoch, in what JSON can hold.

        Asked for in the loop, it counts the batch that is being worked on as given. After a loop that
        was left early it is the position where it was left; after a whole epoch, or before the first,
        the next epoch's begin.
        """
        return write_state(self, self._epoch if self._loaded is None else self._loaded)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Let the next ``for`` go on where :meth:`state_dict` was called: it gives the batches that
        were left, the same as they would have been.

        The loader must be made in the same way; only the number of workers may be another. Generators
        of its own, and of its samplers, are put where they were. The default generator is left alone:
        a program that goes on restores it with ``tt_tensor.set_rng_state``. A stream is read again
        from its begin, and what was given is left out.

        Raises:
            ValueError: no such state, or one of another loader.
        """
        self._loaded, self._epoch = read_state(self, state), None

    def _from_workers(self, tasks: Iterator[tuple[int, Any]]) -> Iterator[Any]:
        from .workers import WorkerPool  # only here: processes cost time to import

        pool, self._pool = self._pool, None  # while it works for us, nobody else has it
        if pool is None:
            pool = WorkerPool(self)
        try:
            yield from pool.batches(tasks)
        except BaseException:  # an error, Ctrl-C, or the loop was left: batches are under way
            pool.stop()
            raise
        if self.persistent_workers and self._pool is None:
            self._pool = pool
        else:
            pool.stop()

    def _rest_of_stream(self, epoch: Epoch) -> Iterator[Any]:
        batches = self._stream()
        with epoch.begun_again(self):
            for _ in islice(batches, epoch.given):
                pass
        yield from batches

    def _stream(self) -> Iterator[Any]:
        if self.batch_size is None:
            for sample in self.dataset:
                yield sample if self.collate_fn is None else self.collate_fn(sample)
            return
        collate = self.collate_fn or default_collate
        batch: list[Any] = []
        for sample in self.dataset:
            batch.append(sample)
            if len(batch) == self.batch_size:
                yield self.maker.changed(collate(batch))
                batch = []
        if batch and not self.drop_last:
            yield self.maker.changed(collate(batch))
