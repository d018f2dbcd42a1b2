"""Rules for copies and conversions."""

from __future__ import annotations

from typing import Any

from tt_tensor import lookup

from ..rule import Value, gradient

cast, clone, overwrite = lookup("cast"), lookup("clone"), lookup("overwrite")


@gradient(clone, "input")
def clone_input(grad: Value) -> Value:
    """A copy passes its gradient on."""
    return grad


@gradient(cast, "input")
def cast_input(grad: Value, input_dtype: Any) -> Value:
    """The gradient in the type of the input."""
    return cast((grad,), (input_dtype,))


@gradient(overwrite, "input")
def overwrite_input(grad: Value) -> Value:
    """Overwritten values have no influence."""
    return grad * 0


@gradient(overwrite, "value")
def overwrite_value(grad: Value, value_dtype: Any) -> Value:
    """The values went to every place they were broadcast to; the engine sums those up."""
    return cast((grad,), (value_dtype,))


@gradient(lookup("contiguous"), "input")
def contiguous_input(grad: Value) -> Value:
    """A copy passes its gradient on."""
    return grad
