"""Functions of one number applied to every element, and a few of two numbers.

Integers and booleans become floating-point numbers where the result is one, as in PyTorch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dtypes import int64, result_type_of
from ..kernels.naive import elementwise as naive
from ..kernels.numpy import elementwise as kernels
from ..kernels.numpy import erf as erf_kernels
from ..primitive import Binary, Unary, array_of

if TYPE_CHECKING:
    from ..tensor import Tensor
    from ..typing import Operand

__all__ = [
    "abs",
    "absolute",
    "addcdiv",
    "addcmul",
    "atan2",
    "copysign",
    "erf",
    "exp",
    "exp2",
    "expm1",
    "hypot",
    "lerp",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "reciprocal",
    "rsqrt",
    "sign",
    "sqrt",
    "square",
    "xlogy",
]

abs_p = Unary("abs", naive=naive.absolute, numpy=kernels.absolute)
sign_p = Unary("sign", naive=naive.sign, numpy=kernels.sign)
exp_p = Unary("exp", naive=naive.exp, numpy=kernels.exp, to_float=True)
exp2_p = Unary("exp2", naive=naive.exp2, numpy=kernels.exp2, to_float=True)
expm1_p = Unary("expm1", naive=naive.expm1, numpy=kernels.expm1, to_float=True)
log_p = Unary("log", naive=naive.log, numpy=kernels.log, to_float=True)
log1p_p = Unary("log1p", naive=naive.log1p, numpy=kernels.log1p, to_float=True)
log2_p = Unary("log2", naive=naive.log2, numpy=kernels.log2, to_float=True)
log10_p = Unary("log10", naive=naive.log10, numpy=kernels.log10, to_float=True)
sqrt_p = Unary("sqrt", naive=naive.sqrt, numpy=kernels.sqrt, to_float=True)
rsqrt_p = Unary("rsqrt", naive=naive.rsqrt, numpy=kernels.rsqrt, to_float=True)
reciprocal_p = Unary("reciprocal", naive=naive.reciprocal, numpy=kernels.reciprocal, to_float=True)
square_p = Unary("square", naive=naive.square, numpy=kernels.square)
erf_p = Unary("erf", naive=naive.erf, numpy=erf_kernels.erf, to_float=True)
atan2_p = Binary("atan2", naive=naive.atan2, numpy=kernels.atan2, to_float=True)
hypot_p = Binary("hypot", naive=naive.hypot, numpy=kernels.hypot, to_float=True)
copysign_p = Binary("copysign", naive=naive.copysign, numpy=kernels.copysign, to_float=True)
logaddexp_p = Binary("logaddexp", naive=naive.logaddexp, numpy=kernels.logaddexp, to_float=True)
xlogy_p = Binary("xlogy", naive=naive.xlogy, numpy=kernels.xlogy, to_float=True)


def abs(input: Tensor) -> Tensor:
    """``|input|``: the distance from zero.

    Example:
        >>> import tt_tensor as tt
        >>> tt.abs(tt.tensor([-1, 2]))
        tensor([1, 2])
    """
    return abs_p(input)


def sign(input: Tensor) -> Tensor:
    """-1, 0 or 1: on which side of zero each element lies; 0 for NaN.

    Example:
        >>> import tt_tensor as tt
        >>> tt.sign(tt.tensor([-0.5, 0.0, 3.0]))
        tensor([-1.,  0.,  1.])
    """
    return sign_p(input)


def exp(input: Tensor) -> Tensor:
    """eˣ: the exponential function.

    Example:
        >>> import tt_tensor as tt
        >>> tt.exp(tt.tensor([0.0, 1.0]))
        tensor([1.0000, 2.7183])
    """
    return exp_p(input)


def exp2(input: Tensor) -> Tensor:
    """2ˣ.

    Example:
        >>> import tt_tensor as tt
        >>> tt.exp2(tt.tensor([0.0, 3.0]))
        tensor([1., 8.])
    """
    return exp2_p(input)


def expm1(input: Tensor) -> Tensor:
    """eˣ - 1, exact also where x is tiny.

    Example:
        >>> import tt_tensor as tt
        >>> tt.expm1(tt.tensor(1e-10)).item() > 0
        True
    """
    return expm1_p(input)


def log(input: Tensor) -> Tensor:
    """ln x: the natural logarithm; -inf at 0, NaN below.

    Example:
        >>> import tt_tensor as tt
        >>> tt.log(tt.tensor([1.0, 0.0]))
        tensor([0., -inf])
    """
    return log_p(input)


def log1p(input: Tensor) -> Tensor:
    """ln(1 + x), exact also where x is tiny.

    Example:
        >>> import tt_tensor as tt
        >>> tt.log1p(tt.tensor(1e-10)).item() > 0
        True
    """
    return log1p_p(input)


def log2(input: Tensor) -> Tensor:
    """The logarithm to base 2.

    Example:
        >>> import tt_tensor as tt
        >>> tt.log2(tt.tensor([1, 8]))
        tensor([0., 3.])
    """
    return log2_p(input)


def log10(input: Tensor) -> Tensor:
    """The logarithm to base 10.

    Example:
        >>> import tt_tensor as tt
        >>> tt.log10(tt.tensor([1, 10]))
        tensor([0., 1.])
    """
    return log10_p(input)


def sqrt(input: Tensor) -> Tensor:
    """√x: the square root; NaN below 0.

    Example:
        >>> import tt_tensor as tt
        >>> tt.sqrt(tt.tensor([4, 9]))
        tensor([2., 3.])
    """
    return sqrt_p(input)


def rsqrt(input: Tensor) -> Tensor:
    """1/√x.

    Example:
        >>> import tt_tensor as tt
        >>> tt.rsqrt(tt.tensor([4.0, 16.0]))
        tensor([0.5000, 0.2500])
    """
    return rsqrt_p(input)


def reciprocal(input: Tensor) -> Tensor:
    """1/x.

    Example:
        >>> import tt_tensor as tt
        >>> tt.reciprocal(tt.tensor([2, 4]))
        tensor([0.5000, 0.2500])
    """
    return reciprocal_p(input)


def square(input: Tensor) -> Tensor:
    """x²; truth values count as the integers 0 and 1.

    Example:
        >>> import tt_tensor as tt
        >>> tt.square(tt.tensor([-3, 2]))
        tensor([9, 4])
    """
    if array_of(input).dtype.kind == "b":
        input = input.to(int64)
    return square_p(input)


def erf(input: Tensor) -> Tensor:
    """The error function 2/√π ∫₀ˣ exp(-t²) dt.

    Example:
        >>> import tt_tensor as tt
        >>> tt.erf(tt.tensor([0.0, 1.0]))
        tensor([0.0000, 0.8427])
    """
    return erf_p(input)


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


absolute = abs


def _of_one_type(*tensors: Tensor) -> list[Tensor]:
    common = result_type_of(*[x.array for x in tensors])
    return [x.to(common) for x in tensors]
