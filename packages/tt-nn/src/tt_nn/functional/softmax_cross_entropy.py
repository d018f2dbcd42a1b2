"""Softmax and cross-entropy of rows of scores in one primitive, and its gradient.

For a row of scores x and the right class t the loss is -ln softmax(x)ₜ = ln Σⱼ exp(xⱼ) - xₜ.  In one
step it needs few passes over the scores, never takes the logarithm of a small number, and its
gradient is simply softmax(x) minus 1 at the right class.

``ignored`` is the class whose rows do not count (None: all rows count).  ``divisor`` is None for
one loss per row; otherwise the result is the sum of the losses divided by it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tt_autograd import gradient, not_differentiable
from tt_tensor import Primitive, lookup, softmax, sum, unsqueeze
from tt_tensor.typing import Array

from .reduction import total

__all__ = ["cross_entropy_p"]


def ce_naive(x: Array, target: Array, ignored: int | None, divisor: float | None) -> Array:
    """The loss of each row (0 where it does not count), or their sum over the divisor."""
    losses = np.zeros(len(x), x.dtype)
    for n, scores in enumerate(x):
        if target[n] != ignored:
            highest = max(float(s) for s in scores)
            powers = math.fsum(math.exp(float(s) - highest) for s in scores)
            losses[n] = math.log(powers) + highest - float(scores[target[n]])
    if divisor is None:
        return losses
    return np.asarray(math.fsum(float(loss) for loss in losses) / divisor, x.dtype)


def ce_numpy(x: Array, target: Array, ignored: int | None, divisor: float | None) -> Array:
    """The same for all rows at once."""
    losses: Array
    if x.size:
        shifted = x - np.maximum.reduce(x, axis=1, keepdims=True)
        rows = np.arange(len(x))
        kept = None if ignored is None else target != ignored
        safe = target if kept is None else np.where(kept, target, 0)  # usable as indices
        losses = np.log(np.add.reduce(np.exp(shifted), axis=1))
        losses -= shifted[rows, safe]
        if kept is not None:
            losses *= kept
    else:
        losses = np.zeros(len(x), x.dtype)
    return losses if divisor is None else total(losses, divisor)


def ce_grad_naive(
    grad: Array, x: Array, target: Array, ignored: int | None, divisor: float | None
) -> Array:
    """(softmax - 1 at the target) · grad for each row that counts, over the divisor."""
    out = np.zeros_like(x)
    for n, scores in enumerate(x):
        if target[n] == ignored:
            continue
        flow = float(grad[n]) if divisor is None else float(grad) / divisor
        highest = max(float(s) for s in scores)
        powers = [math.exp(float(s) - highest) for s in scores]
        for c, power in enumerate(powers):
            out[n, c] = (power / math.fsum(powers) - (c == target[n])) * flow
    return out


def ce_grad_numpy(
    grad: Array, x: Array, target: Array, ignored: int | None, divisor: float | None
) -> Array:
    """The same for all rows at once: a softmax that is scaled and lowered at the targets."""
    if not x.size:
        return np.zeros_like(x)
    flow: Any = grad if divisor is None else grad * x.dtype.type(1 / divisor)
    if ignored is not None:
        kept = target != ignored
        flow, target = np.where(kept, flow, 0), np.where(kept, target, 0)
    out: Array = np.exp(x - np.maximum.reduce(x, axis=1, keepdims=True))
    out *= (flow / np.add.reduce(out, axis=1))[:, None]
    out[np.arange(len(x)), target] -= flow
    return out


cross_entropy_p = Primitive(
    "cross_entropy",
    inputs=("input", "target"),
    params=("ignored", "divisor"),
    naive=ce_naive,
    numpy=ce_numpy,
)
cross_entropy_grad_p = Primitive(
    "cross_entropy_grad",
    inputs=("grad_output", "input", "target"),
    params=("ignored", "divisor"),
    naive=ce_grad_naive,
    numpy=ce_grad_numpy,
)
not_differentiable(cross_entropy_p, "target")
not_differentiable(cross_entropy_grad_p, "target")
_softmax_grad = lookup("softmax_grad")


@gradient(cross_entropy_p, "input")
def ce_input(grad: Any, input: Any, target: Any, ignored: int | None, divisor: float | None) -> Any:
    """dx = (softmax(x) - onehot(t)) dy."""
    return cross_entropy_grad_p((grad, input, target), (ignored, divisor))


@gradient(cross_entropy_grad_p, "grad_output")
def ce_grad_grad(
    grad: Any, input: Any, target: Any, ignored: int | None, divisor: float | None
) -> Any:
    """It is linear in the gradient: each row's factors (those for a gradient of 1) times grad."""
    ones = grad[:, 0] * 0 + 1
    each = sum(grad * cross_entropy_grad_p((ones, input, target), (ignored, None)), 1)
    return each if divisor is None else sum(each) / divisor


@gradient(cross_entropy_grad_p, "input")
def ce_grad_input(
    grad: Any,
    grad_output: Any,
    input: Any,
    target: Any,
    ignored: int | None,
    divisor: float | None,
) -> Any:
    """The derivative of the softmax; rows that do not count have none."""
    flow = unsqueeze(grad_output, 1) if divisor is None else grad_output / divisor
    flow = grad * flow
    if ignored is not None:
        flow = flow * unsqueeze(target != ignored, 1)
    return _softmax_grad((flow, softmax(input, 1)), (1,))
