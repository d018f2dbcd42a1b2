"""Convolution and its two gradients in nested loops: one loop per index of the formula.

    out[n, o, y, x] = bias[o] + Σ_c Σ_i Σ_j padded[n, c, y·s + i·d, x·s + j·d] · weight[o, c, i, j]

with s for the stride and d for the dilation.  With groups an output channel sees only the input
channels of its own group, and ``c`` counts those.  Both gradients walk through the same products:
each product is linear in the input's pixel and in the weight, so a gradient that arrives at the
output flows to either of the two, multiplied by the other.
"""

from __future__ import annotations

from typing import Any

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
    """Slide every filter over every image."""
    padded = pad(x, padding)
    outputs, channels, rows, columns = weight.shape
    height = (padded.shape[2] - dilation[0] * (rows - 1) - 1) // stride[0] + 1
    width = (padded.shape[3] - dilation[1] * (columns - 1) - 1) // stride[1] + 1
    out = np.zeros((len(x), outputs, height, width), x.dtype)
    for n in range(len(x)):
        for o in range(outputs):
            first = o // (outputs // groups) * channels  # of the channels that this filter sees
            for top in range(height):
                for left in range(width):
                    total: Any = 0 if bias is None else bias[o]
                    for c in range(channels):
                        for i in range(rows):
                            for j in range(columns):
                                row = top * stride[0] + i * dilation[0]
                                column = left * stride[1] + j * dilation[1]
                                total += padded[n, first + c, row, column] * weight[o, c, i, j]
                    out[n, o, top, left] = total
    return out


def conv2d_input_grad(
    grad: Array,
    weight: Array,
    size: Pair,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Array:
    """Every pixel gets back the gradients of the places that it took part in, times the weights."""
    outputs, channels, rows, columns = weight.shape
    padded = np.zeros(
        (len(grad), groups * channels, size[0] + 2 * padding[0], size[1] + 2 * padding[1]),
        grad.dtype,
    )
    for n, o, top, left in np.ndindex(grad.shape):
        first = o // (outputs // groups) * channels
        for c in range(channels):
            for i in range(rows):
                for j in range(columns):
                    row = top * stride[0] + i * dilation[0]
                    column = left * stride[1] + j * dilation[1]
                    padded[n, first + c, row, column] += grad[n, o, top, left] * weight[o, c, i, j]
    inside = padded[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]
    return np.ascontiguousarray(inside)


def conv2d_weight_grad(
    grad: Array,
    x: Array,
    kernel: Pair,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Array:
    """Every weight gets the gradients of all places, times the pixels that it met there."""
    padded = pad(x, padding)
    outputs, channels = grad.shape[1], x.shape[1] // groups
    out = np.zeros((outputs, channels, *kernel), x.dtype)
    for n, o, top, left in np.ndindex(grad.shape):
        first = o // (outputs // groups) * channels
        for c in range(channels):
            for i in range(kernel[0]):
                for j in range(kernel[1]):
                    row = top * stride[0] + i * dilation[0]
                    column = left * stride[1] + j * dilation[1]
                    out[o, c, i, j] += grad[n, o, top, left] * padded[n, first + c, row, column]
    return out


def pad(x: Array, padding: Pair) -> Array:
    """The images with a border of zeros: ``padding`` rows above and below, columns left and right."""
    batch, channels, height, width = x.shape
    out = np.zeros((batch, channels, height + 2 * padding[0], width + 2 * padding[1]), x.dtype)
    out[:, :, padding[0] : padding[0] + height, padding[1] : padding[1] + width] = x
    return out
