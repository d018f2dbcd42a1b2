"""The records of batch normalisation, its gradient, and scaling per channel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...functional import batch_norm

__all__ = ["RECORDS"]

Rng = np.random.Generator
DType = np.dtype[Any]
DTYPES = ("float64", "float32", "float16")
TOLERANCE = {"float32": 2e-5, "float64": 1e-11, "float16": 2e-2}


def batches(rng: Rng, dtype: DType) -> Iterator[Array]:
    """Inputs (N, C, ...): each number of dimensions, both layouts, strided, one channel, empty."""
    for shape in ((4, 3), (5, 1), (3, 2, 5), (2, 3, 3, 2), (1, 2, 4, 1), (0, 3), (0, 2, 2, 3)):
        yield draw(rng, dtype, shape)
    yield draw(rng, dtype, (3, 2, 3, 4)).transpose(0, 3, 1, 2)  # channels last
    yield draw(rng, dtype, (3, 5, 2)).transpose(0, 2, 1)
    yield draw(rng, dtype, (4, 6, 2, 3)).transpose(3, 2, 1, 0)[:, :, ::2]  # neither
    yield draw(rng, dtype, (3, 4, 1)) + dtype.type(20)  # far from 0


def _vectors(rng: Rng, dtype: DType, x: Array) -> Iterator[tuple[Array | None, Array | None]]:
    channels = (x.shape[1],)
    yield draw(rng, dtype, channels), draw(rng, dtype, channels)
    if x.ndim < 4:
        yield None, None
        yield draw(rng, dtype, channels), None
        yield None, draw(rng, dtype, channels)


def _normalisations(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for x in batches(rng, dtype):
        for weight, bias in _vectors(rng, dtype, x):
            yield Sample((x, weight, bias), (0.25,), smooth=x.size > 0)
    yield Sample((draw(rng, dtype, (6, 2, 3)), None, None), (1e-5,))


def _dims(x: Array) -> tuple[int, ...]:
    return (0, *range(2, x.ndim))


def _on(x: Array, vector: Array | None, otherwise: float) -> Any:
    return otherwise if vector is None else vector.reshape(-1, *[1] * (x.ndim - 2))


def _normal(
    x: Array, weight: Array | None, bias: Array | None, eps: float
) -> tuple[Array, Array, Array]:
    if not x.size:
        return x, np.zeros(x.shape[1]), np.zeros(x.shape[1])
    mean, var = x.mean(_dims(x)), x.var(_dims(x))
    normal = (x - _on(x, mean, 0)) / np.sqrt(_on(x, var, 0) + eps)
    return normal * _on(x, weight, 1) + _on(x, bias, 0), mean, var


def _torch(torch: Any, x: Any, weight: Any, bias: Any, eps: float) -> Any:
    dims = (0, *range(2, x.ndim))
    if not x.numel():
        zeros = x.sum(dims)
        for vector in (weight, bias):
            x = x if vector is None else x * vector.reshape(-1, *[1] * (x.ndim - 2))
        return x * 1, zeros, zeros * 1
    out = torch.nn.functional.batch_norm(x, None, None, weight, bias, True, 0.0, eps)
    return out, x.mean(dims), x.var(dims, unbiased=False)


def _gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for x in batches(rng, dtype):
        channels = (x.shape[1],)
        mean, var = draw(rng, dtype, channels), draw(rng, dtype, channels, 0.5, 2.0)
        grad = draw(rng, dtype, x.shape)
        for weight in (draw(rng, dtype, channels), None):
            yield Sample((grad, x, weight, mean, var), (0.25,), smooth=x.size > 0)
    x = draw(rng, dtype, (2, 3, 2, 4)).transpose(0, 3, 1, 2)  # the gradient in another layout
    yield Sample((draw(rng, dtype, x.shape), x, None, mean, var), (0.5,))


def _gradient(
    grad: Array, x: Array, weight: Array | None, mean: Array, var: Array, eps: float
) -> tuple[Array, Array, Array]:
    root = np.sqrt(_on(x, var, 0) + eps)
    normal = (x - _on(x, mean, 0)) / root
    dw, db = (grad * normal).sum(_dims(x)), grad.sum(_dims(x))
    n = max(x.size // x.shape[1], 1)
    dx = grad - _on(x, db, 0) / n - normal * _on(x, dw, 0) / n
    return dx * _on(x, weight, 1) / root, dw, db


def _affine(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for x in batches(rng, dtype):
        scale, shift = draw(rng, dtype, (x.shape[1],)), draw(rng, dtype, (x.shape[1],))
        yield Sample((x, scale, shift))
        yield Sample((x, scale, None))


RECORDS = (
    Record(
        "batch_norm",
        _normalisations,
        _normal,
        torch=_torch,
        dtypes=DTYPES,
        tolerance=TOLERANCE,
        errors=(
            ErrorSample(
                lambda: batch_norm(tt.ones(1, 3), None, None, training=True),
                ValueError,
                r"more than one value, .* \(1, 3\); use a larger batch \(.*drop_last=True.* or eval\(\)",
            ),
            ErrorSample(lambda: batch_norm(tt.ones(2, 3), None, None), ValueError, "training=True"),
            ErrorSample(
                lambda: batch_norm(tt.ones(3), None, None, training=True),
                tt.ShapeError,
                r"must be \(N, C, ...\), but its shape is \(3,\)",
            ),
            ErrorSample(
                lambda: batch_norm(tt.ones(2, 3), tt.ones(2), tt.ones(3)),
                tt.ShapeError,
                r"3 channels, but the shape of running_mean is \(2,\)",
            ),
            ErrorSample(
                lambda: batch_norm(tt.ones(2, 3), None, None, tt.ones(3).double(), training=True),
                tt.DTypeError,
                r"weight tt.float64; .*\.to\(tt.float64\)",
            ),
            ErrorSample(
                lambda: batch_norm(tt.tensor([[1], [2]]), None, None, training=True),
                tt.DTypeError,
                r"use \.float\(\)",
            ),
            ErrorSample(
                lambda: batch_norm([[1.0]], None, None, training=True),  # type: ignore[arg-type]
                TypeError,
                "not list",
            ),
        ),
    ),
    Record("batch_norm_grad", _gradients, _gradient, dtypes=DTYPES, tolerance=TOLERANCE),
    Record(
        "channel_affine",
        _affine,
        lambda x, scale, shift: x * _on(x, scale, 1) + _on(x, shift, 0),
    ),
)
