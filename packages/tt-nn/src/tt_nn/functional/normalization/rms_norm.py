"""RMS normalisation: each row divided by its root mean square, then scaled anew."""

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

__all__ = ["rms_norm"]

Optional = Array | None


def rms_norm_naive(x: Array, weight: Optional, eps: float) -> tuple[Array, Array]:
    """One row after the other: its mean square, then every value."""
    out, square = np.empty_like(x), np.zeros(x.shape[:-1], x.dtype)
    for i in np.ndindex(x.shape[:-1] if x.size else (0,)):
        row = [float(value) for value in x[i]]
        s = math.fsum(value * value for value in row) / len(row)
        square[i] = s
        for f, value in enumerate(row):
            scale = 1.0 if weight is None else float(weight[f])
            out[*i, f] = value / math.sqrt(s + eps) * scale
    return out, square


@in_float32
def rms_norm_numpy(x: Array, weight: Optional, eps: float) -> tuple[Array, Array]:
    """All steps on one block of rows before the next."""
    x2 = matrix(x)  # (R, F)
    out, square = np.empty_like(x2), np.zeros(len(x2), x.dtype)
    if x2.size:
        rows = Rows(*x2.shape)
        w = None if weight is None else rows.spread(weight)
        share = x.dtype.type(1 / x.shape[-1])

        def work(part: slice) -> None:
            for block, target, s in rows.blocks(part, x2, out, square):
                np.multiply(np.vecdot(block, block), share, out=s)
                np.multiply(block, (1 / np.sqrt(s + s.dtype.type(eps)))[:, None], out=target)
                if w is not None:
                    long = rows.long(target)
                    long *= w

        rows.share(work)
    return out.reshape(x.shape), square.reshape(x.shape[:-1])


def rms_norm_grad_naive(
    grad: Array, x: Array, weight: Optional, square: Array, eps: float
) -> tuple[Array, Array]:
    """The mean value of each row, then dx value by value."""
    dx, dw = np.empty_like(x), np.zeros(x.shape[-1], np.float64)
    for i in np.ndindex(x.shape[:-1] if x.size else (0,)):
        root, n = math.sqrt(float(square[i]) + eps), x.shape[-1]
        normal = [float(value) / root for value in x[i]]
        k = [
            float(g) * (1.0 if weight is None else float(weight[f])) for f, g in enumerate(grad[i])
        ]
        k_moment = math.fsum(a * b for a, b in zip(k, normal, strict=True)) / n
        for f in range(n):
            dx[*i, f] = (k[f] - normal[f] * k_moment) / root
            dw[f] += float(grad[*i, f]) * normal[f]
    return dx, dw.astype(x.dtype)


@in_float32
def rms_norm_grad_numpy(
    grad: Array, x: Array, weight: Optional, square: Array, eps: float
) -> tuple[Array, Array]:
    """dx = k r - x r² ⟨k x̂⟩ with k = dy w, block by block."""
    x2, features = matrix(x), x.shape[-1]
    dx = np.empty_like(x2)
    if not x2.size:
        return dx.reshape(x.shape), np.zeros(features, x.dtype)
    rows = Rows(*x2.shape)
    share = (np.ones(features, x.dtype) if weight is None else weight) / x.dtype.type(features)
    w = None if weight is None else rows.spread(weight)
    inverse = 1 / np.sqrt(square.reshape(-1) + square.dtype.type(eps))
    arrays = matrix(grad), x2, dx, inverse

    def work(part: slice) -> list[tuple[Array, ...]]:
        found: list[tuple[Array, ...]] = []
        for flow, block, target, r in rows.blocks(part, *arrays):
            product = np.multiply(flow, block, out=target)
            found.append((np.dot(r, product),))
            k_moment = np.dot(product, share) * r
            np.multiply(flow, r[:, None], out=target)
            if w is not None:
                long = rows.long(target)
                long *= w
            target -= block * (k_moment * r * r)[:, None]
        return found

    (dw,) = rows.sums(work)
    return dx.reshape(x.shape), dw


rms_norm_p = Primitive(
    "rms_norm",
    inputs=("input", "weight"),
    params=("eps",),
    naive=rms_norm_naive,
    numpy=rms_norm_numpy,
)
rms_norm_grad_p = Primitive(
    "rms_norm_grad",
    inputs=("grad_output", "input", "weight", "square"),
    params=("eps",),
    naive=rms_norm_grad_naive,
    numpy=rms_norm_grad_numpy,
)


@gradient(rms_norm_p, "input", "weight")
def rms_norm_all(grads: Any, input: Any, weight: Any, result1: Any, eps: float) -> Any:
    """Through y, and in a second derivative also through the mean square: see ``rules``."""
    grad, grad_square = grads
    dx = dw = None
    if grad is not None:
        dx, dw = rms_norm_grad_p((grad, input, weight, result1), (eps,))
    if grad_square is not None:
        dx = through_statistics(dx, input, None, None, unsqueeze(grad_square, -1), (-1,))
    return dx, dw


@gradient(rms_norm_grad_p, "grad_output", "input", "weight", "square")
def rms_norm_grad_all(
    grads: Any, grad_output: Any, input: Any, weight: Any, square: Any, eps: float
) -> Any:
    """Layer normalisation's, without a mean and a bias."""
    across = tuple(range(input.ndim - 1))
    s = unsqueeze(square, -1)
    d_grad, d_input, d_weight, _, d_square = gradient_of_gradient(
        (*grads, None), grad_output, input, weight, None, s, eps, (-1,), across
    )
    return d_grad, d_input, d_weight, d_square


def rms_norm(
    input: Tensor,
    normalized_shape: tuple[int, ...] | list[int],
    weight: Tensor | None = None,
    eps: float | None = None,
) -> Tensor:
    """``x / √(mean(x²) + ε) · w``, the mean being over one sample's last dimensions.

    Args:
        input: (..., *normalized_shape), floating point.
        normalized_shape: the sizes of the last dimensions, over which to normalise.
        weight: of shape ``normalized_shape``; None for 1.
        eps: keeps the square root away from 0; None for the distance from 1 to the next number of
            the input's type.

    Returns:
        the input's shape.

    Raises:
        TypeError: the input is not a tensor.
        ShapeError: the input does not end in ``normalized_shape``, or the weight has another shape.
        DTypeError: the types differ, or are not floating point.

    Source: Zhang and Sennrich, "Root mean square layer normalization", 2019.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import rms_norm
        >>> rms_norm(tt.tensor([[1.0, -1.0], [7.0, 1.0]]), (2,), eps=0.0)
        tensor([[ 1.0000, -1.0000],
                [ 1.4000,  0.2000]])
    """
    check_last("rms_norm", input, normalized_shape, weight=weight)
    if eps is None:
        eps = float(np.finfo(input.array.dtype).eps)
    out: Tensor
    if len(normalized_shape) == 1:
        out, _ = rms_norm_p((input, weight), (eps,))
        return out
    x, w = (flat_end(t, len(normalized_shape)) for t in (input, weight))
    out, _ = rms_norm_p((x, w), (eps,))
    return reshape(out, input.shape)
