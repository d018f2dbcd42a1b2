"""Rules for copies and conversions."""

from __future__ import annotations

from typing import Any

from tt_tensor import Tensor, registry

from ..rule import gradient

cast, clone, overwrite = registry["cast"], registry["clone"], registry["overwrite"]


@gradient(clone, "input")
def clone_input(grad: Tensor) -> Tensor:
    """A copy passes its gradient on."""
    return grad


@gradient(cast, "input")
def cast_input(grad: Tensor, input_dtype: Any) -> Tensor:
    """The gradient in the type of the input."""
    out: Tensor = cast((grad,), (input_dtype,))
    return out


@gradient(overwrite, "input")
def overwrite_input(grad: Tensor) -> Tensor:
    """Overwritten values have no influence."""
    return grad * 0


@gradient(overwrite, "value")
def overwrite_value(grad: Tensor, value_dtype: Any) -> Tensor:
    """The values went to every place they were broadcast to; the engine sums those up."""
    out: Tensor = cast((grad,), (value_dtype,))
    return out


@gradient(registry["contiguous"], "input")
def contiguous_input(grad: Tensor) -> Tensor:
    """A copy passes its gradient on."""
    return grad
