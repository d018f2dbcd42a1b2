"""The fully connected layer: y = x Wᵀ + b, as one primitive.

Product and sum in one step save a pass over the output and the record of a second operation.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import DTypeError, Primitive, ShapeError, Tensor, einsum, lookup, reshape, sum
from tt_tensor.typing import Array

__all__ = ["bilinear", "linear"]


def linear_naive(x: Array, weight: Array, bias: Array | None) -> Array:
    """out[n, o] = Σᵢ x[n, i] · weight[o, i] + bias[o], in three loops."""
    outputs, inputs = weight.shape
    rows = x.reshape(-1, inputs)
    out = np.zeros((len(rows), outputs), x.dtype)
    for n in range(len(rows)):
        for o in range(outputs):
            total: Any = 0 if bias is None else bias[o]
            for i in range(inputs):
                total = total + rows[n, i] * weight[o, i]
            out[n, o] = total
    return out.reshape(*x.shape[:-1], outputs)


def linear_numpy(x: Array, weight: Array, bias: Array | None) -> Array:
    """One matrix product, then the bias in place."""
    out: Array
    if x.ndim == 2:
        out = np.dot(x, weight.T)
    else:
        rows = np.dot(x.reshape(-1, x.shape[-1]), weight.T)
        out = rows.reshape(*x.shape[:-1], weight.shape[0])
    if bias is not None:
        out += bias
    return out


linear_p = Primitive(
    "linear", inputs=("input", "weight", "bias"), naive=linear_naive, numpy=linear_numpy
)
_matmul, _sum = lookup("matmul"), lookup("sum")


@gradient(linear_p, "input")
def linear_input(grad: Any, weight: Any) -> Any:
    """dx = dy W."""
    return _matmul(grad, weight)


@gradient(linear_p, "weight")
def linear_weight(grad: Any, input: Any) -> Any:
    """dW = dyᵀ x, over all rows of the batch."""
    if grad.ndim == 2:
        return _matmul(grad.T, input)
    rows, inputs = (reshape(a, -1, a.shape[-1]) for a in (grad, input))
    return _matmul(rows.T, inputs)


@gradient(linear_p, "bias")
def linear_bias(grad: Any) -> Any:
    """db = Σ dy over all rows of the batch."""
    if grad.ndim == 2:  # the usual case, without looking at dimensions
        return _sum((grad,), ((0,), False))
    return sum(grad, tuple(range(grad.ndim - 1))) if grad.ndim > 1 else grad


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """``input @ weight.T + bias``.

    Args:
        input: (..., in_features).
        weight: (out_features, in_features).
        bias: (out_features,), or None.

    Returns:
        (..., out_features).

    Raises:
        TypeError: the input is not a tensor.
        ShapeError: the last dimension of the input is not in_features, or the bias does not fit.
        DTypeError: the input has another type than the weight.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import linear
        >>> linear(tt.tensor([[1.0, 2.0]]), tt.tensor([[3.0, 4.0]]), tt.tensor([5.0]))
        tensor([[16.]])
    """
    try:
        w = weight.array
        fits = input.array.dtype is w.dtype and (bias is None or bias.array.shape == w.shape[:1])
    except AttributeError:
        fits = False
    if not fits:
        raise _does_not_fit(input, weight, bias)
    try:
        out: Tensor = linear_p((input, weight, bias))
    except (ValueError, IndexError) as error:  # IndexError: the input has no dimension at all
        raise _does_not_fit(input, weight, bias) from error
    return out


def _does_not_fit(input: Tensor, weight: Tensor, bias: Tensor | None) -> Exception:
    """What to say of arguments that were refused: looked into only then, to keep calls short."""
    if not isinstance(input, Tensor):
        return TypeError(f"linear: input must be a Tensor, not {type(input).__name__}")
    if input.dtype != weight.dtype:
        return DTypeError(
            f"linear: the input is {input.dtype}, the weight {weight.dtype}; convert one of them, "
            f"for example the input with .to({weight.dtype!r})"
        )
    if weight.ndim != 2:
        return ShapeError(f"linear: weight must be a matrix, but its shape is {weight.shape}")
    outputs, inputs = weight.shape
    if input.ndim == 0 or input.shape[-1] != inputs:
        return ShapeError(
            f"linear: the layer takes {inputs} features, but the input's shape is {input.shape}; its "
            f"last dimension must be {inputs}"
        )
    shape = None if bias is None else bias.shape
    return ShapeError(f"linear: the bias must have shape ({outputs},), but it has {shape}")


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """``yₒ = Σᵢⱼ x1ᵢ Wₒᵢⱼ x2ⱼ + bₒ``.

    Args:
        input1: (..., in1_features).
        input2: (..., in2_features); the leading dimensions are those of ``input1``.
        weight: (out_features, in1_features, in2_features).
        bias: (out_features,), or None.

    Returns:
        (..., out_features).

    Raises:
        ShapeError: the shapes do not fit together.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import bilinear
        >>> bilinear(tt.tensor([2.0]), tt.tensor([3.0]), tt.tensor([[[10.0]]]))
        tensor([60.])
    """
    sizes = (input1.shape[-1:], input2.shape[-1:])
    if (
        weight.ndim != 3
        or sizes != (weight.shape[1:2], weight.shape[2:])
        or input1.shape[:-1] != input2.shape[:-1]
    ):
        raise ShapeError(
            "bilinear: expected (..., in1), (..., in2) and a weight (out, in1, in2), but the shapes "
            f"are {input1.shape}, {input2.shape} and {weight.shape}"
        )
    out = einsum("...i,oij,...j->...o", input1, weight, input2)
    return out if bias is None else out + bias
