"""Binary cross-entropy of scores: the loss of yes-or-no questions, as one primitive.

From a score ("logit") x and a target t it is max(x, 0) - x t + ln(1 + exp(-|x|)), which never
overflows, while the sigmoid first and its logarithm after would; its gradient is sigmoid(x) - t.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import Primitive, Tensor, logsigmoid, lookup, sigmoid
from tt_tensor.typing import Array

from .checks import check_pair
from .reduction import check_reduction, divisor, reduce, share, total

__all__ = ["binary_cross_entropy_with_logits"]


def logits_naive(x: Array, target: Array, reduction: str) -> Array:
    """max(x, 0) - x t + ln(1 + exp(-|x|)) of each element, then their mean or sum."""
    losses = np.empty(x.shape, x.dtype)
    added = 0.0
    for i in np.ndindex(x.shape):
        a, t = float(x[i]), float(target[i])
        loss = max(a, 0.0) - a * t + math.log1p(math.exp(-abs(a)))
        losses[i] = loss
        added += loss
    if reduction == "none":
        return losses
    return np.asarray(added / divisor(reduction, x.size), x.dtype)


def logits_numpy(x: Array, target: Array, reduction: str) -> Array:
    """The same for all elements at once."""
    with np.errstate(under="ignore"):
        losses: Array = np.log1p(np.exp(-np.abs(x)))
    losses += np.maximum(x, 0)
    losses -= x * target
    return losses if reduction == "none" else total(losses, divisor(reduction, x.size))


def logits_grad_naive(grad: Array, x: Array, target: Array, reduction: str) -> Array:
    """(sigmoid(x) - t) grad, divided by the number of elements for a mean."""
    out = np.empty(x.shape, x.dtype)
    factor = share(reduction, x.shape)
    for i in np.ndindex(x.shape):
        a = float(x[i])
        power = math.exp(-abs(a))
        s = 1 / (1 + power) if a >= 0 else power / (1 + power)
        out[i] = (s - target[i]) * factor * (grad[i] if reduction == "none" else grad)
    return out


def logits_grad_numpy(grad: Array, x: Array, target: Array, reduction: str) -> Array:
    """(sigmoid(x) - t) grad, divided by the number of elements for a mean."""
    out: Array = np.asarray(_sigmoid(x) - target)
    out *= grad * x.dtype.type(share(reduction, x.shape))
    return out


_sigmoid = lookup("sigmoid")
logits_p = Primitive(
    "bce_with_logits",
    inputs=("input", "target"),
    params=("reduction",),
    naive=logits_naive,
    numpy=logits_numpy,
)
logits_grad_p = Primitive(
    "bce_with_logits_grad",
    inputs=("grad_output", "input", "target"),
    params=("reduction",),
    naive=logits_grad_naive,
    numpy=logits_grad_numpy,
)


@gradient(logits_p, "input")
def logits_input(grad: Any, input: Any, target: Any, reduction: str) -> Any:
    """dx = (sigmoid(x) - t) dy."""
    return logits_grad_p((grad, input, target), (reduction,))


@gradient(logits_p, "target")
def logits_target(grad: Any, input: Any, reduction: str, input_shape: Any) -> Any:
    """dt = -x dy."""
    return grad * input * -share(reduction, input_shape)


@gradient(logits_grad_p, "grad_output")
def logits_grad_grad(grad: Any, input: Any, target: Any, reduction: str) -> Any:
    """It is linear in the gradient, and every element shares the one of a mean or sum."""
    return reduce(logits_grad_p((grad, input, target), ("none",)), reduction)


@gradient(logits_grad_p, "input")
def logits_grad_input(
    grad: Any, grad_output: Any, input: Any, reduction: str, input_shape: Any
) -> Any:
    """The derivative of the sigmoid: s (1 - s)."""
    s = sigmoid(input)
    return grad * grad_output * (s * (1 - s)) * share(reduction, input_shape)


@gradient(logits_grad_p, "target")
def logits_grad_target(grad: Any, grad_output: Any, reduction: str, input_shape: Any) -> Any:
    """-1."""
    return grad * grad_output * -share(reduction, input_shape)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """-t ln σ(x) - (1 - t) ln(1 - σ(x)), computed from the scores x without overflow.

    Args:
        input: scores before any sigmoid, any shape, floating point.
        target: probabilities of "yes", the same shape.
        weight: how much each element counts; broadcasts.
        reduction: "mean", "sum" or "none".
        pos_weight: how much more a "yes" counts than a "no"; broadcasts.

    Returns:
        a number; with "none", one loss per element.

    Raises:
        ShapeError: the shapes differ.
        DTypeError: ``input`` is not floating point.
        ValueError: another ``reduction``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import binary_cross_entropy_with_logits
        >>> binary_cross_entropy_with_logits(tt.tensor([0.0, 10000.0]), tt.tensor([1.0, 1.0]))
        tensor(0.3466)
    """
    check_reduction(reduction)
    input, target = check_pair("binary_cross_entropy_with_logits", input, target)
    losses: Tensor
    if weight is None and pos_weight is None:
        losses = logits_p((input, target), (reduction,))
        return losses
    if pos_weight is None:
        losses = logits_p((input, target), ("none",))
    else:
        yes = target * logsigmoid(input) * pos_weight
        losses = -(yes + (1 - target) * logsigmoid(-input))
    out: Tensor = reduce(losses if weight is None else losses * weight, reduction)
    return out
