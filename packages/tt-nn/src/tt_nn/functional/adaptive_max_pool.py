"""Adaptive max pooling: the highest element in each of a given number of windows.

One primitive finds the places, which have no gradient; the values are looked up there, and looking
up has one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_autograd import not_differentiable
from tt_tensor import Primitive, Tensor, squeeze, unsqueeze
from tt_tensor.typing import Array

from .adaptive_pool import Shape, Size, output_size_of, window
from .max_pool import pick
from .max_pool_kernels import max_pool2d_indices_numpy, winner
from .pool_window import Window

__all__ = ["adaptive_max_pool1d", "adaptive_max_pool2d"]


def adaptive_max_pool2d_indices_naive(x: Array, size: Shape) -> Array:
    """Where the highest element of each window is: y · width + x."""
    out = np.empty((*x.shape[:-2], *size), np.int64)
    for image in np.ndindex(x.shape[:-2]):
        for oy in range(size[0]):
            for ox in range(size[1]):
                rows, columns = window(oy, size[0], x.shape[-2]), window(ox, size[1], x.shape[-1])
                _, out[(*image, oy, ox)] = winner(x[image], rows, columns)
    return out


def adaptive_max_pool2d_indices_numpy(x: Array, size: Shape) -> Array:
    """For each window the first highest element; where there is NaN, the last one."""
    height, width = x.shape[-2:]
    if height % size[0] == 0 and width % size[1] == 0:  # ordinary windows side by side
        kernel = height // size[0], width // size[1]
        return max_pool2d_indices_numpy(x, Window(kernel, kernel, (0, 0), (1, 1), size))
    out = np.empty_like(x, np.int64, shape=(*x.shape[:-2], *size))
    for oy, ox in np.ndindex(size):
        rows, columns = window(oy, size[0], x.shape[-2]), window(ox, size[1], x.shape[-1])
        part = x[..., rows.start : rows.stop, columns.start : columns.stop]
        part = part.reshape(*x.shape[:-2], len(rows) * len(columns))
        at = part.argmax(-1)
        nan = part != part
        if nan.any():
            at = np.where(nan.any(-1), part.shape[-1] - 1 - nan[..., ::-1].argmax(-1), at)
        i, j = np.divmod(at, len(columns))
        out[..., oy, ox] = (i + rows.start) * x.shape[-1] + (j + columns.start)
    return out


adaptive_max_pool2d_indices_p = Primitive(
    "adaptive_max_pool2d_indices",
    params=("size",),
    naive=adaptive_max_pool2d_indices_naive,
    numpy=adaptive_max_pool2d_indices_numpy,
)
not_differentiable(adaptive_max_pool2d_indices_p, "input")


def adaptive_max_pool1d(input: Tensor, output_size: Size, return_indices: bool = False) -> Any:
    """The highest elements in ``output_size`` windows over a sequence.

    Args:
        input: (N, C, L) or (C, L), floating point.
        output_size: how many windows; None for as many as there are places.
        return_indices: also return where the elements were.

    Returns:
        (N, C, output_size) or (C, output_size); with ``return_indices`` a pair of them.

    Raises:
        TypeError, ValueError, ShapeError, DTypeError: as :func:`adaptive_avg_pool2d`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import adaptive_max_pool1d
        >>> adaptive_max_pool1d(tt.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]]), 2)
        tensor([[3., 5.]])
    """
    size = output_size_of("adaptive_max_pool1d", input, output_size, 1)
    values, indices = _adaptive_max_pool(unsqueeze(input, -2), size)
    values, indices = squeeze(values, -2), squeeze(indices, -2)
    return (values, indices) if return_indices else values


def adaptive_max_pool2d(input: Tensor, output_size: Size, return_indices: bool = False) -> Any:
    """The highest elements in ``output_size`` windows over an image.

    Args:
        input: (N, C, H, W) or (C, H, W), floating point.
        output_size: (rows, columns) of windows, or one int for both; None for as many as there are
            places.
        return_indices: also return where the elements were, as y · W + x.

    Returns:
        (N, C, rows, columns) or (C, rows, columns); with ``return_indices`` a pair of them.

    Raises:
        TypeError, ValueError, ShapeError, DTypeError: as :func:`adaptive_avg_pool2d`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import adaptive_max_pool2d
        >>> adaptive_max_pool2d(tt.tensor([[[1.0, 2.0], [3.0, 6.0]]]), (1, None))
        tensor([[[3., 6.]]])
    """
    size = output_size_of("adaptive_max_pool2d", input, output_size, 2)
    values, indices = _adaptive_max_pool(input, size)
    return (values, indices) if return_indices else values


def _adaptive_max_pool(input: Tensor, size: Shape) -> tuple[Tensor, Tensor]:
    """The places, and what is there: its gradient is that of looking up."""
    indices: Tensor = adaptive_max_pool2d_indices_p((input,), (size,))
    return pick(input, indices), indices
