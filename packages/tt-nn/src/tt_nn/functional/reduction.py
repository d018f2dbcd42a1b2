"""What becomes of the losses of single elements: their mean, their sum, or nothing."""

from __future__ import annotations

import math
from typing import Any

from tt_tensor import mean, sum

__all__ = ["check_reduction", "reduce", "share"]


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


def share(reduction: str, shape: tuple[int, ...]) -> float:
    """By how much one element's loss moves the reduced one: 1/n for a mean, else 1."""
    size = math.prod(shape)
    return 1 / size if reduction == "mean" and size else 1.0
