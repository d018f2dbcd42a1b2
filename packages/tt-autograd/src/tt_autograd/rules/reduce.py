"""Rules for reductions: one gradient goes back to many elements."""

from __future__ import annotations

import math
from typing import Any

from tt_tensor import Tensor, cumsum, exp, expand, flip, prod, registry, reshape, sum, where

from ..rule import gradient, not_differentiable
from .rounding import grad_dtype

cast = registry["cast"]

for _name in ("argmax", "argmin", "all", "any"):
    not_differentiable(registry[_name])


def spread(value: Tensor, shape: tuple[int, ...], dim: tuple[int, ...], keepdim: bool) -> Tensor:
    """A reduced value seen in the shape from which it was reduced."""
    if not keepdim and dim:
        value = reshape(value, tuple([1 if d in dim else n for d, n in enumerate(shape)]))
    return expand(value, shape)


@gradient(registry["sum"], "input")
def sum_input(grad: Tensor, input_shape: tuple[int, ...], dim: Any, keepdim: bool) -> Tensor:
    """Every summand gets the gradient of the sum."""
    return spread(grad, input_shape, dim, keepdim)


@gradient(registry["prod"], "input")
def prod_input(grad: Tensor, input: Tensor, dim: Any, keepdim: bool) -> Tensor:
    """Every factor gets the product of all the others, without dividing: zeros are no trouble."""
    order = (*[d for d in range(input.ndim) if d not in dim], *dim)
    back = tuple([order.index(d) for d in range(input.ndim)])
    permute = registry["permute"]
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


@gradient(registry["amax"], "input")
@gradient(registry["amin"], "input")
def extreme_input(grad: Tensor, input: Tensor, result: Tensor, dim: Any, keepdim: bool) -> Tensor:
    """The extreme elements share the gradient evenly."""
    hits = input == spread(result, input.shape, dim, keepdim)
    weight = cast((hits,), (grad_dtype(grad),))
    share = weight / sum(weight, dim, keepdim=True)
    return spread(grad, input.shape, dim, keepdim) * share


@gradient(registry["logsumexp"], "input")
def logsumexp_input(grad: Tensor, input: Tensor, result: Tensor, dim: Any, keepdim: bool) -> Tensor:
    """d ln Σ eˣ = softmax(x) · dx."""
    total = spread(result, input.shape, dim, keepdim)
    return spread(grad, input.shape, dim, keepdim) * exp(input - total)


@gradient(registry["cumsum"], "input")
def cumsum_input(grad: Tensor, dim: int) -> Tensor:
    """An element is in its own sum and in all later ones."""
    if grad.ndim == 0:
        return grad
    return flip(cumsum(flip(grad, dim), dim), dim)


@gradient(registry["cumprod"], "input")
def cumprod_input(grad: Tensor, input: Tensor, result: Tensor, dim: int) -> Tensor:
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


def _cumprod_with_zeros(grad: Tensor, input: Tensor, dim: int) -> Tensor:
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
    out: Tensor = registry["cat"](tuple(parts), (dim,))
    return out
