"""Clipping gradients, so that one bad batch cannot throw the weights far away."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from tt_autograd import not_differentiable
from tt_tensor import InPlace, Primitive, Tensor, from_numpy, zeros
from tt_tensor.typing import Array

__all__ = ["clip_grad_norm_", "clip_grad_value_"]


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> Tensor:
    """Scale all gradients together, in place, so that their common norm is at most ``max_norm``.

    The norm is (Σ |g|ᵖ)^(1/p) over all elements of all gradients, as if they were one vector; the
    gradients keep their direction: g ← g · max_norm / norm, if the norm is larger.

    Args:
        parameters: tensors with gradients; those without are skipped.
        max_norm: the limit.
        norm_type: p: 2 for the Euclidean norm, infinity for the largest element.
        error_if_nonfinite: raise if the norm is infinite or NaN; otherwise a NaN goes into all
            gradients, as in PyTorch.

    Returns:
        the norm before clipping, a tensor without dimensions.

    Raises:
        RuntimeError: the norm is not finite and ``error_if_nonfinite`` is set; the gradients are
            as they were.
        ValueError: a negative limit, or a norm that is not positive.

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
    max_norm, norm_type = float(max_norm), float(norm_type)
    if not max_norm >= 0:
        raise ValueError(f"max_norm must not be negative, it is {max_norm}")
    if not norm_type > 0:
        raise ValueError(f"norm_type must be positive, it is {norm_type}")
    grads = _gradients(parameters)
    if not grads:
        return zeros(())
    # on bare arrays nothing is recorded, even if the gradients are to be differentiated again
    norm: Array = total_norm_p(tuple(grad.array for grad in grads), (norm_type,))
    total = float(norm)
    if error_if_nonfinite and not math.isfinite(total):
        raise RuntimeError(
            f"the gradients' norm is {total}: there is an infinity or NaN among them; "
            "tt_autograd.detect_anomaly() finds the operation that it comes from"
        )
    factor = max_norm / (total + 1e-6)  # so that a norm of 0 does no harm
    if factor < 1.0 or math.isnan(factor):
        for grad in grads:
            scale_p((grad,), (factor,))
    return from_numpy(norm)


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Cut off every element of the gradients, in place, at ±``clip_value``.

    Args:
        parameters: tensors with gradients; those without are skipped.
        clip_value: the largest absolute value that stays.

    Raises:
        ValueError: a negative limit.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_optim import clip_grad_value_
        >>> w = tt.zeros(2, requires_grad=True)
        >>> w.grad = tt.tensor([3.0, -0.5])
        >>> clip_grad_value_(w, 1.0)
        >>> w.grad
        tensor([ 1.0000, -0.5000])
    """
    clip_value = float(clip_value)
    if not clip_value >= 0:
        raise ValueError(f"clip_value must not be negative, it is {clip_value}")
    for grad in _gradients(parameters):
        grad.detach().clamp_(-clip_value, clip_value)


def _gradients(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    tensors = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [p.grad for p in tensors if p.grad is not None]


def total_norm_naive(*args: Any) -> Array:
    """(Σ |g|ᵖ)^(1/p) over all elements of all arrays; the largest |g| if p is infinite."""
    *grads, p = args
    total = np.float64(0)
    for grad in grads:
        for i in np.ndindex(grad.shape):
            size = np.float64(abs(grad[i]))
            total = np.maximum(total, size) if p == math.inf else total + size**p
    return np.asarray(total if p == math.inf else total ** (1 / p), grads[0].dtype)


def total_norm_numpy(*args: Any) -> Array:
    """The norm of the arrays' norms, which is the same."""
    *grads, p = args
    norms = np.array([_norm(grad.reshape(-1), p) for grad in grads])
    return np.asarray(_norm(norms, p), grads[0].dtype)


def _norm(flat: Array, p: float) -> float:
    """The norm of a vector."""
    if p == math.inf:
        return float(np.abs(flat).max(initial=0))
    if p != 2:
        return float(np.add.reduce(np.abs(flat).astype(np.float64) ** p) ** (1 / p))
    if flat.dtype.itemsize >= 4:
        with np.errstate(all="ignore"):
            square = float(np.dot(flat, flat))  # by far the fastest sum of squares
        if 1e-30 < square < math.inf:
            return math.sqrt(square)
    wide = flat.astype(np.float64)  # squares leave a type's range long before the numbers do
    return math.sqrt(np.dot(wide, wide))


total_norm_p = Primitive(
    "total_norm",
    inputs=("*grads",),
    params=("norm_type",),
    naive=total_norm_naive,
    numpy=total_norm_numpy,
)
not_differentiable(total_norm_p)


def scale_naive(input: Array, factor: float) -> None:
    """x ← x · factor."""
    for i in np.ndindex(input.shape):
        input[i] = input[i] * factor


def scale_numpy(input: Array, factor: float) -> None:
    """The same for all elements at once."""
    np.multiply(input, factor, input)


scale_p = InPlace(
    "scale_", inputs=("input",), writes=1, params=("factor",), naive=scale_naive, numpy=scale_numpy
)
not_differentiable(scale_p)
