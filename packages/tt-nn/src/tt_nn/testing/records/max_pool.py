"""The records of max pooling, and the grid of windows that all pooling is tried on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...functional import max_pool1d, max_pool2d
from ...functional.pool_window import Window, window_over

__all__ = ["RECORDS", "covered", "grid"]

Rng = np.random.Generator
DType = np.dtype[Any]


def grid(dilations: tuple[int, ...] = (1, 2)) -> Iterator[tuple[tuple[int, ...], Window, bool]]:
    """Shapes and windows: kernel x stride x padding x dilation x ceil_mode; and a bool that marks a
    few of them, for checks that take long.
    """
    options: Any = itertools.product(
        (1, 2, 3, (1, 2), (2, 1), (3, 2)),
        (None, 1, 2, (3, 2)),
        (0, 1, (1, 0)),
        dilations,
        (False, True),
    )
    for number, (kernel, stride, padding, dilation, ceil_mode) in enumerate(options):
        shape = ((1, 2, 5, 7), (2, 1, 4, 6), (3, 5, 4))[number % 3]
        try:
            arguments = (kernel, stride, padding, dilation, ceil_mode)
            yield shape, window_over("grid", shape[-2:], *arguments), number % 11 == 0
        except ValueError:  # more padding than half the window
            continue
    for shape in ((0, 2, 4, 4), (2, 0, 4, 4)):
        yield shape, window_over("grid", (4, 4), 2, None, 0, 1, False), False


def covered(window: Window, y: int, x: int) -> tuple[slice, slice]:
    """The places that one window sees, from slices; a second way to say it than the kernels'."""
    slices = []
    for o, k, s, p, d in zip((y, x), *window[:4], strict=True):
        first = o * s - p
        slices.append(slice(first % d if first < 0 else first, max(first + (k - 1) * d + 1, 0), d))
    return slices[0], slices[1]


def _images(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for number, (shape, window, few) in enumerate(grid()):
        x = draw(rng, dtype, shape)
        if number % 3 == 2:  # in channels-last memory
            x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, -3, -1)), -1, -3)
        if number % 4 == 3:  # ties
            x, few = np.maximum(np.round(x), 0), False
        if number % 4 == 1:
            x, few = x.copy(order="K"), False
            x[rng.random(shape) < 0.2] = np.nan
            x[rng.random(shape) < 0.2] = -np.inf
        yield Sample((x,), (window,), smooth=few)
    for shape in ((2, 3, 4, 6), (3, 4, 6), (1, 2, 5, 5), (1, 2, 5, 4), (2, 1, 4, 5)):
        for ceil_mode in (False, True):  # windows of 2 x 2 side by side, which have a short way
            window = window_over("", shape[-2:], 2, None, 0, 1, ceil_mode)
            yield Sample((draw(rng, dtype, shape),), (window,))
    large = window_over("", (18, 17), (18, 16), (1, 1), 0, 1, False)  # numbers beyond 255
    yield Sample((draw(rng, dtype, (1, 1, 18, 17)),), (large,), False)
    yield Sample(
        (np.zeros((2, 3, 4, 4), dtype),), (window_over("", (4, 4), 2, None, 0, 1, False),), False
    )


def _windows(x: Array, window: Window) -> Iterator[tuple[tuple[int, int], Array]]:
    for y, column in np.ndindex(window.size):
        part = x[(..., *covered(window, y, column))]
        yield (y, column), part.reshape(*part.shape[:-2], part.shape[-2] * part.shape[-1])


def _highest(x: Array, window: Window) -> Array:
    out = np.empty((*x.shape[:-2], *window.size))
    for (y, column), part in _windows(x, window):
        out[..., y, column] = part.max(-1)
    return out


def _places(x: Array, window: Window) -> Array:
    numbers = np.broadcast_to(np.arange(x.shape[-2] * x.shape[-1]).reshape(x.shape[-2:]), x.shape)
    out = np.empty((*x.shape[:-2], *window.size), np.int64)
    last = zip(
        _windows(np.isnan(x), window), _windows(x, window), _windows(numbers, window), strict=True
    )
    for (at, nan), (_, part), (_, number) in last:
        best = np.where(nan.any(-1), nan.shape[-1] - 1 - nan[..., ::-1].argmax(-1), part.argmax(-1))
        out[(..., *at)] = np.take_along_axis(number, best[..., None], -1)[..., 0]
    return out


def _gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for sample in _images(rng, dtype):
        x, window = sample.inputs[0], sample.params[0]
        assert x is not None
        yield Sample((draw(rng, dtype, (*x.shape[:-2], *window.size)), x), (window,), sample.smooth)


def _gradient(grad: Array, x: Array, window: Window) -> Array:
    out = np.zeros((*x.shape[:-2], x.shape[-2] * x.shape[-1]))
    places = _places(x, window)
    for at in np.ndindex(grad.shape):
        out[(*at[:-2], places[at])] += grad[at]
    return out.reshape(x.shape)


def _torch_both(torch: Any, x: Any, window: Window) -> tuple[Any, Any]:
    """PyTorch, told to round up if that gives the windows wanted."""
    functional, kernel = torch.nn.functional, window[:4]
    if 0 in x.shape[1:]:  # PyTorch takes no images without channels
        empty = torch.zeros(*x.shape[:-2], *window.size, dtype=x.dtype)
        return empty + x.sum(), empty.long()
    for ceil_mode in (True, False):
        values, indices = functional.max_pool2d(x, *kernel, ceil_mode, return_indices=True)
        if tuple(values.shape[-2:]) == window.size:
            break
    return values, indices


def _refused(exception: type[Exception], match: str, *args: Any, **options: Any) -> ErrorSample:
    return ErrorSample(lambda: max_pool2d(tt.zeros(2, 3, 4), *args, **options), exception, match)


RECORDS = (
    Record(
        "max_pool2d",
        _images,
        _highest,
        torch=lambda torch, x, window: _torch_both(torch, x, window)[0],
        dtypes=("float64", "float32", "float16"),
        errors=(
            _refused(tt.ShapeError, "reaches over 4 places, but the input has 3", 4),
            _refused(tt.ShapeError, "reaches over 5 places, but the input has 3", 3, dilation=2),
            _refused(ValueError, "at most half", 2, padding=2),
            _refused(ValueError, "kernel_size must be at least 1, not 0", 0),
            _refused(ValueError, "stride must be at least 1, not 0", 2, 0),
            _refused(ValueError, "padding must be at least 0, not -1", 2, 1, -1),
            _refused(ValueError, "dilation must be at least 1", 2, dilation=(1, 0)),
            _refused(ValueError, "1 or 2 entries, not 3", (2, 2, 2)),
            _refused(TypeError, "kernel_size must be an int or 2 ints, not 2.0", 2.0),
            _refused(tt.ShapeError, "see none of the 3 places", 2, 1, (2, 0), (4, 1)),
            ErrorSample(lambda: max_pool2d(tt.zeros(3, 4), 2), tt.ShapeError, r"\(C, H, W\), but"),
            ErrorSample(lambda: max_pool1d(tt.zeros(4), 2), tt.ShapeError, r"\(C, L\), but"),
            ErrorSample(lambda: max_pool1d(tt.zeros(2, 0), 1), tt.ShapeError, "input has 0"),
            ErrorSample(lambda: max_pool1d(tt.zeros(1, 2), (1, 1)), ValueError, "needs one entry"),
            ErrorSample(lambda: max_pool2d([[1.0]], 1), TypeError, "must be a Tensor"),  # type: ignore[arg-type]
            ErrorSample(
                lambda: max_pool2d(tt.zeros(1, 2, 2, dtype=tt.int64), 2), tt.DTypeError, "float"
            ),
        ),
    ),
    Record(
        "max_pool2d_indices",
        _images,
        _places,
        torch=lambda torch, x, window: _torch_both(torch, x, window)[1],
    ),
    Record("max_pool2d_grad", _gradients, _gradient, dtypes=("float64", "float32", "float16")),
)
