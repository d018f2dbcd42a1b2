"""Collating: from a list of samples to a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tt_tensor import Tensor, from_numpy, stack, tensor

__all__ = ["default_collate"]


def default_collate(batch: Sequence[Any]) -> Any:
    """Samples of the same structure as one structure of batches.

    Tensors and arrays are stacked, numbers become a tensor, strings stay a list; tuples, lists,
    named tuples and dictionaries are gone into.

    Args:
        batch: at least one sample.

    Raises:
        TypeError: samples of a kind that cannot be batched.
        ValueError: no samples, or samples of different lengths.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data import default_collate
        >>> default_collate([(tt.tensor([1.0]), 0), (tt.tensor([2.0]), 1)])
        (tensor([[1.],
                [2.]]), tensor([0, 1]))
    """
    if not batch:
        raise ValueError("batch: there is no sample")
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(list(batch))
    if isinstance(first, np.ndarray):
        return from_numpy(np.stack(batch))
    if isinstance(first, (bool, int, float, np.generic)):
        return tensor(np.asarray(batch)) if isinstance(first, np.generic) else tensor(list(batch))
    if isinstance(first, (str, bytes)):
        return list(batch)
    if isinstance(first, Mapping):
        return {key: default_collate([sample[key] for sample in batch]) for key in first}
    if isinstance(first, (tuple, list)):
        if any(len(sample) != len(first) for sample in batch):
            raise ValueError("batch: the samples have different numbers of parts")
        parts = [default_collate(column) for column in zip(*batch, strict=True)]
        if hasattr(first, "_fields"):
            return type(first)(*parts)
        return tuple(parts) if isinstance(first, tuple) else parts
    raise TypeError(
        f"batch: samples of type {type(first).__name__} cannot be batched; give the loader a collate_fn"
    )
