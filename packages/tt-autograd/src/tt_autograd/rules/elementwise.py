"""Rules for functions of one number."""

from __future__ import annotations

import math

from tt_tensor import exp, lookup, sign

from ..rule import Value, gradient

div = lookup("div")


@gradient(lookup("abs"), "input")
def abs_input(grad: Value, input: Value) -> Value:
    """d|x| = sign(x) dx."""
    return grad * sign(input)


@gradient(lookup("exp"), "input")
def exp_input(grad: Value, result: Value) -> Value:
    """d eˣ = eˣ dx."""
    return grad * result


@gradient(lookup("exp2"), "input")
def exp2_input(grad: Value, result: Value) -> Value:
    """d 2ˣ = 2ˣ ln 2 dx."""
    return grad * result * math.log(2)


@gradient(lookup("expm1"), "input")
def expm1_input(grad: Value, result: Value) -> Value:
    """d (eˣ - 1) = eˣ dx."""
    return grad * (result + 1)


@gradient(lookup("log"), "input")
def log_input(grad: Value, input: Value) -> Value:
    """d ln x = dx / x."""
    return grad / input


@gradient(lookup("log1p"), "input")
def log1p_input(grad: Value, input: Value) -> Value:
    """d ln(1 + x) = dx / (1 + x)."""
    return grad / (input + 1)


@gradient(lookup("log2"), "input")
def log2_input(grad: Value, input: Value) -> Value:
    """d log₂ x = dx / (x ln 2)."""
    return grad / (input * math.log(2))


@gradient(lookup("log10"), "input")
def log10_input(grad: Value, input: Value) -> Value:
    """d log₁₀ x = dx / (x ln 10)."""
    return grad / (input * math.log(10))


@gradient(lookup("sqrt"), "input")
def sqrt_input(grad: Value, result: Value) -> Value:
    """d √x = dx / (2√x)."""
    return div(grad, result * 2)


@gradient(lookup("rsqrt"), "input")
def rsqrt_input(grad: Value, result: Value) -> Value:
    """d x^(-½) = -½ x^(-3/2) dx."""
    return grad * result * result * result * -0.5


@gradient(lookup("reciprocal"), "input")
def reciprocal_input(grad: Value, result: Value) -> Value:
    """d (1/x) = -dx / x²."""
    return -grad * result * result


@gradient(lookup("square"), "input")
def square_input(grad: Value, input: Value) -> Value:
    """d x² = 2x dx."""
    return grad * (input * 2)


@gradient(lookup("erf"), "input")
def erf_input(grad: Value, input: Value) -> Value:
    """d erf(x) = 2/√π exp(-x²) dx."""
    return grad * exp(-input * input) * (2 / math.sqrt(math.pi))


@gradient(lookup("sign"), "input")
def sign_input(grad: Value) -> Value:
    """The sign is flat wherever it has a slope at all."""
    return grad * 0
