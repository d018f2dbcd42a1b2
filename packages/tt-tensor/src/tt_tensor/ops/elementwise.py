"""Functions of one number applied to every element.

Integers and booleans become floating-point numbers where the result is one, as in PyTorch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dtypes import int64
from ..kernels.naive import elementwise as naive
from ..kernels.numpy import elementwise as kernels
from ..kernels.numpy import erf as erf_kernels
from ..primitive import Unary, array_of

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "abs",
    "absolute",
    "erf",
    "exp",
    "exp2",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "reciprocal",
    "rsqrt",
    "sign",
    "sqrt",
    "square",
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


absolute = abs
