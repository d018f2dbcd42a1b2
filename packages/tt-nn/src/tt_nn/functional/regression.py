"""Losses of regression that forgive outliers, and the divergence of two distributions."""

from __future__ import annotations

import warnings

from tt_tensor import ShapeError, Tensor, abs, exp, log, where

from .reduction import check_reduction, reduce

__all__ = ["huber_loss", "kl_div", "l1_loss", "smooth_l1_loss"]


def l1_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """|x - y|, averaged over all elements.

    Raises:
        ShapeError: the shapes differ.
        ValueError: another ``reduction``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import l1_loss
        >>> l1_loss(tt.tensor([1.0, 2.0]), tt.tensor([1.0, 4.0]))
        tensor(1.)
    """
    return reduce(abs(_difference("l1_loss", input, target)), reduction)


def smooth_l1_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", beta: float = 1.0
) -> Tensor:
    """(x - y)²/2β where |x - y| < β, else |x - y| - β/2.

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
    losses: Tensor = where(size < delta, near, (size - 0.5 * delta) * delta)
    return reduce(losses, reduction)


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
    _difference("kl_div", input, target)
    if log_target:
        losses = exp(target) * (target - input)
    else:
        positive = target > 0
        logs = log(where(positive, target, 1.0))  # 0 ln 0 is 0
        losses = where(positive, target * (logs - input), 0.0)
    if reduction == "batchmean":
        return losses.sum() / float(max(input.shape[0] if input.ndim else 1, 1))
    if reduction == "mean":
        warnings.warn(
            "kl_div: 'mean' divides by the number of elements, which is not the divergence; use "
            "'batchmean'",
            UserWarning,
            stacklevel=2,
        )
    return reduce(losses, reduction)


def _difference(name: str, input: Tensor, target: Tensor) -> Tensor:
    if input.shape != target.shape:
        raise ShapeError(
            f"{name}: input has shape {input.shape}, target {target.shape}; they must be equal"
        )
    return input - target
