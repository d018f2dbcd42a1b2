"""Losses of regression that forgive outliers, and the divergence of two distributions."""

from __future__ import annotations

import math
import warnings

from tt_tensor import Tensor, abs, exp, log, where

from .checks import check_pair
from .reduction import check_reduction, reduce

__all__ = ["huber_loss", "kl_div", "l1_loss", "smooth_l1_loss"]


def l1_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """|x - y|, averaged over all elements.

    Args:
        input: predictions, any shape, floating point.
        target: what they should be, the same shape.
        reduction: "mean", "sum" or "none".

    Returns:
        a number; with "none", one loss per element.

    Raises:
        ShapeError: the shapes differ.
        DTypeError: ``input`` is not floating point.
        ValueError: another ``reduction``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import l1_loss
        >>> l1_loss(tt.tensor([1.0, 2.0]), tt.tensor([1.0, 4.0]))
        tensor(1.)
    """
    out: Tensor = reduce(abs(_difference("l1_loss", input, target)), reduction)
    return out


def smooth_l1_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", beta: float = 1.0
) -> Tensor:
    """(x - y)²/2β where |x - y| < β, else |x - y| - β/2.

    Args:
        input: predictions, any shape, floating point.
        target: what they should be, the same shape.
        reduction: "mean", "sum" or "none".
        beta: where the parabola ends; 0 is :func:`l1_loss`.

    Source: Girshick, "Fast R-CNN", 2015.

    Raises:
        ShapeError: the shapes differ.
        ValueError: another ``reduction``, or a negative ``beta``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import smooth_l1_loss
        >>> smooth_l1_loss(tt.tensor([0.5, 3.0]), tt.tensor([0.0, 0.0]), reduction="none")
        tensor([0.1250, 2.5000])
    """
    if beta < 0:
        raise ValueError(f"beta must not be negative, it is {beta}")
    if beta == 0:
        return l1_loss(input, target, reduction)
    return huber_loss(input, target, reduction, beta) / beta


def huber_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0
) -> Tensor:
    """(x - y)²/2 where |x - y| < δ, else δ (|x - y| - δ/2).

    Args:
        input: predictions, any shape, floating point.
        target: what they should be, the same shape.
        reduction: "mean", "sum" or "none".
        delta: where the parabola ends and the straight line begins.

    Source: Huber, "Robust estimation of a location parameter", 1964.

    Raises:
        ShapeError: the shapes differ.
        ValueError: another ``reduction``, or a ``delta`` that is not positive.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import huber_loss
        >>> huber_loss(tt.tensor([0.5, 3.0]), tt.tensor([0.0, 0.0]), "none", delta=2.0)
        tensor([0.1250, 4.0000])
    """
    if delta <= 0:
        raise ValueError(f"delta must be positive, it is {delta}")
    distance = _difference("huber_loss", input, target)
    size = abs(distance)
    near = distance * distance * 0.5
    losses = where(size < delta, near, (size - 0.5 * delta) * delta)
    out: Tensor = reduce(losses, reduction)
    return out


def kl_div(
    input: Tensor, target: Tensor, reduction: str = "mean", log_target: bool = False
) -> Tensor:
    """p (ln p - ln q): how much a distribution p loses when q stands for it.

    Args:
        input: ln q.
        target: p, or ln p with ``log_target``; the same shape.
        reduction: "batchmean" divides the sum by the number of rows, which is the divergence;
            "mean" divides by the number of elements; "sum"; "none".
        log_target: the target is given as logarithms.

    Raises:
        ShapeError: the shapes differ.
        ValueError: another ``reduction``.

    Source: Kullback and Leibler, "On information and sufficiency", 1951.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import kl_div
        >>> p = tt.tensor([[0.5, 0.5]])
        >>> kl_div(tt.log(tt.tensor([[0.25, 0.75]])), p, reduction="batchmean")
        tensor(0.1438)
    """
    if reduction != "batchmean":
        check_reduction(reduction)
    input, target = check_pair("kl_div", input, target)
    if log_target:
        losses = exp(target) * (target - input)
    else:
        positive = target > 0
        logs = log(where(positive, target, 1.0))  # 0 ln 0 is 0
        losses = where(positive, target * (logs - input), 0.0)
    if reduction == "batchmean":
        rows = input.shape[0] if input.ndim else 1
        return losses.sum() / (float(rows) if rows else math.nan)
    if reduction == "mean":
        warnings.warn(
            "kl_div: 'mean' divides by the number of elements, which is not the divergence; use "
            "'batchmean'",
            UserWarning,
            stacklevel=2,
        )
    out: Tensor = reduce(losses, reduction)
    return out


def _difference(loss: str, input: Tensor, target: Tensor) -> Tensor:
    input, target = check_pair(loss, input, target)
    return input - target
