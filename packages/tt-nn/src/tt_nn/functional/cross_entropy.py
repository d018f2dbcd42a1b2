"""Cross-entropy: the loss of classification.

For a row of scores x and the right class t it is -ln softmax(x)ₜ = ln Σⱼ exp(xⱼ) - xₜ.  Computed in
one primitive it needs one pass over the scores, never takes the logarithm of a small number, and
its gradient is simply softmax(x) minus 1 at the right class.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tt_autograd import gradient, not_differentiable
from tt_tensor import (
    DTypeError,
    Primitive,
    ShapeError,
    Tensor,
    gather,
    log_softmax,
    lookup,
    movedim,
    reshape,
    softmax,
    sum,
    unsqueeze,
    where,
)
from tt_tensor.typing import Array

from .reduction import check_reduction

__all__ = ["cross_entropy", "nll_loss"]


def rows_naive(x: Array, target: Array, ignore_index: int) -> Array:
    """The loss of each row; 0 where the target is to be ignored."""
    out = np.zeros(len(x), x.dtype)
    for n, scores in enumerate(x):
        if target[n] != ignore_index:
            highest = max(float(s) for s in scores)
            total = math.fsum(math.exp(float(s) - highest) for s in scores)
            out[n] = math.log(total) + highest - float(scores[target[n]])
    return out


def rows_numpy(x: Array, target: Array, ignore_index: int) -> Array:
    """The loss of each row: all rows at once."""
    if not x.size:
        return np.zeros(len(x), x.dtype)
    highest = np.maximum.reduce(x, axis=1, keepdims=True)
    shifted = x - highest
    safe, kept = _safe(target, ignore_index)
    at_target = shifted[np.arange(len(x)), safe]
    out: Array = np.log(np.add.reduce(np.exp(shifted), axis=1)) - at_target
    if kept is not None:
        out *= kept
    return out


def rows_grad_naive(grad: Array, x: Array, target: Array, ignore_index: int) -> Array:
    """(softmax - 1 at the target) · grad, for each row."""
    out = np.zeros_like(x)
    for n, scores in enumerate(x):
        if target[n] == ignore_index:
            continue
        highest = max(float(s) for s in scores)
        powers = [math.exp(float(s) - highest) for s in scores]
        for c, power in enumerate(powers):
            out[n, c] = (power / math.fsum(powers) - (c == target[n])) * grad[n]
    return out


def rows_grad_numpy(grad: Array, x: Array, target: Array, ignore_index: int) -> Array:
    """(softmax - 1 at the target) · grad, for each row."""
    if not x.size:
        return np.zeros_like(x)
    out: Array = np.exp(x - np.maximum.reduce(x, axis=1, keepdims=True))
    safe, kept = _safe(target, ignore_index)
    scale = grad if kept is None else grad * kept
    out *= (scale / np.add.reduce(out, axis=1))[:, None]
    out[np.arange(len(x)), safe] -= scale
    return out


def _safe(target: Array, ignore_index: int) -> tuple[Array, Array | None]:
    """Targets that can be used as indices, and which rows count (None: all)."""
    kept = target != ignore_index
    if kept.all():
        return target, None
    return np.where(kept, target, 0), kept


_INPUTS, _PARAMS = ("input", "target"), ("ignore_index",)
rows_p = Primitive(
    "cross_entropy", inputs=_INPUTS, params=_PARAMS, naive=rows_naive, numpy=rows_numpy
)
rows_grad_p = Primitive(
    "cross_entropy_grad",
    inputs=("grad_output", *_INPUTS),
    params=_PARAMS,
    naive=rows_grad_naive,
    numpy=rows_grad_numpy,
)
not_differentiable(rows_p, "target")
not_differentiable(rows_grad_p, "target")


@gradient(rows_p, "input")
def rows_input(grad: Any, input: Any, target: Any, ignore_index: int) -> Any:
    """dx = (softmax(x) - onehot(t)) dy."""
    return rows_grad_p((grad, input, target), (ignore_index,))


@gradient(rows_grad_p, "grad_output")
def rows_grad_grad(grad: Any, input: Any, target: Any, ignore_index: int) -> Any:
    """It is linear in the gradient: with 1 for it, the factors themselves."""
    ones = grad[:, 0] * 0 + 1
    return sum(grad * rows_grad_p((ones, input, target), (ignore_index,)), 1)


@gradient(rows_grad_p, "input")
def rows_grad_input(grad: Any, grad_output: Any, input: Any, target: Any, ignore_index: int) -> Any:
    """The derivative of the softmax; ignored rows have none."""
    kept = unsqueeze(target != ignore_index, 1)
    flow = grad * unsqueeze(grad_output, 1) * kept
    return lookup("softmax_grad")((flow, softmax(input, 1)), (1,))


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """-ln softmax(x)ₜ: how surprised the scores are by the right classes.

    Args:
        input: scores before any softmax: (C,), (N, C) or (N, C, d1, ...), floating point.
        target: the right classes as integers in the input's shape without C; or probabilities in
            the input's shape.
        weight: (C,), how much each class counts; a mean is then a weighted mean.
        ignore_index: a class that does not count.
        reduction: "mean" (over what counts), "sum" or "none".
        label_smoothing: this much of every target is spread evenly over all classes (Szegedy et
            al., "Rethinking the Inception architecture", 2016).

    Returns:
        a number; with "none", one loss per target.

    Raises:
        ShapeError: the target's shape does not fit.
        IndexError: a class below 0 or not below C.
        DTypeError: a target that is neither integer nor floating point.
        ValueError: another ``reduction``, or smoothing outside [0, 1].

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import cross_entropy
        >>> cross_entropy(tt.tensor([[2.0, 0.0], [0.0, 2.0]]), tt.tensor([0, 1]))
        tensor(0.1269)
    """
    check_reduction(reduction)
    if not 0.0 <= label_smoothing <= 1.0:
        raise ValueError(f"label_smoothing must lie between 0 and 1, not {label_smoothing}")
    if target.array.dtype.kind == "f":
        return _soft(input, target, weight, reduction, label_smoothing)
    scores, classes = _as_rows(input, target, ignore_index)
    if weight is None and label_smoothing == 0.0:
        losses: Tensor = rows_p((scores, classes), (ignore_index,))
        return _reduced(losses, None, classes, ignore_index, reduction, target.shape)
    return _weighted(
        scores, classes, weight, ignore_index, reduction, label_smoothing, target.shape
    )


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """-xₜ: cross-entropy for an input that is a log-softmax already.

    The arguments are those of :func:`cross_entropy`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import nll_loss
        >>> nll_loss(tt.tensor([[-0.5, -1.0]]), tt.tensor([1]))
        tensor(1.)
    """
    check_reduction(reduction)
    logs, classes = _as_rows(input, target, ignore_index)
    kept = classes != ignore_index
    picked = -gather(logs, 1, where(kept, classes, 0).unsqueeze(1)).squeeze(1)
    weights = _row_weights(picked, classes, kept, weight)
    losses = picked * weights
    return _reduced(losses, weights, classes, ignore_index, reduction, target.shape)


def _as_rows(input: Tensor, target: Tensor, ignore_index: int) -> tuple[Tensor, Tensor]:
    """Scores as (rows, C) and classes as (rows,), checked."""
    if input.array.dtype.kind != "f":
        raise DTypeError(f"input: scores must be floating point, not {input.dtype}")
    if target.array.dtype.kind not in "iu":
        raise DTypeError(f"target: classes must be integers, not {target.dtype}; use .long()")
    shape = input.array.shape
    expected = shape[:1] + shape[2:] if len(shape) > 1 else ()
    if target.array.shape != expected or not shape:
        raise ShapeError(
            f"target: for scores of shape {shape} the classes must have shape {expected}, not "
            f"{target.shape}"
        )
    count = shape[1] if len(shape) > 1 else shape[0]
    array = target.array
    if array.size:
        wrong = (array < 0) | (array >= count)
        if wrong.any() and (wrong & (array != ignore_index)).any():
            worst = int(array[wrong & (array != ignore_index)][0])
            raise IndexError(f"target: class {worst} is out of range for {count} classes")
    if len(shape) == 2:
        return input, target
    # (C,) -> (1, C); (N, C, d1, ...) -> (N, d1, ..., C) -> (rows, C)
    scores = movedim(input, 1, -1).reshape(-1, count) if len(shape) > 2 else input.unsqueeze(0)
    return scores, target.reshape(-1)


def _reduced(
    losses: Tensor,
    weights: Tensor | None,
    classes: Tensor,
    ignore_index: int,
    reduction: str,
    shape: tuple[int, ...],
) -> Tensor:
    if reduction == "none":
        return reshape(losses, shape)
    total = losses.sum()
    if reduction == "sum":
        return total
    if weights is not None:
        return total / weights.sum()
    counted = int(np.count_nonzero(classes.array != ignore_index))
    return total / (float(counted) if counted else math.nan)


def _row_weights(like: Tensor, classes: Tensor, kept: Tensor, weight: Tensor | None) -> Tensor:
    """How much each row counts."""
    counts = kept.to(like.dtype)
    if weight is None:
        return counts
    return counts * weight[where(kept, classes, 0)]


def _weighted(
    scores: Tensor,
    classes: Tensor,
    weight: Tensor | None,
    ignore_index: int,
    reduction: str,
    smoothing: float,
    shape: tuple[int, ...],
) -> Tensor:
    """With class weights, with smoothing, or both."""
    logs = log_softmax(scores, 1)
    kept = classes != ignore_index
    safe = where(kept, classes, 0)
    weights = _row_weights(logs, classes, kept, weight)
    losses = -gather(logs, 1, safe.unsqueeze(1)).squeeze(1) * weights
    if smoothing:
        everything = -(logs if weight is None else logs * weight).sum(1) * kept
        share = smoothing / scores.shape[1]
        losses = losses * (1 - smoothing) + everything * share
    return _reduced(losses, weights, classes, ignore_index, reduction, shape)


def _soft(
    input: Tensor, target: Tensor, weight: Tensor | None, reduction: str, smoothing: float
) -> Tensor:
    """Targets that are probabilities: -Σ p ln softmax(x)."""
    if input.shape != target.shape:
        raise ShapeError(
            f"target: probabilities must have the scores' shape {input.shape}, not {target.shape}; "
            "for classes use integers"
        )
    dim = 1 if input.ndim > 1 else 0
    classes = input.shape[dim]
    probabilities = target
    if smoothing:
        probabilities = target * (1 - smoothing) + smoothing / classes
    logs = log_softmax(input, dim)
    if weight is not None:
        logs = logs * weight.reshape([classes if d == dim else 1 for d in range(input.ndim)])
    losses = -(probabilities * logs).sum(dim)
    if reduction == "none":
        return losses
    total = losses.sum()
    return total if reduction == "sum" else total / float(max(losses.numel(), 1))
