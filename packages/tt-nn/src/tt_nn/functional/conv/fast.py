"""Convolution and its two gradients by matrix products over chunks of columns.

Results are channels last in memory behind their logical shape (N, C, H, W), unless channels are few.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from tt_tensor import in_threads
from tt_tensor.typing import Array

from . import winograd
from .columns import Windows, columns, rows_are_longer
from .phases import phases
from .scatter import FEW, scatter

__all__ = ["conv2d", "conv2d_input_grad", "conv2d_weight_grad"]

Pair = tuple[int, int]
Result = TypeVar("Result")
FEW_FILTERS = 16
"""With fewer than these, of few channels, results are kept (N, C, H, W): rows are the longer runs."""
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
    if outputs < FEW_FILTERS and rows_are_longer(windows, x.shape[1], groups):
        out = np.empty((len(x), outputs, *places), x.dtype).transpose(0, 2, 3, 1)
    else:
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
    """Each pixel's gradient, from the gradients of the places that it took part in."""
    kernel, rows = (weight.shape[2], weight.shape[3]), grad.transpose(0, 2, 3, 1)
    out = np.empty((len(grad), *size, weight.shape[1] * groups), grad.dtype)
    if groups == 1 and out.shape[3] <= FEW:
        windows = Windows(kernel, (grad.shape[2], grad.shape[3]), padding, stride, dilation)
        filters = np.ascontiguousarray(weight.transpose(0, 2, 3, 1))

        def some(part: slice) -> None:
            scatter(rows[part], filters, out[part], windows)

        in_parts(some, len(grad), rows.size * kernel[0] * kernel[1] * out.shape[3])
    else:
        # (groups, out, in, kh, kw) to (groups, kh, kw, out, in)
        filters = weight.reshape(groups, -1, *weight.shape[1:]).transpose(0, 3, 4, 1, 2)
        gather(rows, filters, out, Windows(kernel, size, padding, stride, dilation))
    return out.transpose(0, 3, 1, 2)


def gather(grad: Array, filters: Array, out: Array, windows: Windows) -> None:
    """Each pixel's gradient is a window of gradients times the filters, turned by half a turn.

    With a stride s, pixels s apart met the same elements of the filters; so each of the s phases is a
    convolution of its own, with those elements.
    """
    options = zip(*windows, strict=True)
    down, across = (list(phases(n, k, s, p, d)) for k, n, p, s, d in options)
    for y in down:
        for x in across:
            place = out[:, y.first :: windows.stride[0], x.first :: windows.stride[1]]
            if not (y.taps and x.taps):  # no element of the filters ever met these pixels
                place[...] = 0
                continue
            flows = Windows(
                (len(y.taps), len(x.taps)),
                (place.shape[1], place.shape[2]),
                (y.corner, x.corner),
                (1, 1),
                (y.dilation, x.dilation),
            )
            correlate(grad, filters[:, y.taps][:, :, x.taps], None, place, flows)


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
    each = grad.shape[3] // groups
    if winograd.fits(windows, groups, x.shape[3], each):
        return winograd.weight_grad(grad, x, windows)[None]
    depth = windows.kernel[0] * windows.kernel[1] * x.shape[3] // groups
    total = np.zeros((groups, depth, each), x.dtype)
    product = np.empty_like(total)
    for images, some, matrix in columns(x, windows, groups):
        part = grad[images, some]
        if part.strides[2] == part.itemsize:  # copied filter by filter, as its runs are
            flow = part.transpose(3, 0, 1, 2).reshape(groups, each, -1).swapaxes(1, 2)
        else:
            flow = part.reshape(-1, groups, each).transpose(1, 0, 2)
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
        multiply(matrix, weights, place)
        if line is not None and place.flags.c_contiguous:
            place.reshape(-1, line.size)[...] += line
        elif bias is not None:
            place += bias


def multiply(matrix: Array, weights: Array, out: Array) -> None:
    """A chunk's matrix (groups, windows, depth) times the weights, into ``out`` (n, rows, across, O)."""
    groups, _, each = weights.shape
    if groups == 1 and out.flags.c_contiguous:
        np.matmul(matrix[0], weights[0], out=out.reshape(-1, each))
    elif out.strides[2] == out.itemsize:  # written filter by filter, as its runs are
        product = np.matmul(weights.swapaxes(1, 2), matrix.swapaxes(1, 2))
        out.transpose(3, 0, 1, 2)[...] = product.reshape(-1, *out.shape[:3])
    else:
        product = np.matmul(matrix, weights).transpose(1, 0, 2)
        out[...] = product.reshape(out.shape)


def in_parts(work: Callable[[slice], Result], images: int, products: int) -> list[Result]:
    """``work`` on all images: by several threads if there are so many products that it pays."""
    return in_threads(work, images) if products >= ENOUGH else [work(slice(0, images))]
