"""The records of average pooling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...functional import avg_pool1d, avg_pool2d
from ...functional.pool_window import Window
from .max_pool import grid

__all__ = ["RECORDS"]

Rng = np.random.Generator
DType = np.dtype[Any]
Shape = tuple[int, ...]


def _images(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for number, (shape, window, few) in enumerate(grid(dilations=(1,))):
        x = draw(rng, dtype, shape)
        if number % 3 == 2:  # in channels-last memory
            x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, -3, -1)), -1, -3)
        for include in (False, True):
            yield Sample((x,), (window, include, None), smooth=few)
        yield Sample((x,), (window, True, (3, -2)[number % 2]), smooth=few and number % 2 == 0)


def _matrix(window: Window, dim: int, length: int) -> Array:
    """(windows, length): 1 where a window sees a place."""
    first = np.arange(window.size[dim])[:, None] * window.stride[dim] - window.padding[dim]
    place = np.arange(length)
    return ((place >= first) & (place < first + window.kernel[dim])).astype(float)


def _divisors(window: Window, shape: Shape, include: bool, divisor: int | None) -> Any:
    """The number of elements that count: with the padding, the image of ones is larger."""
    if divisor:
        return divisor
    pads = window.padding if include else (0, 0)
    kind = window._replace(padding=(0, 0)) if include else window
    rows, columns = (_matrix(kind, dim, shape[dim] + 2 * pads[dim]).sum(1) for dim in (0, 1))
    return np.outer(rows, columns)


def _mean(x: Array, window: Window, include: bool, divisor: int | None) -> Array:
    rows, columns = (_matrix(window, dim, x.shape[dim - 2]) for dim in (0, 1))
    return np.asarray(rows @ x @ columns.T / _divisors(window, x.shape[-2:], include, divisor))


def _gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for sample in _images(rng, dtype):
        x, window = sample.inputs[0], sample.params[0]
        assert x is not None
        grad = draw(rng, dtype, (*x.shape[:-2], *window.size))
        yield Sample((grad,), (window, x.shape[-2:], *sample.params[1:]), sample.smooth)


def _gradient(
    grad: Array, window: Window, shape: Shape, include: bool, divisor: int | None
) -> Array:
    rows, columns = (_matrix(window, dim, shape[dim]) for dim in (0, 1))
    return np.asarray(rows.T @ (grad / _divisors(window, shape, include, divisor)) @ columns)


def _torch(torch: Any, x: Any, window: Window, include: bool, divisor: int | None) -> Any:
    """PyTorch, told to round up if that gives the windows wanted."""
    if 0 in x.shape[1:]:  # PyTorch takes no images without channels
        return torch.zeros(*x.shape[:-2], *window.size, dtype=x.dtype) + x.sum()
    for ceil_mode in (True, False):
        options = (*window[:3], ceil_mode, include, divisor)
        out = torch.nn.functional.avg_pool2d(x, *options)
        if tuple(out.shape[-2:]) == window.size:
            break
    return out


def _refused(exception: type[Exception], match: str, *args: Any, **options: Any) -> ErrorSample:
    return ErrorSample(lambda: avg_pool2d(tt.zeros(2, 3, 4), *args, **options), exception, match)


RECORDS = (
    Record(
        "avg_pool2d",
        _images,
        _mean,
        torch=_torch,
        dtypes=("float64", "float32", "float16"),
        tolerance={"float32": 1e-5},
        errors=(
            _refused(tt.ShapeError, "reaches over 4 places, but the input has 3", 4),
            _refused(ValueError, "at most half", 2, padding=2),
            _refused(ValueError, "kernel_size must be at least 1, not 0", 0),
            _refused(ValueError, "divisor_override must not be 0", 2, divisor_override=0),
            _refused(ValueError, "1 or 2 entries, not 3", (2, 2, 2)),
            _refused(TypeError, "stride must be an int or 2 ints, not '2'", 2, "2"),
            _refused(
                TypeError, "divisor_override must be an int, not 2.5", 2, divisor_override=2.5
            ),
            ErrorSample(lambda: avg_pool2d(tt.zeros(3, 4), 2), tt.ShapeError, r"\(C, H, W\), but"),
            ErrorSample(
                lambda: avg_pool1d(tt.zeros(2, 3), 4), tt.ShapeError, "avg_pool1d: the win"
            ),
            ErrorSample(
                lambda: avg_pool2d(tt.ones(1, 2, 2, dtype=tt.int64), 2), tt.DTypeError, "float"
            ),
        ),
    ),
    Record("avg_pool2d_grad", _gradients, _gradient, tolerance={"float32": 1e-5}),
)
