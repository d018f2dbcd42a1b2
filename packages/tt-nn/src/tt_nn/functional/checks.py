"""What every loss asks of its arguments: tensors of one shape and one floating-point type."""

from __future__ import annotations

from tt_tensor import DTypeError, ShapeError, Tensor, promote_types

__all__ = ["check_pair", "check_tensor"]


def check_tensor(name: str, value: object) -> None:
    """Refuse what is not a tensor.

    Raises:
        TypeError: it is something else.
    """
    if not isinstance(value, Tensor):
        raise TypeError(
            f"{name} must be a Tensor, not {type(value).__name__}; make one with tt_tensor.tensor"
        )


def check_pair(loss: str, input: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """The input and target of a loss, in their common type.

    PyTorch lets the two broadcast and warns; that is nearly always a mistake, such as (N, 1)
    against (N,), which would compare everything with everything.

    Raises:
        TypeError: one is not a tensor.
        ShapeError: the shapes differ.
        DTypeError: the input is not floating point.
    """
    try:
        x, y = input.array, target.array
    except AttributeError:
        check_tensor("input", input)
        check_tensor("target", target)
        raise
    if x.shape != y.shape:
        raise ShapeError(
            f"{loss}: input has shape {input.shape}, target {target.shape}; they must be equal "
            "(is one of them lacking an unsqueeze(1)?)"
        )
    if x.dtype.kind != "f":
        raise DTypeError(f"{loss}: input must be floating point, not {input.dtype}; use .float()")
    if x.dtype is y.dtype:
        return input, target
    common = promote_types(input.dtype, target.dtype)
    return input.to(common), target.to(common)
