"""Average pooling: the mean of each window.

A sum over a window is a sum of its rows' sums, so each dimension is summed by itself.  How many
elements are divided by is another question: at the edges a window may see fewer than it has room for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import Primitive, Tensor, squeeze, unsqueeze
from tt_tensor.typing import Array

from .blocks import by_blocks
from .pool_window import Window, check_images, places, surround, under, window_over

__all__ = ["avg_pool1d", "avg_pool2d"]

Shape = tuple[int, int]


def counts(window: Window, dim: int, length: int, count_include_pad: bool) -> list[int]:
    """How many places each window counts along one dimension, without or with the padding.

    What a window of ``ceil_mode`` sees beyond the padding never counts.
    """
    kernel, stride, padding = window.kernel[dim], window.stride[dim], window.padding[dim]
    first = [o * stride - padding for o in range(window.size[dim])]
    if count_include_pad:
        return [min(i + kernel, length + padding) - i for i in first]
    return [min(i + kernel, length) - max(i, 0) for i in first]


def avg_pool2d_naive(
    x: Array, window: Window, count_include_pad: bool, divisor: int | None
) -> Array:
    """The sum of what each window sees, divided by how many it counts."""
    height, width = x.shape[-2:]
    rows = counts(window, 0, height, count_include_pad)
    columns = counts(window, 1, width, count_include_pad)
    out = np.empty((*x.shape[:-2], *window.size), x.dtype)
    for image in np.ndindex(x.shape[:-2]):
        for oy in range(window.size[0]):
            for ox in range(window.size[1]):
                total = 0.0
                for iy in places(window, 0, oy, height):
                    for ix in places(window, 1, ox, width):
                        total += float(x[(*image, iy, ix)])
                out[(*image, oy, ox)] = total / (divisor or rows[oy] * columns[ox])
    return out


def avg_pool2d_grad_naive(
    grad: Array, window: Window, shape: Shape, count_include_pad: bool, divisor: int | None
) -> Array:
    """Each element a window saw gets its share of the window's gradient."""
    rows = counts(window, 0, shape[0], count_include_pad)
    columns = counts(window, 1, shape[1], count_include_pad)
    out = np.zeros((*grad.shape[:-2], *shape))
    for image in np.ndindex(grad.shape[:-2]):
        for oy in range(window.size[0]):
            for ox in range(window.size[1]):
                share = float(grad[(*image, oy, ox)]) / (divisor or rows[oy] * columns[ox])
                for iy in places(window, 0, oy, shape[0]):
                    for ix in places(window, 1, ox, shape[1]):
                        out[(*image, iy, ix)] += share
    return out.astype(grad.dtype)


def factors(
    window: Window, shape: Shape, count_include_pad: bool, divisor: int | None, dtype: Any
) -> Any:
    """What the sums are multiplied by: a number, or an array (rows, columns) if they differ."""
    if divisor is not None:
        return dtype.type(1 / divisor)
    rows, columns = (counts(window, dim, shape[dim], count_include_pad) for dim in (0, 1))
    if len(set(rows)) == len(set(columns)) == 1:
        return dtype.type(1 / (rows[0] * columns[0]))
    return (1 / np.multiply.outer(rows, columns)).astype(dtype)


def avg_pool2d_numpy(
    x: Array, window: Window, count_include_pad: bool, divisor: int | None
) -> Array:
    """The sum of each window's rows, then of the columns of that; then one product."""
    if x.dtype.itemsize == 2:  # sums of half precision would lose digits, or become infinite
        wide = avg_pool2d_numpy(x.astype(np.float32), window, count_include_pad, divisor)
        return wide.astype(x.dtype)
    height, width = x.shape[-2:]
    factor = factors(window, (height, width), count_include_pad, divisor, x.dtype)
    out = np.empty_like(x, shape=(*x.shape[:-2], *window.size))

    def work(images: slice) -> None:
        inside = surround(x[images], window, 0)
        rows = _sum([inside[..., under(window, 0, i), :] for i in range(window.kernel[0])])
        columns = _sum([rows[..., under(window, 1, j)] for j in range(window.kernel[1])])
        np.multiply(columns, factor, out=out[images])

    by_blocks(work, x)
    return out


def _sum(parts: list[Array]) -> Array:
    """The elementwise sum."""
    if len(parts) == 1:
        return parts[0]
    out = np.asarray(parts[0] + parts[1])
    for part in parts[2:]:
        out += part
    return out


def avg_pool2d_grad_numpy(
    grad: Array, window: Window, shape: Shape, count_include_pad: bool, divisor: int | None
) -> Array:
    """The shares; then each is copied to the columns of its window, then to the rows."""
    factor = factors(window, shape, count_include_pad, divisor, grad.dtype)
    out = np.empty_like(grad, shape=(*grad.shape[:-2], *shape))
    ends = [under(window, dim, window.kernel[dim] - 1).stop for dim in (0, 1)]
    height, width = (max(e, n + p) for e, n, p in zip(ends, shape, window.padding, strict=True))
    top, left = window.padding
    inside = (..., slice(top, top + shape[0]), slice(left, left + shape[1]))

    def work(images: slice) -> None:
        shares = grad[images] * factor
        columns = np.empty_like(shares, shape=(*shares.shape[:-1], width))
        _spread(shares, columns, window, 1)
        if (height, width) == shape:
            _spread(columns, out[images], window, 0)
            return
        room = np.empty_like(columns, shape=(*columns.shape[:-2], height, width))
        _spread(columns, room, window, 0)
        out[images] = room[inside]

    by_blocks(work, out)
    return out


def _spread(shares: Array, room: Array, window: Window, dim: int) -> None:
    """Along one dimension, the share of each window to all places that it sees."""
    kernel, stride = window.kernel[dim], window.stride[dim]
    lines, places = shares.swapaxes(0, dim - 2), room.swapaxes(0, dim - 2)
    if kernel != stride or len(lines) * stride != len(places):
        room[...] = 0  # some places are seen by no window, or by several
    for i in range(kernel):
        if kernel <= stride:
            places[under(window, dim, i)] = lines
        else:
            places[under(window, dim, i)] += lines


avg_pool2d_p = Primitive(
    "avg_pool2d",
    params=("window", "count_include_pad", "divisor"),
    naive=avg_pool2d_naive,
    numpy=avg_pool2d_numpy,
)
avg_pool2d_grad_p = Primitive(
    "avg_pool2d_grad",
    inputs=("grad_output",),
    params=("window", "shape", "count_include_pad", "divisor"),
    naive=avg_pool2d_grad_naive,
    numpy=avg_pool2d_grad_numpy,
)


@gradient(avg_pool2d_p, "input")
def avg_pool2d_input(
    grad: Any, input_shape: Any, window: Window, count_include_pad: bool, divisor: int | None
) -> Any:
    """Equal shares for all that was averaged."""
    return avg_pool2d_grad_p((grad,), (window, input_shape[-2:], count_include_pad, divisor))


@gradient(avg_pool2d_grad_p, "grad_output")
def avg_pool2d_grad_grad(
    grad: Any, window: Window, count_include_pad: bool, divisor: int | None
) -> Any:
    """Handing out shares and averaging are each other's transpose."""
    return avg_pool2d_p((grad,), (window, count_include_pad, divisor))


def avg_pool1d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window of a sequence; :func:`avg_pool2d` of one row.

    Args:
        input: (N, C, L) or (C, L), floating point.
        kernel_size: the window's length.
        stride: its step; its length if None.
        padding: zeros before and after the input, at most half a window.
        ceil_mode: a last window may reach beyond the end.
        count_include_pad: the zeros count as elements.

    Returns:
        (N, C, windows) or (C, windows).

    Raises:
        TypeError, ValueError, ShapeError, DTypeError: as :func:`avg_pool2d`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import avg_pool1d
        >>> avg_pool1d(tt.tensor([[1.0, 3.0, 2.0, 0.0]]), 2)
        tensor([[2., 1.]])
    """
    check_images("avg_pool1d", input, 1)
    options = (kernel_size, stride, padding, 1, ceil_mode)
    window = window_over("avg_pool1d", input.shape[-1:], *options)
    return squeeze(avg_pool2d_p((unsqueeze(input, -2),), (window, count_include_pad, None)), -2)


def avg_pool2d(
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of an image: out[y, x] = Σᵢⱼ input[y · stride - padding + i,
    x · stride - padding + j] / (number of elements).

    Args:
        input: (N, C, H, W) or (C, H, W), floating point.
        kernel_size: the window's size, an int or (rows, columns).
        stride: its step; its size if None.
        padding: zeros around the image, at most half a window.
        ceil_mode: a last window may reach beyond the edge; what lies there does not count.
        count_include_pad: the zeros of the padding count as elements.
        divisor_override: divide by this instead of the number of elements.

    Returns:
        (N, C, h, w) or (C, h, w).

    Raises:
        TypeError: the input is not a tensor, or an option is not an int.
        ValueError: an option is too small, the padding more than half of the window, or the divisor 0.
        ShapeError: another number of dimensions, or a window larger than the padded image.
        DTypeError: the input is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import avg_pool2d
        >>> x = tt.tensor([[[1.0, 3.0, 2.0, 0.0], [4.0, 0.0, 5.0, 1.0]]])
        >>> avg_pool2d(x, 2)
        tensor([[[2., 2.]]])
    """
    check_images("avg_pool2d", input, 2)
    if divisor_override is not None and not isinstance(divisor_override, int):
        raise TypeError(f"avg_pool2d: divisor_override must be an int, not {divisor_override!r}")
    if divisor_override == 0:
        raise ValueError("avg_pool2d: divisor_override must not be 0")
    options = (kernel_size, stride, padding, 1, ceil_mode)
    window = window_over("avg_pool2d", input.shape[-2:], *options)
    out: Tensor = avg_pool2d_p((input,), (window, count_include_pad, divisor_override))
    return out
