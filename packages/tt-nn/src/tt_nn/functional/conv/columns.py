"""Windows as columns: the pixels under each place of a window become one row of a matrix.

A convolution is then a matrix product (Chellapilla et al., 2006; the trick is known as *im2col*).
Written down for a whole batch the matrix is as many times larger than the images as the window has
pixels, and lies in main memory.  Here it comes in chunks that fit into a core's cache: each is made,
multiplied, and overwritten by the next.

Images are (N, H, W, C) here, channels last: in memory too, if it can be chosen, for then one row of a
window, kw·C numbers, is one run.  With few channels runs along the image's rows are longer; then the
same matrix is written transposed, one run per row of pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from tt_tensor.typing import Array

__all__ = ["Chunk", "Windows", "columns", "rows_are_longer"]

Pair = tuple[int, int]
CHUNK = 1 << 20
"""Bytes of columns at a time: they, a part of the images and the product share a core's cache."""


class Windows(NamedTuple):
    """Where windows lie on an image; every field counts (down, across).

    Attributes:
        kernel: the window's size.
        places: how many windows there are.
        corner: how far the first window's first pixel lies outside the image (negative: inside).
        stride: the distance between neighbouring windows.
        dilation: the distance between the pixels of a window.
    """

    kernel: Pair
    places: Pair
    corner: Pair
    stride: Pair
    dilation: Pair


class Chunk(NamedTuple):
    """Some of the windows: of which images, which rows of places, and the matrix of their pixels.

    ``matrix`` is (groups, windows, kh·kw·C/groups), and is overwritten when the next chunk is made.
    """

    images: slice
    rows: slice
    matrix: Array


def columns(x: Array, windows: Windows, groups: int) -> Iterator[Chunk]:
    """All windows of ``x`` (N, H, W, C), chunk by chunk; beyond the image there are zeros."""
    (down, across), channels = windows.places, x.shape[3]
    depth = windows.kernel[0] * windows.kernel[1] * channels
    if not len(x) * down * across * depth:
        return
    most = max(1, CHUNK // (depth * x.itemsize))  # windows at a time
    images = min(len(x), max(1, most // (down * across)))
    rows = min(down, max(1, most // across))
    along_rows = rows_are_longer(windows, channels, groups)
    shown = Shown(x, windows, groups, images, not along_rows)
    room = np.empty(images * rows * across * depth, x.dtype)
    for first in range(0, len(x), images):
        part = slice(first, min(first + images, len(x)))
        view = shown.windows(part)
        for top in range(0, down, rows):
            some = slice(top, min(top + rows, down))
            yield Chunk(part, some, matrix(view[:, some], room, not along_rows))


def rows_are_longer(windows: Windows, channels: int, groups: int) -> bool:
    """Whether a row of places is a longer run in memory than a row of one window's pixels."""
    return groups > 1 or windows.places[1] > windows.kernel[1] * channels


def matrix(view: Array, room: Array, along_channels: bool) -> Array:
    """Copy windows (n, rows, across, kh, kw, groups, C) into a matrix (groups, windows, depth)."""
    n, down, across, *kernel, groups, channels = view.shape
    count, depth = n * down * across, kernel[0] * kernel[1] * channels
    if along_channels:
        ordered = view.transpose(5, 0, 1, 2, 3, 4, 6)
        if ordered.flags.c_contiguous:  # a 1 x 1 window: the pixels are the matrix
            return ordered.reshape(groups, count, depth)
    else:
        ordered = view.transpose(5, 3, 4, 6, 0, 1, 2)
    copy = room[: view.size].reshape(ordered.shape)
    copy[...] = ordered
    if along_channels:
        return copy.reshape(groups, count, depth)
    return copy.reshape(groups, depth, count).swapaxes(1, 2)


def window_view(source: Array, windows: Windows, groups: int) -> Array:
    """All windows as a view (n, down, across, kh, kw, groups, C/groups); the first begins at [0, 0]."""
    n, _, _, channels = source.shape
    image, row, column, channel = source.strides
    each = channels // groups
    (s, t), (d, e) = windows.stride, windows.dilation
    return as_strided(
        source,
        (n, *windows.places, *windows.kernel, groups, each),
        (image, row * s, column * t, row * d, column * e, channel * each, channel),
        writeable=False,
    )


class Shown:
    """The windows of a few images at a time, zeros beyond the images.

    Unless all windows stay inside the images, those are copied into a buffer with zeros at its edges.

    Args:
        x: all images (N, H, W, C).
        windows: where windows lie.
        groups: the parts that the channels fall into.
        images: how many at a time.
        along_channels: whether channels are to lie next to one another, or else pixels of a row.
    """

    __slots__ = ("buffer", "pixels", "view")

    def __init__(
        self, x: Array, windows: Windows, groups: int, images: int, along_channels: bool
    ) -> None:
        spans = [
            (places - 1) * stride + (kernel - 1) * dilation + 1
            for kernel, places, _, stride, dilation in zip(*windows, strict=True)
        ]
        # per dimension: which part of the windows' span shows the image, and which part of the image
        inside, shown = [], []
        for span, corner, size in zip(spans, windows.corner, x.shape[1:3], strict=True):
            first, last = max(0, corner), max(0, corner, min(span, corner + size))
            inside.append(slice(first, last))
            shown.append(slice(first - corner, last - corner))
        self.pixels = x[:, shown[0], shown[1]]
        self.buffer: Array | None = None
        whole = self.pixels.shape[1:3] == tuple(spans)
        if whole and x.strides[3 if along_channels else 2] == x.itemsize:
            self.view = window_view(self.pixels, windows, groups)
            return
        channels = x.shape[3]
        if along_channels:
            around = np.zeros((images, *spans, channels), x.dtype)
        else:
            around = np.zeros((images, channels, *spans), x.dtype).transpose(0, 2, 3, 1)
        self.buffer = around[:, inside[0], inside[1]]
        self.view = window_view(around, windows, groups)

    def windows(self, images: slice) -> Array:
        """Those of some images, (n, down, across, kh, kw, groups, C/groups); valid until the next call."""
        if self.buffer is None:
            return self.view[images]
        pixels = self.pixels[images]
        self.buffer[: len(pixels)] = pixels
        return self.view[: len(pixels)]
