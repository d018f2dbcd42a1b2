"""Collating: from a list of samples to a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tt_tensor import Tensor, from_numpy, stack, tensor

__all__ = ["default_collate"]


def default_collate(batch: Sequence[Any]) -> Any:
    """Samples of the same structure as one structure of batches.

    Tensors and arrays are stacked along a new first dimension, numbers become a tensor (Python's
    floats one of the default dtype), strings stay a list; tuples, lists, named tuples and
    dictionaries are gone into and keep their type.

    Args:
        batch: at least one sample.

    Raises:
        TypeError: samples of a kind that cannot be batched.
        ValueError: no samples, or samples that differ in shape, length or keys.

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
    if isinstance(first, (Tensor, np.ndarray)):
        return _stack(batch)
    if isinstance(first, np.generic) and first.dtype.kind in "biuf":
        return from_numpy(np.asarray(batch))
    if isinstance(first, (bool, int, float)):
        return tensor(list(batch))
    if isinstance(first, (str, bytes)):
        return list(batch)
    if isinstance(first, Mapping):
        return _collate_mappings(batch)
    if isinstance(first, (tuple, list)):
        return _collate_sequences(batch)
    raise TypeError(
        f"batch: samples of type {type(first).__name__} cannot be batched; "
        "give the loader a collate_fn that can"
    )


def _stack(batch: Sequence[Any]) -> Tensor:
    """N arrays of one shape (...) as one tensor of shape (N, ...)."""
    if len({sample.shape for sample in batch}) > 1:
        shapes = [tuple(sample.shape) for sample in batch[:8]]
        raise ValueError(
            f"batch: samples of different shapes cannot be stacked: {shapes}; "
            "give the loader a collate_fn that pads or cuts them"
        )
    if isinstance(batch[0], Tensor):
        return stack(list(batch))
    if batch[0].dtype.kind not in "biuf":
        raise TypeError(f"batch: arrays of dtype {batch[0].dtype} cannot become a tensor")
    return from_numpy(np.stack(batch))


def _collate_mappings(batch: Sequence[Mapping[Any, Any]]) -> dict[Any, Any]:
    """[{a: 1, b: 2}, {a: 3, b: 4}] as {a: [1, 3], b: [2, 4]}, each list collated."""
    keys = batch[0].keys()
    for sample in batch:
        if sample.keys() != keys:
            raise ValueError(f"batch: samples with different keys: {[*keys]} and {[*sample]}")
    return {key: default_collate([sample[key] for sample in batch]) for key in keys}


def _collate_sequences(batch: Sequence[Any]) -> Any:
    """[(1, 2), (3, 4)] as ([1, 3], [2, 4]), each list collated."""
    first = batch[0]
    lengths = [len(sample) for sample in batch]
    if len(set(lengths)) > 1:
        raise ValueError(f"batch: samples with different numbers of parts: {lengths[:8]}")
    parts = [default_collate(column) for column in zip(*batch, strict=True)]
    if hasattr(first, "_fields"):  # a named tuple
        return type(first)(*parts)
    return tuple(parts) if isinstance(first, tuple) else parts
