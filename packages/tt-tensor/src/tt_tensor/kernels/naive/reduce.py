"""Reductions: walking along some dimensions and keeping one number."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ...typing import Array


def lanes(
    x: Array, dims: tuple[int, ...], keepdim: bool
) -> Iterator[tuple[tuple[int, ...], list[Any]]]:
    """For every place of the result: its index, and the elements that are reduced to it."""
    kept = [d for d in range(x.ndim) if d not in dims]
    for place in np.ndindex(*[x.shape[d] for d in kept]):
        where: list[Any] = [slice(None)] * x.ndim
        for d, i in zip(kept, place, strict=True):
            where[d] = i
        index = tuple(0 if d in dims else where[d] for d in range(x.ndim)) if keepdim else place
        yield index, list(np.asarray(x[tuple(where)]).reshape(-1))


def reduced_shape(x: Array, dims: tuple[int, ...], keepdim: bool) -> tuple[int, ...]:
    """The shape of a result: reduced dimensions are dropped, or kept with size 1."""
    if keepdim:
        return tuple(1 if d in dims else n for d, n in enumerate(x.shape))
    return tuple(n for d, n in enumerate(x.shape) if d not in dims)


def reduce(
    x: Array, dims: Any, keepdim: bool, function: Callable[[list[Any]], Any], dtype: Any = None
) -> Array:
    """``function`` of each lane."""
    out = np.empty(reduced_shape(x, dims, keepdim), x.dtype if dtype is None else dtype)
    for index, lane in lanes(x, dims, keepdim):
        out[index] = function(lane)
    return out


def sum(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """x₁ + x₂ + ...; integers and booleans are added as int64."""
    if x.dtype.kind == "f":
        return reduce(x, dims, keepdim, math.fsum)
    return reduce(x, dims, keepdim, lambda lane: math_sum([int(a) for a in lane]), np.int64)


def math_sum(numbers: list[int]) -> int:
    """Python's sum of integers, wrapped around like int64."""
    total = 0
    for number in numbers:
        total += number
    return (total + (1 << 63)) % (1 << 64) - (1 << 63)


def prod(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """x₁ · x₂ · ...; integers and booleans are multiplied as int64."""
    if x.dtype.kind == "f":
        return reduce(x, dims, keepdim, lambda lane: math.prod([float(a) for a in lane]))
    return reduce(x, dims, keepdim, lambda lane: math.prod([int(a) for a in lane]), np.int64)


def amax(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """The largest element; NaN if there is one."""
    return reduce(x, dims, keepdim, lambda lane: lane[_best(lane, larger=True)])


def amin(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """The smallest element; NaN if there is one."""
    return reduce(x, dims, keepdim, lambda lane: lane[_best(lane, larger=False)])


def argmax(x: Array, dim: int, keepdim: bool) -> Array:
    """Where the largest element is, the first if there are several."""
    return reduce(x, (dim,), keepdim, lambda lane: _best(lane, larger=True), np.int64)


def argmin(x: Array, dim: int, keepdim: bool) -> Array:
    """Where the smallest element is, the first if there are several."""
    return reduce(x, (dim,), keepdim, lambda lane: _best(lane, larger=False), np.int64)


def all(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """Whether no element is 0."""
    return reduce(x, dims, keepdim, lambda lane: not [a for a in lane if not a], bool)


def any(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """Whether some element is not 0."""
    return reduce(x, dims, keepdim, lambda lane: bool([a for a in lane if a]), bool)


def logsumexp(x: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """ln Σ exp(x), shifted by the largest element."""

    def shifted(lane: list[Any]) -> float:
        high = max((float(a) for a in lane), default=-math.inf)
        if math.isinf(high):
            return high
        return high + math.log(math.fsum(math.exp(float(a) - high) for a in lane))

    return reduce(x, dims, keepdim, shifted)


def norm(x: Array, p: float, dims: tuple[int, ...], keepdim: bool) -> Array:
    """(Σ |x|ᵖ)^(1/p)."""
    with np.errstate(divide="ignore"):  # 0 to a negative power is infinity here
        return reduce(
            x,
            dims,
            keepdim,
            lambda lane: np.float64(math.fsum(np.abs(np.float64(a)) ** p for a in lane)) ** (1 / p),
        )


def cumsum(x: Array, dim: int) -> Array:
    """The running sum along one dimension."""
    return _running(x, dim, lambda total, a: total + a)


def cumprod(x: Array, dim: int) -> Array:
    """The running product along one dimension."""
    return _running(x, dim, lambda total, a: total * a)


def _running(x: Array, dim: int, step: Callable[[Any, Any], Any]) -> Array:
    out = np.array(x, x.dtype if x.dtype.kind == "f" else np.int64)
    if x.ndim:
        along = np.moveaxis(out, dim, 0)
        for i in range(1, along.shape[0]):
            for j in np.ndindex(along.shape[1:]):
                along[(i, *j)] = step(along[(i - 1, *j)], along[(i, *j)])
    return out


def _best(lane: list[Any], *, larger: bool) -> int:
    best = 0
    for i, a in enumerate(lane):
        if lane[best] != lane[best]:
            break
        if a != a or (a > lane[best] if larger else a < lane[best]):
            best = i
    return best
