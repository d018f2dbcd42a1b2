"""Precision, recall and F1 score: of each class, or averaged over the classes.

A sample of class c that the model puts into c is a true positive of c; one of another class that it
puts into c is a false positive of c; one of c that it puts elsewhere is a false negative of c.

    precision = TP / (TP + FP)      how many of those put into c belong there
    recall    = TP / (TP + FN)      how many of those in c are found
    F1        = 2 TP / (2 TP + FP + FN), the harmonic mean of the two
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_tensor.typing import Array

from .base import Metric
from .confusion import ConfusionMatrix

__all__ = ["F1Score", "Precision", "Recall"]

AVERAGES = ("macro", "micro", "weighted", None)


class _PerClass(Metric):
    """A quotient of counts per class, and its averages."""

    state = ("counts",)

    def __init__(
        self, num_classes: int, average: str | None = "macro", zero_division: float = 0.0
    ) -> None:
        if average not in AVERAGES:
            raise ValueError(
                f"average must be 'macro', 'micro', 'weighted' or None, it is {average!r}"
            )
        self.average, self.zero_division = average, zero_division
        self.matrix = ConfusionMatrix(num_classes)
        super().__init__()

    @property
    def counts(self) -> Array:
        """The confusion matrix (C, C)."""
        return self.matrix.counts

    @counts.setter
    def counts(self, value: Array) -> None:
        self.matrix.counts = value

    def reset(self) -> None:
        """Forget all samples."""
        self.matrix.reset()

    def update(self, output: Any, target: Any) -> None:
        """Count one batch; arguments and errors as for :class:`ConfusionMatrix`."""
        self.matrix.update(output, target)

    def compute(self) -> float | Array:
        """A number, or one for each class (C,) if ``average`` is None."""
        right = self.counts.diagonal()  # (C,)
        chosen, real = self.counts.sum(axis=0), self.counts.sum(axis=1)  # (C,)
        if self.average == "micro":
            return float(self._divide(*self._fraction(right.sum(), chosen.sum(), real.sum())))
        each = self._divide(*self._fraction(right, chosen, real))
        if self.average is None:
            return each
        weights = real if self.average == "weighted" else np.ones(len(real))
        kept = ~np.isnan(each)  # with zero_division NaN, classes without a quotient do not count
        if not weights[kept].sum():
            return float(self.zero_division)
        return float(np.average(each[kept], weights=weights[kept]))

    def _fraction(self, right: Any, chosen: Any, real: Any) -> tuple[Any, Any]:
        """Numerator and denominator from true positives, TP + FP, and TP + FN."""
        raise NotImplementedError

    def _divide(self, numerator: Any, denominator: Any) -> Array:
        quotient = np.full(np.shape(denominator), self.zero_division, np.float64)
        np.divide(numerator, denominator, out=quotient, where=np.asarray(denominator) != 0)
        return quotient


class Precision(_PerClass):
    """How many of the samples put into a class belong there: TP / (TP + FP).

    Args:
        num_classes: how many classes there are, C.
        average: "macro" is the mean over the classes; "weighted" the mean where each class weighs as
            much as it has samples; "micro" counts all classes together (which is the accuracy); None
            gives each class's own number.
        zero_division: the result where the denominator is 0; with NaN such classes are left out of
            the averages.

    Raises:
        ValueError: another ``average``, or fewer than 2 classes.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import Precision
        >>> metric = Precision(num_classes=2, average=None)
        >>> metric.update(tt.tensor([0, 0, 1, 0]), tt.tensor([0, 1, 1, 0]))
        >>> metric.compute().round(3).tolist()
        [0.667, 1.0]
    """

    def _fraction(self, right: Any, chosen: Any, real: Any) -> tuple[Any, Any]:
        return right, chosen


class Recall(_PerClass):
    """How many of the samples of a class are found: TP / (TP + FN).

    Args:
        num_classes: how many classes there are.
        average: as for :class:`Precision`.
        zero_division: as for :class:`Precision`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import Recall
        >>> metric = Recall(num_classes=2, average=None)
        >>> metric.update(tt.tensor([0, 0, 1, 0]), tt.tensor([0, 1, 1, 0]))
        >>> metric.compute().tolist()
        [1.0, 0.5]
    """

    def _fraction(self, right: Any, chosen: Any, real: Any) -> tuple[Any, Any]:
        return right, real


class F1Score(_PerClass):
    """The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN).

    The averages are of the classes' own scores, not made from averaged precision and recall.

    Args:
        num_classes: how many classes there are.
        average: as for :class:`Precision`.
        zero_division: as for :class:`Precision`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import F1Score
        >>> metric = F1Score(num_classes=2)
        >>> metric.update(tt.tensor([0, 0, 1, 0]), tt.tensor([0, 1, 1, 0]))
        >>> round(metric.compute(), 3)
        0.733
    """

    def _fraction(self, right: Any, chosen: Any, real: Any) -> tuple[Any, Any]:
        return 2 * right, chosen + real
