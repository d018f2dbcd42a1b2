"""Comparisons have no gradient; a choice passes it to what was chosen."""

from __future__ import annotations

from tt_tensor import lookup

from ..rule import Value, gradient, not_differentiable

where = lookup("where")

for _name in (
    "eq", "ne", "lt", "le", "gt", "ge", "logical_and", "logical_or", "logical_xor", "logical_not",
    "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not", "shift_left", "shift_right",
):  # fmt: skip
    not_differentiable(lookup(_name))

not_differentiable(where, "condition")


@gradient(where, "input")
def where_input(grad: Value, condition: Value) -> Value:
    """The gradient where the condition held."""
    return grad * condition


@gradient(where, "other")
def where_other(grad: Value, condition: Value) -> Value:
    """The gradient where it did not."""
    return grad * ~condition
