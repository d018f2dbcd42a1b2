"""Where the windows of a pooling lie.

A window of ``kernel`` places, ``dilation`` apart, moves over the input in steps of ``stride``; the
input is imagined with ``padding`` empty places before and after it.  So window o sees the places

    o · stride - padding + i · dilation,    i = 0 ... kernel - 1,

as far as they exist.  The number of windows is (PyTorch's rule)

    size = ⌊(n + 2 padding - dilation (kernel - 1) - 1) / stride⌋ + 1

or, with ``ceil_mode``, rounded up, without a window that begins after the input's end.  Pooling of
one dimension is pooling of images with one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tt_tensor import DTypeError, ShapeError, Tensor
from tt_tensor.typing import Array

from .checks import check_tensor
from .pad import pad_constant_numpy

__all__ = [
    "Window",
    "check_images",
    "numbers",
    "places",
    "surround",
    "under",
    "window_over",
]

Pair = tuple[int, int]


class Window(NamedTuple):
    """The windows over an image; each entry is (of the rows, of the columns)."""

    kernel: Pair
    stride: Pair
    padding: Pair
    dilation: Pair
    size: Pair
    """How many there are."""


def places(window: Window, dim: int, number: int, length: int) -> list[int]:
    """The places 0 ... length - 1 along ``dim`` that window ``number`` sees: for the plain loops."""
    first = number * window.stride[dim] - window.padding[dim]
    step = window.dilation[dim]
    return [i for i in range(first, first + window.kernel[dim] * step, step) if 0 <= i < length]


def surround(x: Array, window: Window, value: float) -> Array:
    """The images with so much of ``value`` around them that every window lies inside."""
    none: list[Pair] = [(0, 0)] * (x.ndim - 2)
    ends = [u.stop for u in (under(window, dim, window.kernel[dim] - 1) for dim in (0, 1))]
    room = [
        (before, max(end - before - length, 0))
        for before, end, length in zip(window.padding, ends, x.shape[-2:], strict=True)
    ]
    if room == [(0, 0), (0, 0)]:
        return x
    return pad_constant_numpy(x, (*none, *room), value)


def under(window: Window, dim: int, offset: int) -> slice:
    """What element ``offset`` of all windows sees along ``dim`` of the surrounded images."""
    first = offset * window.dilation[dim]
    stride = window.stride[dim]
    return slice(first, first + (window.size[dim] - 1) * stride + 1, stride)


def window_over(
    name: str,
    lengths: tuple[int, ...],
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None,
    padding: int | Sequence[int],
    dilation: int | Sequence[int],
    ceil_mode: bool,
) -> Window:
    """The windows over dimensions of these lengths (one or two of them).

    Raises:
        TypeError: an argument that is not made of ints.
        ValueError: an argument that is too small, or has another number of entries.
        ShapeError: the window is larger than the padded input.
    """
    dims = len(lengths)
    kernel = numbers(name, "kernel_size", kernel_size, dims, 1)
    step = kernel if stride is None else numbers(name, "stride", stride, dims, 1)
    pad = numbers(name, "padding", padding, dims, 0)
    gap = numbers(name, "dilation", dilation, dims, 1)
    size = []
    for n, k, s, p, d in zip(lengths, kernel, step, pad, gap, strict=True):
        reach = d * (k - 1) + 1
        if 2 * p > reach:
            raise ValueError(
                f"{name}: padding may be at most half of the window, but it is {p} and the window "
                f"reaches over {reach}"
            )
        count = (n + 2 * p - reach + (s - 1 if ceil_mode else 0)) // s + 1
        if ceil_mode and (count - 1) * s >= n + p:
            count -= 1
        if count < 1 or n == 0:
            raise ShapeError(
                f"{name}: the window reaches over {reach} places, but the input has {n} and "
                f"{2 * p} of padding; take a smaller kernel_size or dilation, or a larger input"
            )
        if any((o * s - p) % d >= n for o in range(min(count, p))):
            raise ShapeError(
                f"{name}: with padding {p} and dilation {d} a window would see none of the {n} places"
            )
        size.append(count)
    one, zero = (1,) * (2 - dims), (0,) * (2 - dims)  # the row of one-dimensional pooling
    pairs = (one + kernel, one + step, zero + pad, one + gap, one + tuple(size))
    return Window(*((rows, columns) for rows, columns in pairs))


def numbers(
    name: str, argument: str, value: int | Sequence[int], dims: int, least: int
) -> tuple[int, ...]:
    """An argument that is one int for all dimensions or one for each, as a tuple.

    Raises:
        TypeError: it is not made of ints.
        ValueError: one is below ``least``, or there are too many or too few.
    """
    given = tuple(value) if isinstance(value, Sequence) else (value,)
    if not all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in given):
        what = "an int" if dims == 1 else f"an int or {dims} ints"
        raise TypeError(f"{name}: {argument} must be {what}, not {value!r}")
    if len(given) not in (1, dims):
        wanted = "one entry" if dims == 1 else f"1 or {dims} entries"
        raise ValueError(f"{name}: {argument} needs {wanted}, not {len(given)}: {value}")
    if min(given) < least:
        raise ValueError(f"{name}: {argument} must be at least {least}, not {value}")
    return tuple(int(n) for n in given) * (dims // len(given))


def check_images(name: str, input: Tensor, dims: int) -> None:
    """Refuse what is not (N, C, L) or (C, L), for images (N, C, H, W) or (C, H, W), of floats.

    Raises:
        TypeError: the input is not a tensor.
        ShapeError: another number of dimensions.
        DTypeError: the input is not floating point.
    """
    check_tensor("input", input)
    if input.ndim not in (dims + 1, dims + 2):
        form = "(N, C, L) or (C, L)" if dims == 1 else "(N, C, H, W) or (C, H, W)"
        raise ShapeError(f"{name}: the input must be {form}, but its shape is {input.shape}")
    if not input.dtype.is_floating_point:
        raise DTypeError(f"{name}: input must be floating point, not {input.dtype}; use .float()")
