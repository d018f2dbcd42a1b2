"""Rules for functions of two numbers."""

from __future__ import annotations

from tt_tensor import lookup, sigmoid, sign

from ..rule import Value, gradient
from .rounding import grad_dtype

div, cast, xlogy = lookup("div"), lookup("cast"), lookup("xlogy")


@gradient(lookup("atan2"), "input")
def atan2_input(grad: Value, input: Value, other: Value) -> Value:
    """d atan2(y, x) = (x dy - y dx) / (x² + y²)."""
    return grad * other / (input * input + other * other)


@gradient(lookup("atan2"), "other")
def atan2_other(grad: Value, input: Value, other: Value) -> Value:
    """d atan2(y, x) = (x dy - y dx) / (x² + y²)."""
    return -grad * input / (input * input + other * other)


@gradient(lookup("hypot"), "input")
def hypot_input(grad: Value, input: Value, result: Value) -> Value:
    """d √(x² + y²) = (x dx + y dy) / √(x² + y²)."""
    return grad * div(input, result)


@gradient(lookup("hypot"), "other")
def hypot_other(grad: Value, other: Value, result: Value) -> Value:
    """d √(x² + y²) = (x dx + y dy) / √(x² + y²)."""
    return grad * div(other, result)


@gradient(lookup("copysign"), "input")
def copysign_input(grad: Value, input: Value, result: Value) -> Value:
    """±dx: whether the sign was changed; 0 at 0."""
    return grad * sign(input) * sign(result)


@gradient(lookup("copysign"), "other")
def copysign_other(grad: Value) -> Value:
    """Only the sign of y counts, and that is flat."""
    return grad * 0


@gradient(lookup("logaddexp"), "input")
def logaddexp_input(grad: Value, input: Value, other: Value) -> Value:
    """d ln(eˣ + eʸ) = eˣ / (eˣ + eʸ) dx + ..., and that quotient is σ(x - y)."""
    return grad * sigmoid(input - other)


@gradient(lookup("logaddexp"), "other")
def logaddexp_other(grad: Value, input: Value, other: Value) -> Value:
    """As for the first input."""
    return grad * sigmoid(other - input)


@gradient(xlogy, "input")
def xlogy_input(grad: Value, input: Value, other: Value) -> Value:
    """d (x ln y) = ln y dx + x/y dy; where x is 0, ln y counts as 0 if y has no logarithm."""
    counts = ~((input == 0) & (other <= 0))
    return grad * xlogy(cast((counts,), (grad_dtype(grad),)), other)


@gradient(xlogy, "other")
def xlogy_other(grad: Value, input: Value, other: Value) -> Value:
    """d (x ln y) = ln y dx + x/y dy."""
    return grad * div(input, other)
