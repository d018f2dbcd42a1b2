"""What optimizers refuse, and in which words."""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_tensor import DTypeError, GradientError, ShapeError, Tensor

__all__ = ["as_list", "bad_gradient", "check_not_negative", "check_parameter", "short"]


def check_not_negative(group: dict[str, Any], *names: str) -> None:
    """Check that these options, where the group has them, are numbers from 0 on.

    Raises:
        TypeError: one is not a number.
        ValueError: one is negative or NaN.
    """
    for name in names:
        value = group.get(name, 0.0)
        if not isinstance(value, (int, float, np.number)):
            raise TypeError(f"{name}: expected a number, not {short(value)}")
        if not value >= 0:  # NaN is refused too
            raise ValueError(f"{name} must not be negative, it is {value}")


def as_list(params: Any) -> list[Any]:
    """``params`` as a list; a mistake that can be guessed gets its own message.

    Raises:
        TypeError: it is not a sequence of tensors or groups.
    """
    if isinstance(params, Tensor):
        raise TypeError("params: expected several tensors or groups, not one Tensor; use [tensor]")
    if hasattr(params, "parameters"):
        raise TypeError("params: expected tensors, not a model; use model.parameters()")
    if isinstance(params, dict):
        raise TypeError("params: expected a list, not a dictionary; use [group] or its values()")
    if isinstance(params, (set, frozenset)):
        raise TypeError(
            "params: a set has no order, so a saved state could not be loaded; use a list"
        )
    try:
        return list(params)
    except TypeError:
        raise TypeError(f"params: expected tensors or groups, not {short(params)}") from None


def check_parameter(i: int, param: Any, known: set[int]) -> None:
    """Check that the ``i``-th parameter can be optimized; ``known`` are the ids of the others.

    Raises:
        TypeError: it is not a tensor.
        GradientError: it is not a leaf.
        ValueError: it is known already.
    """
    if not isinstance(param, Tensor):
        hint = "; use parameters() instead of named_parameters()" if type(param) is tuple else ""
        raise TypeError(f"params[{i}]: expected a Tensor, not {short(param)}{hint}")
    if not param.is_leaf:
        raise GradientError(
            f"params[{i}] of shape {param.shape} is not a leaf: it is computed from others, so it "
            "gets no gradient of its own; optimize those, or use tensor.detach().requires_grad_()"
        )
    if id(param) in known:
        raise ValueError(
            f"params[{i}] of shape {param.shape} comes twice and would be changed twice per step"
        )


def bad_gradient(param: Tensor, grad: Tensor) -> Exception:
    """The error for a gradient that does not fit its parameter."""
    if grad.shape != param.shape:
        return ShapeError(
            f"the gradient of a parameter of shape {param.shape} has shape {grad.shape}; "
            "was the parameter or its grad replaced after the backward pass?"
        )
    return DTypeError(
        f"the gradient of a parameter of type {param.dtype} has type {grad.dtype}; "
        "was the model converted after the backward pass? call zero_grad() and backward() again"
    )


def short(value: Any) -> str:
    """A value's type and the beginning of the value, for messages."""
    return f"{type(value).__name__} {value!r:.40}"
