"""Python's operators on tensors: which operation each of them is.

Where an operator has no options to check it calls the primitive, since it stands in the innermost
loops of every program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import DTypeError
from .inplace import old_values, write
from .ops import arithmetic, compare, elementwise, matmul

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["Operators"]


class Operators:
    """The operators of :class:`tt_tensor.Tensor`."""

    __slots__ = ()

    def __add__(self, other: Any) -> Tensor:
        return arithmetic.add_p(self, other)

    def __radd__(self, other: Any) -> Tensor:
        return arithmetic.add_p(other, self)

    def __iadd__(self: Any, other: Any) -> Any:
        return write(self, arithmetic.add_p(old_values(self, other), other))

    def __sub__(self, other: Any) -> Tensor:
        return arithmetic.sub_p(self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return arithmetic.sub_p(other, self)

    def __isub__(self: Any, other: Any) -> Any:
        return write(self, arithmetic.sub_p(old_values(self, other), other))

    def __mul__(self, other: Any) -> Tensor:
        return arithmetic.mul_p(self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return arithmetic.mul_p(other, self)

    def __imul__(self: Any, other: Any) -> Any:
        return write(self, arithmetic.mul_p(old_values(self, other), other))

    def __truediv__(self, other: Any) -> Tensor:
        return arithmetic.div_p(self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return arithmetic.div_p(other, self)

    def __itruediv__(self: Any, other: Any) -> Any:
        return write(self, arithmetic.div_p(old_values(self, other), other))

    def __floordiv__(self: Any, other: Any) -> Tensor:
        return arithmetic.floor_divide(self, other)

    def __rfloordiv__(self: Any, other: Any) -> Tensor:
        return arithmetic.floor_divide(other, self)

    def __ifloordiv__(self: Any, other: Any) -> Any:
        return write(self, arithmetic.floor_divide(old_values(self, other), other))

    def __mod__(self: Any, other: Any) -> Tensor:
        return arithmetic.remainder(self, other)

    def __rmod__(self: Any, other: Any) -> Tensor:
        return arithmetic.remainder(other, self)

    def __imod__(self: Any, other: Any) -> Any:
        return write(self, arithmetic.remainder(old_values(self, other), other))

    def __pow__(self: Any, other: Any) -> Tensor:
        return arithmetic.pow(self, other)

    def __rpow__(self: Any, other: Any) -> Tensor:
        return arithmetic.pow(other, self)

    def __ipow__(self: Any, other: Any) -> Any:
        return write(self, arithmetic.pow(old_values(self, other), other))

    def __matmul__(self, other: Any) -> Tensor:
        return matmul.matmul_p(self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return matmul.matmul_p(other, self)

    def __neg__(self: Any) -> Tensor:
        return arithmetic.neg_p(self)

    def __pos__(self: Any) -> Any:
        return self

    def __abs__(self: Any) -> Tensor:
        return elementwise.abs(self)

    def __and__(self: Any, other: Any) -> Tensor:
        return compare.bitwise_and(self, other)

    def __rand__(self: Any, other: Any) -> Tensor:
        return compare.bitwise_and(self, other)

    def __iand__(self: Any, other: Any) -> Any:
        return write(self, compare.bitwise_and(old_values(self, other), other))

    def __or__(self: Any, other: Any) -> Tensor:
        return compare.bitwise_or(self, other)

    def __ror__(self: Any, other: Any) -> Tensor:
        return compare.bitwise_or(self, other)

    def __ior__(self: Any, other: Any) -> Any:
        return write(self, compare.bitwise_or(old_values(self, other), other))

    def __xor__(self: Any, other: Any) -> Tensor:
        return compare.bitwise_xor(self, other)

    def __rxor__(self: Any, other: Any) -> Tensor:
        return compare.bitwise_xor(self, other)

    def __ixor__(self: Any, other: Any) -> Any:
        return write(self, compare.bitwise_xor(old_values(self, other), other))

    def __invert__(self: Any) -> Tensor:
        return compare.bitwise_not(self)

    def __lshift__(self: Any, other: Any) -> Tensor:
        return compare.bitwise_left_shift(self, other)

    def __rshift__(self: Any, other: Any) -> Tensor:
        return compare.bitwise_right_shift(self, other)

    def __rlshift__(self: Any, other: Any) -> Tensor:
        return compare.shift_left_p(other, self)

    def __rrshift__(self: Any, other: Any) -> Tensor:
        return compare.shift_right_p(other, self)

    def __lt__(self, other: Any) -> Tensor:
        return compare.lt_p(self, other)

    def __le__(self, other: Any) -> Tensor:
        return compare.le_p(self, other)

    def __gt__(self, other: Any) -> Tensor:
        return compare.gt_p(self, other)

    def __ge__(self, other: Any) -> Tensor:
        return compare.ge_p(self, other)

    def __eq__(self, other: object) -> Any:
        try:
            return compare.eq_p(self, other)
        except DTypeError:
            return NotImplemented  # not a number: Python then compares identities

    def __ne__(self, other: object) -> Any:
        try:
            return compare.ne_p(self, other)
        except DTypeError:
            return NotImplemented

    def __hash__(self) -> int:
        return id(self)  # == compares elements, so identity is the only sensible key
