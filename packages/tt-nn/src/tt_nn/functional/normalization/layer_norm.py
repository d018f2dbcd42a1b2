"""Layer normalisation: each row brought to mean 0 and variance 1, then scaled and shifted anew."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import Primitive, Tensor, reshape, unsqueeze
from tt_tensor.typing import Array

from .blocks import in_float32
from .checks import check_last
from .rows import Rows, flat_end, matrix
from .rules import gradient_of_gradient, through_statistics

__all__ = ["layer_norm"]

Optional = Array | None


def layer_norm_naive(
    x: Array, weight: Optional, bias: Optional, eps: float
) -> tuple[Array, Array, Array]:
    """One row after the other: its mean, its variance, then every value."""
    out = np.empty_like(x)
    mean, var = np.zeros(x.shape[:-1], x.dtype), np.zeros(x.shape[:-1], x.dtype)
    for i in np.ndindex(x.shape[:-1] if x.size else (0,)):
        row = [float(value) for value in x[i]]
        m = math.fsum(row) / len(row)
        v = math.fsum((value - m) ** 2 for value in row) / len(row)
        mean[i], var[i] = m, v
        for f, value in enumerate(row):
            normal = (value - m) / math.sqrt(v + eps)
            scaled = normal * (1.0 if weight is None else float(weight[f]))
            out[*i, f] = scaled + (0.0 if bias is None else float(bias[f]))
    return out, mean, var


@in_float32
def layer_norm_numpy(
    x: Array, weight: Optional, bias: Optional, eps: float
) -> tuple[Array, Array, Array]:
    """All steps on one block of rows before the next; sums of rows as products with a vector."""
    if x.size == x.shape[-1] > 0:
        return _one_row(x, weight, bias, eps)
    x2 = matrix(x)  # (R, F)
    out, mean, var = np.empty_like(x2), np.zeros(len(x2), x.dtype), np.zeros(len(x2), x.dtype)
    if x2.size:
        _normalise(x2, weight, bias, eps, out, mean, var)
    return out.reshape(x.shape), mean.reshape(x.shape[:-1]), var.reshape(x.shape[:-1])


def _one_row(x: Array, weight: Optional, bias: Optional, eps: float) -> tuple[Array, Array, Array]:
    """A text that is written token by token needs no blocks, but as few calls as possible."""
    row = x.reshape(-1)
    size, kind = len(row), x.dtype.type
    mean = np.add.reduce(row) / kind(size)
    out: Array = row - mean
    var = np.dot(out, out) / kind(size)
    out *= kind(1) / np.sqrt(var + kind(eps))
    if weight is not None:
        out *= weight
    if bias is not None:
        out += bias
    lead = (1,) * (x.ndim - 1)
    return out.reshape(x.shape), mean.reshape(lead), var.reshape(lead)


def _normalise(
    x: Array, weight: Optional, bias: Optional, eps: float, out: Array, mean: Array, var: Array
) -> None:
    """Fill the last three arrays."""
    rows, share = Rows(*x.shape), np.full(x.shape[1], 1 / x.shape[1], x.dtype)
    w = None if weight is None else rows.spread(weight)
    b = None if bias is None else rows.spread(bias)

    def work(part: slice) -> None:
        for block, target, m, v in rows.blocks(part, x, out, mean, var):
            np.dot(block, share, out=m)
            np.subtract(block, m[:, None], out=target)
            np.multiply(np.vecdot(target, target), share[0], out=v)
            target *= (1 / np.sqrt(v + v.dtype.type(eps)))[:, None]
            long = rows.long(target)
            if w is not None:
                long *= w
            if b is not None:
                long += b

    rows.share(work)


def layer_norm_grad_naive(
    grad: Array, x: Array, weight: Optional, mean: Array, var: Array, eps: float
) -> tuple[Array, Array, Array]:
    """The two mean values of each row, then dx value by value."""
    dx = np.empty_like(x)
    dw, db = np.zeros(x.shape[-1], np.float64), np.zeros(x.shape[-1], np.float64)
    for i in np.ndindex(x.shape[:-1] if x.size else (0,)):
        root, n = math.sqrt(float(var[i]) + eps), x.shape[-1]
        normal = [(float(value) - float(mean[i])) / root for value in x[i]]
        k = [
            float(g) * (1.0 if weight is None else float(weight[f])) for f, g in enumerate(grad[i])
        ]
        k_mean = math.fsum(k) / n
        k_moment = math.fsum(a * b for a, b in zip(k, normal, strict=True)) / n
        for f in range(n):
            dx[*i, f] = (k[f] - k_mean - normal[f] * k_moment) / root
            dw[f] += float(grad[*i, f]) * normal[f]
            db[f] += float(grad[*i, f])
    return dx, dw.astype(x.dtype), db.astype(x.dtype)


@in_float32
def layer_norm_grad_numpy(
    grad: Array, x: Array, weight: Optional, mean: Array, var: Array, eps: float
) -> tuple[Array, Array, Array]:
    """dx = k r - (x - μ) r² ⟨k x̂⟩ - r ⟨k⟩ with k = dy w, block by block."""
    x2, features = matrix(x), x.shape[-1]
    dx = np.empty_like(x2)
    if not x2.size:
        return dx.reshape(x.shape), np.zeros(features, x.dtype), np.zeros(features, x.dtype)
    rows = Rows(*x2.shape)
    share = (np.ones(features, x.dtype) if weight is None else weight) / x.dtype.type(features)
    w = None if weight is None else rows.spread(weight)
    inverse = 1 / np.sqrt(var.reshape(-1) + var.dtype.type(eps))
    arrays = matrix(grad), x2, dx, mean.reshape(-1), inverse

    def work(part: slice) -> list[tuple[Array, ...]]:
        return [_gradient_of_block(rows, share, w, *block) for block in rows.blocks(part, *arrays)]

    dw, db = rows.sums(work)
    return dx.reshape(x.shape), dw, db


def _gradient_of_block(
    rows: Rows, share: Array, w: Optional, grad: Array, x: Array, dx: Array, mean: Array, r: Array
) -> tuple[Array, Array]:
    """Fill a block's dx; returns what it adds to dw and db. ``share`` is w/n, for ⟨dy w⟩."""
    distance = x - mean[:, None]
    product = np.multiply(grad, distance, out=dx)
    dw, db = np.dot(r, product), np.dot(np.ones_like(r), grad)
    k_mean, k_moment = np.dot(grad, share), np.dot(product, share) * r
    np.multiply(grad, r[:, None], out=dx)
    if w is not None:
        long = rows.long(dx)
        long *= w
    distance *= (k_moment * r * r)[:, None]
    distance += (k_mean * r)[:, None]
    dx -= distance
    return dw, db


layer_norm_p = Primitive(
    "layer_norm",
    inputs=("input", "weight", "bias"),
    params=("eps",),
    naive=layer_norm_naive,
    numpy=layer_norm_numpy,
)
layer_norm_grad_p = Primitive(
    "layer_norm_grad",
    inputs=("grad_output", "input", "weight", "mean", "var"),
    params=("eps",),
    naive=layer_norm_grad_naive,
    numpy=layer_norm_grad_numpy,
)


@gradient(layer_norm_p, "input", "weight", "bias")
def layer_norm_all(
    grads: Any, input: Any, weight: Any, result1: Any, result2: Any, eps: float
) -> Any:
    """Through y, and in a second derivative also through μ and σ²: see ``rules``."""
    grad, *others = grads
    dx = dw = db = None
    if grad is not None:
        dx, dw, db = layer_norm_grad_p((grad, input, weight, result1, result2), (eps,))
    if any(g is not None for g in others):
        grad_mean, grad_var, mean = (_column(v) for v in (*others, result1))
        dx = through_statistics(dx, input, grad_mean, mean, grad_var, (-1,))
    return dx, dw, db


@gradient(layer_norm_grad_p, "grad_output", "input", "weight", "mean", "var")
def layer_norm_grad_all(
    grads: Any, grad_output: Any, input: Any, weight: Any, mean: Any, var: Any, eps: float
) -> Any:
    """Layer normalisation takes together what shares a row, and repeats weights over all rows."""
    m, v = _column(mean), _column(var)
    across = tuple(range(input.ndim - 1))
    return gradient_of_gradient(grads, grad_output, input, weight, m, v, eps, (-1,), across)


def _column(vector: Any) -> Any:
    """One number per row, in the shape that broadcasts with the rows."""
    return None if vector is None else unsqueeze(vector, -1)


def layer_norm(
    input: Tensor,
    normalized_shape: tuple[int, ...] | list[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """``(x - μ) / √(σ² + ε) · w + b``, where μ and σ² belong to one sample.

    They are the mean and the variance over the last dimensions, those of ``normalized_shape``; so no
    sample depends on another, in training or outside of it.

    Args:
        input: (..., *normalized_shape), floating point.
        normalized_shape: the sizes of the last dimensions, over which to normalise.
        weight: of shape ``normalized_shape``; None for 1.
        bias: the same; None for 0.
        eps: keeps the square root away from 0.

    Returns:
        the input's shape.

    Raises:
        TypeError: the input is not a tensor.
        ShapeError: the input does not end in ``normalized_shape``, or a parameter has another shape.
        DTypeError: the types differ, or are not floating point.

    Source: Ba, Kiros and Hinton, "Layer normalization", 2016.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import layer_norm
        >>> layer_norm(tt.tensor([[1.0, 3.0], [10.0, 50.0]]), (2,), eps=0.0)
        tensor([[-1.,  1.],
                [-1.,  1.]])
    """
    check_last("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    out: Tensor
    if len(normalized_shape) == 1:
        out, _, _ = layer_norm_p((input, weight, bias), (eps,))
        return out
    x, w, b = (flat_end(t, len(normalized_shape)) for t in (input, weight, bias))
    out, _, _ = layer_norm_p((x, w, b), (eps,))
    return reshape(out, input.shape)
