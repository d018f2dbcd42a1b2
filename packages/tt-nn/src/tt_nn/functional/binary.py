"""Binary cross-entropy: the loss of yes-or-no questions.

From scores ("logits") x it is max(x, 0) - x t + ln(1 + exp(-|x|)), which never overflows; its
gradient is sigmoid(x) - t.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import Primitive, ShapeError, Tensor, clamp, log, logsigmoid, lookup, sigmoid
from tt_tensor.typing import Array

from .reduction import check_reduction, reduce

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits"]


def logits_naive(x: Array, target: Array) -> Array:
    """max(x, 0) - x t + ln(1 + exp(-|x|)) of each element."""
    out = np.empty(x.shape, x.dtype)
    for i in np.ndindex(x.shape):
        a, t = float(x[i]), float(target[i])
        out[i] = max(a, 0.0) - a * t + math.log1p(math.exp(-abs(a)))
    return out


def logits_numpy(x: Array, target: Array) -> Array:
    """The same for all elements at once."""
    with np.errstate(under="ignore"):
        tail = np.log1p(np.exp(-np.abs(x)))
    out: Array = np.maximum(x, 0) - x * target + tail
    return out


def logits_grad_naive(grad: Array, x: Array, target: Array) -> Array:
    """(sigmoid(x) - t) grad."""
    out = np.empty(x.shape, x.dtype)
    for i in np.ndindex(x.shape):
        a = float(x[i])
        power = math.exp(-abs(a))
        s = 1 / (1 + power) if a >= 0 else power / (1 + power)
        out[i] = (s - target[i]) * grad[i]
    return out


def logits_grad_numpy(grad: Array, x: Array, target: Array) -> Array:
    """(sigmoid(x) - t) grad."""
    out: Array = lookup("sigmoid")(x)
    out = out - target
    return np.asarray(out * grad)


logits_p = Primitive(
    "bce_with_logits", inputs=("input", "target"), naive=logits_naive, numpy=logits_numpy
)
logits_grad_p = Primitive(
    "bce_with_logits_grad",
    inputs=("grad_output", "input", "target"),
    naive=logits_grad_naive,
    numpy=logits_grad_numpy,
)


@gradient(logits_p, "input")
def logits_input(grad: Any, input: Any, target: Any) -> Any:
    """dx = (sigmoid(x) - t) dy."""
    return logits_grad_p((grad, input, target))


@gradient(logits_p, "target")
def logits_target(grad: Any, input: Any) -> Any:
    """dt = -x dy."""
    return -grad * input


@gradient(logits_grad_p, "grad_output")
def logits_grad_grad(grad: Any, input: Any, target: Any) -> Any:
    """It is linear in the gradient."""
    return logits_grad_p((grad, input, target))


@gradient(logits_grad_p, "input")
def logits_grad_input(grad: Any, grad_output: Any, input: Any) -> Any:
    """The derivative of the sigmoid."""
    s = sigmoid(input)
    return grad * grad_output * (s * (1 - s))


@gradient(logits_grad_p, "target")
def logits_grad_target(grad: Any, grad_output: Any) -> Any:
    """-1."""
    return -grad * grad_output


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

    Raises:
        ShapeError: the shapes differ.
        ValueError: another ``reduction``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import binary_cross_entropy_with_logits
        >>> binary_cross_entropy_with_logits(tt.tensor([0.0, 10000.0]), tt.tensor([1.0, 1.0]))
        tensor(0.3466)
    """
    check_reduction(reduction)
    target = _same_shape("binary_cross_entropy_with_logits", input, target)
    losses: Tensor
    if pos_weight is None:
        losses = logits_p((input, target))
    else:
        yes = target * logsigmoid(input) * pos_weight
        losses = -(yes + (1 - target) * logsigmoid(-input))
    return reduce(losses if weight is None else losses * weight, reduction)


def binary_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    """-t ln p - (1 - t) ln(1 - p); the logarithms are cut off at -100.

    Args:
        input: probabilities in [0, 1], any shape.
        target: probabilities of "yes", the same shape.
        weight: how much each element counts; broadcasts.
        reduction: "mean", "sum" or "none".

    Raises:
        ShapeError: the shapes differ.
        ValueError: another ``reduction``, or an input outside [0, 1].

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import binary_cross_entropy
        >>> binary_cross_entropy(tt.tensor([0.5]), tt.tensor([1.0]))
        tensor(0.6931)
    """
    check_reduction(reduction)
    target = _same_shape("binary_cross_entropy", input, target)
    values = input.array
    if values.size and not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(
            "binary_cross_entropy: the input must lie between 0 and 1; for scores use "
            "binary_cross_entropy_with_logits"
        )
    yes, no = clamp(log(input), min=-100.0), clamp(log(1 - input), min=-100.0)
    losses = -(target * yes + (1 - target) * no)
    return reduce(losses if weight is None else losses * weight, reduction)


def _same_shape(name: str, input: Tensor, target: Tensor) -> Tensor:
    if input.array.shape != target.array.shape:
        raise ShapeError(
            f"{name}: input has shape {input.shape}, target {target.shape}; they must be equal "
            "(is one of them lacking an unsqueeze(1)?)"
        )
    return target if target.array.dtype is input.array.dtype else target.to(input.dtype)
