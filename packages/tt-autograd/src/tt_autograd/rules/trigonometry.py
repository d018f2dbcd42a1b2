"""Rules for circular and hyperbolic functions."""

from __future__ import annotations

from tt_tensor import Tensor, cos, cosh, registry, rsqrt, sin, sinh

from ..rule import gradient


@gradient(registry["sin"], "input")
def sin_input(grad: Tensor, input: Tensor) -> Tensor:
    """d sin x = cos x dx."""
    return grad * cos(input)


@gradient(registry["cos"], "input")
def cos_input(grad: Tensor, input: Tensor) -> Tensor:
    """d cos x = -sin x dx."""
    return -grad * sin(input)


@gradient(registry["tan"], "input")
def tan_input(grad: Tensor, result: Tensor) -> Tensor:
    """d tan x = (1 + tan² x) dx."""
    return grad * (result * result + 1)


@gradient(registry["asin"], "input")
def asin_input(grad: Tensor, input: Tensor) -> Tensor:
    """d asin x = dx / √(1 - x²)."""
    return grad * rsqrt(1 - input * input)


@gradient(registry["acos"], "input")
def acos_input(grad: Tensor, input: Tensor) -> Tensor:
    """d acos x = -dx / √(1 - x²)."""
    return -grad * rsqrt(1 - input * input)


@gradient(registry["atan"], "input")
def atan_input(grad: Tensor, input: Tensor) -> Tensor:
    """d atan x = dx / (1 + x²)."""
    return grad / (input * input + 1)


@gradient(registry["sinh"], "input")
def sinh_input(grad: Tensor, input: Tensor) -> Tensor:
    """d sinh x = cosh x dx."""
    return grad * cosh(input)


@gradient(registry["cosh"], "input")
def cosh_input(grad: Tensor, input: Tensor) -> Tensor:
    """d cosh x = sinh x dx."""
    return grad * sinh(input)


@gradient(registry["asinh"], "input")
def asinh_input(grad: Tensor, input: Tensor) -> Tensor:
    """d asinh x = dx / √(1 + x²)."""
    return grad * rsqrt(input * input + 1)


@gradient(registry["acosh"], "input")
def acosh_input(grad: Tensor, input: Tensor) -> Tensor:
    """d acosh x = dx / √(x² - 1)."""
    return grad * rsqrt(input * input - 1)


@gradient(registry["atanh"], "input")
def atanh_input(grad: Tensor, input: Tensor) -> Tensor:
    """d atanh x = dx / (1 - x²)."""
    return grad / (1 - input * input)
