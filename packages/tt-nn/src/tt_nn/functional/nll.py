"""Negative log-likelihood: cross-entropy for an input that is a log-softmax already."""

from __future__ import annotations

from tt_tensor import Tensor, gather

from .classes import as_rows, check_weight, reduce_rows, row_weights
from .reduction import check_reduction

__all__ = ["nll_loss"]


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """-xₜ: cross-entropy for an input that is a log-softmax already.

    Args:
        input: log-probabilities: (C,), (N, C) or (N, C, d1, ...), floating point.
        target: the right classes as integers in the input's shape without C.
        weight: (C,), how much each class counts; a mean is then a weighted mean.
        ignore_index: a class that does not count.
        reduction: "mean" (over what counts), "sum" or "none".

    Returns:
        a number; with "none", one loss per target.

    Raises:
        TypeError: an argument is not a tensor.
        ShapeError: the target's or the weights' shape does not fit.
        IndexError: a class below 0 or not below C.
        DTypeError: the input is not floating point, or the target not integer.
        ValueError: another ``reduction``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import nll_loss
        >>> nll_loss(tt.tensor([[-0.5, -1.0]]), tt.tensor([1]))
        tensor(1.)
    """
    check_reduction(reduction)
    logs, classes, ignored = as_rows(input, target, ignore_index)
    check_weight(weight, logs.shape[1])
    safe, weights = row_weights(logs, classes, ignored, weight)
    losses = -gather(logs, 1, safe.unsqueeze(1)).squeeze(1) * weights
    return reduce_rows(losses, weights, reduction, target.array.shape)
