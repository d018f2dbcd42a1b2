"""What becomes of the losses of single elements: their mean, their sum, or nothing."""

from __future__ import annotations

from tt_tensor import Tensor

__all__ = ["check_reduction", "reduce"]


def check_reduction(reduction: str) -> None:
    """Refuse anything but the three words.

    Raises:
        ValueError: another one.
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction must be 'mean', 'sum' or 'none', not {reduction!r}")


def reduce(losses: Tensor, reduction: str) -> Tensor:
    """The mean, the sum, or the losses themselves."""
    check_reduction(reduction)
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()
