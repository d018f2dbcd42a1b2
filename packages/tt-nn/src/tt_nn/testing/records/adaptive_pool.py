"""The records of adaptive pooling."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...functional import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_max_pool2d

__all__ = ["RECORDS"]

Rng = np.random.Generator
DType = np.dtype[Any]
Shape = tuple[int, int]


def _images(rng: Rng, dtype: DType) -> Iterator[Sample]:
    sizes: tuple[Shape, ...] = ((1, 1), (2, 3), (3, 2), (4, 4), (5, 7), (8, 9))
    for shape in ((2, 1, 5, 7), (3, 4, 6), (1, 2, 1, 4)):
        for size in sizes:
            x = draw(rng, dtype, shape)
            if size[0] == 2:  # in channels-last memory
                x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, -3, -1)), -1, -3)
            yield Sample((x,), (size,), smooth=size in ((1, 1), (4, 4)))
    yield Sample((draw(rng, dtype, (0, 2, 4, 4)),), ((2, 2),), smooth=False)


def _with_ties_and_nan(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from _images(rng, dtype)
    for shape in ((2, 1, 5, 7), (3, 4, 6)):
        yield Sample((np.maximum(np.round(draw(rng, dtype, shape)), 0),), ((2, 3),))
        x = draw(rng, dtype, shape)
        x[rng.random(shape) < 0.2] = np.nan
        yield Sample((x,), ((2, 3),))
        yield Sample((np.full(shape, -np.inf, dtype),), ((2, 3),))


def _matrix(size: int, length: int) -> Array:
    """(size, length): the weight of each place in each mean."""
    seen = np.zeros((size, length))
    for o in range(size):
        seen[o, math.floor(o * length / size) : math.ceil((o + 1) * length / size)] = 1
    return np.asarray(seen / seen.sum(1, keepdims=True))


def _mean(x: Array, size: Shape) -> Array:
    rows, columns = (_matrix(m, n) for m, n in zip(size, x.shape[-2:], strict=True))
    return np.asarray(rows @ x @ columns.T)


def _gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for sample in _images(rng, dtype):
        x = sample.inputs[0]
        assert x is not None
        grad = draw(rng, dtype, (*x.shape[:-2], *sample.params[0]))
        yield Sample((grad,), (x.shape[-2:],), sample.smooth)


def _gradient(grad: Array, shape: Shape) -> Array:
    rows, columns = (_matrix(m, n) for m, n in zip(grad.shape[-2:], shape, strict=True))
    return np.asarray(rows.T @ grad @ columns)


def _places(x: Array, size: Shape) -> Array:
    """All places of all windows, those outside as -inf; the last NaN, or the first highest."""
    rows, columns = (_matrix(m, n) > 0 for m, n in zip(size, x.shape[-2:], strict=True))
    inside = (rows[:, None, :, None] & columns[None, :, None, :]).reshape(*size, -1)
    flat = x.reshape(*x.shape[:-2], 1, 1, x.shape[-2] * x.shape[-1])
    nan = np.isnan(flat) & inside
    last = nan.shape[-1] - 1 - nan[..., ::-1].argmax(-1)
    lowered = np.where(inside, np.where(np.isneginf(flat), -1e300, flat), -np.inf)
    return np.asarray(np.where(nan.any(-1), last, np.where(nan, 0, lowered).argmax(-1)))


def _torch_places(torch: Any, x: Any, size: Shape) -> Any:
    return torch.nn.functional.adaptive_max_pool2d(x, size, return_indices=True)[1]


def _refused(exception: type[Exception], match: str, size: Any) -> ErrorSample:
    return ErrorSample(lambda: adaptive_avg_pool2d(tt.zeros(2, 3, 4), size), exception, match)


RECORDS = (
    Record(
        "adaptive_avg_pool2d",
        _images,
        _mean,
        torch=lambda torch, x, size: torch.nn.functional.adaptive_avg_pool2d(x, size),
        dtypes=("float64", "float32", "float16"),
        tolerance={"float32": 1e-5},
        errors=(
            _refused(ValueError, "output_size must be at least 1, not 0", 0),
            _refused(ValueError, r"output_size must be at least 1, not \(2, -1\)", (2, -1)),
            _refused(ValueError, "needs 2 entries, not 1", (2,)),
            _refused(TypeError, "made of ints and None, not 2.0", 2.0),
            ErrorSample(lambda: adaptive_avg_pool2d(tt.zeros(3, 4), 1), tt.ShapeError, "C, H, W"),
            ErrorSample(lambda: adaptive_avg_pool1d(tt.zeros(4), 1), tt.ShapeError, "C, L"),
            ErrorSample(lambda: adaptive_avg_pool1d(tt.zeros(2, 0), 1), tt.ShapeError, "nothing"),
            ErrorSample(
                lambda: adaptive_max_pool2d(tt.ones(1, 2, 2, dtype=tt.int64), 1),
                tt.DTypeError,
                r"adaptive_max_pool2d: input must be floating point, .*\.float\(\)",
            ),
        ),
    ),
    Record("adaptive_avg_pool2d_grad", _gradients, _gradient, tolerance={"float32": 1e-5}),
    Record("adaptive_max_pool2d_indices", _with_ties_and_nan, _places, torch=_torch_places),
)
