"""What several functions ask of their arguments: tensors, of shapes and types that fit together."""

from __future__ import annotations

from tt_tensor import DTypeError, ShapeError, Tensor, promote_types

__all__ = ["check_channels", "check_pair", "check_tensor"]


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


def check_channels(function: str, input: Tensor, **vectors: Tensor | None) -> None:
    """Refuse what is not a batch (N, C, ...) with vectors (C,) of its floating-point type.

    Raises:
        TypeError: the input is not a tensor.
        ShapeError: the input has no channels, or a vector is not (C,).
        DTypeError: the input is not floating point, or a vector has another type.
    """
    check_tensor("input", input)
    x = input.array
    if x.ndim < 2:
        raise ShapeError(f"{function}: input must be (N, C, ...), but its shape is {input.shape}")
    if x.dtype.kind != "f":
        raise DTypeError(
            f"{function}: input must be floating point, not {input.dtype}; use .float()"
        )
    for name, vector in vectors.items():
        if vector is None:
            continue
        if vector.array.shape != x.shape[1:2]:
            raise ShapeError(
                f"{function}: the input of shape {input.shape} has {x.shape[1]} channels, but the "
                f"shape of {name} is {vector.shape}; it must be ({x.shape[1]},)"
            )
        if vector.array.dtype is not x.dtype:
            raise DTypeError(
                f"{function}: the input is {input.dtype}, {name} {vector.dtype}; convert one of "
                f"them, for example the input with .to({vector.dtype!r})"
            )
