"""The kernels of interpolation: plain loops over the pixels, then whole rows and columns at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_tensor.typing import Array

from .blocks import by_blocks
from .resize_lines import add_lines, take_lines

__all__ = [
    "Between",
    "Sources",
    "resize_linear_grad_naive",
    "resize_linear_grad_numpy",
    "resize_linear_naive",
    "resize_linear_numpy",
    "resize_nearest_grad_naive",
    "resize_nearest_grad_numpy",
    "resize_nearest_naive",
    "resize_nearest_numpy",
]

Sources = tuple[tuple[int, ...], tuple[int, ...]]
"""For each row, then for each column of the result: which one of the input it is."""
Between = tuple[tuple[tuple[int, float], ...], tuple[tuple[int, float], ...]]
"""For each row, then for each column of the result: it lies so far behind this one of the input."""


def resize_nearest_naive(x: Array, sources: Sources) -> Array:
    """Each pixel of the result is a pixel of the input."""
    rows, columns = sources
    out = np.empty((*x.shape[:-2], len(rows), len(columns)), x.dtype)
    for image in np.ndindex(x.shape[:-2]):
        for oy, iy in enumerate(rows):
            for ox, ix in enumerate(columns):
                out[(*image, oy, ox)] = x[(*image, iy, ix)]
    return out


def resize_nearest_grad_naive(grad: Array, sources: Sources, shape: tuple[int, int]) -> Array:
    """Each pixel collects the gradients of those that showed it."""
    out = np.zeros((*grad.shape[:-2], *shape), grad.dtype)
    for image in np.ndindex(grad.shape[:-2]):
        for oy, iy in enumerate(sources[0]):
            for ox, ix in enumerate(sources[1]):
                out[(*image, iy, ix)] += grad[(*image, oy, ox)]
    return out


def corners(
    y: tuple[int, float], x: tuple[int, float], shape: tuple[int, ...]
) -> list[tuple[int, int, float]]:
    """The four pixels (row, column, weight) around a place; the last one has itself behind it."""
    (top, down), (left, right) = y, x
    bottom, end = min(top + 1, shape[-2] - 1), min(left + 1, shape[-1] - 1)
    return [
        (top, left, (1 - down) * (1 - right)),
        (top, end, (1 - down) * right),
        (bottom, left, down * (1 - right)),
        (bottom, end, down * right),
    ]


def resize_linear_naive(x: Array, between: Between) -> Array:
    """Each pixel of the result is a mean of four, the nearest weighing most."""
    rows, columns = between
    out = np.empty((*x.shape[:-2], len(rows), len(columns)), x.dtype)
    for image in np.ndindex(x.shape[:-2]):
        for oy, y in enumerate(rows):
            for ox, column in enumerate(columns):
                total = 0.0
                for iy, ix, weight in corners(y, column, x.shape):
                    total += float(x[(*image, iy, ix)]) * weight
                out[(*image, oy, ox)] = total
    return out


def resize_linear_grad_naive(grad: Array, between: Between, shape: tuple[int, int]) -> Array:
    """Each pixel collects its shares of the gradients."""
    out = np.zeros((*grad.shape[:-2], *shape))
    for image in np.ndindex(grad.shape[:-2]):
        for oy, y in enumerate(between[0]):
            for ox, column in enumerate(between[1]):
                for iy, ix, weight in corners(y, column, shape):
                    out[(*image, iy, ix)] += float(grad[(*image, oy, ox)]) * weight
    return out.astype(grad.dtype)


def resize_nearest_numpy(x: Array, sources: Sources) -> Array:
    """Whole rows, then whole columns."""
    rows, columns = sources
    out = np.empty_like(x, shape=(*x.shape[:-2], len(rows), len(columns)))

    def work(images: slice) -> None:
        out[images] = take_lines(take_lines(x[images], rows, -2), columns, -1)

    by_blocks(work, out)
    return out


def resize_nearest_grad_numpy(grad: Array, sources: Sources, shape: tuple[int, int]) -> Array:
    """Whole columns, then whole rows."""
    rows, columns = sources
    out = np.empty_like(grad, shape=(*grad.shape[:-2], *shape))

    def work(images: slice) -> None:
        lines = add_lines(grad[images], columns, -1, shape[1])
        out[images] = add_lines(lines, rows, -2, shape[0])

    by_blocks(work, grad)
    return out


def resize_linear_numpy(x: Array, between: Between) -> Array:
    """Means of two rows, then of two columns."""
    rows, columns = between
    out = np.empty_like(x, shape=(*x.shape[:-2], len(rows), len(columns)))

    def work(images: slice) -> None:
        out[images] = _mix(_mix(x[images], rows, -2), columns, -1)

    by_blocks(work, out)
    return out


def _mix(x: Array, lines: tuple[tuple[int, float], ...], dim: int) -> Array:
    """Means of two lines each."""
    before, behind, weight = _pairs(lines, x.shape[dim], dim, x.dtype)
    out = take_lines(x, before, dim)
    out *= 1 - weight
    second = take_lines(x, behind, dim)
    second *= weight
    out += second
    return out


def resize_linear_grad_numpy(grad: Array, between: Between, shape: tuple[int, int]) -> Array:
    """Each column's gradient to the two it was made of; then the rows'."""
    rows, columns = between
    out = np.empty_like(grad, shape=(*grad.shape[:-2], *shape))

    def work(images: slice) -> None:
        lines = _unmix(grad[images], columns, -1, shape[1])
        out[images] = _unmix(lines, rows, -2, shape[0])

    by_blocks(work, grad)
    return out


def _unmix(grad: Array, lines: tuple[tuple[int, float], ...], dim: int, length: int) -> Array:
    """The gradient of a mean of two lines to the two."""
    before, behind, weight = _pairs(lines, length, dim, grad.dtype)
    out = add_lines(grad * (1 - weight), before, dim, length)
    out += add_lines(grad * weight, behind, dim, length)
    return out


def _pairs(
    lines: tuple[tuple[int, float], ...], length: int, dim: int, dtype: Any
) -> tuple[tuple[int, ...], tuple[int, ...], Array]:
    """The line before, the one behind it, and its weight, shaped so that it multiplies lines."""
    before, weight = zip(*lines, strict=True)
    behind = tuple(min(i + 1, length - 1) for i in before)
    return before, behind, np.asarray(weight, dtype).reshape((-1,) + (1,) * (-1 - dim))
