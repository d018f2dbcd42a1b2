"""How far predictions are off, squared."""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_tensor import ShapeError

from .base import Metric
from .classes import as_array

__all__ = ["MeanSquaredError"]


class MeanSquaredError(Metric):
    """The mean of (output - target)² over all elements of all samples, or the root of it.

    Args:
        squared: False gives the root, which has the target's unit.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import MeanSquaredError
        >>> metric = MeanSquaredError()
        >>> metric.update(tt.tensor([1.0, 2.0]), tt.tensor([1.0, 5.0]))
        >>> metric.compute()
        4.5
    """

    state = ("total", "count")

    def __init__(self, squared: bool = True) -> None:
        self.squared = squared
        super().__init__()

    def reset(self) -> None:
        """Forget all samples."""
        self.total, self.count = 0.0, 0

    def update(self, output: Any, target: Any) -> None:
        """Count one batch.

        Args:
            output: numbers of any shape.
            target: numbers of the same shape.

        Raises:
            ShapeError: the shapes differ; they are not broadcast, as (N, 1) and (N,) would silently
                become N × N differences.
        """
        output, target = as_array(output), as_array(target)
        if output.shape != target.shape:
            raise ShapeError(
                f"output {output.shape} and target {target.shape}: expected the same shape; use "
                "squeeze, unsqueeze or reshape on one of them"
            )
        difference = output.astype(np.float64) - target.astype(np.float64)
        self.total += float(np.square(difference).sum())
        self.count += difference.size

    def compute(self) -> float:
        """The mean or its root; NaN of nothing."""
        if not self.count:
            return float("nan")
        mean = self.total / self.count
        return mean if self.squared else float(np.sqrt(mean))
