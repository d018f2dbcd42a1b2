"""Functions of two or three numbers, element by element with broadcasting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dtypes import result_type_of
from ..kernels.naive import pairs as naive
from ..kernels.numpy import pairs as kernels
from ..primitive import Binary

if TYPE_CHECKING:
    from ..tensor import Tensor
    from ..typing import Operand

__all__ = ["addcdiv", "addcmul", "atan2", "copysign", "hypot", "lerp", "logaddexp", "xlogy"]

atan2_p = Binary("atan2", naive=naive.atan2, numpy=kernels.atan2, to_float=True)
hypot_p = Binary("hypot", naive=naive.hypot, numpy=kernels.hypot, to_float=True)
copysign_p = Binary("copysign", naive=naive.copysign, numpy=kernels.copysign, to_float=True)
logaddexp_p = Binary("logaddexp", naive=naive.logaddexp, numpy=kernels.logaddexp, to_float=True)
xlogy_p = Binary("xlogy", naive=naive.xlogy, numpy=kernels.xlogy, to_float=True)


def atan2(input: Tensor, other: Operand) -> Tensor:
    """The angle of the point (other, input), between -π and π.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> tt.atan2(tt.tensor([1.0]), tt.tensor([-1.0]))
        tensor([2.3562])
    """
    return atan2_p(input, other)


def lerp(input: Tensor, end: Tensor, weight: Operand) -> Tensor:
    """``input + weight · (end - input)``: the point at ``weight`` of the way.

    Example:
        >>> import tt_tensor as tt
        >>> tt.lerp(tt.tensor([0.0, 10.0]), tt.tensor([10.0, 20.0]), 0.5)
        tensor([ 5., 15.])
    """
    return input + (end - input) * weight


def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """``input + value · tensor1 · tensor2``.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> tt.addcmul(tt.tensor([1.0]), tt.tensor([2.0]), tt.tensor([3.0]), value=10)
        tensor([61.])
    """
    input, tensor1, tensor2 = _of_one_type(input, tensor1, tensor2)
    product = tensor1 * tensor2
    return input + (product if value == 1 else product * value)


def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """``input + value · tensor1 / tensor2``.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> tt.addcdiv(tt.tensor([1.0]), tt.tensor([3.0]), tt.tensor([2.0]), value=10)
        tensor([16.])
    """
    input, tensor1, tensor2 = _of_one_type(input, tensor1, tensor2)
    quotient = tensor1 / tensor2
    return input + (quotient if value == 1 else quotient * value)


def logaddexp(input: Tensor, other: Operand) -> Tensor:
    """ln(eˣ + eʸ) without overflow.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> tt.logaddexp(tt.tensor([1000.0]), tt.tensor([1000.0]))
        tensor([1000.6932])
    """
    return logaddexp_p(input, other)


def hypot(input: Tensor, other: Operand) -> Tensor:
    """√(input² + other²): the distance of a point from the origin, without overflow in the squares.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> tt.hypot(tt.tensor([3.0]), tt.tensor([4.0]))
        tensor([5.])
    """
    return hypot_p(input, other)


def copysign(input: Tensor, other: Operand) -> Tensor:
    """The size of ``input`` with the sign of ``other``.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> tt.copysign(tt.tensor([1.0, 2.0]), tt.tensor([-3.0, 0.0]))
        tensor([-1.,  2.])
    """
    return copysign_p(input, other)


def xlogy(input: Operand, other: Operand) -> Tensor:
    """``input · ln(other)``, with 0 · ln(0) = 0, as in entropies.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import tt_tensor as tt
        >>> p = tt.tensor([0.0, 0.5, 0.5])
        >>> -tt.xlogy(p, p).sum()
        tensor(0.6931)
    """
    return xlogy_p(input, other)


def _of_one_type(*tensors: Tensor) -> list[Tensor]:
    common = result_type_of(*[x.array for x in tensors])
    return [x.to(common) for x in tensors]
