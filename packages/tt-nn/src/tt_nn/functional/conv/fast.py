"""Convolution and its two gradients by matrix products over chunks of columns.

Results are channels last in memory behind their logical shape (N, C, H, W).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np

from tt_tensor import in_threads
from tt_tensor.typing import Array

from . import winograd
from .columns import Windows, columns

__all__ = ["conv2d", "conv2d_input_grad", "conv2d_weight_grad"]

Pair = tuple[int, int]
Result = TypeVar("Result")
ENOUGH = 5_000_000
"""Products (of a pixel and a weight) from which on threads pay: about half a millisecond of work."""


def conv2d(
    x: Array,
    weight: Array,
    bias: Array | None,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Array:
    """Each window's pixels times the filters."""
    outputs, _, *kernel = weight.shape
    size = [
        (x.shape[k + 2] + 2 * padding[k] - dilation[k] * (kernel[k] - 1) - 1) // stride[k] + 1
        for k in (0, 1)
    ]
    places = (size[0], size[1])
    windows = Windows((kernel[0], kernel[1]), places, padding, stride, dilation)
    # (groups, out, in, kh, kw) to (groups, kh, kw, in, out): a column of the matrix per filter
    filters = weight.reshape(groups, -1, *weight.shape[1:]).transpose(0, 3, 4, 2, 1)
    out = np.empty((len(x), *places, outputs), x.dtype)
    correlate(x.transpose(0, 2, 3, 1), filters, bias, out, windows)
    return out.transpose(0, 3, 1, 2)


def conv2d_input_grad(
    grad: Array,
    weight: Array,
    size: Pair,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Array:
    """Each pixel's gradient is a window of gradients times the filters, turned by half a turn.

    With a stride s, pixels s apart met the same elements of the filters; so each of the s phases is a
    convolution of its own, with those elements.
    """
    channels = weight.shape[1] * groups
    out = np.empty((len(grad), *size, channels), grad.dtype)
    # (groups, out, in, kh, kw) to (groups, kh, kw, out, in)
    filters = weight.reshape(groups, -1, *weight.shape[1:]).transpose(0, 3, 4, 1, 2)
    kernel = (weight.shape[2], weight.shape[3])
    down, across = (
        list(phases(size[k], kernel[k], stride[k], padding[k], dilation[k])) for k in (0, 1)
    )
    rows = grad.transpose(0, 2, 3, 1)
    for y in down:
        for x in across:
            place = out[:, y.first :: stride[0], x.first :: stride[1]]
            if not (y.taps and x.taps):  # no element of the filters ever met these pixels
                place[...] = 0
                continue
            windows = Windows(
                (len(y.taps), len(x.taps)),
                (place.shape[1], place.shape[2]),
                (y.corner, x.corner),
                (1, 1),
                (y.dilation, x.dilation),
            )
            correlate(rows, filters[:, y.taps][:, :, x.taps], None, place, windows)
    return out.transpose(0, 3, 1, 2)


def conv2d_weight_grad(
    grad: Array,
    x: Array,
    kernel: Pair,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Array:
    """The windows' pixels, transposed, times the gradients; chunks are added up."""
    n, outputs, down, across = grad.shape
    channels, each = x.shape[1] // groups, outputs // groups
    windows = Windows(kernel, (down, across), padding, stride, dilation)
    rows = grad.transpose(0, 2, 3, 1)
    images = x.transpose(0, 2, 3, 1)

    def some(part: slice) -> Array:
        return _weight_grad(rows[part], images[part], windows, groups)

    total = np.add.reduce(in_parts(some, n, rows.size * channels * kernel[0] * kernel[1]))
    parts = total.reshape(groups, *kernel, channels, each).transpose(0, 4, 3, 1, 2)
    return np.ascontiguousarray(parts).reshape(outputs, channels, *kernel)


def _weight_grad(grad: Array, x: Array, windows: Windows, groups: int) -> Array:
    """The sum over some images, (groups, kh·kw·C/groups, O/groups); both arrays are channels last."""
    n, down, across, outputs = grad.shape
    each = outputs // groups
    if winograd.fits(windows, groups, x.shape[3], each):
        return winograd.weight_grad(grad, x, windows)[None]
    depth = windows.kernel[0] * windows.kernel[1] * x.shape[3] // groups
    total = np.zeros((groups, depth, each), x.dtype)
    product = np.empty_like(total)
    flows = grad.reshape(n, down, across, groups, each)
    for images, some, matrix in columns(x, windows, groups):
        flow = flows[images, some].reshape(-1, groups, each).transpose(1, 0, 2)
        total += np.matmul(matrix.swapaxes(1, 2), flow, out=product)
    return total


def correlate(x: Array, filters: Array, bias: Array | None, out: Array, windows: Windows) -> None:
    """Windows of ``x`` (N, H, W, C) times filters (groups, kh, kw, in, out), into ``out`` (N, H', W', O)."""
    groups, each = len(filters), filters.shape[4]
    weights = np.ascontiguousarray(filters).reshape(groups, -1, each)

    def some(part: slice) -> None:
        _correlate(x[part], weights, bias, out[part], windows)

    in_parts(some, len(x), out.size * weights.shape[1])


def _correlate(x: Array, weights: Array, bias: Array | None, out: Array, windows: Windows) -> None:
    """The same for some of the images, with weights (groups, kh·kw·in, out)."""
    groups, _, each = weights.shape
    if out.flags.c_contiguous and winograd.fits(windows, groups, x.shape[3], each):
        winograd.correlate(x, weights[0], bias, out, windows)
        return
    line = None if bias is None else np.tile(bias, out.shape[2])  # a long line is added faster
    for images, rows, matrix in columns(x, windows, groups):
        place = out[images, rows]
        if groups == 1 and place.flags.c_contiguous:
            np.matmul(matrix[0], weights[0], out=place.reshape(-1, each))
        else:
            product = np.matmul(matrix, weights).transpose(1, 0, 2)
            place[...] = product.reshape(place.shape)
        if line is not None:
            place.reshape(-1, line.size)[...] += line


def in_parts(work: Callable[[slice], Result], images: int, products: int) -> list[Result]:
    """``work`` on all images: by several threads if there are so many products that it pays."""
    return in_threads(work, images) if products >= ENOUGH else [work(slice(0, images))]


class Phase:
    """Pixels that met the same elements of a filter along one dimension.

    Attributes:
        first: the first of them; the others follow at distances of the stride.
        taps: those elements, last to first.
        corner, dilation: where the gradients lie that flow back to them; see :class:`Windows`.
    """

    __slots__ = ("corner", "dilation", "first", "taps")

    def __init__(self, first: int, taps: list[int], corner: int, dilation: int) -> None:
        self.first, self.taps, self.corner, self.dilation = first, taps, corner, dilation


def phases(size: int, kernel: int, stride: int, padding: int, dilation: int) -> Iterator[Phase]:
    """The phases of one dimension.

    Pixel y lies at y + p in the padded image, and met the element i at the place q = (y + p - i·d)/s,
    where that is a whole number.
    """
    for first in range(min(stride, size)):
        taps = [i for i in range(kernel) if (first + padding - i * dilation) % stride == 0][::-1]
        nearest = (first + padding - taps[0] * dilation) // stride if taps else 0
        yield Phase(first, taps, -nearest, dilation // math.gcd(stride, dilation))
