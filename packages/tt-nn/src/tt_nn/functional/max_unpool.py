"""Max unpooling: the elements that max pooling chose, back where they were, among zeros.

It scatters, which has a primitive already, so it needs none of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from tt_tensor import DTypeError, ShapeError, Tensor, reshape, scatter, squeeze, unsqueeze, zeros

from .checks import check_tensor
from .pool_window import check_images, numbers

__all__ = ["max_unpool1d", "max_unpool2d"]


def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """The inverse of :func:`max_pool1d` as far as there is one; see :func:`max_unpool2d`.

    Args:
        input: (N, C, windows) or (C, windows), floating point.
        indices: what :func:`max_pool1d` returned with ``return_indices``.
        kernel_size: the window's length, as in the pooling; so are the next two.
        stride: its step; its length if None.
        padding: empty places before and after.
        output_size: the length of what was pooled, (L,) or its whole shape.

    Returns:
        (N, C, L) or (C, L).

    Raises:
        TypeError, ValueError, ShapeError, DTypeError, IndexError: as :func:`max_unpool2d`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import max_pool1d, max_unpool1d
        >>> values, indices = max_pool1d(tt.tensor([[1.0, 3.0, 2.0, 0.0]]), 2, return_indices=True)
        >>> max_unpool1d(values, indices, 2)
        tensor([[0., 3., 2., 0.]])
    """
    check_images("max_unpool1d", input, 1)
    shape = _unpooled("max_unpool1d", input, kernel_size, stride, padding, output_size, 1)
    check_tensor("indices", indices)
    rows = unsqueeze(input, -2), unsqueeze(indices, -2)
    return squeeze(_put_back("max_unpool1d", *rows, (1, *shape)), -2)


def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Each element at the place y · W + x that ``indices`` says, zeros elsewhere.

    Of several elements for one place the last one stays.

    Args:
        input: (N, C, h, w) or (C, h, w), floating point.
        indices: what :func:`max_pool2d` returned with ``return_indices``.
        kernel_size: the window's size, an int or (rows, columns), as in the pooling; so are the next two.
        stride: its step; its size if None.
        padding: empty places around the image.
        output_size: the size of what was pooled, (H, W) or its whole shape; if None the smallest
            size, (h - 1) · stride - 2 padding + kernel_size.

    Returns:
        (N, C, H, W) or (C, H, W).

    Raises:
        TypeError: the input is not a tensor, or an option is not an int.
        ValueError: an option is too small.
        ShapeError: the shapes of input and indices differ, or such windows do not give such a size.
        DTypeError: the input is not floating point, or the indices are not integers.
        IndexError: an index beyond the image.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import max_pool2d, max_unpool2d
        >>> x = tt.tensor([[[1.0, 3.0], [4.0, 0.0]]])
        >>> values, indices = max_pool2d(x, 2, return_indices=True)
        >>> max_unpool2d(values, indices, 2)
        tensor([[[0., 0.],
                 [4., 0.]]])
    """
    check_images("max_unpool2d", input, 2)
    shape = _unpooled("max_unpool2d", input, kernel_size, stride, padding, output_size, 2)
    check_tensor("indices", indices)
    return _put_back("max_unpool2d", input, indices, shape)


def _put_back(name: str, input: Tensor, indices: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The elements at their places in images of ``shape``."""
    if input.shape != indices.shape:
        raise ShapeError(
            f"{name}: input and indices must have one shape, but have {input.shape} and {indices.shape}"
        )
    if indices.dtype.is_floating_point:
        raise DTypeError(f"{name}: indices must be integers, not {indices.dtype}")
    *lead, height, width = input.shape
    elements, places = (reshape(t, *lead, height * width) for t in (input, indices))
    room = zeros(*lead, math.prod(shape), dtype=input.dtype)
    return reshape(scatter(room, len(lead), places, elements), *lead, *shape)


def _unpooled(
    name: str,
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None,
    padding: int | Sequence[int],
    output_size: Sequence[int] | None,
    dims: int,
) -> tuple[int, ...]:
    """The size of what was pooled: several sizes give the same number of windows."""
    kernel = numbers(name, "kernel_size", kernel_size, dims, 1)
    step = kernel if stride is None else numbers(name, "stride", stride, dims, 1)
    pad = numbers(name, "padding", padding, dims, 0)
    windows = input.shape[-dims:]
    least = tuple(
        (n - 1) * s - 2 * p + k for n, k, s, p in zip(windows, kernel, step, pad, strict=True)
    )
    if output_size is None:
        return least
    size = tuple(output_size)[-dims:]
    if len(output_size) not in (dims, input.ndim):
        raise ValueError(f"{name}: output_size needs {dims} entries, not {len(output_size)}")
    for wanted, middle, s in zip(size, least, step, strict=True):
        if not middle - s < wanted < middle + s:
            raise ShapeError(
                f"{name}: output_size {size} does not fit {windows} windows, which come from sizes "
                f"near {least}"
            )
    return size
