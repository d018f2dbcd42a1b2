"""Rules for limits and rounding."""

from __future__ import annotations

from typing import Any

from tt_tensor import ge, le, lookup, trunc

from ..rule import Value, gradient, not_differentiable

clamp_grad = lookup("clamp_grad")
eq, mul, cast = lookup("eq"), lookup("mul"), lookup("cast")


def _flat(grad: Value) -> Value:
    """A staircase is flat between its steps."""
    return grad * 0


for _name in ("floor", "ceil", "trunc", "round"):
    gradient(lookup(_name), "input")(_flat)

for _name in ("isnan", "isinf", "isfinite"):
    not_differentiable(lookup(_name))


@gradient(lookup("frac"), "input")
def frac_input(grad: Value) -> Value:
    """x - trunc(x), and the truncation is flat."""
    return grad


@gradient(lookup("clamp"), "input")
def clamp_input(grad: Value, input: Value, min: Any, max: Any) -> Value:
    """The gradient passes where nothing was clipped, limits included."""
    return clamp_grad((grad, input), (min, max))


@gradient(clamp_grad, "grad_output")
def clamp_grad_grad(grad: Value, input: Value, min: Any, max: Any) -> Value:
    """It is linear in the gradient."""
    return clamp_grad((grad, input), (min, max))


not_differentiable(clamp_grad, "input")


def _share(grad: Value, won: Value, tied: Value) -> Value:
    """All of the gradient to the winner, half of it in a tie."""
    weight = cast((won,), (grad_dtype(grad),)) + cast((tied,), (grad_dtype(grad),)) * -0.5
    return grad * weight


def grad_dtype(grad: Any) -> Any:
    """The NumPy dtype of a gradient, be it an array or a tensor."""
    return getattr(grad.dtype, "numpy", grad.dtype)


@gradient(lookup("maximum"), "input")
def maximum_input(grad: Value, input: Value, other: Value) -> Value:
    """The larger one gets the gradient; equal ones share it."""
    return _share(grad, ge(input, other), eq(input, other))


@gradient(lookup("maximum"), "other")
def maximum_other(grad: Value, input: Value, other: Value) -> Value:
    """The larger one gets the gradient; equal ones share it."""
    return _share(grad, ge(other, input), eq(input, other))


@gradient(lookup("minimum"), "input")
def minimum_input(grad: Value, input: Value, other: Value) -> Value:
    """The smaller one gets the gradient; equal ones share it."""
    return _share(grad, le(input, other), eq(input, other))


@gradient(lookup("minimum"), "other")
def minimum_other(grad: Value, input: Value, other: Value) -> Value:
    """The smaller one gets the gradient; equal ones share it."""
    return _share(grad, le(other, input), eq(input, other))


@gradient(lookup("fmod"), "input")
def fmod_input(grad: Value) -> Value:
    """a fmod b = a - b trunc(a/b), and the truncation is flat."""
    return grad


@gradient(lookup("fmod"), "other")
def fmod_other(grad: Value, input: Value, other: Value) -> Value:
    """d(a fmod b)/db = -trunc(a/b)."""
    return -grad * trunc(input / other)
