"""Records of reductions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt

from ...typing import Array
from ..record import ALL_DTYPES, FLOATS, INTEGERS, ErrorSample, Record, Sample, register
from ..samples import draw

Rng = np.random.Generator
DType = np.dtype[Any]


def _some(low: float = -3, high: float = 3, *, empty: bool = True) -> Any:
    """Every choice of dimensions, kept and dropped; ties only where there are integers."""

    def sample(rng: Rng, dtype: DType) -> Iterator[Sample]:
        for shape, dims in (
            ((), ()),
            ((5,), (0,)),
            ((3, 4), (0,)),
            ((3, 4), (1,)),
            ((3, 4), (0, 1)),
            ((2, 3, 2), (0, 2)),
        ):
            for keepdim in (False, True):
                yield Sample((draw(rng, dtype, shape, low, high),), (dims, keepdim))
        yield Sample((draw(rng, dtype, (4, 6), low, high).T[::-2],), (((0,)), False))
        if empty:
            yield Sample((draw(rng, dtype, (0, 3)),), ((0,), False))
            yield Sample((draw(rng, dtype, (0, 3)),), ((1,), False))

    return sample


def _with_zeros(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from _some(0.5, 2)(rng, dtype)
    x = draw(rng, dtype, (3, 4), 0.5, 2)
    x[0, 1] = x[2, 1] = x[1, 2] = 0
    for dims in ((0,), (1,), (0, 1)):
        yield Sample((x,), (dims, False))


def _with_ties(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from _some(empty=False)(rng, dtype)
    yield Sample((np.asarray([[1, 2, 2], [2, 0, 1]], dtype),), ((0, 1), False), smooth=False)
    if dtype.kind == "f":
        yield Sample((np.asarray([[1, np.nan], [2, 0]], dtype),), ((1,), False), smooth=False)


def _one_dim(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for shape, dim in (((), 0), ((5,), 0), ((3, 4), 0), ((3, 4), 1), ((2, 3, 2), 1)):
        for keepdim in (False, True):
            yield Sample((draw(rng, dtype, shape),), (dim, keepdim))
    yield Sample((np.asarray([2, 1, 2, 1], dtype),), (0, False))


def _running(low: float, high: float) -> Any:
    def sample(rng: Rng, dtype: DType) -> Iterator[Sample]:
        for shape, dim in (((5,), 0), ((3, 4), 0), ((3, 4), 1), ((2, 3, 2), 1), ((0, 3), 0)):
            yield Sample((draw(rng, dtype, shape, low, high),), (dim,))

    return sample


def _products_with_zeros(rng: Rng, dtype: DType) -> Iterator[Sample]:
    yield from _running(0.5, 2)(rng, dtype)
    yield Sample((np.asarray([[2, 0, 3, 0, 1], [1, 2, 3, 1, 2]], dtype),), (1,))


def _sums(function: Any) -> Any:
    return lambda x, dims, keepdim: function(x, axis=dims, keepdims=keepdim)


def _logsumexp(x: Array, axis: Any, keepdims: bool) -> Array:
    return np.asarray(np.log(np.exp(x).sum(axis=axis, keepdims=keepdims)))


def _place(function: Any) -> Any:
    def reference(x: Array, dim: int, keepdim: bool) -> Array:
        return np.zeros((), np.int64) if not x.ndim else function(x, axis=dim, keepdims=keepdim)

    return reference


def _torch_place(name: str) -> Any:
    return lambda torch, x, dim, keepdim: getattr(torch, name)(x, dim, keepdim)


def _prods(torch: Any, x: Any, dims: Any, keepdim: bool) -> Any:
    if not dims:
        return torch.prod(x)
    for d in sorted(dims, reverse=True):
        x = torch.prod(x, d, keepdim)
    return x


def _lengths(rng: Rng, dtype: DType) -> Iterator[Sample]:
    for p in (2.0, 3.0, 1.5, 0.5):
        yield Sample((draw(rng, dtype, (3, 4)),), (p, (1,), False))
        yield Sample((draw(rng, dtype, (2, 3)),), (p, (0, 1), True))
    yield Sample((draw(rng, dtype, ()),), (2.0, (), False))
    yield Sample((np.zeros((2, 3), dtype),), (2.0, (1,), False), smooth=False)
    yield Sample((np.zeros((2, 3), dtype),), (3.0, (0, 1), False), smooth=False)
    yield Sample((draw(rng, dtype, (0, 3)),), (2.0, (0,), False), smooth=False)


_NUMBERS = (*FLOATS, *INTEGERS)

register(
    Record(
        "sum",
        _some(),
        _sums(np.sum),
        torch=lambda torch, x, dims, k: torch.sum(x, dims, k) if dims else torch.sum(x),
        dtypes=ALL_DTYPES,
        errors=(ErrorSample(lambda: tt.ones(2, 3).sum(2), IndexError, "out of range"),),
    ),
    Record(
        "prod",
        _with_zeros,
        _sums(np.prod),
        torch=lambda torch, x, dims, k: (
            torch.prod(x, dims[0], k) if len(dims) == 1 else _prods(torch, x, dims, k)
        ),
        dtypes=(*FLOATS, "int64", "int32"),
    ),
    Record(
        "amax",
        _with_ties,
        _sums(np.max),
        torch=lambda torch, x, dims, k: torch.amax(x, dims, k),
        dtypes=_NUMBERS,
        errors=(ErrorSample(lambda: tt.zeros(0).max(), ValueError, "no element"),),
    ),
    Record(
        "amin",
        _with_ties,
        _sums(np.min),
        torch=lambda torch, x, dims, k: torch.amin(x, dims, k),
        dtypes=_NUMBERS,
    ),
    Record("argmax", _one_dim, _place(np.argmax), torch=_torch_place("argmax"), dtypes=FLOATS),
    Record("argmin", _one_dim, _place(np.argmin), torch=_torch_place("argmin"), dtypes=FLOATS),
    Record("all", _some(0, 1), _sums(np.all), dtypes=ALL_DTYPES),
    Record("any", _some(-1, 0), _sums(np.any), dtypes=ALL_DTYPES),
    Record(
        "logsumexp",
        _some(empty=False),
        _sums(_logsumexp),
        torch=lambda torch, x, dims, k: torch.logsumexp(x, dims if dims else (), k),
    ),
    Record(
        "norm",
        _lengths,
        lambda x, p, dims, k: np.sum(np.abs(x) ** p, dims, keepdims=k) ** (1 / p),
        torch=lambda torch, x, p, dims, k: torch.linalg.vector_norm(x, p, dims or None, k),
        errors=(ErrorSample(lambda: tt.norm(tt.tensor([1])), tt.DTypeError, "floating point"),),
    ),
    Record(
        "cumsum",
        _running(-3, 3),
        lambda x, dim: np.cumsum(x, dim, dtype=x.dtype if x.dtype.kind == "f" else np.int64),
        torch=lambda torch, x, dim: torch.cumsum(x, dim),
        dtypes=(*FLOATS, *INTEGERS, "bool"),
    ),
    Record(
        "cumprod",
        _products_with_zeros,
        lambda x, dim: np.cumprod(x, dim, dtype=x.dtype if x.dtype.kind == "f" else np.int64),
        torch=lambda torch, x, dim: torch.cumprod(x, dim),
        dtypes=(*FLOATS, "int64"),
    ),
)
