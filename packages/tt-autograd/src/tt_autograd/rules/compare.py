"""Comparisons have no gradient; a choice passes it to what was chosen."""

from __future__ import annotations

from tt_tensor import Tensor, registry

from ..rule import gradient, not_differentiable

where = registry["where"]

for _name in (
    "eq", "ne", "lt", "le", "gt", "ge", "logical_and", "logical_or", "logical_xor", "logical_not",
    "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not", "shift_left", "shift_right",
):  # fmt: skip
    not_differentiable(registry[_name])

not_differentiable(where, "condition")


@gradient(where, "input")
def where_input(grad: Tensor, condition: Tensor) -> Tensor:
    """The gradient where the condition held."""
    return grad * condition


@gradient(where, "other")
def where_other(grad: Tensor, condition: Tensor) -> Tensor:
    """The gradient where it did not."""
    return grad * ~condition
