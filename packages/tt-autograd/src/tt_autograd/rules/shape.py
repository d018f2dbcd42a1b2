"""Rules for views: the gradient is seen the other way round."""

from __future__ import annotations

from typing import Any

from tt_tensor import lookup, reshape, sum

from ..rule import Value, gradient

permute, flip, roll = lookup("permute"), lookup("flip"), lookup("roll")


@gradient(lookup("view"), "input")
def view_input(grad: Value, input_shape: tuple[int, ...]) -> Value:
    """The same numbers in the old shape."""
    return reshape(grad, input_shape)


@gradient(permute, "input")
def permute_input(grad: Value, dims: tuple[int, ...]) -> Value:
    """The inverse order."""
    return permute((grad,), (tuple([dims.index(d) for d in range(len(dims))]),))


@gradient(lookup("expand"), "input")
def expand_input(grad: Value) -> Value:
    """What was repeated is summed: that is how the engine undoes any broadcasting."""
    return grad


@gradient(flip, "input")
def flip_input(grad: Value, dims: Any) -> Value:
    """Turned round again."""
    return flip((grad,), (dims,))


@gradient(roll, "input")
def roll_input(grad: Value, shift: int, dim: int) -> Value:
    """Moved back."""
    return roll((grad,), (-shift, dim))


@gradient(lookup("repeat"), "input")
def repeat_input(grad: Value, input_shape: tuple[int, ...], repeats: tuple[int, ...]) -> Value:
    """The copies add up: each dimension is seen as (copy, element) and summed over copies."""
    pairs = [k for n, r in zip(input_shape, repeats, strict=True) for k in (r, n)]
    return sum(reshape(grad, tuple(pairs)), tuple(range(0, len(pairs), 2))) if pairs else grad
