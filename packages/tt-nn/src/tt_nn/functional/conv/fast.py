"""Convolution and its two gradients by matrix products over chunks of columns.

Results are channels last in memory behind their logical shape (N, C, H, W).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from tt_tensor.typing import Array

from .columns import Windows, columns

__all__ = ["conv2d", "conv2d_input_grad", "conv2d_weight_grad"]

Pair = tuple[int, int]


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
    rows = grad.transpose(0, 2, 3, 1).reshape(n, down, across, groups, each)
    total = np.zeros((groups, kernel[0] * kernel[1] * channels, each), x.dtype)
    for images, some, matrix in columns(x.transpose(0, 2, 3, 1), windows, groups):
        flow = rows[images, some].reshape(-1, groups, each).transpose(1, 0, 2)
        total += matrix.swapaxes(1, 2) @ flow
    parts = total.reshape(groups, *kernel, channels, each).transpose(0, 4, 3, 1, 2)
    return parts.reshape(outputs, channels, *kernel)


def correlate(x: Array, filters: Array, bias: Array | None, out: Array, windows: Windows) -> None:
    """Windows of ``x`` (N, H, W, C) times filters (groups, kh, kw, in, out), into ``out`` (N, H', W', O)."""
    groups, each = len(filters), filters.shape[4]
    weights = np.ascontiguousarray(filters).reshape(groups, -1, each)
    across = out.shape[2]
    line = None if bias is None else np.tile(bias, across)  # a long line is added faster
    for images, rows, matrix in columns(x, windows, groups):
        place = out[images, rows]
        if groups == 1 and place.flags.c_contiguous:
            np.matmul(matrix[0], weights[0], out=place.reshape(-1, each))
        else:
            product = np.matmul(matrix, weights).transpose(1, 0, 2)
            place[...] = product.reshape(place.shape)
        if line is not None:
            place.reshape(-1, line.size)[...] += line


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
