"""Comparisons, logic, bits, and choosing between two tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import bool_, int64, number_array, result_type_of
from ..errors import DTypeError, ShapeError
from ..kernels.naive import compare as naive
from ..kernels.numpy import compare as kernels
from ..primitive import Binary, Primitive, Unary, array_of, wrap

if TYPE_CHECKING:
    from ..tensor import Tensor
    from ..typing import Operand

__all__ = [
    "bitwise_and",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "eq",
    "ge",
    "gt",
    "le",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "lt",
    "ne",
    "where",
]


class Comparison(Binary):
    """A comparison is right for every number, also for one that the tensor's type has no room for.

    No ``uint8`` is equal to -1.  (In arithmetic such a number is an error.)
    """

    __slots__ = ()

    def _mixed(self, input: Any, other: Any) -> Tensor:
        return super()._mixed(_with_room(input, other), _with_room(other, input))


def _with_room(value: Any, beside: Any) -> Any:
    """``value`` as int64 if it is a tensor of integers whose type cannot hold ``beside``."""
    if type(beside) is int and hasattr(value, "node") and value.array.dtype.kind in "iu":
        limits = np.iinfo(value.array.dtype)
        if not limits.min <= beside <= limits.max:
            return value.to(int64)
    return value


eq_p = Comparison("eq", naive=naive.eq, numpy=kernels.eq)
ne_p = Comparison("ne", naive=naive.ne, numpy=kernels.ne)
lt_p = Comparison("lt", naive=naive.lt, numpy=kernels.lt)
le_p = Comparison("le", naive=naive.le, numpy=kernels.le)
gt_p = Comparison("gt", naive=naive.gt, numpy=kernels.gt)
ge_p = Comparison("ge", naive=naive.ge, numpy=kernels.ge)
logical_and_p = Binary("logical_and", naive=naive.logical_and, numpy=kernels.logical_and)
logical_or_p = Binary("logical_or", naive=naive.logical_or, numpy=kernels.logical_or)
logical_xor_p = Binary("logical_xor", naive=naive.logical_xor, numpy=kernels.logical_xor)
bitwise_and_p = Binary("bitwise_and", naive=naive.bitwise_and, numpy=kernels.bitwise_and)
bitwise_or_p = Binary("bitwise_or", naive=naive.bitwise_or, numpy=kernels.bitwise_or)
bitwise_xor_p = Binary("bitwise_xor", naive=naive.bitwise_xor, numpy=kernels.bitwise_xor)
logical_not_p = Unary("logical_not", naive=naive.logical_not, numpy=kernels.logical_not)
bitwise_not_p = Unary("bitwise_not", naive=naive.bitwise_not, numpy=kernels.bitwise_not)
shift_left_p = Binary("shift_left", naive=naive.shift_left, numpy=kernels.shift_left)
shift_right_p = Binary("shift_right", naive=naive.shift_right, numpy=kernels.shift_right)
where_p = Primitive(
    "where", inputs=("condition", "input", "other"), naive=naive.where, numpy=kernels.where
)


def eq(input: Tensor, other: Operand) -> Tensor:
    """Whether each element of ``input`` is equal to that of ``other``; NaN never is, not even to itself.

    Example:
        >>> import tt_tensor as tt
        >>> tt.eq(tt.tensor([1, 2, 3]), 2)
        tensor([False,  True, False])
    """
    return eq_p(input, other)


def ne(input: Tensor, other: Operand) -> Tensor:
    """Whether each element of ``input`` is not equal to that of ``other``; NaN always is.

    Example:
        >>> import tt_tensor as tt
        >>> tt.ne(tt.tensor([1, 2, 3]), 2)
        tensor([ True, False,  True])
    """
    return ne_p(input, other)


def lt(input: Tensor, other: Operand) -> Tensor:
    """Whether each element of ``input`` is less than that of ``other``; NaN never is.

    Example:
        >>> import tt_tensor as tt
        >>> tt.lt(tt.tensor([1, 2, 3]), 2)
        tensor([ True, False, False])
    """
    return lt_p(input, other)


def le(input: Tensor, other: Operand) -> Tensor:
    """Whether each element of ``input`` is less than or equal to that of ``other``; NaN never is.

    Example:
        >>> import tt_tensor as tt
        >>> tt.le(tt.tensor([1, 2, 3]), 2)
        tensor([ True,  True, False])
    """
    return le_p(input, other)


def gt(input: Tensor, other: Operand) -> Tensor:
    """Whether each element of ``input`` is greater than that of ``other``; NaN never is.

    Example:
        >>> import tt_tensor as tt
        >>> tt.gt(tt.tensor([1, 2, 3]), 2)
        tensor([False, False,  True])
    """
    return gt_p(input, other)


def ge(input: Tensor, other: Operand) -> Tensor:
    """Whether each element of ``input`` is greater than or equal to that of ``other``; NaN never is.

    Example:
        >>> import tt_tensor as tt
        >>> tt.ge(tt.tensor([1, 2, 3]), 2)
        tensor([False,  True,  True])
    """
    return ge_p(input, other)


def logical_and(input: Tensor, other: Operand) -> Tensor:
    """Whether both are not 0, for each pair of elements."""
    return logical_and_p(input, other)


def logical_or(input: Tensor, other: Operand) -> Tensor:
    """Whether at least one is not 0, for each pair of elements."""
    return logical_or_p(input, other)


def logical_xor(input: Tensor, other: Operand) -> Tensor:
    """Whether exactly one is not 0, for each pair of elements."""
    return logical_xor_p(input, other)


def bitwise_and(input: Tensor, other: Operand) -> Tensor:
    """The bits that both integers have. For booleans it is the logical operation.

    Raises:
        DTypeError: floating-point numbers.

    Example:
        >>> import tt_tensor as tt
        >>> tt.bitwise_and(tt.tensor([3]), 5)
        tensor([1])
    """
    return bitwise_and_p(input, other)


def bitwise_or(input: Tensor, other: Operand) -> Tensor:
    """The bits that at least one of two integers has. For booleans it is the logical operation.

    Raises:
        DTypeError: floating-point numbers.

    Example:
        >>> import tt_tensor as tt
        >>> tt.bitwise_or(tt.tensor([3]), 5)
        tensor([7])
    """
    return bitwise_or_p(input, other)


def bitwise_xor(input: Tensor, other: Operand) -> Tensor:
    """The bits in which two integers differ. For booleans it is the logical operation.

    Raises:
        DTypeError: floating-point numbers.

    Example:
        >>> import tt_tensor as tt
        >>> tt.bitwise_xor(tt.tensor([3]), 5)
        tensor([6])
    """
    return bitwise_xor_p(input, other)


def logical_not(input: Tensor) -> Tensor:
    """Whether each element is 0."""
    return logical_not_p(input)


def bitwise_not(input: Tensor) -> Tensor:
    """Every bit turned over; for booleans, "not".

    Raises:
        DTypeError: floating-point numbers.
    """
    return bitwise_not_p(input)


def bitwise_left_shift(input: Tensor, other: Operand) -> Tensor:
    """``input · 2^other`` of integers: the bits moved to the left."""
    return shift_left_p(input, other)


def bitwise_right_shift(input: Tensor, other: Operand) -> Tensor:
    """``input / 2^other`` of integers, rounded down: the bits moved to the right."""
    return shift_right_p(input, other)


def where(condition: Tensor, input: Any = None, other: Any = None) -> Any:
    """``input`` where ``condition`` holds, else ``other``; all three broadcast.

    Args:
        condition: boolean.
        input: a tensor or a number.
        other: a tensor or a number; their types are promoted.

    Returns:
        the chosen elements; with the condition alone, the indices where it holds, as a tuple with
        one tensor per dimension.

    Raises:
        TypeError: only one of ``input`` and ``other``.
        DTypeError: a condition that is not boolean, or a number beyond the result's type.
        ShapeError: shapes that do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> x = tt.tensor([-1.0, 2.0])
        >>> tt.where(x > 0, x, 0.0)
        tensor([0., 2.])
    """
    if input is None and other is None:
        return tuple(wrap(i) for i in np.nonzero(array_of(condition)))
    if input is None or other is None:
        raise TypeError("where: give both input and other, or neither of them")
    if array_of(condition).dtype != bool:
        raise DTypeError(
            f"condition: it must be boolean, not {array_of(condition).dtype}; compare it with 0"
        )
    if not any(hasattr(x, "node") for x in (condition, input, other)):
        return where_p.kernel(condition, input, other)  # inside a gradient rule
    common = result_type_of(
        *[x if isinstance(x, (int, float)) else array_of(x) for x in (input, other)]
    )
    tensors = [_tensor(x, common) for x in (input, other)]
    try:
        return where_p((_tensor(condition, bool_), *tensors))
    except ValueError as error:
        shapes = ", ".join(str(array_of(x).shape) for x in (condition, input, other))
        raise ShapeError(f"where: the shapes {shapes} do not broadcast") from error


def _tensor(value: Any, kind: Any) -> Any:
    """A tensor of the type ``kind`` from a tensor, an array or a number."""
    if hasattr(value, "node"):
        return value.to(kind)
    number = isinstance(value, (int, float))
    return wrap(number_array(value, kind) if number else np.asarray(value, kind.numpy))
