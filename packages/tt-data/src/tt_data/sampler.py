"""Samplers: in which order a dataset is gone through.

A sampler draws what it needs from its generator when ``iter`` is called, not later while the loop
runs: so the order does not depend on what a training step draws in between, nor on how far worker
processes read ahead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import TYPE_CHECKING, Generic

import numpy as np

from tt_tensor import Generator, as_tensor, default_generator, multinomial, randint, randperm

if TYPE_CHECKING:
    # for type checkers alone: a plain `Sampler` means `Sampler[int]`, in Python 3.11 too
    from typing_extensions import TypeVar

    T_co = TypeVar("T_co", covariant=True, default=int)
else:
    from typing import TypeVar

    T_co = TypeVar("T_co", covariant=True)

__all__ = [
    "BatchSampler",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "SubsetRandomSampler",
    "WeightedRandomSampler",
]


def draw_seed(generator: Generator | None) -> int:
    """A seed, drawn from a generator or from the default one."""
    return int((generator or default_generator()).numpy.integers(1 << 48))


class Sampler(Generic[T_co]):
    """Subclass it and write ``__iter__``, which gives indices, and ``__len__`` if it ends."""

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__}: write __iter__(self)")


class SequentialSampler(Sampler[int]):
    """0, 1, 2, ..."""

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """Every index once in random order, or so many random indices.

    Args:
        data_source: whose indices.
        replacement: draw each index anew, so that one may come twice and another not at all.
        num_samples: how many indices; as many as there are if None. Without replacement, more than
            there are begin a new random order.
        generator: where the order is drawn from; the default generator if None.

    Raises:
        ValueError: ``num_samples`` is not positive, or there is nothing to draw from.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data import RandomSampler
        >>> list(RandomSampler(range(5), generator=tt.Generator(1)))
        [4, 2, 0, 3, 1]
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        if num_samples is not None and num_samples < 1:
            raise ValueError(f"num_samples must be positive, not {num_samples}")
        self.data_source, self.replacement, self.generator = data_source, replacement, generator
        self._num_samples = num_samples

    @property
    def num_samples(self) -> int:
        """How many indices an iteration gives."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        if len(self.data_source) == 0 and self.num_samples > 0:
            raise ValueError(f"data_source is empty: {self.num_samples} indices cannot be drawn")
        return self._draw(Generator(draw_seed(self.generator)))  # one draw now, the rest is its own

    def _draw(self, generator: Generator) -> Iterator[int]:
        n, wanted = len(self.data_source), self.num_samples
        while wanted > 0:
            if self.replacement:
                drawn = randint(n, size=(min(n, wanted),), generator=generator)
            else:
                drawn = randperm(n, generator=generator)[:wanted]
            yield from drawn.tolist()
            wanted -= n

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[int]):
    """The given indices in random order."""

    def __init__(self, indices: Sequence[int], generator: Generator | None = None) -> None:
        self.indices, self.generator = indices, generator

    def __iter__(self) -> Iterator[int]:
        order = randperm(len(self.indices), generator=self.generator).tolist()
        return (self.indices[i] for i in order)

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """Index i is drawn with probability ``weights[i] / sum(weights)``: evens out rare classes.

    Args:
        weights: one per sample, not negative, not all 0.
        num_samples: how many indices.
        replacement: whether an index may come more than once.
        generator: where they are drawn from; the default generator if None.

    Raises:
        ValueError: weights that are no weights, or more samples without replacement than there are
            indices of weight above 0.

    Example:
        >>> from tt_data import WeightedRandomSampler
        >>> list(WeightedRandomSampler([0.0, 1.0, 0.0], num_samples=3))
        [1, 1, 1]
    """

    def __init__(
        self,
        weights: Sequence[float],
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        self.weights = as_tensor(weights, dtype="float64")
        values = self.weights.array
        if (
            values.ndim != 1
            or not np.isfinite(values).all()
            or (values < 0).any()
            or not values.any()
        ):
            raise ValueError("weights: a list of numbers, none negative or infinite, not all 0")
        if num_samples < 1:
            raise ValueError(f"num_samples must be positive, not {num_samples}")
        possible = int(np.count_nonzero(values))
        if not replacement and num_samples > possible:
            raise ValueError(
                f"num_samples: {num_samples} without replacement, but only {possible} indices have "
                "a weight above 0"
            )
        self.num_samples, self.replacement, self.generator = num_samples, replacement, generator

    def __iter__(self) -> Iterator[int]:
        drawn = multinomial(
            self.weights, self.num_samples, self.replacement, generator=self.generator
        )
        return iter(drawn.tolist())

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """Lists of indices from another sampler.

    Args:
        sampler: gives single indices.
        batch_size: how many go into a list.
        drop_last: leave out a last list that is shorter.

    Raises:
        ValueError: ``batch_size`` is not a positive whole number.

    Example:
        >>> from tt_data import BatchSampler, SequentialSampler
        >>> list(BatchSampler(SequentialSampler(range(5)), 2, drop_last=False))
        [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Iterable[int], batch_size: int, drop_last: bool) -> None:
        if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size < 1:
            raise ValueError(f"batch_size must be a positive whole number, not {batch_size!r}")
        self.sampler, self.batch_size, self.drop_last = sampler, batch_size, drop_last

    def __iter__(self) -> Iterator[list[int]]:
        return self._batches(iter(self.sampler))

    def _batches(self, indices: Iterator[int]) -> Iterator[list[int]]:
        batch: list[int] = []
        for index in indices:
            batch.append(index)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch

    def __len__(self) -> int:
        if not isinstance(self.sampler, Sized):
            raise TypeError(f"sampler: a {type(self.sampler).__name__} has no length")
        count = len(self.sampler)
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)
