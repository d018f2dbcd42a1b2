"""Datasets: things that know how many samples they have and can give each of them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from tt_tensor import Generator, Tensor, randperm

__all__ = ["ConcatDataset", "Dataset", "IterableDataset", "Subset", "TensorDataset", "random_split"]


class Dataset:
    """Subclass it and write ``__len__`` and ``__getitem__``.

    A dataset that can give many samples faster at once than one by one may also have
    ``get_batch(indices)``, which returns a whole batch, already joined.
    """

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no __getitem__")

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} has no __len__")

    def __add__(self, other: Dataset) -> ConcatDataset:
        return ConcatDataset([self, other])


class IterableDataset:
    """A stream: subclass it and write ``__iter__``. It has no length, and nothing can be shuffled."""

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} has no __iter__")


class TensorDataset(Dataset):
    """Samples that are the rows of tensors.

    Args:
        tensors: all with the same first dimension.

    Raises:
        ValueError: no tensors, or different first dimensions.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data import TensorDataset
        >>> data = TensorDataset(tt.tensor([[1.0], [2.0]]), tt.tensor([0, 1]))
        >>> len(data), data[1]
        (2, (tensor([2.]), tensor(1)))
    """

    def __init__(self, *tensors: Tensor) -> None:
        sizes = [len(tensor) for tensor in tensors]
        if not sizes or len(set(sizes)) != 1:
            raise ValueError(f"tensors: all must have the same number of rows, they have {sizes}")
        self.tensors = tensors

    def __getitem__(self, index: int) -> tuple[Tensor, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def get_batch(self, indices: Sequence[int]) -> tuple[Tensor, ...]:
        """The rows with these numbers, in one go."""
        rows = np.asarray(indices, dtype=np.int64)
        return tuple(tensor[rows] for tensor in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])


class Subset(Dataset):
    """Some samples of another dataset.

    Args:
        dataset: the whole.
        indices: which of its samples.
    """

    def __init__(self, dataset: Dataset, indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, list(indices)
        if hasattr(dataset, "get_batch"):
            self.get_batch = self._get_batch  # as fast as the whole

    def __getitem__(self, index: int) -> Any:
        return self.dataset[self.indices[index]]

    def _get_batch(self, indices: Sequence[int]) -> Any:
        return self.dataset.get_batch([self.indices[i] for i in indices])  # type: ignore[attr-defined]

    def __len__(self) -> int:
        return len(self.indices)


class ConcatDataset(Dataset):
    """The samples of several datasets, one dataset after the other.

    Raises:
        ValueError: no datasets.
    """

    def __init__(self, datasets: Sequence[Dataset]) -> None:
        if not datasets:
            raise ValueError("datasets: there must be at least one")
        self.datasets = list(datasets)
        self.ends = list(accumulate(len(dataset) for dataset in self.datasets))

    def __getitem__(self, index: int) -> Any:
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(f"index {index} is out of range for {len(self)} samples")
        which = bisect_right(self.ends, place)
        return self.datasets[which][place - (self.ends[which - 1] if which else 0)]

    def __len__(self) -> int:
        return self.ends[-1]


def random_split(
    dataset: Dataset, lengths: Sequence[float], generator: Generator | None = None
) -> list[Subset]:
    """Parts of a dataset that share no sample, chosen at random.

    Args:
        dataset: the whole.
        lengths: the sizes of the parts, adding up to the whole; or fractions adding up to 1.
        generator: where the choice is drawn from; the default generator if None.

    Raises:
        ValueError: the lengths do not add up.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data import TensorDataset, random_split
        >>> train, test = random_split(TensorDataset(tt.arange(10)), [0.8, 0.2])
        >>> len(train), len(test)
        (8, 2)
    """
    total = len(dataset)
    sizes = _sizes(lengths, total)
    if sum(sizes) != total or any(n < 0 for n in sizes):
        raise ValueError(f"lengths: {list(lengths)} do not add up to {total} samples")
    order = randperm(total, generator=generator).tolist()
    starts = [0, *accumulate(sizes)]
    return [Subset(dataset, order[a:b]) for a, b in pairwise(starts)]


def _sizes(lengths: Sequence[float], total: int) -> list[int]:
    if not (all(0 <= part <= 1 for part in lengths) and math.isclose(sum(lengths), 1)):
        return [int(n) for n in lengths]
    sizes = [math.floor(total * part) for part in lengths]
    for i in range(total - sum(sizes)):  # what rounding left over goes round the parts
        sizes[i % len(sizes)] += 1
    return sizes
