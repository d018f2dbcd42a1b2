"""How many samples are classified rightly."""

from __future__ import annotations

from typing import Any

import numpy as np

from .base import Metric
from .classes import check_range, chosen_and_right, scores_and_classes

__all__ = ["Accuracy", "TopKAccuracy", "accuracy"]


def accuracy(output: Any, target: Any) -> float:
    """The share of samples that are classified rightly; NaN of none.

    Args:
        output: scores (N, C), of which the largest decides; or in the target's shape: classes as
            integers, or real scores, where one above 0 says "yes".
        target: classes (N,); for "yes or no" 0 and 1 in the output's shape.

    Raises:
        ShapeError: the shapes do not fit.
        DTypeError: classes that are not integers.
        IndexError: a class below 0 or not below C.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import accuracy
        >>> accuracy(tt.tensor([[0.1, 0.9], [0.8, 0.2]]), tt.tensor([1, 1]))
        0.5
    """
    chosen, right = chosen_and_right(output, target)
    return float((chosen == right).mean()) if right.size else float("nan")


class _Share(Metric):
    """So many right ones of so many."""

    state = ("right", "count")

    def reset(self) -> None:
        """Forget all samples."""
        self.right, self.count = 0, 0

    def compute(self) -> float:
        """The share of right ones; NaN of none."""
        return self.right / self.count if self.count else float("nan")


class Accuracy(_Share):
    """The share of samples that are classified rightly.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import Accuracy
        >>> metric = Accuracy()
        >>> metric.update(tt.tensor([[0.1, 0.9], [0.8, 0.2]]), tt.tensor([1, 1]))
        >>> metric.update(tt.tensor([[0.3, 0.7]]), tt.tensor([1]))
        >>> round(metric.compute(), 3)
        0.667
    """

    def update(self, output: Any, target: Any) -> None:
        """Count one batch; arguments and errors as for :func:`accuracy`."""
        chosen, right = chosen_and_right(output, target)
        self.right += int((chosen == right).sum())
        self.count += right.size


class TopKAccuracy(_Share):
    """The share of samples whose class is among the k with the largest scores.

    Of equal scores the class with the smaller number comes first, so that k = 1 is
    :class:`Accuracy`.

    Args:
        k: how many guesses the model has.

    Raises:
        ValueError: ``k`` is below 1.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import TopKAccuracy
        >>> metric = TopKAccuracy(k=2)
        >>> metric.update(tt.tensor([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]]), tt.tensor([1, 2]))
        >>> metric.compute()
        0.5
    """

    def __init__(self, k: int = 5) -> None:
        if k < 1:
            raise ValueError(f"k must be at least 1, it is {k}")
        self.k = k
        super().__init__()

    def update(self, output: Any, target: Any) -> None:
        """Count one batch.

        Args:
            output: scores (N, C, ...).
            target: classes (N, ...).

        Raises:
            ValueError: there are fewer than k classes.
            ShapeError, DTypeError, IndexError: as for :func:`accuracy`.
        """
        scores, right = scores_and_classes(output, target)
        classes = scores.shape[1]
        if self.k > classes:
            raise ValueError(f"k is {self.k}, but there are only {classes} classes")
        check_range(right, classes, "target")
        scores = np.moveaxis(scores, 1, -1).reshape(-1, classes)  # (samples, C)
        right = right.reshape(-1, 1)  # (samples, 1)
        own = np.take_along_axis(scores, right, axis=1)
        # a sample's rank: how many classes come before the right one
        before = (scores > own) | ((scores == own) & (np.arange(classes) < right))
        self.right += int((before.sum(axis=1) < self.k).sum())
        self.count += right.size
