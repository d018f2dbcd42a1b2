"""Batch normalisation by the batch's own statistics, as a primitive, and its gradient.

For each channel, over the n values that it has in the batch::

    μ = Σ x / n        σ² = Σ (x - μ)² / n        x̂ = (x - μ) / √(σ² + ε)        y = x̂ w + b

The primitive gives y, μ and σ².  Since μ and σ² depend on every x, so does each gradient::

    db = Σ dy        dw = Σ dy x̂        dx = (dy - db/n - x̂ dw/n) · w / √(σ² + ε)

This is a primitive of its own with μ and σ² among its inputs; what it passes on to them comes back to
x through the first one's rule.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import Primitive, reshape
from tt_tensor.typing import Array

from .blocks import in_float32
from .channels import Channels, arranged, arranged_like, scale_and_shift
from .rules import gradient_of_gradient, through_statistics

__all__ = ["batch_norm_p"]

Optional = Array | None


def batch_norm_naive(
    x: Array, weight: Optional, bias: Optional, eps: float
) -> tuple[Array, Array, Array]:
    """One channel after the other: its mean, its variance, then every value."""
    out = np.empty_like(x)
    mean, var = np.zeros(x.shape[1], x.dtype), np.zeros(x.shape[1], x.dtype)
    for c in range(x.shape[1] if x.size else 0):
        values = [float(v) for v in x[:, c].flat]
        m = math.fsum(values) / len(values)
        v = math.fsum((value - m) ** 2 for value in values) / len(values)
        mean[c], var[c] = m, v
        scale = (1.0 if weight is None else float(weight[c])) / math.sqrt(v + eps)
        shift = 0.0 if bias is None else float(bias[c])
        for i in np.ndindex(x[:, c].shape):
            out[:, c][i] = (float(x[:, c][i]) - m) * scale + shift
    return out, mean, var


@in_float32
def batch_norm_numpy(
    x: Array, weight: Optional, bias: Optional, eps: float
) -> tuple[Array, Array, Array]:
    """Once through x for the statistics, once more for y = x · scale + shift."""
    x = arranged(x)
    if not x.size:
        return np.empty_like(x), np.zeros(x.shape[1], x.dtype), np.zeros(x.shape[1], x.dtype)
    channels = Channels(x)
    mean, var = statistics(x, channels)
    scale = scale_of(weight, var, eps)
    shift = -mean * scale if bias is None else bias - mean * scale
    return scale_and_shift(x, scale, shift, channels), mean, var


def statistics(x: Array, channels: Channels) -> tuple[Array, Array]:
    """Mean and variance per channel in one pass over memory.

    Each block gives its own mean and its own Σ (x - its mean)²; the variance of all is the variance
    within the blocks and that of their means.  (Σ x² - n μ² would cancel where μ is large.)
    """
    view = channels.view(x)

    def work(part: slice) -> list[tuple[float, Array, Array]]:
        spare = channels.spare(x)
        found: list[tuple[float, Array, Array]] = []
        for (block,) in channels.blocks(part, view):
            size = block.size // channels.channels
            mean = channels.total(block) / size
            distance = np.subtract(block, channels.spread(mean), out=spare[: len(block)])
            distance *= distance
            found.append((size / channels.count, mean, channels.total(distance)))
        return found

    found = [block for part in channels.share(work) for block in part]
    shares, means, squares = (np.asarray(column, x.dtype) for column in zip(*found, strict=True))
    mean = np.dot(shares, means)
    means -= mean
    return mean, np.add.reduce(squares) / channels.count + np.dot(shares, means * means)


def scale_of(weight: Optional, var: Array, eps: float) -> Any:
    """w / √(σ² + ε)."""
    root = np.sqrt(var + var.dtype.type(eps))
    return 1 / root if weight is None else weight / root


def batch_norm_grad_naive(
    grad: Array, x: Array, weight: Optional, mean: Array, var: Array, eps: float
) -> tuple[Array, Array, Array]:
    """The two sums of each channel, then dx value by value."""
    dx = np.empty_like(x)
    dw, db = np.zeros(x.shape[1], x.dtype), np.zeros(x.shape[1], x.dtype)
    for c in range(x.shape[1] if x.size else 0):
        root, m = math.sqrt(float(var[c]) + eps), float(mean[c])
        flows = [float(g) for g in grad[:, c].flat]
        normal = [(float(v) - m) / root for v in x[:, c].flat]
        n, total = len(flows), math.fsum(flows)
        moment = math.fsum(g * h for g, h in zip(flows, normal, strict=True))
        dw[c], db[c] = moment, total
        scale = (1.0 if weight is None else float(weight[c])) / root
        for k, i in enumerate(np.ndindex(x[:, c].shape)):
            dx[:, c][i] = (flows[k] - total / n - normal[k] * moment / n) * scale
    return dx, dw, db


@in_float32
def batch_norm_grad_numpy(
    grad: Array, x: Array, weight: Optional, mean: Array, var: Array, eps: float
) -> tuple[Array, Array, Array]:
    """Once through dy and x for the sums, once more for dx = dy · a + x · b + c."""
    x = arranged(x)
    grad = arranged_like(grad, x)
    dx = np.empty_like(x)
    if not x.size:
        return dx, np.zeros_like(mean), np.zeros_like(mean)
    channels = Channels(x)
    inverse, scale = scale_of(None, var, eps), scale_of(weight, var, eps)
    db, moment = flow_sums(grad, x, mean, channels)
    dw = moment * inverse
    b = scale * inverse * dw / -channels.count
    c = scale * db / -channels.count - b * mean
    views = channels.view(grad), channels.view(x), channels.view(dx)
    by_flow, by_x, constant = (channels.spread(v) for v in (scale, b, c))

    def work(part: slice) -> None:
        spare = channels.spare(x)
        for flow, block, target in channels.blocks(part, *views):
            np.multiply(flow, by_flow, out=target)
            target += constant
            target += np.multiply(block, by_x, out=spare[: len(block)])

    channels.share(work)
    return dx, dw, db


def flow_sums(grad: Array, x: Array, mean: Array, channels: Channels) -> tuple[Array, Array]:
    """Σ dy and Σ dy (x - μ) per channel."""
    views, means = (channels.view(grad), channels.view(x)), channels.spread(mean)

    def work(part: slice) -> list[tuple[Array, ...]]:
        spare = channels.spare(x)
        found: list[tuple[Array, ...]] = []
        for flow, block in channels.blocks(part, *views):
            distance = np.subtract(block, means, out=spare[: len(block)])
            distance *= flow
            found.append((channels.total(flow), channels.total(distance)))
        return found

    total, moment = channels.sums(work)
    return total, moment


batch_norm_p = Primitive(
    "batch_norm",
    inputs=("input", "weight", "bias"),
    params=("eps",),
    naive=batch_norm_naive,
    numpy=batch_norm_numpy,
)
batch_norm_grad_p = Primitive(
    "batch_norm_grad",
    inputs=("grad_output", "input", "weight", "mean", "var"),
    params=("eps",),
    naive=batch_norm_grad_naive,
    numpy=batch_norm_grad_numpy,
)


@gradient(batch_norm_p, "input", "weight", "bias")
def batch_norm_all(
    grads: Any, input: Any, weight: Any, result1: Any, result2: Any, eps: float
) -> Any:
    """Through y as above; in a second derivative also through μ and σ² themselves."""
    grad, *others = grads
    dx = dw = db = None
    if grad is not None:
        dx, dw, db = batch_norm_grad_p((grad, input, weight, result1, result2), (eps,))
    if any(g is not None for g in others):
        grad_mean, grad_var, mean = (_across(v, input) for v in (*others, result1))
        dx = through_statistics(dx, input, grad_mean, mean, grad_var, _dims(input))
    return dx, dw, db


@gradient(batch_norm_grad_p, "grad_output", "input", "weight", "mean", "var")
def batch_norm_grad_all(
    grads: Any, grad_output: Any, input: Any, weight: Any, mean: Any, var: Any, eps: float
) -> Any:
    """Batch normalisation takes together what shares a channel, and repeats weights over the same."""
    u, *others = grads
    p, q, w, m, v = (_across(vector, input) for vector in (*others, weight, mean, var))
    dims = _dims(input)
    return gradient_of_gradient((u, p, q), grad_output, input, w, m, v, eps, dims, dims)


def _across(vector: Any, input: Any) -> Any:
    """A vector (C,) in the shape that broadcasts with (N, C, ...)."""
    return None if vector is None else reshape(vector, (1, -1, *[1] * (input.ndim - 2)))


def _dims(input: Any) -> tuple[int, ...]:
    """All dimensions but the channels."""
    return (0, *range(2, input.ndim))
