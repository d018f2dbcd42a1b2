"""Datasets: things that know how many samples they have and can give each of them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Generic

import numpy as np

from tt_tensor import Generator, Tensor, randperm

from .collate import default_collate

if TYPE_CHECKING:
    # for type checkers alone: a plain `Dataset` means `Dataset[Any]`, in Python 3.11 too
    from typing_extensions import TypeVar

    T_co = TypeVar("T_co", covariant=True, default=Any)
else:
    from typing import TypeVar

    T_co = TypeVar("T_co", covariant=True)

__all__ = ["ConcatDataset", "Dataset", "IterableDataset", "Subset", "TensorDataset", "random_split"]


class Dataset(Generic[T_co]):
    """Samples that are numbered from 0: subclass it and write ``__len__`` and ``__getitem__``.

    A dataset that can give many samples faster at once than one by one also writes
    :meth:`get_batch`.

    Example:
        >>> from tt_data import Dataset
        >>> class Squares(Dataset[int]):
        ...     def __len__(self):
        ...         return 4
        ...     def __getitem__(self, index):
        ...         return index * index
        >>> data = Squares()
        >>> data[3], data.get_batch([1, 2])
        (9, tensor([1, 4]))
    """

    def __getitem__(self, index: int) -> T_co:
        raise NotImplementedError(f"{type(self).__name__}: write __getitem__(self, index)")

    def __len__(self) -> int:
        # TypeError, as Python has it for whatever has no length: list(dataset) then still works
        raise TypeError(f"{type(self).__name__} has no length; write __len__(self)")

    def get_batch(self, indices: Sequence[int]) -> Any:
        """The samples with these numbers as one batch: here one by one, then collated."""
        return default_collate([self[index] for index in indices])

    def __add__(self, other: Dataset[Any]) -> ConcatDataset[Any]:
        return ConcatDataset([self, other])


class IterableDataset(Generic[T_co]):
    """A stream: subclass it and write ``__iter__``. It has no length, and nothing can be shuffled."""

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__}: write __iter__(self)")


class TensorDataset(Dataset[tuple[Tensor, ...]]):
    """Samples that are the rows of tensors; a batch is fetched by one indexing operation.

    Args:
        tensors: all with the same first dimension.

    Raises:
        ValueError: no tensors, a scalar, or different first dimensions.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data import TensorDataset
        >>> data = TensorDataset(tt.tensor([[1.0], [2.0]]), tt.tensor([0, 1]))
        >>> len(data), data[1]
        (2, (tensor([2.]), tensor(1)))
    """

    def __init__(self, *tensors: Tensor) -> None:
        shapes = [tensor.shape for tensor in tensors]
        if not shapes or () in shapes or len({shape[0] for shape in shapes}) != 1:
            raise ValueError(
                f"tensors: all must have the same number of rows; the shapes are {shapes}"
            )
        self.tensors = tensors

    def __getitem__(self, index: int) -> tuple[Tensor, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def get_batch(self, indices: Sequence[int]) -> tuple[Tensor, ...]:
        """The rows with these numbers, in one go."""
        rows = np.asarray(indices, dtype=np.int64)
        return tuple(tensor[rows] for tensor in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])


class Subset(Dataset[T_co]):
    """Some samples of another dataset.

    Args:
        dataset: the whole.
        indices: which of its samples, in this order.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data import Subset, TensorDataset
        >>> Subset(TensorDataset(tt.arange(10)), [7, 2])[0]
        (tensor(7),)
    """

    def __init__(self, dataset: Dataset[T_co], indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: int) -> T_co:
        return self.dataset[self.indices[index]]

    def get_batch(self, indices: Sequence[int]) -> Any:
        """As fast as the whole is."""
        return batch_of(self.dataset, [self.indices[index] for index in indices])

    def __len__(self) -> int:
        return len(self.indices)


class ConcatDataset(Dataset[T_co]):
    """The samples of several datasets, one dataset after the other.

    Args:
        datasets: at least one, each with a length.

    Raises:
        ValueError: no datasets.
        TypeError: a dataset that has no length.
    """

    def __init__(self, datasets: Sequence[Dataset[T_co]]) -> None:
        if not datasets:
            raise ValueError("datasets: there must be at least one")
        self.datasets = list(datasets)
        self.cumulative_sizes = list(accumulate(len(dataset) for dataset in self.datasets))

    def __getitem__(self, index: int) -> T_co:
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(f"index {index} is out of range for {len(self)} samples")
        which = bisect_right(self.cumulative_sizes, place)
        start = self.cumulative_sizes[which - 1] if which else 0
        return self.datasets[which][place - start]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]


def batch_of(dataset: Any, indices: Sequence[int]) -> Any:
    """A batch of anything that has samples, a :class:`Dataset` or just a list."""
    if hasattr(dataset, "get_batch"):
        return dataset.get_batch(indices)
    return default_collate([dataset[index] for index in indices])


def random_split(
    dataset: Dataset[T_co], lengths: Sequence[float], generator: Generator | None = None
) -> list[Subset[T_co]]:
    """Parts of a dataset that share no sample, chosen at random.

    Args:
        dataset: the whole.
        lengths: the sizes of the parts, adding up to the whole; or fractions adding up to 1, which
            are rounded down, and what is left over goes to the parts in turn.
        generator: where the choice is drawn from; the default generator if None.

    Raises:
        ValueError: the lengths do not add up, or are neither sizes nor fractions.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data import TensorDataset, random_split
        >>> train, test = random_split(TensorDataset(tt.arange(10)), [0.8, 0.2])
        >>> len(train), len(test)
        (8, 2)
    """
    total = len(dataset)
    sizes = _sizes(lengths, total)
    if sum(sizes) != total or any(size < 0 for size in sizes):
        raise ValueError(f"lengths: {list(lengths)} do not add up to {total} samples, nor to 1")
    order = randperm(total, generator=generator).tolist()
    starts = [0, *accumulate(sizes)]
    return [Subset(dataset, order[a:b]) for a, b in pairwise(starts)]


def _sizes(lengths: Sequence[float], total: int) -> list[int]:
    """Sizes of the parts in samples, from sizes or fractions."""
    if not (all(0 <= part <= 1 for part in lengths) and math.isclose(sum(lengths), 1)):
        if any(part != int(part) for part in lengths):
            raise ValueError(
                f"lengths: whole numbers, or fractions adding up to 1, not {list(lengths)}"
            )
        return [int(part) for part in lengths]
    sizes = [math.floor(total * part) for part in lengths]
    for i in range(total - sum(sizes)):
        sizes[i % len(sizes)] += 1
    return sizes
