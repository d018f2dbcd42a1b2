"""Winograd's convolution: 3 x 3 filters with less than half of the multiplications.

Two neighbouring results of a filter of three weights, from four pixels d, are six products.  With

    m₀ = (d₀ - d₂) w₀                      m₁ = (d₁ + d₂) (w₀ + w₁ + w₂)/2
    m₂ = (d₂ - d₁) (w₀ - w₁ + w₂)/2        m₃ = (d₁ - d₃) w₂

they are four: y₀ = m₀ + m₁ + m₂ and y₁ = m₁ - m₂ - m₃.  In matrices y = Aᵀ (G w ⊙ Bᵀ d), and along both
dimensions y = Aᵀ (G w Gᵀ ⊙ Bᵀ d B) A: 16 products per tile of 2 x 2 results instead of 36.  The sums over
the channels, inside, are 16 matrix products (Lavin and Gray, "Fast algorithms for convolutional neural
networks", 2016; after Winograd, 1980).

The additions cost time too, so it pays with many channels.  An infinite pixel makes NaN of its whole
tile, since the sums take differences.  Everything is linear in w, and the gradient
of the weights is the same formula read backwards: Gᵀ (Σ A g Aᵀ ⊙ Bᵀ d B) G, summed over all tiles.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from tt_tensor.typing import Array

from .columns import CHUNK, Windows

__all__ = ["correlate", "fits", "weight_grad"]

G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
FEWEST = 32
"""Channels, in and out, from which on it pays; with this many on both sides it is even."""
LARGEST = 1 << 21
"""Numbers in one image's tiles up to which it pays: more leave the cache before they are used."""


def fits(windows: Windows, groups: int, inputs: int, outputs: int) -> bool:
    """Whether it can be done this way, and is likely to be faster."""
    return (
        windows.kernel == (3, 3)
        and windows.stride == windows.dilation == (1, 1)
        and groups == 1
        and min(inputs, outputs) >= FEWEST
        and inputs * outputs > FEWEST * FEWEST
        and 4 * math.prod(windows.places) * max(inputs, outputs) <= LARGEST
        and all(places % 2 == 0 for places in windows.places)
        and all(0 <= corner <= 2 for corner in windows.corner)
    )


def correlate(x: Array, weights: Array, bias: Array | None, out: Array, windows: Windows) -> None:
    """Windows of ``x`` (N, H, W, C) times weights (9·C, O), into ``out`` (N, H', W', O)."""
    channels, outputs = x.shape[3], out.shape[3]
    filters = np.einsum("ai,bj,ijco->abco", G, G, weights.reshape(3, 3, channels, outputs))
    filters = filters.reshape(16, channels, outputs).astype(x.dtype)
    line = None if bias is None else np.tile(bias, out.shape[2])  # a long line is added faster
    for images, pixels in tiles(x, windows):
        products = np.matmul(pixels.reshape(16, -1, channels), filters)
        place = out[images]
        sum_up(products.reshape(*pixels.shape[:-1], outputs), place)
        if line is not None:
            place.reshape(-1, line.size)[...] += line


def weight_grad(grad: Array, x: Array, windows: Windows) -> Array:
    """The gradient (9·C, O) from ``grad`` (N, H', W', O) and ``x`` (N, H, W, C)."""
    channels, outputs = x.shape[3], grad.shape[3]
    total = np.zeros((16, channels, outputs), x.dtype)
    for images, pixels in tiles(x, windows):
        flow = spread(grad[images])
        columns = pixels.reshape(16, -1, channels).swapaxes(1, 2)
        total += np.matmul(columns, flow.reshape(16, -1, outputs))
    out = np.einsum("ai,bj,abco->ijco", G, G, total.reshape(4, 4, channels, outputs))
    return np.asarray(out.reshape(9 * channels, outputs), x.dtype)


def tiles(x: Array, windows: Windows) -> Iterator[tuple[slice, Array]]:
    """Bᵀ d B for all tiles, some images at a time: (4, 4, n, tiles down, tiles across, C).

    Pixels of even and odd rows and columns are kept apart, so that the sums go through long runs.
    """
    n, height, width, channels = x.shape
    down, across = (places // 2 for places in windows.places)
    images = max(1, min(n, CHUNK // (16 * down * across * channels * x.itemsize)))
    padded = np.zeros((images, 2, down + 1, 2, across + 1, channels), x.dtype)
    rows = np.empty((4, images, down, 2, across + 1, channels), x.dtype)
    out = np.empty((4, 4, images, down, across, channels), x.dtype)
    for first in range(0, n, images):
        part = slice(first, min(first + images, n))
        count = part.stop - first
        for odd_y, odd_x in np.ndindex(2, 2):
            ys, to_ys = every_second(odd_y, windows.corner[0], height, down + 1)
            xs, to_xs = every_second(odd_x, windows.corner[1], width, across + 1)
            padded[:count, odd_y, to_ys, odd_x, to_xs] = x[part, ys, xs]
        even, odd = padded[:, 0], padded[:, 1]
        difference(even[:, :-1], odd[:, :-1], even[:, 1:], odd[:, 1:], rows)
        even, odd = rows[:, :, :, 0], rows[:, :, :, 1]
        difference(
            even[..., :-1, :],
            odd[..., :-1, :],
            even[..., 1:, :],
            odd[..., 1:, :],
            out.swapaxes(0, 1),
        )
        yield part, out[:, :, :count]


def every_second(odd: int, corner: int, size: int, room: int) -> tuple[slice, slice]:
    """The pixels of one dimension at the padded places 2t + odd, and their t, below ``room``."""
    first = (odd + corner) % 2  # pixel k is at the padded place k + corner
    t = (first + corner) // 2
    count = max(0, min(room - t, (size - first + 1) // 2))
    return slice(first, first + 2 * count, 2), slice(t, t + count)


def difference(d0: Array, d1: Array, d2: Array, d3: Array, out: Array) -> None:
    """Bᵀ d along one dimension; ``out`` is (4, ...)."""
    np.subtract(d0, d2, out=out[0])
    np.add(d1, d2, out=out[1])
    np.subtract(d2, d1, out=out[2])
    np.subtract(d1, d3, out=out[3])


def sum_up(m: Array, out: Array) -> None:
    """Aᵀ m A: products (4, 4, n, down, across, O) to images (n, 2·down, 2·across, O)."""
    _, _, n, down, across, outputs = m.shape
    rows = np.empty((2, *m.shape[1:]), m.dtype)
    np.add(m[1], m[2], out=rows[0])
    rows[0] += m[0]
    np.subtract(m[1], m[2], out=rows[1])
    rows[1] -= m[3]
    places = out.reshape(n, down, 2, across, 2, outputs)
    for y in (0, 1):
        m0, m1, m2, m3 = rows[y]
        np.add(np.add(m1, m2), m0, out=places[:, :, y, :, 0])
        np.subtract(np.subtract(m1, m2), m3, out=places[:, :, y, :, 1])


def spread(grad: Array) -> Array:
    """A g Aᵀ: images (n, 2·down, 2·across, O) to (4, 4, n, down, across, O)."""
    n, height, width, outputs = grad.shape
    down, across = height // 2, width // 2
    g = grad.reshape(n, down, 2, across, 2, outputs)
    columns = np.empty((4, 2, n, down, across, outputs), grad.dtype)
    transposed(
        g[:, :, :, :, 0].transpose(2, 0, 1, 3, 4),
        g[:, :, :, :, 1].transpose(2, 0, 1, 3, 4),
        columns,
    )
    out = np.empty((4, 4, n, down, across, outputs), grad.dtype)
    transposed(columns[:, 0], columns[:, 1], out)
    return out


def transposed(g0: Array, g1: Array, out: Array) -> None:
    """A g along one dimension; ``out`` is (4, ...)."""
    out[0] = g0
    np.add(g0, g1, out=out[1])
    np.subtract(g0, g1, out=out[2])
    np.negative(g1, out=out[3])
