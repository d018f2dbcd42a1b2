"""Rules for views: the gradient is seen the other way round."""

from __future__ import annotations

from typing import Any

from tt_tensor import Tensor, registry, reshape, sum

from ..rule import gradient

permute, flip, roll = registry["permute"], registry["flip"], registry["roll"]


@gradient(registry["view"], "input")
def view_input(grad: Tensor, input_shape: tuple[int, ...]) -> Tensor:
    """The same numbers in the old shape."""
    return reshape(grad, input_shape)


@gradient(permute, "input")
def permute_input(grad: Tensor, dims: tuple[int, ...]) -> Tensor:
    """The inverse order."""
    out: Tensor = permute((grad,), (tuple([dims.index(d) for d in range(len(dims))]),))
    return out


@gradient(registry["expand"], "input")
def expand_input(grad: Tensor) -> Tensor:
    """What was repeated is summed: that is how the engine undoes any broadcasting."""
    return grad


@gradient(flip, "input")
def flip_input(grad: Tensor, dims: Any) -> Tensor:
    """Turned round again."""
    out: Tensor = flip((grad,), (dims,))
    return out


@gradient(roll, "input")
def roll_input(grad: Tensor, shift: int, dim: int) -> Tensor:
    """Moved back."""
    out: Tensor = roll((grad,), (-shift, dim))
    return out


@gradient(registry["repeat"], "input")
def repeat_input(grad: Tensor, input_shape: tuple[int, ...], repeats: tuple[int, ...]) -> Tensor:
    """The copies add up: each dimension is seen as (copy, element) and summed over copies."""
    pairs = [k for n, r in zip(input_shape, repeats, strict=True) for k in (r, n)]
    return sum(reshape(grad, tuple(pairs)), tuple(range(0, len(pairs), 2))) if pairs else grad
