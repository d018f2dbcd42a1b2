"""The rule for joining: everyone gets his piece back."""

from __future__ import annotations

from typing import Any

from tt_tensor import lookup, split

from ..rule import Value, gradient

cat = lookup("cat")


@gradient(cat, "*tensors")
def cat_tensors(grad: Value, tensors_shape: Any, dim: int, needs: Any) -> tuple[Any, ...]:
    """The pieces of the gradient, in order."""
    return split(grad, [shape[dim] for shape in tensors_shape], dim)
