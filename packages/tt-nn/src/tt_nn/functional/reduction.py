"""What becomes of the losses of single elements: their mean, their sum, or nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tt_tensor import mean, sum
from tt_tensor.typing import Array

__all__ = ["check_reduction", "divisor", "reduce", "share", "total"]


def check_reduction(reduction: str) -> None:
    """Refuse anything but the three words.

    Raises:
        ValueError: another one.
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction must be 'mean', 'sum' or 'none', not {reduction!r}")


def reduce(losses: Any, reduction: str) -> Any:
    """The mean, the sum, or the losses themselves; of tensors and, in gradient rules, of arrays."""
    check_reduction(reduction)
    if reduction == "none":
        return losses
    return mean(losses) if reduction == "mean" else sum(losses)


def divisor(reduction: str, size: int) -> float:
    """What the sum of the losses is divided by; the mean of nothing is NaN."""
    if reduction == "sum":
        return 1.0
    return float(size) if size else math.nan


def total(losses: Array, over: float) -> Array:
    """The sum of an array of losses over a divisor, in the losses' type."""
    if losses.dtype.itemsize > 2:
        return np.asarray(np.add.reduce(losses, axis=None) / over)
    # float16 ends at 65,504: sums and counts of many elements need more room
    with np.errstate(over="ignore"):
        wide = np.add.reduce(losses, axis=None, dtype=np.float32) / over
        return np.asarray(wide, losses.dtype)


def share(reduction: str, shape: tuple[int, ...]) -> float:
    """By how much one element's loss moves the reduced one: 1/n for a mean, else 1."""
    size = math.prod(shape)
    return 1 / size if reduction == "mean" and size else 1.0
