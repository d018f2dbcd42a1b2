"""Rules for sorting: the gradient goes back to where each value came from."""

from __future__ import annotations

from typing import Any

from tt_tensor import Tensor, new_zeros, registry

from ..rule import gradient

scatter = registry["scatter"]


@gradient(registry["sort"], "input")
@gradient(registry["topk"], "input")
def sort_input(grads: Any, input_shape: tuple[int, ...], results: Any, dim: int) -> Tensor:
    """Zeros, with the gradient of each value at its old place."""
    grad, _ = grads
    if not input_shape:
        return grad  # type: ignore[no-any-return]
    out: Tensor = scatter((new_zeros(grad, input_shape), results[1], grad), (dim,))
    return out
