"""The records of group normalisation and its gradient."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...functional import group_norm, instance_norm

__all__ = ["RECORDS"]

Rng = np.random.Generator
DType = np.dtype[Any]
DTYPES = ("float64", "float32", "float16")
TOLERANCE = {"float32": 2e-5, "float64": 1e-11, "float16": 2e-2}


def _batches(rng: Rng, dtype: DType) -> Iterator[tuple[Array, int]]:
    for shape, groups in (
        ((3, 4), 2),
        ((2, 6, 5), 3),
        ((2, 3, 3, 2), 3),
        ((1, 4, 2, 3), 1),
        ((0, 4, 2), 2),
        ((2, 4, 0), 2),
    ):
        yield draw(rng, dtype, shape), groups
    for groups in (1, 2, 4):
        yield draw(rng, dtype, (2, 2, 3, 4)).transpose(0, 3, 1, 2), groups  # channels last
    yield draw(rng, dtype, (4, 6, 2, 3)).transpose(3, 2, 1, 0)[:, :, ::2], 1  # neither layout
    yield draw(rng, dtype, (2, 4, 3)) + dtype.type(20), 2  # far from 0


def _normalisations(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for x, groups in _batches(rng, dtype):
        weight, bias = draw(rng, dtype, x.shape[1:2]), draw(rng, dtype, x.shape[1:2])
        for vectors in ((weight, bias), (None, None), (weight, None), (None, bias)):
            yield Sample((x, *vectors), (groups, 0.25), smooth=x.size > 0)


def _grouped(x: Array, groups: int) -> Array:
    return x.reshape(len(x), groups, x.shape[1] // groups, math.prod(x.shape[2:]))


def _on(vector: Array | None, groups: int, otherwise: float) -> Any:
    return otherwise if vector is None else vector.reshape(1, groups, -1, 1)


def _normal(
    x: Array, weight: Array | None, bias: Array | None, groups: int, eps: float
) -> tuple[Array, Array, Array]:
    if not x.size:
        return x, np.zeros((len(x), groups)), np.zeros((len(x), groups))
    z = _grouped(x, groups)
    mean, var = z.mean((2, 3)), z.var((2, 3))
    normal = (z - mean[..., None, None]) / np.sqrt(var + eps)[..., None, None]
    out = normal * _on(weight, groups, 1) + _on(bias, groups, 0)
    return out.reshape(x.shape), mean, var


def _torch(torch: Any, x: Any, weight: Any, bias: Any, groups: int, eps: float) -> Any:
    if not x.numel():
        zeros = x.sum() + torch.zeros(len(x), groups, dtype=x.dtype)
        for vector in (weight, bias):
            x = x if vector is None else x * vector.reshape(-1, *[1] * (x.ndim - 2))
        return x * 1, zeros, zeros * 1
    z = x.reshape(len(x), groups, -1)
    mean = z.mean(-1)
    if weight is None and bias is not None:  # PyTorch's backward pass fails on a bias alone
        weight = torch.ones_like(bias)
    out = torch.nn.functional.group_norm(x, groups, weight, bias, eps)
    return out, mean, (z - mean[..., None]).square().mean(-1)


def _gradients(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for x, groups in _batches(rng, dtype):
        shape = (len(x), groups)
        mean, var = draw(rng, dtype, shape), draw(rng, dtype, shape, 0.5, 2.0)
        for weight in (draw(rng, dtype, x.shape[1:2]), None):
            grad = draw(rng, dtype, x.shape)
            yield Sample((grad, x, weight, mean, var), (groups, 0.25), smooth=x.size > 0)


def _gradient(
    grad: Array,
    x: Array,
    weight: Array | None,
    mean: Array,
    var: Array,
    groups: int,
    eps: float,
) -> tuple[Array, Array, Array]:
    root = np.sqrt(var + eps)[..., None, None]
    normal, flow = (_grouped(x, groups) - mean[..., None, None]) / root, _grouped(grad, groups)
    k = flow * _on(weight, groups, 1)
    n = max(k.shape[2] * k.shape[3], 1)
    k_mean, k_moment = (s.sum((2, 3), keepdims=True) / n for s in (k, k * normal))
    dx = (k - k_mean - normal * k_moment) / root
    dw, db = (s.sum((0, 3)).reshape(-1) for s in (flow * normal, flow))
    return dx.reshape(x.shape), dw, db


RECORDS = (
    Record(
        "group_norm",
        _normalisations,
        _normal,
        torch=_torch,
        dtypes=DTYPES,
        tolerance=TOLERANCE,
        errors=(
            ErrorSample(
                lambda: group_norm(tt.ones(2, 4, 3), 3),
                ValueError,
                "4 channels cannot be shared evenly by 3 groups",
            ),
            ErrorSample(lambda: group_norm(tt.ones(2, 4, 3), 0), ValueError, "by 0 groups"),
            ErrorSample(lambda: group_norm(tt.ones(2, 4), 4), ValueError, "a single value each"),
            ErrorSample(
                lambda: group_norm(tt.ones(2, 4), 2, tt.ones(3)), tt.ShapeError, r"must be \(4,\)"
            ),
            ErrorSample(lambda: group_norm(tt.ones(4), 2), tt.ShapeError, r"\(N, C, ...\)"),
            ErrorSample(lambda: instance_norm(tt.ones(2, 4, 1)), ValueError, "more than one value"),
            ErrorSample(
                lambda: instance_norm(tt.ones(2, 4, 3), use_input_stats=False),
                ValueError,
                "running_mean and running_var are needed",
            ),
            ErrorSample(
                lambda: instance_norm(tt.ones(2, 4, 3), tt.ones(3)),
                tt.ShapeError,
                r"running_mean is \(3,\)",
            ),
        ),
    ),
    Record("group_norm_grad", _gradients, _gradient, dtypes=DTYPES, tolerance=TOLERANCE),
)
