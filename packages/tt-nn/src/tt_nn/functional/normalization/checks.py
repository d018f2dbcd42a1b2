"""What normalisations ask of their arguments: shapes and types that fit together."""

from __future__ import annotations

from tt_tensor import DTypeError, ShapeError, Tensor

from ..checks import check_tensor

__all__ = ["check_channels", "check_last"]


def check_channels(function: str, input: Tensor, **vectors: Tensor | None) -> None:
    """Refuse what is not a batch (N, C, ...) with vectors (C,) of its floating-point type.

    Raises:
        TypeError: the input is not a tensor.
        ShapeError: the input has no channels, or a vector is not (C,).
        DTypeError: the input is not floating point, or a vector has another type.
    """
    check_floating(function, input)
    x = input.array
    if x.ndim < 2:
        raise ShapeError(f"{function}: input must be (N, C, ...), but its shape is {input.shape}")
    for name, vector in vectors.items():
        if vector is None:
            continue
        if vector.array.shape != x.shape[1:2]:
            raise ShapeError(
                f"{function}: the input of shape {input.shape} has {x.shape[1]} channels, but the "
                f"shape of {name} is {vector.shape}; it must be ({x.shape[1]},)"
            )
        check_same_type(function, input, name, vector)


def check_last(
    function: str, input: Tensor, shape: tuple[int, ...] | list[int], **parameters: Tensor | None
) -> None:
    """Refuse an input that does not end in ``shape``, and parameters of other shapes or types.

    Raises:
        TypeError: the input is not a tensor, or ``shape`` no sequence.
        ShapeError: a shape does not fit, or is empty.
        DTypeError: the input is not floating point, or a parameter has another type.
    """
    check_floating(function, input)
    if isinstance(shape, int):
        raise TypeError(f"{function}: normalized_shape must be a tuple, such as ({shape},)")
    shape = tuple(shape)
    if not shape or input.array.shape[-len(shape) :] != shape:
        raise ShapeError(
            f"{function}: the input's shape {input.shape} must end in normalized_shape, which is "
            f"{shape}" + ("" if shape else "; name at least one dimension")
        )
    for name, parameter in parameters.items():
        if parameter is None:
            continue
        if parameter.array.shape != shape:
            raise ShapeError(
                f"{function}: {name} must have the shape {shape} of what is normalised, but it has "
                f"{parameter.shape}"
            )
        check_same_type(function, input, name, parameter)


def check_floating(function: str, input: Tensor) -> None:
    """Refuse an input that is not a tensor of floating-point numbers.

    Raises:
        TypeError: it is not a tensor.
        DTypeError: it is not floating point.
    """
    check_tensor("input", input)
    if input.array.dtype.kind != "f":
        raise DTypeError(
            f"{function}: input must be floating point, not {input.dtype}; use .float()"
        )


def check_same_type(function: str, input: Tensor, name: str, other: Tensor) -> None:
    """Refuse a parameter of another type than the input's.

    Raises:
        DTypeError: the types differ.
    """
    if other.array.dtype is not input.array.dtype:
        raise DTypeError(
            f"{function}: the input is {input.dtype}, {name} {other.dtype}; convert one of them, "
            f"for example the input with .to({other.dtype!r})"
        )
