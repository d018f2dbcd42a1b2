"""The kernels of attention and of its gradient: the definition in loops, and the fast ones.

Arrays are (..., L, D) for queries and (..., S, D) for keys and values, with L queries and S keys.
The leading dimensions, such as batch and heads, broadcast.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from tt_tensor.typing import Array

__all__ = ["attention_grad_naive", "attention_grad_numpy", "attention_naive", "attention_numpy"]

Optional = Array | None


def attention_naive(
    query: Array, key: Array, value: Array, mask: Optional, scale: float, causal: bool
) -> tuple[Array, Array]:
    """Query by query: how well it fits each key, the softmax of that, the mean of the values."""
    lead = np.broadcast_shapes(query.shape[:-2], key.shape[:-2], value.shape[:-2])
    q, k, v = (np.broadcast_to(x, (*lead, *x.shape[-2:])) for x in (query, key, value))
    length, size = q.shape[-2], k.shape[-2]
    out = np.zeros((*lead, length, v.shape[-1]), query.dtype)
    weights = np.zeros((*lead, length, size), query.dtype)
    added = None if mask is None else np.broadcast_to(mask, weights.shape)
    for place in np.ndindex(*lead, length):
        *head, i = place
        scores = [-math.inf] * size
        for j in range(size):
            if not causal or j <= i:
                scores[j] = scale * float(np.dot(q[place], k[(*head, j)]))
                scores[j] += 0.0 if added is None else float(added[(*place, j)])
        weights[place] = softmax_of(scores)
        for j in range(size):
            out[place] += weights[(*place, j)] * v[(*head, j)]
    return out, weights


def softmax_of(scores: list[float]) -> list[float]:
    """exp(s) / Σ exp(s); all zeros if every score is -∞: a query that may look nowhere."""
    highest = max(scores, default=-math.inf)
    if highest == -math.inf:
        return [0.0] * len(scores)
    powers = [math.exp(s - highest) for s in scores]
    return [p / math.fsum(powers) for p in powers]


def attention_numpy(
    query: Array, key: Array, value: Array, mask: Optional, scale: float, causal: bool
) -> tuple[Array, Array]:
    """Two matrix products per head with a softmax between them, which works in place."""
    # (..., L, D) @ (..., D, S) -> (..., L, S); the queries are the smaller thing to scale
    scores = np.matmul(query * query.dtype.type(scale), key.swapaxes(-1, -2))
    if causal:
        scores += triangle(*scores.shape[-2:], scores.dtype.char)
    if mask is not None:
        scores = scores + mask if mask.ndim > scores.ndim else np.add(scores, mask, out=scores)
    if scores.size:
        softmax_in_place(scores, mask is not None)
    return np.matmul(scores, value), scores


def softmax_in_place(scores: Array, hidden: bool) -> None:
    """exp(s) / Σ exp(s) along the last dimension; rows of -∞ alone, if any may be, become 0."""
    highest = np.maximum.reduce(scores, axis=-1, keepdims=True)
    if hidden:
        highest[highest == -np.inf] = 0
    scores -= highest
    np.exp(scores, scores)
    total = np.add.reduce(scores, axis=-1, keepdims=True)
    if hidden:
        total[total == 0] = 1
    scores /= total


@functools.lru_cache(maxsize=32)
def triangle(length: int, size: int, kind: str) -> Array:
    """(L, S): 0 where key j is not later than query i, -∞ above the diagonal."""
    out = np.triu(np.full((length, size), -np.inf, kind), 1)
    out.flags.writeable = False
    return out


def attention_grad_naive(
    grad: Array, query: Array, key: Array, value: Array, weights: Array, scale: float
) -> tuple[Array, Array, Array, Array]:
    """Backwards through the mean, the softmax and the products, query by query."""
    lead = weights.shape[:-2]
    q, k, v = (np.broadcast_to(x, (*lead, *x.shape[-2:])) for x in (query, key, value))
    dq, dk, dv = (np.zeros(x.shape, query.dtype) for x in (q, k, v))
    ds = np.zeros_like(weights)
    size = weights.shape[-1]
    for place in np.ndindex(weights.shape[:-1]):
        head = place[:-1]
        row = weights[place]
        flows = [float(np.dot(grad[place], v[(*head, j)])) for j in range(size)]
        mean = math.fsum(float(w) * f for w, f in zip(row, flows, strict=True))
        for j in range(size):
            dv[(*head, j)] += row[j] * grad[place]
            ds[(*place, j)] = row[j] * (flows[j] - mean)
            dq[place] += scale * ds[(*place, j)] * k[(*head, j)]
            dk[(*head, j)] += scale * ds[(*place, j)] * q[place]
    return dq, dk, dv, ds


def attention_grad_numpy(
    grad: Array, query: Array, key: Array, value: Array, weights: Array, scale: float
) -> tuple[Array, Array, Array, Array]:
    """Four matrix products per head, and the softmax's gradient in place."""
    dv = np.matmul(weights.swapaxes(-1, -2), grad)  # (..., S, L) @ (..., L, D)
    ds: Any = np.matmul(grad, value.swapaxes(-1, -2))  # (..., L, S)
    ds *= weights
    ds -= weights * np.add.reduce(ds, axis=-1, keepdims=True)
    dq = np.matmul(ds, key)
    dk = np.matmul(ds.swapaxes(-1, -2), query)
    factor = query.dtype.type(scale)
    dq *= factor
    dk *= factor
    return dq, dk, dv, ds
