"""Rules for limits and rounding."""

from __future__ import annotations

from typing import Any

from tt_tensor import Tensor, ge, le, registry, trunc

from ..rule import gradient, not_differentiable

clamp_grad = registry["clamp_grad"]
eq, mul, cast = registry["eq"], registry["mul"], registry["cast"]


def _flat(grad: Tensor) -> Tensor:
    """A staircase is flat between its steps."""
    return grad * 0


for _name in ("floor", "ceil", "trunc", "round"):
    gradient(registry[_name], "input")(_flat)

for _name in ("isnan", "isinf", "isfinite"):
    not_differentiable(registry[_name])


@gradient(registry["clamp"], "input")
def clamp_input(grad: Tensor, input: Tensor, min: Any, max: Any) -> Tensor:
    """The gradient passes where nothing was clipped, limits included."""
    out: Tensor = clamp_grad((grad, input), (min, max))
    return out


@gradient(clamp_grad, "grad_output")
def clamp_grad_grad(grad: Tensor, input: Tensor, min: Any, max: Any) -> Tensor:
    """It is linear in the gradient."""
    out: Tensor = clamp_grad((grad, input), (min, max))
    return out


not_differentiable(clamp_grad, "input")


def _share(grad: Tensor, won: Tensor, tied: Tensor) -> Tensor:
    """All of the gradient to the winner, half of it in a tie."""
    weight = cast((won,), (grad_dtype(grad),)) + cast((tied,), (grad_dtype(grad),)) * -0.5
    return grad * weight


def grad_dtype(grad: Any) -> Any:
    """The NumPy dtype of a gradient, be it an array or a tensor."""
    return getattr(grad.dtype, "numpy", grad.dtype)


@gradient(registry["maximum"], "input")
def maximum_input(grad: Tensor, input: Tensor, other: Tensor) -> Tensor:
    """The larger one gets the gradient; equal ones share it."""
    return _share(grad, ge(input, other), eq(input, other))


@gradient(registry["maximum"], "other")
def maximum_other(grad: Tensor, input: Tensor, other: Tensor) -> Tensor:
    """The larger one gets the gradient; equal ones share it."""
    return _share(grad, ge(other, input), eq(input, other))


@gradient(registry["minimum"], "input")
def minimum_input(grad: Tensor, input: Tensor, other: Tensor) -> Tensor:
    """The smaller one gets the gradient; equal ones share it."""
    return _share(grad, le(input, other), eq(input, other))


@gradient(registry["minimum"], "other")
def minimum_other(grad: Tensor, input: Tensor, other: Tensor) -> Tensor:
    """The smaller one gets the gradient; equal ones share it."""
    return _share(grad, le(other, input), eq(input, other))


@gradient(registry["fmod"], "input")
def fmod_input(grad: Tensor) -> Tensor:
    """a fmod b = a - b trunc(a/b), and the truncation is flat."""
    return grad


@gradient(registry["fmod"], "other")
def fmod_other(grad: Tensor, input: Tensor, other: Tensor) -> Tensor:
    """d(a fmod b)/db = -trunc(a/b)."""
    return -grad * trunc(input / other)
