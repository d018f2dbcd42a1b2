"""Max pooling: the highest element in each window.

The gradient goes to that element alone: among equals to the first one, row by row, and NaN counts
as higher than anything (the last one, as in PyTorch).  The gradient kernel finds the winners anew
from the input, so that the forward pass keeps nothing but its input.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tt_autograd import gradient, not_differentiable
from tt_tensor import Primitive, Tensor, lookup, reshape, squeeze, unsqueeze

from .max_pool_kernels import (
    max_pool2d_grad_naive,
    max_pool2d_grad_numpy,
    max_pool2d_indices_naive,
    max_pool2d_indices_numpy,
    max_pool2d_naive,
    max_pool2d_numpy,
)
from .pool_window import Window, check_images, window_over

__all__ = ["max_pool1d", "max_pool2d"]

max_pool2d_p = Primitive(
    "max_pool2d", params=("window",), naive=max_pool2d_naive, numpy=max_pool2d_numpy
)
max_pool2d_indices_p = Primitive(
    "max_pool2d_indices",
    params=("window",),
    naive=max_pool2d_indices_naive,
    numpy=max_pool2d_indices_numpy,
)
max_pool2d_grad_p = Primitive(
    "max_pool2d_grad",
    inputs=("grad_output", "input"),
    params=("window",),
    naive=max_pool2d_grad_naive,
    numpy=max_pool2d_grad_numpy,
)
not_differentiable(max_pool2d_indices_p, "input")
not_differentiable(max_pool2d_grad_p, "input")  # which element wins does not change continuously
_gather = lookup("gather")


@gradient(max_pool2d_p, "input")
def max_pool2d_input(grad: Any, input: Any, window: Window) -> Any:
    """To the winners."""
    return max_pool2d_grad_p((grad, input), (window,))


@gradient(max_pool2d_grad_p, "grad_output")
def max_pool2d_grad_grad(grad: Any, input: Any, window: Window) -> Any:
    """What stands at the winners' places."""
    return pick(grad, max_pool2d_indices_p((input,), (window,)))


def pick(images: Any, indices: Any) -> Any:
    """The elements of (..., H, W) at the places y · W + x of ``indices`` (..., h, w)."""
    *lead, height, width = images.shape
    flat = reshape(images, *lead, height * width)
    places = reshape(indices, *lead, math.prod(indices.shape[-2:]))
    return reshape(_gather((flat, places), (len(lead),)), *indices.shape)


def max_pool1d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The highest element in each window of a sequence; :func:`max_pool2d` of one row.

    Args:
        input: (N, C, L) or (C, L), floating point.
        kernel_size: the window's length.
        stride: its step; its length if None.
        padding: empty places before and after the input, at most half a window.
        dilation: the distance of the elements that a window sees.
        ceil_mode: a last window may reach beyond the end.
        return_indices: also return where the elements were.

    Returns:
        (N, C, windows) or (C, windows); with ``return_indices`` a pair of them.

    Raises:
        TypeError, ValueError, ShapeError, DTypeError: as :func:`max_pool2d`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import max_pool1d
        >>> max_pool1d(tt.tensor([[1.0, 3.0, 2.0, 0.0]]), 2)
        tensor([[3., 2.]])
    """
    check_images("max_pool1d", input, 1)
    options = (kernel_size, stride, padding, dilation, ceil_mode)
    window = window_over("max_pool1d", input.shape[-1:], *options)
    out = _max_pool(unsqueeze(input, -2), window, return_indices)
    if return_indices:
        return squeeze(out[0], -2), squeeze(out[1], -2)
    return squeeze(out, -2)


def max_pool2d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The highest element in each window of an image: out[y, x] = max over i, j of
    input[y · stride - padding + i · dilation, x · stride - padding + j · dilation].

    Args:
        input: (N, C, H, W) or (C, H, W), floating point.
        kernel_size: the window's size, an int or (rows, columns).
        stride: its step; its size if None.
        padding: empty places around the image, at most half a window; they never win.
        dilation: the distance of the elements that a window sees.
        ceil_mode: a last window may reach beyond the edge.
        return_indices: also return where the elements were, as y · W + x.

    Returns:
        (N, C, h, w) or (C, h, w); with ``return_indices`` a pair of them.

    Raises:
        TypeError: the input is not a tensor, or an option is not an int.
        ValueError: an option is too small, or the padding more than half of the window.
        ShapeError: another number of dimensions, or a window larger than the padded image.
        DTypeError: the input is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import max_pool2d
        >>> x = tt.tensor([[[1.0, 3.0, 2.0, 0.0], [4.0, 0.0, 5.0, 1.0]]])
        >>> max_pool2d(x, 2)
        tensor([[[4., 5.]]])
    """
    check_images("max_pool2d", input, 2)
    options = (kernel_size, stride, padding, dilation, ceil_mode)
    return _max_pool(input, window_over("max_pool2d", input.shape[-2:], *options), return_indices)


def _max_pool(input: Tensor, window: Window, return_indices: bool) -> Any:
    """The values, or the values and their places."""
    out = max_pool2d_p((input,), (window,))
    return (out, max_pool2d_indices_p((input,), (window,))) if return_indices else out
