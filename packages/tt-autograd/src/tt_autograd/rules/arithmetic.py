"""Rules for + − × ÷ and powers."""

from __future__ import annotations

from tt_tensor import log, lookup, where

from ..rule import Value, gradient, not_differentiable

add, sub, mul, div = (lookup(name) for name in ("add", "sub", "mul", "div"))
pow, neg, remainder = (lookup(name) for name in ("pow", "neg", "remainder"))


@gradient(add, "input")
def add_input(grad: Value) -> Value:
    """d(a + b) = da + db."""
    return grad


@gradient(add, "other")
def add_other(grad: Value) -> Value:
    """d(a + b) = da + db."""
    return grad


@gradient(sub, "input")
def sub_input(grad: Value) -> Value:
    """d(a - b) = da - db."""
    return grad


@gradient(sub, "other")
def sub_other(grad: Value) -> Value:
    """d(a - b) = da - db."""
    return -grad


@gradient(mul, "input")
def mul_input(grad: Value, other: Value) -> Value:
    """d(a b) = da b + a db."""
    return grad * other


@gradient(mul, "other")
def mul_other(grad: Value, input: Value) -> Value:
    """d(a b) = da b + a db."""
    return grad * input


@gradient(div, "input")
def div_input(grad: Value, other: Value) -> Value:
    """d(a / b) = da / b - a/b² db."""
    return div(grad, other)


@gradient(div, "other")
def div_other(grad: Value, other: Value, result: Value) -> Value:
    """d(a / b) = da / b - a/b² db, and a/b is the result."""
    return -div(grad * result, other)


@gradient(neg, "input")
def neg_input(grad: Value) -> Value:
    """d(-a) = -da."""
    return -grad


@gradient(pow, "input")
def pow_input(grad: Value, input: Value, other: Value) -> Value:
    """d(aᵇ) = b aᵇ⁻¹ da; where b is 0 the power is constant, also at a = 0."""
    if other.ndim == 0 and other != 0:  # the common case, x ** 2
        return grad * (other * pow(input, other - 1))
    return grad * where(other == 0, other * 0, other * pow(input, other - 1))


@gradient(pow, "other")
def pow_other(grad: Value, input: Value, other: Value, result: Value) -> Value:
    """d(aᵇ) = aᵇ ln(a) db; where a is 0 the power stays 0 (for b ≥ 0, as PyTorch has it)."""
    flat = (input == 0) & (other >= 0)
    return grad * where(flat, result * 0, result * log(where(flat, input + 1, input)))


@gradient(remainder, "input")
def remainder_input(grad: Value) -> Value:
    """a mod b = a - b floor(a/b), and the floor is flat."""
    return grad


@gradient(remainder, "other")
def remainder_other(grad: Value, input: Value, other: Value) -> Value:
    """d(a mod b)/db = -floor(a/b)."""
    return -grad * lookup("floor_divide")(input, other)


not_differentiable(lookup("floor_divide"))
not_differentiable(lookup("trunc_divide"))
