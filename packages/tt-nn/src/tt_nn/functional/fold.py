"""unfold and fold: the windows of an image as the columns of a matrix, and back.

A convolution is a matrix product with these columns (Chellapilla et al., "High performance
convolutional neural networks for document processing", 2006, who named it im2col).  Each of the
two primitives is the other's gradient.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import DTypeError, Primitive, ShapeError, Tensor, squeeze, unsqueeze
from tt_tensor.typing import Array

from .checks import check_tensor
from .conv.arguments import output_size, sizes

__all__ = ["fold", "unfold"]

Pair = tuple[int, int]
Size = int | tuple[int, ...]


def unfold_naive(x: Array, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair) -> Array:
    """Row (c, i, j), column (y, x) is the pixel under the window's element (i, j) at the place (y, x)."""
    n, channels, height, width = x.shape
    down, across = places((height, width), kernel, dilation, padding, stride)
    out = np.zeros((n, channels, *kernel, down, across), x.dtype)
    for b, c, i, j, top, left in np.ndindex(out.shape):
        row = top * stride[0] + i * dilation[0] - padding[0]
        column = left * stride[1] + j * dilation[1] - padding[1]
        if 0 <= row < height and 0 <= column < width:
            out[b, c, i, j, top, left] = x[b, c, row, column]
    return out.reshape(n, channels * kernel[0] * kernel[1], down * across)


def unfold_numpy(x: Array, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair) -> Array:
    """All places at once for one element of the window at a time."""
    n, channels, height, width = x.shape
    down, across = places((height, width), kernel, dilation, padding, stride)
    padded = x
    if padding != (0, 0):
        padded = np.zeros((n, channels, height + 2 * padding[0], width + 2 * padding[1]), x.dtype)
        padded[:, :, padding[0] : padding[0] + height, padding[1] : padding[1] + width] = x
    out = np.empty((n, channels, *kernel, down, across), x.dtype)
    for i, j, rows, columns in elements(kernel, dilation, stride, (down, across)):
        out[:, :, i, j] = padded[:, :, rows, columns]
    return out.reshape(n, channels * kernel[0] * kernel[1], down * across)


def fold_naive(
    x: Array, size: Pair, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair
) -> Array:
    """Each column's elements go back to where unfold found them; what meets there is added."""
    down, across = places(size, kernel, dilation, padding, stride)
    channels = x.shape[1] // (kernel[0] * kernel[1])
    windows = x.reshape(len(x), channels, *kernel, down, across)
    out = np.zeros((len(x), channels, *size), x.dtype)
    for b, c, i, j, top, left in np.ndindex(windows.shape):
        row = top * stride[0] + i * dilation[0] - padding[0]
        column = left * stride[1] + j * dilation[1] - padding[1]
        if 0 <= row < size[0] and 0 <= column < size[1]:
            out[b, c, row, column] += windows[b, c, i, j, top, left]
    return out


def fold_numpy(
    x: Array, size: Pair, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair
) -> Array:
    """All places at once for one element of the window at a time: there nothing meets."""
    down, across = places(size, kernel, dilation, padding, stride)
    channels = x.shape[1] // (kernel[0] * kernel[1])
    windows = x.reshape(len(x), channels, *kernel, down, across)
    padded = np.zeros(
        (len(x), channels, size[0] + 2 * padding[0], size[1] + 2 * padding[1]), x.dtype
    )
    for i, j, rows, columns in elements(kernel, dilation, stride, (down, across)):
        padded[:, :, rows, columns] += windows[:, :, i, j]
    inside = padded[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]
    return np.ascontiguousarray(inside)


def places(size: Pair, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair) -> Pair:
    """How many windows there are, down and across."""
    down, across = (
        output_size(size[d], kernel[d], stride[d], padding[d], dilation[d]) for d in (0, 1)
    )
    return down, across


def elements(
    kernel: Pair, dilation: Pair, stride: Pair, count: Pair
) -> Iterator[tuple[int, int, slice, slice]]:
    """Each element of the window, with the slices of the padded image that it meets."""
    for i, j in np.ndindex(*kernel):
        top, left = i * dilation[0], j * dilation[1]
        rows = slice(top, top + (count[0] - 1) * stride[0] + 1, stride[0])
        yield i, j, rows, slice(left, left + (count[1] - 1) * stride[1] + 1, stride[1])


unfold_p = Primitive(
    "unfold",
    params=("kernel", "dilation", "padding", "stride"),
    naive=unfold_naive,
    numpy=unfold_numpy,
)
fold_p = Primitive(
    "fold",
    params=("size", "kernel", "dilation", "padding", "stride"),
    naive=fold_naive,
    numpy=fold_numpy,
)


@gradient(unfold_p, "input")
def unfold_input(
    grad: Any, input_shape: Any, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair
) -> Any:
    """A pixel gets the gradients of all windows that showed it."""
    return fold_p((grad,), (input_shape[2:], kernel, dilation, padding, stride))


@gradient(fold_p, "input")
def fold_input(grad: Any, kernel: Pair, dilation: Pair, padding: Pair, stride: Pair) -> Any:
    """An element gets the gradient of the pixel that it was added to."""
    return unfold_p((grad,), (kernel, dilation, padding, stride))


def unfold(
    input: Tensor, kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1
) -> Tensor:
    """The windows of images as columns.

    Args:
        input: (N, C, H, W), or (C, H, W).
        kernel_size: the window's height and width.
        dilation: the distance between the pixels of a window.
        padding: how many zeros to put around an image.
        stride: by how many pixels the window moves.

    Returns:
        (N, C·kH·kW, L), or the same without N: one column for each of the L places of the window.

    Raises:
        TypeError: the input is not a tensor, or a size not an int.
        DTypeError: the input is not floating point.
        ShapeError: the input is no image, or smaller than the window.
        ValueError: a size out of range.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import unfold
        >>> unfold(tt.arange(6.0).reshape(1, 1, 2, 3), 2)
        tensor([[[0., 1.],
                 [1., 2.],
                 [3., 4.],
                 [4., 5.]]])
    """
    _check("unfold", input, 4)
    if input.ndim == 3:
        return squeeze(unfold(unsqueeze(input, 0), kernel_size, dilation, padding, stride), 0)
    window = _window("unfold", kernel_size, dilation, padding, stride)
    if min(places((input.shape[2], input.shape[3]), *window)) < 1:
        raise ShapeError(
            f"unfold: a window {window[0]} with dilation {window[1]} does not fit into the input "
            f"{input.shape} with padding {window[2]}"
        )
    out: Tensor = unfold_p((input,), window)
    return out


def fold(
    input: Tensor,
    output_size: Size,
    kernel_size: Size,
    dilation: Size = 1,
    padding: Size = 0,
    stride: Size = 1,
) -> Tensor:
    """Columns back to images: the values of overlapping windows are added.

    Args:
        input: (N, C·kH·kW, L), or (C·kH·kW, L).
        output_size: height and width of the images.
        kernel_size, dilation, padding, stride: as for :func:`unfold`.

    Returns:
        (N, C, H, W), or (C, H, W).

    Raises:
        TypeError: the input is not a tensor, or a size not an int.
        DTypeError: the input is not floating point.
        ShapeError: the rows are no multiple of kH·kW, or there are not as many columns as places.
        ValueError: a size out of range.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import fold
        >>> fold(tt.ones(1, 4, 2), (2, 3), 2)
        tensor([[[[1., 2., 1.],
                  [1., 2., 1.]]]])
    """
    _check("fold", input, 3)
    if input.ndim == 2:
        batch = unsqueeze(input, 0)
        return squeeze(fold(batch, output_size, kernel_size, dilation, padding, stride), 0)
    height, width = sizes("fold", "output_size", output_size, 2)
    window = _window("fold", kernel_size, dilation, padding, stride)
    down, across = places((height, width), *window)
    rows = window[0][0] * window[0][1]
    if min(down, across) < 1 or input.shape[1] % rows or input.shape[2] != down * across:
        raise ShapeError(
            f"fold: an output {(height, width)} has {max(down, 0)} x {max(across, 0)} windows {window[0]}: "
            f"the input must be (N, a multiple of {rows}, {max(down, 0) * max(across, 0)}), "
            f"but its shape is {input.shape}"
        )
    out: Tensor = fold_p((input,), ((height, width), *window))
    return out


def _check(function: str, input: Tensor, ndim: int) -> None:
    check_tensor("input", input)
    if not input.dtype.is_floating_point:
        raise DTypeError(
            f"{function}: input must be floating point, not {input.dtype}; use .float()"
        )
    if input.ndim not in (ndim - 1, ndim):
        wanted = {3: "(N, rows, columns)", 4: "(N, C, H, W)"}[ndim]
        raise ShapeError(
            f"{function}: input must be {wanted}, or the same without N, but its shape is {input.shape}"
        )


def _window(
    function: str, kernel: Size, dilation: Size, padding: Size, stride: Size
) -> tuple[Pair, Pair, Pair, Pair]:
    """The four pairs that describe the windows."""
    pairs = [
        sizes(function, name, value, 2, least)
        for name, value, least in (
            ("kernel_size", kernel, 1),
            ("dilation", dilation, 1),
            ("padding", padding, 0),
            ("stride", stride, 1),
        )
    ]
    k, d, p, s = [(pair[0], pair[1]) for pair in pairs]
    return k, d, p, s
