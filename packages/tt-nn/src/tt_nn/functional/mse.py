"""Mean squared error, as one primitive: the loss of regression."""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import Primitive, Tensor
from tt_tensor.typing import Array

from .checks import check_pair
from .reduction import check_reduction, divisor, reduce, share, total

__all__ = ["mse_loss"]


def mse_naive(x: Array, y: Array, reduction: str) -> Array:
    """(x - y)² of each element, then their mean or sum."""
    squares = np.empty(x.shape, x.dtype)
    added = 0.0
    for i in np.ndindex(x.shape):
        squares[i] = (x[i] - y[i]) * (x[i] - y[i])
        added += float(squares[i])
    if reduction == "none":
        return squares
    return np.asarray(added / divisor(reduction, x.size), x.dtype)


def mse_numpy(x: Array, y: Array, reduction: str) -> Array:
    """(x - y)²: the sum of squares is a dot product of the differences with themselves."""
    distance = x - y
    if reduction == "none":
        return np.asarray(distance * distance)
    if distance.dtype.itemsize == 2:
        return total(distance * distance, divisor(reduction, x.size))
    flat = distance.reshape(-1)
    return np.asarray(np.dot(flat, flat) / divisor(reduction, x.size))


def mse_grad_naive(grad: Array, x: Array, y: Array, reduction: str) -> Array:
    """2 (x - y) grad, divided by the number of elements for a mean."""
    out = np.empty(x.shape, x.dtype)
    factor = 2 * share(reduction, x.shape)
    for i in np.ndindex(x.shape):
        out[i] = (x[i] - y[i]) * factor * (grad[i] if reduction == "none" else grad)
    return out


def mse_grad_numpy(grad: Array, x: Array, y: Array, reduction: str) -> Array:
    """2 (x - y) grad, divided by the number of elements for a mean."""
    out = np.asarray(x - y)
    out *= grad * x.dtype.type(2 * share(reduction, x.shape))
    return out


mse_p = Primitive(
    "mse_loss", inputs=("input", "target"), params=("reduction",), naive=mse_naive, numpy=mse_numpy
)
mse_grad_p = Primitive(
    "mse_loss_grad",
    inputs=("grad_output", "input", "target"),
    params=("reduction",),
    naive=mse_grad_naive,
    numpy=mse_grad_numpy,
)


@gradient(mse_p, "input")
def mse_input(grad: Any, input: Any, target: Any, reduction: str) -> Any:
    """d (x - y)² = 2 (x - y) dx."""
    return mse_grad_p((grad, input, target), (reduction,))


@gradient(mse_p, "target")
def mse_target(grad: Any, input: Any, target: Any, reduction: str) -> Any:
    """The same with the other sign."""
    return mse_grad_p((grad, target, input), (reduction,))


@gradient(mse_grad_p, "grad_output")
def mse_grad_grad(grad: Any, input: Any, target: Any, reduction: str) -> Any:
    """It is linear in the gradient."""
    return reduce(grad * (input - target) * 2, reduction)


@gradient(mse_grad_p, "input")
def mse_grad_input(grad: Any, grad_output: Any, reduction: str, input_shape: Any) -> Any:
    """The second derivative is 2."""
    return grad * grad_output * (2 * share(reduction, input_shape))


@gradient(mse_grad_p, "target")
def mse_grad_target(grad: Any, grad_output: Any, reduction: str, input_shape: Any) -> Any:
    """The same with the other sign."""
    return grad * grad_output * (-2 * share(reduction, input_shape))


def mse_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """(x - y)², averaged over all elements.

    Args:
        input: predictions, any shape, floating point.
        target: what they should be, the same shape.
        reduction: "mean", "sum" or "none".

    Returns:
        a number; with "none", one loss per element.

    Raises:
        ShapeError: the shapes differ (a broadcast here is nearly always a mistake).
        DTypeError: ``input`` is not floating point.
        ValueError: another ``reduction``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import mse_loss
        >>> mse_loss(tt.tensor([1.0, 2.0]), tt.tensor([1.0, 4.0]))
        tensor(2.)
    """
    check_reduction(reduction)
    out: Tensor = mse_p(check_pair("mse_loss", input, target), (reduction,))
    return out
