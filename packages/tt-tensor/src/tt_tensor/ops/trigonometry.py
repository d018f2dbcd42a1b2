"""Circular and hyperbolic functions of every element; angles are in radians."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..kernels.naive import trigonometry as naive
from ..kernels.numpy import trigonometry as kernels
from ..primitive import Unary

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "cos",
    "cosh",
    "sin",
    "sinh",
    "tan",
]

sin_p = Unary("sin", naive=naive.sin, numpy=kernels.sin, to_float=True)
cos_p = Unary("cos", naive=naive.cos, numpy=kernels.cos, to_float=True)
tan_p = Unary("tan", naive=naive.tan, numpy=kernels.tan, to_float=True)
asin_p = Unary("asin", naive=naive.asin, numpy=kernels.asin, to_float=True)
acos_p = Unary("acos", naive=naive.acos, numpy=kernels.acos, to_float=True)
atan_p = Unary("atan", naive=naive.atan, numpy=kernels.atan, to_float=True)
sinh_p = Unary("sinh", naive=naive.sinh, numpy=kernels.sinh, to_float=True)
cosh_p = Unary("cosh", naive=naive.cosh, numpy=kernels.cosh, to_float=True)
asinh_p = Unary("asinh", naive=naive.asinh, numpy=kernels.asinh, to_float=True)
acosh_p = Unary("acosh", naive=naive.acosh, numpy=kernels.acosh, to_float=True)
atanh_p = Unary("atanh", naive=naive.atanh, numpy=kernels.atanh, to_float=True)


def sin(input: Tensor) -> Tensor:
    """The sine.

    Example:
        >>> import tt_tensor as tt
        >>> tt.sin(tt.tensor([0.5]))
        tensor([0.4794])
    """
    return sin_p(input)


def cos(input: Tensor) -> Tensor:
    """The cosine.

    Example:
        >>> import tt_tensor as tt
        >>> tt.cos(tt.tensor([0.5]))
        tensor([0.8776])
    """
    return cos_p(input)


def tan(input: Tensor) -> Tensor:
    """The tangent.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tan(tt.tensor([0.5]))
        tensor([0.5463])
    """
    return tan_p(input)


def asin(input: Tensor) -> Tensor:
    """The angle in [-π/2, π/2] whose sine is x; NaN outside [-1, 1].

    Example:
        >>> import tt_tensor as tt
        >>> tt.asin(tt.tensor([0.5]))
        tensor([0.5236])
    """
    return asin_p(input)


def acos(input: Tensor) -> Tensor:
    """The angle in [0, π] whose cosine is x; NaN outside [-1, 1].

    Example:
        >>> import tt_tensor as tt
        >>> tt.acos(tt.tensor([0.5]))
        tensor([1.0472])
    """
    return acos_p(input)


def atan(input: Tensor) -> Tensor:
    """The angle in (-π/2, π/2) whose tangent is x.

    Example:
        >>> import tt_tensor as tt
        >>> tt.atan(tt.tensor([0.5]))
        tensor([0.4636])
    """
    return atan_p(input)


def sinh(input: Tensor) -> Tensor:
    """The hyperbolic sine (eˣ - e⁻ˣ)/2.

    Example:
        >>> import tt_tensor as tt
        >>> tt.sinh(tt.tensor([0.5]))
        tensor([0.5211])
    """
    return sinh_p(input)


def cosh(input: Tensor) -> Tensor:
    """The hyperbolic cosine (eˣ + e⁻ˣ)/2.

    Example:
        >>> import tt_tensor as tt
        >>> tt.cosh(tt.tensor([0.5]))
        tensor([1.1276])
    """
    return cosh_p(input)


def asinh(input: Tensor) -> Tensor:
    """The inverse of the hyperbolic sine.

    Example:
        >>> import tt_tensor as tt
        >>> tt.asinh(tt.tensor([0.5]))
        tensor([0.4812])
    """
    return asinh_p(input)


def acosh(input: Tensor) -> Tensor:
    """The inverse of the hyperbolic cosine; NaN below 1.

    Example:
        >>> import tt_tensor as tt
        >>> tt.acosh(tt.tensor([1.5]))
        tensor([0.9624])
    """
    return acosh_p(input)


def atanh(input: Tensor) -> Tensor:
    """The inverse of the hyperbolic tangent; NaN outside [-1, 1].

    Example:
        >>> import tt_tensor as tt
        >>> tt.atanh(tt.tensor([0.5]))
        tensor([0.5493])
    """
    return atanh_p(input)
