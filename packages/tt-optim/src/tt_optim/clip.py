"""Clipping gradients, so that one bad batch cannot throw the weights far away."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from tt_tensor import Tensor, from_numpy
from tt_tensor.typing import Array

__all__ = ["clip_grad_norm_", "clip_grad_value_"]


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> Tensor:
    """Scale all gradients together, in place, so that their common norm is at most ``max_norm``.

    Args:
        parameters: tensors with gradients; those without are skipped.
        max_norm: the limit.
        norm_type: 2 for the Euclidean norm, infinity for the largest element.
        error_if_nonfinite: raise if the norm is infinite or NaN.

    Returns:
        the norm before clipping.

    Raises:
        RuntimeError: the norm is not finite and ``error_if_nonfinite`` is set.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks",
    2013.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import clip_grad_norm_
        >>> w = tt.zeros(2, requires_grad=True)
        >>> w.grad = tt.tensor([3.0, 4.0])
        >>> clip_grad_norm_(w, 1.0), w.grad
        (tensor(5.), tensor([0.6000, 0.8000]))
    """
    grads = _gradients(parameters)
    if not grads:
        return from_numpy(np.zeros((), np.float32))
    norms = [_norm(g.array, norm_type) for g in grads]
    total = _norm(np.asarray(norms), norm_type)
    if error_if_nonfinite and not math.isfinite(total):
        raise RuntimeError(
            f"the gradients' norm is {total}: there is an infinity or NaN among them"
        )
    factor = max_norm / (total + 1e-6)
    if factor < 1.0 or math.isnan(factor):
        for g in grads:
            g.mul_(factor)
    return from_numpy(np.asarray(total, grads[0].array.dtype))


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Cut off every element of the gradients, in place, at ±``clip_value``.

    Raises:
        ValueError: a negative limit.
    """
    if clip_value < 0:
        raise ValueError(f"clip_value must not be negative, it is {clip_value}")
    for g in _gradients(parameters):
        g.clamp_(-clip_value, clip_value)


def _gradients(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    tensors = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [p.grad.detach() for p in tensors if p.grad is not None]


def _norm(array: Array, p: float) -> float:
    flat = np.abs(array.reshape(-1)).astype(np.float64)
    if not flat.size:
        return 0.0
    if p == math.inf:
        return float(flat.max())
    if p == 2:
        return math.sqrt(float(np.dot(flat, flat)))
    return float(np.add.reduce(flat**p) ** (1 / p))
