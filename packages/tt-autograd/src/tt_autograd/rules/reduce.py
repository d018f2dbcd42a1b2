"""Rules for reductions: one gradient goes back to many elements."""

from __future__ import annotations

import math
from typing import Any

from tt_tensor import abs, cumsum, exp, expand, flip, lookup, prod, reshape, sign, sum, where

from ..rule import Value, gradient, not_differentiable
from .rounding import grad_dtype

cast = lookup("cast")

for _name in ("argmax", "argmin", "all", "any"):
    not_differentiable(lookup(_name))


def spread(value: Value, shape: tuple[int, ...], dim: tuple[int, ...], keepdim: bool) -> Value:
    """A reduced value seen in the shape from which it was reduced."""
    if not keepdim and dim:
        value = reshape(value, tuple([1 if d in dim else n for d, n in enumerate(shape)]))
    return expand(value, shape)


@gradient(lookup("sum"), "input")
def sum_input(grad: Value, input_shape: tuple[int, ...], dim: Any, keepdim: bool) -> Value:
    """Every summand gets the gradient of the sum."""
    return spread(grad, input_shape, dim, keepdim)


@gradient(lookup("prod"), "input")
def prod_input(grad: Value, input: Value, dim: Any, keepdim: bool) -> Value:
    """Every factor gets the product of all the others, without dividing: zeros are no trouble."""
    order = (*[d for d in range(input.ndim) if d not in dim], *dim)
    back = tuple([order.index(d) for d in range(input.ndim)])
    permute = lookup("permute")
    moved = permute((input,), (order,))
    kept = moved.shape[: input.ndim - len(dim)]
    n = math.prod(moved.shape[len(kept) :])
    flat = reshape(moved, (*kept, n))  # (kept..., n)
    # others[..., i, j] = 1 where i = j, else the j-th factor
    eye = _eye(flat, n)
    rows = reshape(flat, (*kept, 1, n))
    others = prod(rows * (1 - eye) + eye, -1)  # (kept..., n)
    upstream = reshape(permute((spread(grad, input.shape, dim, keepdim),), (order,)), (*kept, n))
    return permute((reshape(upstream * others, moved.shape),), (back,))


def _eye(like: Any, n: int) -> Any:
    import numpy as np

    array = np.eye(n, dtype=grad_dtype(like))
    if isinstance(like, np.ndarray):
        return array
    from tt_tensor import from_numpy

    return from_numpy(array)


@gradient(lookup("amax"), "input")
@gradient(lookup("amin"), "input")
def extreme_input(grad: Value, input: Value, result: Value, dim: Any, keepdim: bool) -> Value:
    """The extreme elements share the gradient evenly."""
    hits = input == spread(result, input.shape, dim, keepdim)
    weight = cast((hits,), (grad_dtype(grad),))
    share = weight / sum(weight, dim, keepdim=True)
    return spread(grad, input.shape, dim, keepdim) * share


@gradient(lookup("logsumexp"), "input")
def logsumexp_input(grad: Value, input: Value, result: Value, dim: Any, keepdim: bool) -> Value:
    """d ln Σ eˣ = softmax(x) · dx."""
    total = spread(result, input.shape, dim, keepdim)
    return spread(grad, input.shape, dim, keepdim) * exp(input - total)


@gradient(lookup("norm"), "input")
def norm_input(
    grad: Value, input: Value, result: Value, p: float, dim: Any, keepdim: bool
) -> Value:
    """d‖x‖ₚ = sign(x) |x|^(p-1) / ‖x‖ₚ^(p-1); 0 for the zero vector, which has no direction."""
    zero = result == 0
    length = where(zero, result + 1, result)
    if p == 2:
        return input * spread(where(zero, grad * 0, grad / length), input.shape, dim, keepdim)
    scale = where(zero, grad * 0, grad / length ** (p - 1))
    nought = input == 0
    power = where(nought, input * 0, sign(input) * abs(where(nought, input + 1, input)) ** (p - 1))
    return power * spread(scale, input.shape, dim, keepdim)


@gradient(lookup("cumsum"), "input")
def cumsum_input(grad: Value, dim: int) -> Value:
    """An element is in its own sum and in all later ones."""
    if grad.ndim == 0:
        return grad
    return flip(cumsum(flip(grad, dim), dim), dim)


@gradient(lookup("cumprod"), "input")
def cumprod_input(grad: Value, input: Value, result: Value, dim: int) -> Value:
    """Σ over all later products, each divided by the element; zeros are taken one by one."""
    if grad.ndim == 0:
        return grad
    zero = input == 0
    safe = where(zero, input * 0 + 1, input)
    plain = cumsum_input(grad * result, dim) / safe
    if not _any(zero):
        return plain
    return _cumprod_with_zeros(grad, input, dim)


def _any(mask: Any) -> bool:
    return bool(mask.any())


def _cumprod_with_zeros(grad: Value, input: Value, dim: int) -> Value:
    """The same by the definition: for element i the sum over k ≥ i of grad[k] Π_{j ≤ k, j ≠ i}."""
    from tt_tensor import cumprod, narrow

    n = input.shape[dim]
    parts = []
    for i in range(n):
        before = narrow(input, dim, 0, i)
        after = narrow(input, dim, i + 1, n - i - 1)
        head = prod(before, dim, keepdim=True)
        later = cumprod(after, dim) * head
        own = narrow(grad, dim, i, 1) * head
        rest = sum(narrow(grad, dim, i + 1, n - i - 1) * later, dim, keepdim=True)
        parts.append(own + rest)
    return lookup("cat")(tuple(parts), (dim,))
