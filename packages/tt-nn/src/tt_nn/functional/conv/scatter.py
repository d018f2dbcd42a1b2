"""The gradient of a convolution's input when that has few channels: windows are added to pixels.

The gradient at a place, times the filters, is the gradient of all pixels of its window; windows
overlap, and what meets at a pixel is added (*col2im*).  With many channels it is faster to collect a
pixel's gradients by a convolution, as in :mod:`.phases`; but a matrix product for 1 or 3 channels has 1
or 3 columns, for which BLAS is slow.
"""

from __future__ import annotations

import numpy as np

from tt_tensor.typing import Array

from .columns import CHUNK, Windows

__all__ = ["FEW", "scatter"]

FEW = 12
"""Channels up to which it pays."""


def scatter(grad: Array, filters: Array, out: Array, windows: Windows) -> None:
    """Gradients (N, H', W', O) times filters (O, kh, kw, C), added up in ``out`` (N, H, W, C).

    ``windows`` says where the windows of the places lie on the pixels.
    """
    n, down, across, outputs = grad.shape
    kernel, channels = windows.kernel, out.shape[3]
    (top, left), (height, width) = windows.corner, out.shape[1:3]
    (s, t), (d, e) = windows.stride, windows.dilation
    depth = kernel[0] * kernel[1] * channels
    images = max(1, min(n, CHUNK // max(1, depth * down * across * grad.itemsize)))
    room = [
        max(corner + size, (places - 1) * stride + (taps - 1) * dilation + 1)
        for taps, places, corner, stride, dilation, size in zip(
            *windows, (height, width), strict=True
        )
    ]
    padded = np.empty((images, *room, channels), grad.dtype)
    for first in range(0, n, images):
        flow = grad[first : first + images]
        pixels = padded[: len(flow)]
        pixels[...] = 0
        product = flow.reshape(-1, outputs) @ filters.reshape(outputs, depth)
        parts = product.reshape(len(flow), down, across, *kernel, channels)
        for i in range(kernel[0]):
            rows = slice(i * d, i * d + (down - 1) * s + 1, s)
            for x in range(across):  # all rows of windows at once: they do not meet in row i
                pixels[:, rows, x * t : x * t + (kernel[1] - 1) * e + 1 : e] += parts[:, :, x, i]
        out[first : first + images] = pixels[:, top : top + height, left : left + width]
