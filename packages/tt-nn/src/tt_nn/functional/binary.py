"""Binary cross-entropy of probabilities, as one primitive.

At p = 0 and p = 1 one of the two logarithms is infinite.  As in PyTorch both are cut off at -100,
and the denominator p (1 - p) of the gradient at 1e-12, so that one sure and wrong prediction does
not turn a whole network into NaN.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import Primitive, Tensor, log, maximum
from tt_tensor.typing import Array

from .checks import check_pair
from .reduction import check_reduction, reduce

__all__ = ["binary_cross_entropy"]

LOWEST_LOG = -100.0
LOWEST_VARIANCE = 1e-12  # of p (1 - p)


def bce_naive(p: Array, target: Array) -> Array:
    """-t ln p - (1 - t) ln(1 - p) of each element."""
    out = np.empty(p.shape, p.dtype)
    for i in np.ndindex(p.shape):
        a, t = float(p[i]), float(target[i])
        yes = max(math.log(a), LOWEST_LOG) if a > 0 else LOWEST_LOG
        no = max(math.log1p(-a), LOWEST_LOG) if a < 1 else LOWEST_LOG
        out[i] = -t * yes - (1 - t) * no
    return out


def bce_numpy(p: Array, target: Array) -> Array:
    """The same for all elements at once."""
    with np.errstate(divide="ignore"):
        yes, no = np.maximum(np.log(p), LOWEST_LOG), np.maximum(np.log1p(-p), LOWEST_LOG)
    return np.asarray((target - 1) * no - target * yes)


def bce_grad_naive(grad: Array, p: Array, target: Array) -> Array:
    """(p - t) / (p (1 - p)) grad."""
    out = np.empty(p.shape, p.dtype)
    for i in np.ndindex(p.shape):
        a = float(p[i])
        variance = max(a * (1 - a), LOWEST_VARIANCE)
        out[i] = float(grad[i]) * (a - float(target[i])) / variance
    return out


def bce_grad_numpy(grad: Array, p: Array, target: Array) -> Array:
    """(p - t) / (p (1 - p)) grad."""
    return np.asarray(grad * (p - target) / np.maximum(p * (1 - p), LOWEST_VARIANCE))


bce_p = Primitive("bce", inputs=("input", "target"), naive=bce_naive, numpy=bce_numpy)
bce_grad_p = Primitive(
    "bce_grad",
    inputs=("grad_output", "input", "target"),
    naive=bce_grad_naive,
    numpy=bce_grad_numpy,
)


@gradient(bce_p, "input")
def bce_input(grad: Any, input: Any, target: Any) -> Any:
    """dp = (p - t) / (p (1 - p)) dy."""
    return bce_grad_p((grad, input, target))


@gradient(bce_p, "target")
def bce_target(grad: Any, input: Any) -> Any:
    """dt = (ln(1 - p) - ln p) dy."""
    return grad * (maximum(log(1 - input), LOWEST_LOG) - maximum(log(input), LOWEST_LOG))


@gradient(bce_grad_p, "grad_output")
def bce_grad_grad(grad: Any, input: Any, target: Any) -> Any:
    """It is linear in the gradient."""
    return bce_grad_p((grad, input, target))


@gradient(bce_grad_p, "input")
def bce_grad_input(grad: Any, grad_output: Any, input: Any, target: Any) -> Any:
    """The quotient rule, with v = p (1 - p): (v - (p - t)(1 - 2p)) / v²."""
    variance = maximum(input * (1 - input), LOWEST_VARIANCE)
    top = variance - (input - target) * (1 - 2 * input)
    return grad * grad_output * top / (variance * variance)


@gradient(bce_grad_p, "target")
def bce_grad_target(grad: Any, grad_output: Any, input: Any) -> Any:
    """-1 / (p (1 - p))."""
    return -grad * grad_output / maximum(input * (1 - input), LOWEST_VARIANCE)


def binary_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    """-t ln p - (1 - t) ln(1 - p); the logarithms are cut off at -100.

    Args:
        input: probabilities in [0, 1], any shape, floating point.
        target: probabilities of "yes", the same shape.
        weight: how much each element counts; broadcasts.
        reduction: "mean", "sum" or "none".

    Returns:
        a number; with "none", one loss per element.

    Raises:
        ShapeError: the shapes differ.
        DTypeError: ``input`` is not floating point.
        ValueError: another ``reduction``, or an input or target outside [0, 1].

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import binary_cross_entropy
        >>> binary_cross_entropy(tt.tensor([0.5]), tt.tensor([1.0]))
        tensor(0.6931)
    """
    check_reduction(reduction)
    input, target = check_pair("binary_cross_entropy", input, target)
    if not _are_probabilities(input.array):
        raise ValueError(
            "binary_cross_entropy: the input must lie between 0 and 1; for scores use "
            "binary_cross_entropy_with_logits"
        )
    if not _are_probabilities(target.array):
        raise ValueError(
            "binary_cross_entropy: the target must lie between 0 and 1, the probability of yes"
        )
    losses = bce_p((input, target))
    out: Tensor = reduce(losses if weight is None else losses * weight, reduction)
    return out


def _are_probabilities(values: Array) -> bool:
    return not values.size or bool(values.min() >= 0 and values.max() <= 1)
