"""Convolution and its gradients: three primitives that differentiate into one another.

A convolution takes three arrays together: images x, filters w, and, seen from behind, the gradients
g of its results.  Given any two of them it yields the third's gradient:

    conv2d              x, w  →  out       (the shape of g)
    conv2d_input_grad   g, w  →  the shape of x; known as transposed convolution
    conv2d_weight_grad  g, x  →  the shape of w

Each is linear in both of its inputs, and the derivative by one of them is always one of the other
two primitives.  So three kernels suffice for derivatives of any order.

``stride``, ``padding`` and ``dilation`` are pairs (down, across); ``size`` is the height and width of
the images, which cannot be told from the results when the stride is above 1.
"""

from __future__ import annotations

from typing import Any

from tt_autograd import gradient
from tt_tensor import Primitive, sum

from . import fast, naive
from .naive import Pair

__all__ = ["conv2d_input_grad_p", "conv2d_p", "conv2d_weight_grad_p"]

conv2d_p = Primitive(
    "conv2d",
    inputs=("input", "weight", "bias"),
    params=("stride", "padding", "dilation", "groups"),
    naive=naive.conv2d,
    numpy=fast.conv2d,
)
conv2d_input_grad_p = Primitive(
    "conv2d_input_grad",
    inputs=("grad_output", "weight"),
    params=("size", "stride", "padding", "dilation", "groups"),
    naive=naive.conv2d_input_grad,
    numpy=fast.conv2d_input_grad,
)
conv2d_weight_grad_p = Primitive(
    "conv2d_weight_grad",
    inputs=("grad_output", "input"),
    params=("kernel", "stride", "padding", "dilation", "groups"),
    naive=naive.conv2d_weight_grad,
    numpy=fast.conv2d_weight_grad,
)


@gradient(conv2d_p, "input")
def conv2d_input(
    grad: Any,
    weight: Any,
    input_shape: Any,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Any:
    """Each pixel gets back the gradients of the places that it took part in."""
    return conv2d_input_grad_p((grad, weight), (input_shape[2:], stride, padding, dilation, groups))


@gradient(conv2d_p, "weight")
def conv2d_weight(
    grad: Any,
    input: Any,
    weight_shape: Any,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Any:
    """Each weight gets the gradients of all places, times the pixels that it met there."""
    return conv2d_weight_grad_p(
        (grad, input), (weight_shape[2:], stride, padding, dilation, groups)
    )


@gradient(conv2d_p, "bias")
def conv2d_bias(grad: Any) -> Any:
    """It is added at every place of every image."""
    return sum(sum(grad, 0), (1, 2))  # images first: whole images are added fast in any layout


@gradient(conv2d_input_grad_p, "grad_output")
def input_grad_grad(
    grad: Any,
    weight: Any,
    grad_output_shape: Any,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Any:
    """The transpose of a transposed convolution is the convolution."""
    return _convolve(grad, weight, grad_output_shape, stride, padding, dilation, groups)


@gradient(conv2d_input_grad_p, "weight")
def input_grad_weight(
    grad: Any,
    grad_output: Any,
    weight_shape: Any,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Any:
    """``grad`` has the shape of the images, and stands where they stood."""
    return conv2d_weight_grad_p(
        (grad_output, grad), (weight_shape[2:], stride, padding, dilation, groups)
    )


@gradient(conv2d_weight_grad_p, "grad_output")
def weight_grad_grad(
    grad: Any,
    input: Any,
    grad_output_shape: Any,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Any:
    """``grad`` has the shape of the filters, and stands where they stood."""
    return _convolve(input, grad, grad_output_shape, stride, padding, dilation, groups)


@gradient(conv2d_weight_grad_p, "input")
def weight_grad_input(
    grad: Any,
    grad_output: Any,
    input_shape: Any,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Any:
    """The same for the images."""
    return conv2d_input_grad_p(
        (grad_output, grad), (input_shape[2:], stride, padding, dilation, groups)
    )


def _convolve(
    x: Any, weight: Any, shape: Any, stride: Pair, padding: Pair, dilation: Pair, groups: int
) -> Any:
    """The convolution, cut to ``shape``.

    A transposed convolution may ask for so large an output (``output_padding`` up to the dilation)
    that a convolution of it has more places than there were at first.
    """
    out = conv2d_p((x, weight, None), (stride, padding, dilation, groups))
    return out if tuple(out.shape) == tuple(shape) else out[:, :, : shape[2], : shape[3]]
