"""Normalize: channels of mean 0 and deviation 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tt_tensor import DTypeError, ShapeError
from tt_tensor.typing import Array

from .transform import Transform

__all__ = ["Normalize"]


class Normalize(Transform):
    """``(x − mean) / std`` for each channel, with the mean and deviation of the training set.

    Args:
        mean: one number per channel, or one for all.
        std: the same, none of them 0.

    Raises:
        ValueError: a deviation that is 0.
        ShapeError: another number of channels; raised when it is called.
        DTypeError: pictures of uint8; :class:`ToTensor` goes before.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data.transforms import Normalize
        >>> Normalize([0.5, 0.0], [0.5, 2.0])(tt.ones(2, 1, 1)).flatten()
        tensor([1.0000, 0.5000])
    """

    def __init__(self, mean: float | Sequence[float], std: float | Sequence[float]) -> None:
        self.mean, self.std = np.ravel(mean).astype(np.float64), np.ravel(std).astype(np.float64)
        if not self.std.all():
            raise ValueError(f"std: no deviation can be 0, they are {self.std.tolist()}")

    def apply(self, batch: Array) -> Array:
        if batch.dtype.kind != "f":
            raise DTypeError(
                f"pictures: must be floating point, they are {batch.dtype}; put ToTensor() before"
            )
        channels = batch.shape[1]
        for name, values in (("mean", self.mean), ("std", self.std)):
            if values.size not in (1, channels):
                raise ShapeError(
                    f"{name}: {values.size} numbers for pictures of {channels} channels"
                )
        result: Array = batch - self.mean.astype(batch.dtype)[:, None, None]
        result /= self.std.astype(batch.dtype)[:, None, None]
        return result

    def __repr__(self) -> str:
        return f"Normalize(mean={self.mean.tolist()}, std={self.std.tolist()})"
