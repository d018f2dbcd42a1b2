"""Reductions by the ``reduce`` methods of NumPy's universal functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...quiet import quiet
from ...typing import Array

# NumPy's annotations of `reduce` know no tuple of axes: so it is seen as Any
_add: Any = np.add.reduce
_multiply: Any = np.multiply.reduce
_maximum: Any = np.maximum.reduce
_minimum: Any = np.minimum.reduce
_and: Any = np.logical_and.reduce
_or: Any = np.logical_or.reduce
_FLOAT32 = np.dtype("float32")


def _wide(x: Array) -> Any:
    """The type in which sums are formed: integers and booleans as int64."""
    return x.dtype if x.dtype.kind == "f" else np.int64


def sum(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """x₁ + x₂ + ..."""
    if x.dtype is _FLOAT32 or (x.dtype.kind == "f" and x.dtype.itemsize > 2):
        return np.asarray(_add(x, axis=dims, keepdims=keepdim))
    if x.dtype.kind != "f":
        return np.asarray(_add(x, axis=dims, keepdims=keepdim, dtype=np.int64))
    # half precision ends at 65,504: partial sums may be larger than the result
    return np.asarray(_add(x, axis=dims, keepdims=keepdim, dtype=np.float32)).astype(x.dtype)


def prod(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """x₁ · x₂ · ..."""
    return np.asarray(_multiply(x, axis=dims, keepdims=keepdim, dtype=_wide(x)))


def amax(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """The largest element."""
    return np.asarray(_maximum(x, axis=dims, keepdims=keepdim))


def amin(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """The smallest element."""
    return np.asarray(_minimum(x, axis=dims, keepdims=keepdim))


def argmax(x: Array, dim: int, keepdim: bool) -> Array:
    """Where the largest element is."""
    return np.asarray(np.argmax(np.atleast_1d(x), axis=dim, keepdims=keepdim and x.ndim > 0))


def argmin(x: Array, dim: int, keepdim: bool) -> Array:
    """Where the smallest element is."""
    return np.asarray(np.argmin(np.atleast_1d(x), axis=dim, keepdims=keepdim and x.ndim > 0))


def all(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """Whether no element is 0."""
    return np.asarray(_and(x, axis=dims, keepdims=keepdim))


def any(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """Whether some element is not 0."""
    return np.asarray(_or(x, axis=dims, keepdims=keepdim))


@quiet
def logsumexp(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """ln Σ exp(x), shifted by the largest element."""
    high = _maximum(x, axis=dims, keepdims=True, initial=-np.inf)
    finite = np.where(np.isfinite(high), high, 0).astype(x.dtype, copy=False)
    total = _add(np.exp(x - finite), axis=dims, keepdims=True)
    out = np.log(total) + finite
    return np.asarray(out if keepdim else out.squeeze(axis=dims))


@quiet
def norm(x: Array, p: float, dims: tuple[int, ...], keepdim: bool) -> Array:
    """(Σ |x|ᵖ)^(1/p)."""
    if p == 2:
        return np.asarray(np.sqrt(_add(x * x, axis=dims, keepdims=keepdim)))
    total = _add(np.abs(x) ** p, axis=dims, keepdims=keepdim)
    return np.asarray(total ** (1 / p))


@quiet
def cumsum(x: Array, dim: int) -> Array:
    """The running sum along one dimension."""
    return np.cumsum(x, axis=dim, dtype=_wide(x)) if x.ndim else x.astype(_wide(x))


@quiet
def cumprod(x: Array, dim: int) -> Array:
    """The running product along one dimension."""
    return np.cumprod(x, axis=dim, dtype=_wide(x)) if x.ndim else x.astype(_wide(x))
