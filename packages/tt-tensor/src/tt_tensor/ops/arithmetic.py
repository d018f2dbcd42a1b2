"""Arithmetic: + − × ÷ and powers, element by element with broadcasting.

Two tensors of different shapes are lined up at the right; sizes of 1 are stretched.  Types are
promoted as :mod:`tt_tensor.dtypes` says; plain Python numbers are weak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..kernels.naive import arithmetic as naive
from ..kernels.numpy import arithmetic as kernels
from ..primitive import Binary, Unary, array_of

if TYPE_CHECKING:
    from ..tensor import Tensor
    from ..typing import Operand

__all__ = [
    "add",
    "div",
    "divide",
    "floor_divide",
    "mul",
    "multiply",
    "neg",
    "negative",
    "pow",
    "remainder",
    "sub",
    "subtract",
    "true_divide",
]

add_p = Binary("add", naive=naive.add, numpy=kernels.add)
sub_p = Binary("sub", naive=naive.sub, numpy=kernels.sub)
mul_p = Binary("mul", naive=naive.mul, numpy=kernels.mul)
div_p = Binary("div", naive=naive.div, numpy=kernels.div, to_float=True)
floor_divide_p = Binary("floor_divide", naive=naive.floor_divide, numpy=kernels.floor_divide)
trunc_divide_p = Binary("trunc_divide", naive=naive.trunc_divide, numpy=kernels.trunc_divide)
remainder_p = Binary("remainder", naive=naive.remainder, numpy=kernels.remainder)
pow_p = Binary("pow", naive=naive.power, numpy=kernels.power)
neg_p = Unary("neg", naive=naive.neg, numpy=kernels.neg)


def add(input: Tensor, other: Operand, *, alpha: float = 1) -> Tensor:
    """``input + alpha * other``, element by element.

    Args:
        input: any shape and type.
        other: a tensor whose shape broadcasts with ``input``'s, or a number.
        alpha: multiplies ``other`` first.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> tt.add(tt.tensor([1, 2]), tt.tensor([[10], [20]]), alpha=2)
        tensor([[21, 22],
                [41, 42]])
    """
    return add_p(input, other if alpha == 1 else mul_p(other, alpha))


def sub(input: Tensor, other: Operand, *, alpha: float = 1) -> Tensor:
    """``input - alpha * other``, element by element.

    Raises:
        ShapeError: the shapes do not broadcast.
        DTypeError: both are boolean: a difference of truth values has no meaning.

    Example:
        >>> import tt_tensor as tt
        >>> tt.sub(tt.tensor([1.0, 2.0]), 0.5)
        tensor([0.5000, 1.5000])
    """
    return sub_p(input, other if alpha == 1 else mul_p(other, alpha))


def mul(input: Tensor, other: Operand) -> Tensor:
    """``input * other``, element by element.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> tt.mul(tt.tensor([1, 2, 3]), 2.5)
        tensor([2.5000, 5.0000, 7.5000])
    """
    return mul_p(input, other)


def div(input: Tensor, other: Operand, *, rounding_mode: str | None = None) -> Tensor:
    """``input / other``, element by element; integers are divided as floating-point numbers.

    Args:
        input: any shape and type.
        other: a tensor whose shape broadcasts with ``input``'s, or a number.
        rounding_mode: None for the true quotient, "trunc" to round it towards zero, "floor" to
            round it down; both keep integers integers.

    Raises:
        ShapeError: the shapes do not broadcast.
        ValueError: another ``rounding_mode``.
        ZeroDivisionError: an integer divided by zero with a ``rounding_mode``.

    Example:
        >>> import tt_tensor as tt
        >>> x = tt.tensor([-7, 7])
        >>> tt.div(x, 2), tt.div(x, 2, rounding_mode="trunc"), tt.div(x, 2, rounding_mode="floor")
        (tensor([-3.5000,  3.5000]), tensor([-3,  3]), tensor([-4,  3]))
    """
    if rounding_mode is None:
        return div_p(input, other)
    if rounding_mode not in ("trunc", "floor"):
        raise ValueError(f"rounding_mode must be None, 'trunc' or 'floor', not {rounding_mode!r}")
    _refuse_zero_division(input, other)
    return (trunc_divide_p if rounding_mode == "trunc" else floor_divide_p)(input, other)


def floor_divide(input: Tensor, other: Operand) -> Tensor:
    """``floor(input / other)``, element by element; integers stay integers.

    Raises:
        ShapeError: the shapes do not broadcast.
        ZeroDivisionError: an integer divided by zero.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([-7, 7]) // 2
        tensor([-4,  3])
    """
    _refuse_zero_division(input, other)
    return floor_divide_p(input, other)


def remainder(input: Tensor, other: Operand) -> Tensor:
    """``input - other * floor(input / other)``: Python's ``%``, with the divisor's sign.

    Raises:
        ShapeError: the shapes do not broadcast.
        ZeroDivisionError: an integer divided by zero.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([-3, 5]) % 4
        tensor([1, 1])
    """
    _refuse_zero_division(input, other)
    return remainder_p(input, other)


def pow(input: Operand, exponent: Operand) -> Tensor:
    """``input`` to the power ``exponent``, element by element.

    Raises:
        ShapeError: the shapes do not broadcast.
        ValueError: an integer to a negative integer power, which is not an integer.

    Example:
        >>> import tt_tensor as tt
        >>> tt.pow(tt.tensor([1.0, 2.0, 3.0]), 2), 2 ** tt.tensor([0, 1, 2])
        (tensor([1., 4., 9.]), tensor([1, 2, 4]))
    """
    if _is_integer(input) and _is_integer(exponent) and np.any(array_of(exponent) < 0):
        raise ValueError("exponent: integers have no negative integer powers; use input.float()")
    return pow_p(input, exponent)


def neg(input: Tensor) -> Tensor:
    """``-input``.

    Raises:
        DTypeError: ``input`` is boolean; use ``logical_not``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.neg(tt.tensor([1, -2]))
        tensor([-1,  2])
    """
    return neg_p(input)


true_divide = divide = div
multiply = mul
subtract = sub
negative = neg


def _is_integer(x: Any) -> bool:
    if isinstance(x, (int, float)):
        return not isinstance(x, float)
    return array_of(x).dtype.kind != "f"


def _refuse_zero_division(input: Any, other: Any) -> None:
    if _is_integer(input) and _is_integer(other) and not np.all(array_of(other)):
        raise ZeroDivisionError("other: integer division by zero; use input.float() for infinities")
