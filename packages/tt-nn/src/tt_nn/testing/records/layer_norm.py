"""The records of layer and RMS normalisation and their gradients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...functional import layer_norm, rms_norm

__all__ = ["RECORDS"]

Rng = np.random.Generator
DType = np.dtype[Any]
DTYPES = ("float64", "float32", "float16")
TOLERANCE = {"float32": 2e-5, "float64": 1e-11, "float16": 2e-2}


def _rows(rng: Rng, dtype: DType) -> Iterator[Array]:
    for shape in ((4,), (3, 5), (2, 3, 4), (1, 7), (0, 3), (2, 0, 3), (5, 1)):
        yield draw(rng, dtype, shape)
    yield draw(rng, dtype, (4, 6)).T[::2]
    yield draw(rng, dtype, (2, 3, 8))[..., ::2]
    yield draw(rng, dtype, (3, 6)) + dtype.type(20)  # far from 0


def _vectors(rng: Rng, dtype: DType, features: int) -> Iterator[tuple[Array | None, Array | None]]:
    for weight in (True, False):
        for bias in (True, False):
            yield (
                draw(rng, dtype, (features,)) if weight else None,
                draw(rng, dtype, (features,)) if bias else None,
            )


def _layers(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for x in _rows(rng, dtype):
        for weight, bias in _vectors(rng, dtype, x.shape[-1]):
            yield Sample((x, weight, bias), (0.25,), smooth=x.size > 0)
    yield Sample((draw(rng, dtype, (3, 9)), None, None), (1e-5,))


def _mean(x: Array) -> Array:
    return np.asarray(x.sum(-1, keepdims=True) / x.shape[-1])


def _layer(
    x: Array, weight: Array | None, bias: Array | None, eps: float
) -> tuple[Array, Array, Array]:
    mean = _mean(x)
    var = _mean(x * x) - mean * mean
    normal = (x - mean) / np.sqrt(var + eps)
    out = normal * (1 if weight is None else weight) + (0 if bias is None else bias)
    return out, mean[..., 0], var[..., 0]


def _torch_layer(torch: Any, x: Any, weight: Any, bias: Any, eps: float) -> Any:
    out = torch.nn.functional.layer_norm(x, x.shape[-1:], weight, bias, eps)
    mean = x.mean(-1)
    return out, mean, (x - mean[..., None]).square().mean(-1)


def _layer_gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for x in _rows(rng, dtype):
        mean, var = draw(rng, dtype, x.shape[:-1]), draw(rng, dtype, x.shape[:-1], 0.5, 2.0)
        for weight in (draw(rng, dtype, x.shape[-1:]), None):
            grad = draw(rng, dtype, x.shape)
            yield Sample((grad, x, weight, mean, var), (0.25,), smooth=x.size > 0)


def _sum_of_rows(x: Array) -> Array:
    return np.asarray(x.reshape(-1, x.shape[-1]).sum(0) if x.size else np.zeros(x.shape[-1]))


def _layer_gradient(
    grad: Array, x: Array, weight: Array | None, mean: Array, var: Array, eps: float
) -> tuple[Array, Array, Array]:
    root = np.sqrt(var + eps)[..., None]
    normal = (x - mean[..., None]) / root
    k = grad * (1 if weight is None else weight)
    dx = (k - _mean(k) - normal * _mean(k * normal)) / root
    return dx, _sum_of_rows(grad * normal), _sum_of_rows(grad)


def _rms_layers(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for x in _rows(rng, dtype):
        for weight in (draw(rng, dtype, x.shape[-1:]), None):
            yield Sample((x, weight), (0.25,), smooth=x.size > 0)
    yield Sample((draw(rng, dtype, (3, 9)), None), (1e-5,))


def _rms(x: Array, weight: Array | None, eps: float) -> tuple[Array, Array]:
    square = _mean(x * x)
    return x / np.sqrt(square + eps) * (1 if weight is None else weight), square[..., 0]


def _torch_rms(torch: Any, x: Any, weight: Any, eps: float) -> Any:
    return torch.nn.functional.rms_norm(x, x.shape[-1:], weight, eps), (x * x).mean(-1)


def _rms_gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for sample in _layer_gradients(rng, dtype):
        grad, x, weight, _, var = sample.inputs
        yield Sample((grad, x, weight, var), sample.params, sample.smooth)


def _rms_gradient(
    grad: Array, x: Array, weight: Array | None, square: Array, eps: float
) -> tuple[Array, Array]:
    root = np.sqrt(square + eps)[..., None]
    normal = x / root
    k = grad * (1 if weight is None else weight)
    return (k - normal * _mean(k * normal)) / root, _sum_of_rows(grad * normal)


RECORDS = (
    Record(
        "layer_norm",
        _layers,
        _layer,
        torch=_torch_layer,
        dtypes=DTYPES,
        tolerance=TOLERANCE,
        errors=(
            ErrorSample(
                lambda: layer_norm(tt.ones(2, 3), (2,)),
                tt.ShapeError,
                r"shape \(2, 3\) must end in normalized_shape, which is \(2,\)",
            ),
            ErrorSample(
                lambda: layer_norm(tt.ones(2), ()), tt.ShapeError, "at least one dimension"
            ),
            ErrorSample(lambda: layer_norm(tt.ones(2), 2), TypeError, r"such as \(2,\)"),  # type: ignore[arg-type]
            ErrorSample(
                lambda: layer_norm(tt.ones(2, 3), (3,), tt.ones(2)),
                tt.ShapeError,
                r"weight must have the shape \(3,\)",
            ),
            ErrorSample(
                lambda: layer_norm(tt.ones(3), (3,), None, tt.ones(3).double()),
                tt.DTypeError,
                r"bias tt\.float64; .*\.to\(tt\.float64\)",
            ),
            ErrorSample(lambda: layer_norm([1.0], (1,)), TypeError, "not list"),  # type: ignore[arg-type]
        ),
    ),
    Record(
        "layer_norm_grad", _layer_gradients, _layer_gradient, dtypes=DTYPES, tolerance=TOLERANCE
    ),
    Record(
        "rms_norm",
        _rms_layers,
        _rms,
        torch=_torch_rms,
        dtypes=DTYPES,
        tolerance=TOLERANCE,
        errors=(
            ErrorSample(lambda: rms_norm(tt.ones(2, 3), (2,)), tt.ShapeError, r"\(2, 3\) must end"),
            ErrorSample(lambda: rms_norm(tt.tensor([1]), (1,)), tt.DTypeError, r"use \.float\(\)"),
        ),
    ),
    Record("rms_norm_grad", _rms_gradients, _rms_gradient, dtypes=DTYPES, tolerance=TOLERANCE),
)
