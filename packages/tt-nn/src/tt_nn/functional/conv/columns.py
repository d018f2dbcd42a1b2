"""Fast convolutions: the pixels under each window become a row of a matrix; BLAS multiplies it.

Images are kept channels last, (N, H, W, C): a window's pixels then lie in few long runs.
"""

from __future__ import annotations

import numpy as np

from tt_tensor.typing import Array

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
    """Rows of window pixels times the filters."""
    outputs, channels, *kernel = weight.shape
    windows = windows_of(padded_nhwc(x, padding), (kernel[0], kernel[1]), stride, dilation)
    n, height, width = windows.shape[:3]
    out = np.empty((n, height, width, outputs), x.dtype)
    each, depth = outputs // groups, channels * kernel[0] * kernel[1]
    for g in range(groups):
        columns = windows[..., g * channels : (g + 1) * channels].reshape(n * height * width, depth)
        filters = weight[g * each : (g + 1) * each].transpose(2, 3, 1, 0).reshape(-1, each)
        out[..., g * each : (g + 1) * each] = (columns @ filters).reshape(n, height, width, each)
    if bias is not None:
        out += bias
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
    """The gradients of all windows' pixels, added up where windows overlap."""
    outputs, channels, *kernel = weight.shape
    n, _, height, width = grad.shape
    padded = np.zeros(
        (n, size[0] + 2 * padding[0], size[1] + 2 * padding[1], groups * channels), grad.dtype
    )
    each = outputs // groups
    rows = grad.transpose(0, 2, 3, 1)
    for g in range(groups):
        filters = weight[g * each : (g + 1) * each].transpose(0, 2, 3, 1).reshape(each, -1)
        columns = rows[..., g * each : (g + 1) * each].reshape(-1, each) @ filters
        parts = columns.reshape(n, height, width, *kernel, channels)
        for i, j in np.ndindex(*kernel):
            place = padded[
                :,
                i * dilation[0] : i * dilation[0] + (height - 1) * stride[0] + 1 : stride[0],
                j * dilation[1] : j * dilation[1] + (width - 1) * stride[1] + 1 : stride[1],
                g * channels : (g + 1) * channels,
            ]
            place += parts[:, :, :, i, j]
    top, left = padding
    return padded[:, top : top + size[0], left : left + size[1]].transpose(0, 3, 1, 2)


def conv2d_weight_grad(
    grad: Array,
    x: Array,
    kernel: Pair,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Array:
    """The windows' pixels, transposed, times the gradients."""
    n, outputs, height, width = grad.shape
    channels, each = x.shape[1] // groups, outputs // groups
    depth = channels * kernel[0] * kernel[1]
    windows = windows_of(padded_nhwc(x, padding), kernel, stride, dilation)[:, :height, :width]
    out = np.empty((outputs, channels, *kernel), x.dtype)
    rows = grad.transpose(0, 2, 3, 1)
    for g in range(groups):
        columns = windows[..., g * channels : (g + 1) * channels].reshape(n * height * width, depth)
        product = rows[..., g * each : (g + 1) * each].reshape(-1, each).T @ columns
        parts = product.reshape(each, *kernel, channels)
        out[g * each : (g + 1) * each] = parts.transpose(0, 3, 1, 2)
    return out


def padded_nhwc(x: Array, padding: Pair) -> Array:
    """(N, C, H, W) as (N, H, W, C) with a border of zeros."""
    n, channels, height, width = x.shape
    top, left = padding
    out = np.zeros((n, height + 2 * top, width + 2 * left, channels), x.dtype)
    out[:, top : top + height, left : left + width] = x.transpose(0, 2, 3, 1)
    return out


def windows_of(padded: Array, kernel: Pair, stride: Pair, dilation: Pair) -> Array:
    """All windows of (N, H, W, C), as a view (N, places down, places across, kh, kw, C)."""
    n, height, width, channels = padded.shape
    down = (height - dilation[0] * (kernel[0] - 1) - 1) // stride[0] + 1
    across = (width - dilation[1] * (kernel[1] - 1) - 1) // stride[1] + 1
    image, row, column, channel = padded.strides
    return np.ndarray(
        (n, down, across, *kernel, channels),
        padded.dtype,
        padded,
        strides=(
            image,
            row * stride[0],
            column * stride[1],
            row * dilation[0],
            column * dilation[1],
            channel,
        ),
    )
