"""What convolutions ask of their arguments: sizes, shapes, types, and that all of it fits."""

from __future__ import annotations

from tt_tensor import DTypeError, ShapeError, Tensor

from ..checks import check_tensor

__all__ = ["check_bias", "check_groups", "check_operands", "output_size", "sizes"]


def sizes(
    function: str, name: str, value: int | tuple[int, ...], dims: int, least: int = 1
) -> tuple[int, ...]:
    """One whole number per spatial dimension; a single number stands for all of them.

    Raises:
        TypeError: not an int, nor a tuple or list of ints.
        ValueError: another count than ``dims``, or a number below ``least``.
    """
    values = tuple(value) if isinstance(value, (tuple, list)) else (value,) * dims
    for number in values:
        if not isinstance(number, int) or isinstance(number, bool):
            raise TypeError(
                f"{function}: {name} must be an int or a tuple of {dims} ints, not {value!r}"
            )
        if number < least:
            raise ValueError(f"{function}: {name} must be at least {least}, not {value!r}")
    if len(values) == 1:
        return values * dims
    if len(values) != dims:
        raise ValueError(
            f"{function}: {name} must be one int or {dims}, one per dimension, not {value!r}"
        )
    return values


def output_size(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """How many places a window has along one dimension: ⌊(n + 2p - d (k - 1) - 1) / s⌋ + 1."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def check_operands(function: str, input: Tensor, weight: Tensor, dims: int) -> None:
    """The input is (N, C, ...) or (C, ...), the weight has a kernel, and their types are equal.

    Raises:
        TypeError: one is not a tensor.
        DTypeError: not floating point, or different types.
        ShapeError: another number of dimensions, or a weight without elements.
    """
    check_tensor("input", input)
    check_tensor("weight", weight)
    if not input.dtype.is_floating_point:
        raise DTypeError(
            f"{function}: input must be floating point, not {input.dtype}; use .float()"
        )
    if input.dtype != weight.dtype:
        raise DTypeError(
            f"{function}: the input is {input.dtype}, the weight {weight.dtype}; convert one of "
            f"them, for example the input with .to({weight.dtype!r})"
        )
    if weight.ndim != dims + 2:
        raise ShapeError(
            f"{function}: weight must have {dims + 2} dimensions (channels out and in, then the "
            f"kernel's {dims}), but its shape is {weight.shape}"
        )
    if 0 in weight.shape:
        raise ShapeError(f"{function}: weight has no elements, its shape is {weight.shape}")
    if input.ndim not in (dims + 1, dims + 2):
        raise ShapeError(
            f"{function}: input must be {('(N, C, L)', '(N, C, H, W)')[dims - 1]}, or the same "
            f"without N, but its shape is {input.shape}"
        )


def check_groups(function: str, groups: int, channels: dict[str, int]) -> None:
    """``groups`` is a number that divides all the channels.

    Raises:
        TypeError: it is not an int.
        ValueError: it is below 1.
        ShapeError: it does not divide.
    """
    if not isinstance(groups, int) or isinstance(groups, bool):
        raise TypeError(f"{function}: groups must be an int, not {type(groups).__name__}")
    if groups < 1:
        raise ValueError(f"{function}: groups must be at least 1, not {groups}")
    for name, count in channels.items():
        if count % groups:
            raise ShapeError(
                f"{function}: groups={groups} does not divide the {count} {name}; every group takes "
                "as many channels, so choose a number that divides both counts"
            )


def check_bias(function: str, bias: Tensor | None, weight: Tensor, channels: int) -> None:
    """The bias has one number per output channel, of the weight's type.

    Raises:
        TypeError: it is not a tensor.
        ShapeError: another shape.
        DTypeError: another type.
    """
    if bias is None:
        return
    check_tensor("bias", bias)
    if bias.shape != (channels,):
        raise ShapeError(f"{function}: the bias must have shape ({channels},), not {bias.shape}")
    if bias.dtype != weight.dtype:
        raise DTypeError(f"{function}: the bias is {bias.dtype}, the weight {weight.dtype}")
