"""Which classes are taken for which."""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_tensor.typing import Array

from .base import Metric
from .classes import chosen_and_right

__all__ = ["ConfusionMatrix"]


class ConfusionMatrix(Metric):
    """Counts of samples by their class (row) and the class that the model chose (column).

    Args:
        num_classes: how many classes there are, C; 2 for "yes or no".
        normalize: None for counts; "true" divides each row by its sum (shares of what a class is
            taken for), "pred" each column, "all" everything by the number of samples.  What would be
            divided by 0 is 0.

    Raises:
        ValueError: fewer than 2 classes, or another ``normalize``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import ConfusionMatrix
        >>> matrix = ConfusionMatrix(num_classes=3)
        >>> matrix.update(tt.tensor([0, 2, 2, 1]), tt.tensor([0, 1, 2, 1]))
        >>> matrix.compute()
        array([[1, 0, 0],
               [0, 1, 1],
               [0, 0, 1]])
    """

    state = ("counts",)
    counts: Array

    def __init__(self, num_classes: int, normalize: str | None = None) -> None:
        if num_classes < 2:
            raise ValueError(f"num_classes must be at least 2, it is {num_classes}")
        if normalize not in (None, "true", "pred", "all"):
            raise ValueError(
                f"normalize must be None, 'true', 'pred' or 'all', it is {normalize!r}"
            )
        self.num_classes, self.normalize = num_classes, normalize
        super().__init__()

    def reset(self) -> None:
        """Forget all samples."""
        self.counts = np.zeros((self.num_classes, self.num_classes), np.int64)

    def update(self, output: Any, target: Any) -> None:
        """Count one batch.

        Args:
            output: scores (N, C, ...), of which the largest decides, the first if several are equal;
                or in the target's shape: classes as integers, or for C = 2 real scores, where one
                above 0 says class 1.
            target: classes (N, ...).

        Raises:
            ShapeError: the shapes do not fit each other or C.
            DTypeError: classes that are not integers.
            IndexError: a class below 0 or not below C.
        """
        chosen, right = chosen_and_right(output, target, self.num_classes)
        cells = np.bincount(right * self.num_classes + chosen, minlength=self.num_classes**2)
        self.counts += cells.reshape(self.counts.shape)

    def compute(self) -> Array:
        """The matrix (C, C): counts as integers, or shares."""
        if self.normalize is None:
            return self.counts.copy()
        axis = {"true": 1, "pred": 0, "all": None}[self.normalize]
        sums = self.counts.sum(axis=axis, keepdims=True)
        shares: Array = self.counts / np.maximum(sums, 1)
        return shares
