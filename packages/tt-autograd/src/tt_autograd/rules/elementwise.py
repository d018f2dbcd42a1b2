"""Rules for functions of one number."""

from __future__ import annotations

import math

from tt_tensor import Tensor, exp, registry, sign

from ..rule import gradient

div = registry["div"]


@gradient(registry["abs"], "input")
def abs_input(grad: Tensor, input: Tensor) -> Tensor:
    """d|x| = sign(x) dx."""
    return grad * sign(input)


@gradient(registry["exp"], "input")
def exp_input(grad: Tensor, result: Tensor) -> Tensor:
    """d eˣ = eˣ dx."""
    return grad * result


@gradient(registry["exp2"], "input")
def exp2_input(grad: Tensor, result: Tensor) -> Tensor:
    """d 2ˣ = 2ˣ ln 2 dx."""
    return grad * result * math.log(2)


@gradient(registry["expm1"], "input")
def expm1_input(grad: Tensor, result: Tensor) -> Tensor:
    """d (eˣ - 1) = eˣ dx."""
    return grad * (result + 1)


@gradient(registry["log"], "input")
def log_input(grad: Tensor, input: Tensor) -> Tensor:
    """d ln x = dx / x."""
    return grad / input


@gradient(registry["log1p"], "input")
def log1p_input(grad: Tensor, input: Tensor) -> Tensor:
    """d ln(1 + x) = dx / (1 + x)."""
    return grad / (input + 1)


@gradient(registry["log2"], "input")
def log2_input(grad: Tensor, input: Tensor) -> Tensor:
    """d log₂ x = dx / (x ln 2)."""
    return grad / (input * math.log(2))


@gradient(registry["log10"], "input")
def log10_input(grad: Tensor, input: Tensor) -> Tensor:
    """d log₁₀ x = dx / (x ln 10)."""
    return grad / (input * math.log(10))


@gradient(registry["sqrt"], "input")
def sqrt_input(grad: Tensor, result: Tensor) -> Tensor:
    """d √x = dx / (2√x)."""
    return div(grad, result * 2)


@gradient(registry["rsqrt"], "input")
def rsqrt_input(grad: Tensor, result: Tensor) -> Tensor:
    """d x^(-½) = -½ x^(-3/2) dx."""
    return grad * result * result * result * -0.5


@gradient(registry["reciprocal"], "input")
def reciprocal_input(grad: Tensor, result: Tensor) -> Tensor:
    """d (1/x) = -dx / x²."""
    return -grad * result * result


@gradient(registry["square"], "input")
def square_input(grad: Tensor, input: Tensor) -> Tensor:
    """d x² = 2x dx."""
    return grad * (input * 2)


@gradient(registry["erf"], "input")
def erf_input(grad: Tensor, input: Tensor) -> Tensor:
    """d erf(x) = 2/√π exp(-x²) dx."""
    return grad * exp(-input * input) * (2 / math.sqrt(math.pi))


@gradient(registry["atan2"], "input")
def atan2_input(grad: Tensor, input: Tensor, other: Tensor) -> Tensor:
    """d atan2(y, x) = (x dy - y dx) / (x² + y²)."""
    return grad * other / (input * input + other * other)


@gradient(registry["atan2"], "other")
def atan2_other(grad: Tensor, input: Tensor, other: Tensor) -> Tensor:
    """d atan2(y, x) = (x dy - y dx) / (x² + y²)."""
    return -grad * input / (input * input + other * other)


@gradient(registry["sign"], "input")
def sign_input(grad: Tensor) -> Tensor:
    """The sign is flat wherever it has a slope at all."""
    return grad * 0
