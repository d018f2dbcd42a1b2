"""Adaptive average pooling: the size of the result is given, the windows follow from it.

Of n places and m windows, window o sees the places

    ⌊o n / m⌋ ... ⌈(o + 1) n / m⌉ - 1,

so all places are seen, and neighbours overlap by at most one.  With m = 1 there is one window over
everything: global pooling.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import Primitive, ShapeError, Tensor, squeeze, unsqueeze
from tt_tensor.typing import Array

from .pool_window import check_images

__all__ = [
    "Shape",
    "Size",
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "output_size_of",
    "window",
]

Shape = tuple[int, int]
Size = int | None | Sequence[int | None]


def window(number: int, size: int, length: int) -> range:
    """The places that window ``number`` of ``size`` sees."""
    return range(number * length // size, -(-(number + 1) * length // size))


def adaptive_avg_pool2d_naive(x: Array, size: Shape) -> Array:
    """The mean of what each window sees."""
    out = np.empty((*x.shape[:-2], *size), x.dtype)
    for image in np.ndindex(x.shape[:-2]):
        for oy in range(size[0]):
            for ox in range(size[1]):
                rows, columns = window(oy, size[0], x.shape[-2]), window(ox, size[1], x.shape[-1])
                total = 0.0
                for iy in rows:
                    for ix in columns:
                        total += float(x[(*image, iy, ix)])
                out[(*image, oy, ox)] = total / (len(rows) * len(columns))
    return out


def adaptive_avg_pool2d_grad_naive(grad: Array, shape: Shape) -> Array:
    """Each element a window saw gets its share of the window's gradient."""
    size = grad.shape[-2:]
    out = np.zeros((*grad.shape[:-2], *shape))
    for image in np.ndindex(grad.shape[:-2]):
        for oy in range(size[0]):
            for ox in range(size[1]):
                rows, columns = window(oy, size[0], shape[0]), window(ox, size[1], shape[1])
                share = float(grad[(*image, oy, ox)]) / (len(rows) * len(columns))
                for iy in rows:
                    for ix in columns:
                        out[(*image, iy, ix)] += share
    return out.astype(grad.dtype)


def adaptive_avg_pool2d_numpy(x: Array, size: Shape) -> Array:
    """The means of rows, then of the columns of that: a mean of equally many means is the mean."""
    if x.dtype.itemsize == 2:  # sums of half precision would lose digits, or become infinite
        return adaptive_avg_pool2d_numpy(x.astype(np.float32), size).astype(x.dtype)
    if size == (1, 1) and x.flags.c_contiguous:  # each image in one run
        out = np.asarray(np.add.reduce(x, axis=(-2, -1), keepdims=True))
        out *= 1 / (x.shape[-2] * x.shape[-1])
        return out
    return _means(_means(x, size[0], -2), size[1], -1)


def _means(x: Array, size: int, dim: int) -> Array:
    """The mean of each window along one dimension."""
    lines, windows = np.moveaxis(x, dim, 0), range(size)
    out = np.empty_like(x, shape=(*x.shape[:dim], size, *x.shape[dim:][1:]))
    target = np.moveaxis(out, dim, 0)
    for o in windows:
        seen = window(o, size, len(lines))
        np.add.reduce(lines[seen.start : seen.stop], axis=0, out=target[o])
        target[o] *= 1 / len(seen)
    return out


def adaptive_avg_pool2d_grad_numpy(grad: Array, shape: Shape) -> Array:
    """The shares of the columns, then of the rows."""
    if grad.shape[-2:] == (1, 1):
        return _equal_shares(grad, shape)
    return _shares(_shares(grad, shape[1], -1), shape[0], -2)


def _equal_shares(grad: Array, shape: Shape) -> Array:
    """One window over everything; in channels-last memory, as the gradient's order tells nothing."""
    *lead, channels, _, _ = grad.shape
    out = np.moveaxis(np.empty((*lead, *shape, channels), grad.dtype), -1, -3)
    out[...] = grad * grad.dtype.type(1 / (shape[0] * shape[1]))
    return out


def _shares(grad: Array, length: int, dim: int) -> Array:
    """Each place along one dimension gets its shares of the windows that saw it."""
    lines = np.moveaxis(grad, dim, 0)
    out = np.zeros_like(grad, shape=(*grad.shape[:dim], length, *grad.shape[dim:][1:]))
    target = np.moveaxis(out, dim, 0)
    for o, line in enumerate(lines):
        seen = window(o, len(lines), length)
        target[seen.start : seen.stop] += line * grad.dtype.type(1 / len(seen))
    return out


adaptive_avg_pool2d_p = Primitive(
    "adaptive_avg_pool2d",
    params=("size",),
    naive=adaptive_avg_pool2d_naive,
    numpy=adaptive_avg_pool2d_numpy,
)
adaptive_avg_pool2d_grad_p = Primitive(
    "adaptive_avg_pool2d_grad",
    inputs=("grad_output",),
    params=("shape",),
    naive=adaptive_avg_pool2d_grad_naive,
    numpy=adaptive_avg_pool2d_grad_numpy,
)


@gradient(adaptive_avg_pool2d_p, "input")
def adaptive_avg_pool2d_input(grad: Any, input_shape: Any) -> Any:
    """Equal shares for all that was averaged."""
    return adaptive_avg_pool2d_grad_p((grad,), (input_shape[-2:],))


@gradient(adaptive_avg_pool2d_grad_p, "grad_output")
def adaptive_avg_pool2d_grad_grad(grad: Any, grad_output_shape: Any) -> Any:
    """Handing out shares and averaging are each other's transpose."""
    return adaptive_avg_pool2d_p((grad,), (grad_output_shape[-2:],))


def adaptive_avg_pool1d(input: Tensor, output_size: Size) -> Tensor:
    """The means of ``output_size`` windows over a sequence.

    Args:
        input: (N, C, L) or (C, L), floating point.
        output_size: how many windows; None for as many as there are places.

    Returns:
        (N, C, output_size) or (C, output_size).

    Raises:
        TypeError, ValueError, ShapeError, DTypeError: as :func:`adaptive_avg_pool2d`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import adaptive_avg_pool1d
        >>> adaptive_avg_pool1d(tt.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]]), 2)
        tensor([[2., 4.]])
    """
    size = output_size_of("adaptive_avg_pool1d", input, output_size, 1)
    return squeeze(adaptive_avg_pool2d_p((unsqueeze(input, -2),), (size,)), -2)


def adaptive_avg_pool2d(input: Tensor, output_size: Size) -> Tensor:
    """The means of ``output_size`` windows over an image.

    Args:
        input: (N, C, H, W) or (C, H, W), floating point.
        output_size: (rows, columns) of windows, or one int for both; None for as many as there are
            places.

    Returns:
        (N, C, rows, columns) or (C, rows, columns).

    Raises:
        TypeError: the input is not a tensor, or a size is not an int.
        ValueError: a size below 1, or too many of them.
        ShapeError: another number of dimensions, or an image without places.
        DTypeError: the input is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import adaptive_avg_pool2d
        >>> adaptive_avg_pool2d(tt.tensor([[[1.0, 2.0], [3.0, 6.0]]]), 1)
        tensor([[[3.]]])
    """
    size = output_size_of("adaptive_avg_pool2d", input, output_size, 2)
    out: Tensor = adaptive_avg_pool2d_p((input,), (size,))
    return out


def output_size_of(name: str, input: Tensor, output_size: Size, dims: int) -> Shape:
    """The numbers of windows as (rows, columns)."""
    check_images(name, input, dims)
    shape = input.shape[-dims:]
    given = tuple(output_size) if isinstance(output_size, Sequence) else (output_size,) * dims
    if len(given) != dims:
        raise ValueError(
            f"{name}: output_size needs {dims} entries, not {len(given)}: {output_size}"
        )
    if not all(n is None or (isinstance(n, int) and not isinstance(n, bool)) for n in given):
        raise TypeError(f"{name}: output_size must be made of ints and None, not {output_size!r}")
    size = tuple(length if n is None else n for n, length in zip(given, shape, strict=True))
    if 0 in shape:
        raise ShapeError(f"{name}: there is nothing to pool in an input of shape {input.shape}")
    if min(size) < 1:
        raise ValueError(f"{name}: output_size must be at least 1, not {output_size}")
    return (1 if dims == 1 else size[0], size[-1])
