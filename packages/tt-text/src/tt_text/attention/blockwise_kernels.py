"""The kernels of blockwise attention: the weights exist for a small block at a time, never at once.

Queries are (..., L, D), keys (..., S, D), values (..., S, E); the leading dimensions broadcast, and
the mask broadcasts to (..., L, S).

A softmax needs the sum over all keys.  The online softmax keeps for each query the highest score m
so far, the sum t of exp(s - m) and the sum o of exp(s - m) v; when a higher score comes, t and o are
shrunk by exp(m_old - m_new).  In the end the output is o / t.  (Milakov and Gimelshein, "Online
normalizer calculation for softmax", 2018.)
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from tt_tensor.typing import Array

from .kernels import softmax_of

__all__ = ["blockwise_grad_naive", "blockwise_grad_numpy", "blockwise_naive", "blockwise_numpy"]

Optional = Array | None


def blockwise_naive(
    query: Array, key: Array, value: Array, mask: Optional, scale: float, causal: bool, block: int
) -> Array:
    """Query by query, key by key: no softmax is ever there as a whole."""
    q, k, v, added = together(query, key, value, mask)
    out = np.zeros((*q.shape[:-1], v.shape[-1]), query.dtype)
    for place in np.ndindex(q.shape[:-1]):
        *head, i = place
        highest, total, sums = -math.inf, 0.0, np.zeros(v.shape[-1])
        for j in range(min(i + 1, k.shape[-2]) if causal else k.shape[-2]):
            score = scale * float(np.dot(q[place], k[(*head, j)])) + float(added[(*place, j)])
            if score == -math.inf:
                continue
            new = max(highest, score)
            shrink, weight = math.exp(highest - new), math.exp(score - new)
            total = total * shrink + weight
            sums = sums * shrink + weight * v[(*head, j)]
            highest = new
        if total:
            out[place] = sums / total
    return out


def blockwise_numpy(
    query: Array, key: Array, value: Array, mask: Optional, scale: float, causal: bool, block: int
) -> Array:
    """A block of queries after the other, each against all blocks of keys."""
    lead = np.broadcast_shapes(query.shape[:-2], key.shape[:-2], value.shape[:-2])
    length = query.shape[-2]
    out = np.zeros((*lead, length, value.shape[-1]), query.dtype)
    if out.size and key.shape[-2]:
        for rows in blocks(length, block):
            part = query[..., rows, :] * query.dtype.type(scale)
            out[..., rows, :] = attend(part, key, value, mask, causal, rows, block)[0]
    return out


def attend(
    query: Array,
    key: Array,
    value: Array,
    mask: Optional,
    causal: bool,
    rows: slice,
    block: int,
) -> tuple[Array, Array]:
    """The online softmax of a block of queries, which are scaled already.

    Returns:
        Their outputs, and ln Σ exp(score) of each (..., rows, 1): the weights are then
        exp(score - this).
    """
    kind = query.dtype
    highest, total = np.array(-np.inf, kind), np.array(0, kind)
    sums = np.array(0, kind)
    for columns in blocks(rows.stop if causal else key.shape[-2], block, key.shape[-2]):
        scores = block_scores(query, key, mask, causal, rows, columns)
        new = np.maximum(highest, scores.max(-1, keepdims=True))
        base = np.where(new == -np.inf, kind.type(0), new)  # a query that has seen nothing yet
        shrink = np.exp(highest - base)
        scores -= base
        weights = np.exp(scores, scores)
        total = total * shrink + weights.sum(-1, keepdims=True)
        sums = sums * shrink + np.matmul(weights, value[..., columns, :])
        highest = new
    total = np.where(total == 0, kind.type(1), total)
    return sums / total, np.where(highest == -np.inf, kind.type(0), highest) + np.log(total)


def blockwise_grad_naive(
    grad: Array,
    query: Array,
    key: Array,
    value: Array,
    mask: Optional,
    scale: float,
    causal: bool,
    block: int,
) -> tuple[Array, Array, Array]:
    """Query by query: its weights once more, then backwards through mean, softmax and product."""
    q, k, v, added = together(query, key, value, mask)
    dq, dk, dv = (np.zeros(x.shape, query.dtype) for x in (q, k, v))
    for place in np.ndindex(q.shape[:-1]):
        *head, i = place
        keys = range(min(i + 1, k.shape[-2]) if causal else k.shape[-2])
        row = softmax_of(
            [
                scale * float(np.dot(q[place], k[(*head, j)])) + float(added[(*place, j)])
                for j in keys
            ]
        )
        flows = [float(np.dot(grad[place], v[(*head, j)])) for j in keys]
        mean = math.fsum(w * f for w, f in zip(row, flows, strict=True))
        for j in keys:
            ds = row[j] * (flows[j] - mean)
            dv[(*head, j)] += row[j] * grad[place]
            dq[place] += scale * ds * k[(*head, j)]
            dk[(*head, j)] += scale * ds * q[place]
    return dq, dk, dv


def blockwise_grad_numpy(
    grad: Array,
    query: Array,
    key: Array,
    value: Array,
    mask: Optional,
    scale: float,
    causal: bool,
    block: int,
) -> tuple[Array, Array, Array]:
    """Nothing was kept but the inputs: the weights of each block are computed once more.

    With w the weights and o the outputs, Σⱼ wⱼ (g·vⱼ) = g·o, so that the mean over all keys, which
    the softmax's gradient needs, is known before the first block.
    """
    lead = grad.shape[:-2]
    dq, dk, dv = (np.zeros((*lead, *x.shape[-2:]), query.dtype) for x in (query, key, value))
    if not grad.size or not key.shape[-2]:
        return dq, dk, dv
    factor = query.dtype.type(scale)
    for rows in blocks(query.shape[-2], block):
        part, flow = query[..., rows, :] * factor, grad[..., rows, :]
        out, base = attend(part, key, value, mask, causal, rows, block)
        mean = (flow * out).sum(-1, keepdims=True)
        for columns in blocks(rows.stop if causal else key.shape[-2], block, key.shape[-2]):
            weights = block_scores(part, key, mask, causal, rows, columns)
            weights -= base
            np.exp(weights, weights)
            dv[..., columns, :] += np.matmul(weights.swapaxes(-1, -2), flow)
            ds = np.matmul(flow, value[..., columns, :].swapaxes(-1, -2))
            ds -= mean
            ds *= weights
            dq[..., rows, :] += np.matmul(ds, key[..., columns, :]) * factor
            dk[..., columns, :] += np.matmul(ds.swapaxes(-1, -2), part)  # part has the factor
    return dq, dk, dv


# ---- what they share


def together(query: Array, key: Array, value: Array, mask: Optional) -> tuple[Array, ...]:
    """All with the same leading dimensions; a mask of zeros if there is none."""
    lead = np.broadcast_shapes(query.shape[:-2], key.shape[:-2], value.shape[:-2])
    q, k, v = (np.broadcast_to(x, (*lead, *x.shape[-2:])) for x in (query, key, value))
    added = np.zeros(()) if mask is None else mask
    return q, k, v, np.broadcast_to(added, (*lead, q.shape[-2], k.shape[-2]))


def blocks(end: int, block: int, most: int | None = None) -> Iterator[slice]:
    """``range(end)`` in pieces, or less if there are at ``most`` so many."""
    end = end if most is None else min(end, most)
    for start in range(0, end, block):
        yield slice(start, min(start + block, end))


def block_scores(
    query: Array, key: Array, mask: Optional, causal: bool, rows: slice, columns: slice
) -> Array:
    """The scores of some queries, scaled already, and some keys, with what is hidden at -∞."""
    scores = np.matmul(query, key[..., columns, :].swapaxes(-1, -2))
    if mask is not None:
        down = slice(None) if mask.ndim < 2 or mask.shape[-2] == 1 else rows
        right = slice(None) if mask.shape[-1:] == (1,) else columns
        scores = scores + (mask[..., down, right] if mask.ndim > 1 else mask[..., right])
    if causal and columns.stop > rows.start + 1:
        later = np.arange(columns.start, columns.stop) > np.arange(rows.start, rows.stop)[:, None]
        scores[..., later] = -np.inf
    return np.asarray(scores)
