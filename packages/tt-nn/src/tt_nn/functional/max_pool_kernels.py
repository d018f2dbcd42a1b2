"""The kernels of max pooling: plain loops, then whole batches at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tt_tensor.typing import Array

from .blocks import by_blocks
from .pool_window import Window, places, surround, under

__all__ = [
    "max_pool2d_grad_naive",
    "max_pool2d_grad_numpy",
    "max_pool2d_indices_naive",
    "max_pool2d_indices_numpy",
    "max_pool2d_naive",
    "max_pool2d_numpy",
    "winner",
]


def winner(image: Array, rows: Sequence[int], columns: Sequence[int]) -> tuple[Any, int]:
    """The highest element in a window, and its place y · width + x."""
    best, at = -np.inf, rows[0] * image.shape[1] + columns[0]
    for y in rows:
        for x in columns:
            if image[y, x] > best or np.isnan(image[y, x]):
                best, at = image[y, x], y * image.shape[1] + x
    return best, at


def max_pool2d_naive(x: Array, window: Window) -> Array:
    """The highest element that each window sees."""
    height, width = x.shape[-2:]
    out = np.empty((*x.shape[:-2], *window.size), x.dtype)
    for image in np.ndindex(x.shape[:-2]):
        for oy in range(window.size[0]):
            for ox in range(window.size[1]):
                rows, columns = places(window, 0, oy, height), places(window, 1, ox, width)
                out[(*image, oy, ox)], _ = winner(x[image], rows, columns)
    return out


def max_pool2d_indices_naive(x: Array, window: Window) -> Array:
    """Where it is: y · width + x."""
    height, width = x.shape[-2:]
    out = np.empty((*x.shape[:-2], *window.size), np.int64)
    for image in np.ndindex(x.shape[:-2]):
        for oy in range(window.size[0]):
            for ox in range(window.size[1]):
                rows, columns = places(window, 0, oy, height), places(window, 1, ox, width)
                _, out[(*image, oy, ox)] = winner(x[image], rows, columns)
    return out


def max_pool2d_grad_naive(grad: Array, x: Array, window: Window) -> Array:
    """Each window's gradient is added to its winner's."""
    out = np.zeros_like(x)
    indices = max_pool2d_indices_naive(x, window)
    for place in np.ndindex(grad.shape):
        y, column = divmod(int(indices[place]), x.shape[-1])
        out[(*place[:-2], y, column)] += grad[place]
    return out


def max_pool2d_numpy(x: Array, window: Window) -> Array:
    """The highest of each window's rows, then of the columns of that."""
    out = np.empty_like(x, shape=(*x.shape[:-2], *window.size))

    def work(images: slice) -> None:
        inside = surround(x[images], window, -np.inf)
        rows = _highest([inside[..., under(window, 0, i), :] for i in range(window.kernel[0])])
        _highest([rows[..., under(window, 1, j)] for j in range(window.kernel[1])], out[images])

    by_blocks(work, x)
    return out


def _highest(parts: list[Array], out: Array | None = None) -> Array:
    """The elementwise maximum."""
    if len(parts) == 1 and out is None:
        return parts[0]
    out = np.maximum(parts[0], parts[-1], out=out)
    for part in parts[1:-1]:
        np.maximum(out, part, out=out)
    return out


def winners(x: Array, window: Window) -> Array:
    """The number of each window's highest element, counted row by row inside the window."""
    height, width = window.kernel
    first = [
        [(max(p - o * s, 0) + d - 1) // d for o in range(size)]  # 0 but in the padding before
        for s, p, d, size in zip(*window[1:], strict=True)
    ]
    kind = np.min_scalar_type(height * width)
    start = np.add.outer(np.multiply(first[0], width), first[1]).astype(kind)
    has_nan = np.isnan(x.min(initial=np.inf))
    x = surround(x, window, -np.inf)
    best = np.full_like(x, -np.inf, shape=(*x.shape[:-2], *window.size))
    number = np.empty_like(best, dtype=kind)
    number[...] = start
    for i in range(height):
        for j in range(width):
            part = x[..., under(window, 0, i), under(window, 1, j)]
            better = part > best
            if has_nan:
                better |= np.isnan(part)
            # the numbers rise, so the last that was better is the highest number
            np.maximum(number, better * kind.type(i * width + j), out=number)
            np.maximum(best, part, out=best)
    return number


def max_pool2d_indices_numpy(x: Array, window: Window) -> Array:
    """The winners' numbers inside their windows, as places in the image."""
    i, j = np.divmod(winners(x, window).astype(np.int64), window.kernel[1])
    corners = [np.arange(n) * s - p for _, s, p, _, n in zip(*window, strict=True)]
    rows = i * window.dilation[0] + corners[0][:, None]
    columns = j * window.dilation[1] + corners[1]
    return np.asarray(rows * x.shape[-1] + columns)


def max_pool2d_grad_numpy(grad: Array, x: Array, window: Window) -> Array:
    """The gradient to the winners, 0 to all others."""
    out = np.empty_like(x)

    def work(images: slice) -> None:
        arguments = grad[images], x[images], window, out[images]
        if not (_is_halving(window) and _to_halves(*arguments)):
            _to_winners(*arguments)

    by_blocks(work, x)
    return out


def _to_winners(grad: Array, x: Array, window: Window, out: Array) -> None:
    """For each element of the window: the gradient where it won."""
    number = winners(x, window)
    room = np.zeros_like(surround(x, window, 0))
    for i in range(window.kernel[0]):
        for j in range(window.kernel[1]):
            won = number == i * window.kernel[1] + j
            room[..., under(window, 0, i), under(window, 1, j)] += grad * won
    (top, left), (height, width) = window.padding, x.shape[-2:]
    out[...] = room[..., top : top + height, left : left + width]


def _is_halving(window: Window) -> bool:
    """Windows 2 × 2, 1 × 2 or 2 × 1 side by side: the usual ones."""
    return (
        window.kernel == window.stride
        and window.kernel in ((2, 2), (1, 2), (2, 1))
        and window.padding == (0, 0)
        and window.dilation == (1, 1)
    )


def _to_halves(grad: Array, x: Array, window: Window, out: Array) -> bool:
    """Two duels instead of four comparisons: left against right, then the upper winner against the
    lower one.  A draw goes to the left and to the upper, which is the first of all four.

    Returns:
        False if that does not do: a window beyond the edge, or NaN, which the duels do not see.
    """
    height, width = (k * n for k, n in zip(window.kernel, window.size, strict=True))
    if height > x.shape[-2] or width > x.shape[-1]:
        return False
    out[..., height:, :] = 0  # the odd row and column that no window sees
    out[..., width:] = 0
    x, out = x[..., :height, :width], out[..., :height, :width]
    if window.kernel[1] == 1:
        highest, flow = x, out
    else:
        left, right = x[..., 0::2], x[..., 1::2]
        highest = np.maximum(left, right)
        flow = np.empty_like(highest)
    if np.isnan(highest.min(initial=np.inf)):
        return False
    if window.kernel[0] == 1:
        flow = grad
    else:
        upper, lower = highest[..., 0::2, :], highest[..., 1::2, :]
        _to_the_higher(grad, upper, lower, flow[..., 0::2, :], flow[..., 1::2, :])
    if window.kernel[1] == 2:
        _to_the_higher(flow, left, right, out[..., 0::2], out[..., 1::2])
    return True


def _to_the_higher(
    grad: Array, first: Array, second: Array, to_first: Array, to_second: Array
) -> None:
    """The gradient to the higher of two, to the first if they are equal; 0 to the other."""
    np.multiply(grad, second > first, out=to_second)
    np.subtract(grad, to_second, out=to_first)
