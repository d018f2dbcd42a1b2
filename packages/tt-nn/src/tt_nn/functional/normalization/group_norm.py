"""Group normalisation: groups of an image's channels brought to mean 0 and variance 1."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import Primitive, Tensor, reshape
from tt_tensor.typing import Array

from .blocks import in_float32
from .channels import arranged, arranged_like
from .checks import check_channels
from .images import Images
from .rules import gradient_of_gradient, through_statistics

__all__ = ["check_groups", "group_norm", "group_norm_p"]

Optional = Array | None


def group_norm_naive(
    x: Array, weight: Optional, bias: Optional, groups: int, eps: float
) -> tuple[Array, Array, Array]:
    """One group of one image after the other: its mean, its variance, then every value."""
    out, size = np.empty_like(x), x.shape[1] // groups
    mean, var = np.zeros((len(x), groups), x.dtype), np.zeros((len(x), groups), x.dtype)
    for n, g in np.ndindex(mean.shape if x.size else (0, 0)):
        channels = range(g * size, (g + 1) * size)
        values = [float(value) for c in channels for value in x[n, c].flat]
        m = math.fsum(values) / len(values)
        v = math.fsum((value - m) ** 2 for value in values) / len(values)
        mean[n, g], var[n, g] = m, v
        for c in channels:
            scale = (1.0 if weight is None else float(weight[c])) / math.sqrt(v + eps)
            shift = 0.0 if bias is None else float(bias[c])
            for i in np.ndindex(x.shape[2:]):
                out[n, c, *i] = (float(x[n, c, *i]) - m) * scale + shift
    return out, mean, var


@in_float32
def group_norm_numpy(
    x: Array, weight: Optional, bias: Optional, groups: int, eps: float
) -> tuple[Array, Array, Array]:
    """Sums per image and channel, added up in groups; then y = (x - μ) · scale + b."""
    x = arranged(x)
    out = np.empty_like(x)
    mean, var = np.zeros((len(x), groups), x.dtype), np.zeros((len(x), groups), x.dtype)
    if not x.size:
        return out, mean, var
    images = Images(x, groups)
    arrays = images.view(x), images.view(out), mean, var
    shift = None if bias is None else images.spread(bias[None])

    def work(part: slice) -> None:
        for block, target, m, v in images.blocks(part, *arrays):
            m[...] = images.group_mean(images.total(block))
            np.subtract(block, images.spread(images.of_channels(m)), out=target)
            v[...] = images.group_mean(images.total(target * target))
            scale = images.of_channels(1 / np.sqrt(v + v.dtype.type(eps)))
            target *= images.spread(scale if weight is None else scale * weight)
            if shift is not None:
                target += shift

    images.share(work)
    return out, mean, var


def group_norm_grad_naive(
    grad: Array, x: Array, weight: Optional, mean: Array, var: Array, groups: int, eps: float
) -> tuple[Array, Array, Array]:
    """The two mean values of each group, then dx value by value."""
    dx, size = np.empty_like(x), x.shape[1] // groups
    dw, db = np.zeros(x.shape[1], np.float64), np.zeros(x.shape[1], np.float64)
    for n, g in np.ndindex(mean.shape if x.size else (0, 0)):
        m, root = float(mean[n, g]), math.sqrt(float(var[n, g]) + eps)
        places = [(c, *i) for c in range(g * size, (g + 1) * size) for i in np.ndindex(x.shape[2:])]
        flow = {at: float(grad[n, *at]) for at in places}
        normal = {at: (float(x[n, *at]) - m) / root for at in places}
        k = {at: flow[at] * (1.0 if weight is None else float(weight[at[0]])) for at in places}
        k_mean = math.fsum(k.values()) / len(k)
        k_moment = math.fsum(k[at] * normal[at] for at in places) / len(k)
        for at in places:
            dx[n, *at] = (k[at] - k_mean - normal[at] * k_moment) / root
            dw[at[0]] += flow[at] * normal[at]
            db[at[0]] += flow[at]
    return dx, dw.astype(x.dtype), db.astype(x.dtype)


@in_float32
def group_norm_grad_numpy(
    grad: Array, x: Array, weight: Optional, mean: Array, var: Array, groups: int, eps: float
) -> tuple[Array, Array, Array]:
    """dx = dy w r - (x - μ) r² ⟨k x̂⟩ - r ⟨k⟩ with k = dy w, one block of images after the other."""
    x = arranged(x)
    grad = arranged_like(grad, x)
    dx = np.empty_like(x)
    if not x.size:
        return dx, np.zeros(x.shape[1], x.dtype), np.zeros(x.shape[1], x.dtype)
    images = Images(x, groups)
    w = np.ones(x.shape[1], x.dtype) if weight is None else weight
    inverse = 1 / np.sqrt(var + var.dtype.type(eps))
    arrays = *[images.view(a) for a in (grad, x, dx)], mean, inverse

    def work(part: slice) -> list[tuple[Array, ...]]:
        return [_gradient_of_block(images, w, *block) for block in images.blocks(part, *arrays)]

    dw, db = images.sums(work)
    return dx, dw, db


def _gradient_of_block(
    images: Images, w: Array, grad: Array, x: Array, dx: Array, mean: Array, r: Array
) -> tuple[Array, Array]:
    """Fill a block's dx; returns what it adds to dw and db."""
    distance = x - images.spread(images.of_channels(mean))
    totals = images.total(grad)
    moments = images.total(np.multiply(grad, distance, out=dx))
    scale = images.of_channels(r)
    k_mean, k_moment = images.group_mean(totals * w), images.group_mean(moments * w) * r
    np.multiply(grad, images.spread(scale * w), out=dx)
    distance *= images.spread(images.of_channels(k_moment * r * r))
    distance += images.spread(images.of_channels(k_mean * r))
    dx -= distance
    return np.add.reduce(moments * scale), np.add.reduce(totals)


group_norm_p = Primitive(
    "group_norm",
    inputs=("input", "weight", "bias"),
    params=("groups", "eps"),
    naive=group_norm_naive,
    numpy=group_norm_numpy,
)
group_norm_grad_p = Primitive(
    "group_norm_grad",
    inputs=("grad_output", "input", "weight", "mean", "var"),
    params=("groups", "eps"),
    naive=group_norm_grad_naive,
    numpy=group_norm_grad_numpy,
)


@gradient(group_norm_p, "input", "weight", "bias")
def group_norm_all(
    grads: Any, input: Any, weight: Any, result1: Any, result2: Any, groups: int, eps: float
) -> Any:
    """Through y, and in a second derivative also through μ and σ²: see ``rules``."""
    grad, *others = grads
    dx = dw = db = None
    if grad is not None:
        dx, dw, db = group_norm_grad_p((grad, input, weight, result1, result2), (groups, eps))
    if any(g is not None for g in others):
        shape = input.shape
        grad_mean, grad_var, mean = (_of_groups(v) for v in (*others, result1))
        x, dx = (None if v is None else _grouped(v, groups) for v in (input, dx))
        dx = reshape(through_statistics(dx, x, grad_mean, mean, grad_var, (2, 3)), shape)
    return dx, dw, db


@gradient(group_norm_grad_p, "grad_output", "input", "weight", "mean", "var")
def group_norm_grad_all(
    grads: Any,
    grad_output: Any,
    input: Any,
    weight: Any,
    mean: Any,
    var: Any,
    groups: int,
    eps: float,
) -> Any:
    """On (N, G, C/G, pixels) the last two belong together, and weights repeat over N and pixels."""
    shape = input.shape
    x, dy, u = (None if v is None else _grouped(v, groups) for v in (input, grad_output, grads[0]))
    p, q, w = (None if v is None else reshape(v, (1, groups, -1, 1)) for v in (*grads[1:], weight))
    m, v = _of_groups(mean), _of_groups(var)
    d_grad, d_input, d_weight, d_mean, d_var = gradient_of_gradient(
        (u, p, q), dy, x, w, m, v, eps, (2, 3), (0, 3)
    )
    d_weight = None if d_weight is None else reshape(d_weight, (-1,))
    return reshape(d_grad, shape), reshape(d_input, shape), d_weight, d_mean, d_var


def _grouped(x: Any, groups: int) -> Any:
    """(N, C, ...) as (N, G, C/G, pixels)."""
    pixels = math.prod(x.shape[2:])
    return reshape(x, (x.shape[0], groups, x.shape[1] // groups, pixels))


def _of_groups(matrix: Any) -> Any:
    """(N, G) in the shape that broadcasts with that."""
    return None if matrix is None else reshape(matrix, (*matrix.shape, 1, 1))


def check_groups(num_groups: int, channels: int) -> None:
    """Refuse groups that do not share the channels evenly.

    Raises:
        ValueError: they do not.
    """
    if num_groups < 1 or channels % num_groups:
        raise ValueError(
            f"num_groups: {channels} channels cannot be shared evenly by {num_groups} groups; "
            "choose a divisor of the number of channels"
        )


def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """``(x - μ) / √(σ² + ε) · w + b``, where μ and σ² belong to a group of one image's channels.

    No image depends on another, in training or outside of it, so that small batches do no harm.

    Args:
        input: (N, C, ...), floating point.
        num_groups: how many groups of successive channels there are; it divides C.
        weight: (C,); None for 1.
        bias: (C,); None for 0.
        eps: keeps the square root away from 0.

    Returns:
        the input's shape, in its memory order.

    Raises:
        TypeError: the input is not a tensor.
        ValueError: ``num_groups`` does not divide C, or a group has a single value.
        ShapeError: the input has fewer than two dimensions, or a parameter is not (C,).
        DTypeError: the types differ, or are not floating point.

    Source: Wu and He, "Group normalization", 2018.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import group_norm
        >>> group_norm(tt.tensor([[1.0, 3.0, 10.0, 50.0]]), 2, eps=0.0)
        tensor([[-1.,  1., -1.,  1.]])
    """
    check_channels("group_norm", input, weight=weight, bias=bias)
    check_groups(num_groups, input.shape[1])
    if math.prod(input.shape[1:]) == num_groups:
        raise ValueError(
            f"group_norm: {num_groups} groups of an input of shape {input.shape} have a single value "
            "each, which has no variance; choose fewer groups"
        )
    out: Tensor
    out, _, _ = group_norm_p((input, weight, bias), (num_groups, eps))
    return out
