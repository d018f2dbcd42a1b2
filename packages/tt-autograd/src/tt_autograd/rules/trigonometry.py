"""Rules for circular and hyperbolic functions."""

from __future__ import annotations

from tt_tensor import cos, cosh, lookup, rsqrt, sin, sinh

from ..rule import Value, gradient


@gradient(lookup("sin"), "input")
def sin_input(grad: Value, input: Value) -> Value:
    """d sin x = cos x dx."""
    return grad * cos(input)


@gradient(lookup("cos"), "input")
def cos_input(grad: Value, input: Value) -> Value:
    """d cos x = -sin x dx."""
    return -grad * sin(input)


@gradient(lookup("tan"), "input")
def tan_input(grad: Value, result: Value) -> Value:
    """d tan x = (1 + tan² x) dx."""
    return grad * (result * result + 1)


@gradient(lookup("asin"), "input")
def asin_input(grad: Value, input: Value) -> Value:
    """d asin x = dx / √(1 - x²)."""
    return grad * rsqrt(1 - input * input)


@gradient(lookup("acos"), "input")
def acos_input(grad: Value, input: Value) -> Value:
    """d acos x = -dx / √(1 - x²)."""
    return -grad * rsqrt(1 - input * input)


@gradient(lookup("atan"), "input")
def atan_input(grad: Value, input: Value) -> Value:
    """d atan x = dx / (1 + x²)."""
    return grad / (input * input + 1)


@gradient(lookup("sinh"), "input")
def sinh_input(grad: Value, input: Value) -> Value:
    """d sinh x = cosh x dx."""
    return grad * cosh(input)


@gradient(lookup("cosh"), "input")
def cosh_input(grad: Value, input: Value) -> Value:
    """d cosh x = sinh x dx."""
    return grad * sinh(input)


@gradient(lookup("asinh"), "input")
def asinh_input(grad: Value, input: Value) -> Value:
    """d asinh x = dx / √(1 + x²)."""
    return grad * rsqrt(input * input + 1)


@gradient(lookup("acosh"), "input")
def acosh_input(grad: Value, input: Value) -> Value:
    """d acosh x = dx / √(x² - 1)."""
    return grad * rsqrt(input * input - 1)


@gradient(lookup("atanh"), "input")
def atanh_input(grad: Value, input: Value) -> Value:
    """d atanh x = dx / (1 - x²)."""
    return grad / (1 - input * input)
