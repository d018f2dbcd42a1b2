"""Rules for sorting: the gradient goes back to where each value came from."""

from __future__ import annotations

from typing import Any

from tt_tensor import lookup, new_zeros

from ..rule import Value, gradient

scatter = lookup("scatter")


@gradient(lookup("sort"), "input")
@gradient(lookup("topk"), "input")
def sort_input(grads: Any, input_shape: tuple[int, ...], results: Any, dim: int) -> Value:
    """Zeros, with the gradient of each value at its old place."""
    grad, _ = grads
    if not input_shape:
        return grad
    return scatter((new_zeros(grad, input_shape), results[1], grad), (dim,))
