"""y = x · scale + shift with one scale and one shift per channel, as a primitive."""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_autograd import gradient
from tt_tensor import Primitive, sum
from tt_tensor.typing import Array

from .channels import Channels, arranged, scale_and_shift

__all__ = ["channel_affine_p"]


def channel_affine_naive(x: Array, scale: Array, shift: Array | None) -> Array:
    """Value by value."""
    out = np.empty_like(x)
    for i in np.ndindex(x.shape):
        out[i] = x[i] * scale[i[1]] + (0 if shift is None else shift[i[1]])
    return out


def channel_affine_numpy(x: Array, scale: Array, shift: Array | None) -> Array:
    """In the memory order of x."""
    x = arranged(x)
    return scale_and_shift(x, scale, shift, Channels(x)) if x.size else np.empty_like(x)


channel_affine_p = Primitive(
    "channel_affine",
    inputs=("input", "scale", "shift"),
    naive=channel_affine_naive,
    numpy=channel_affine_numpy,
)


@gradient(channel_affine_p, "input")
def channel_affine_input(grad: Any, scale: Any) -> Any:
    """dx = dy · scale."""
    return channel_affine_p((grad, scale, None))


@gradient(channel_affine_p, "scale")
def channel_affine_scale(grad: Any, input: Any) -> Any:
    """Σ dy x over everything but the channels."""
    return sum(grad * input, (0, *range(2, grad.ndim)))


@gradient(channel_affine_p, "shift")
def channel_affine_shift(grad: Any) -> Any:
    """Σ dy over everything but the channels."""
    return sum(grad, (0, *range(2, grad.ndim)))
