"""Checking gradients against finite differences.

Of a function f: Rⁿ → Rᵐ, reverse mode computes u·J for a given u.  For random directions u and v,
the number u·J·v is computed in two ways: analytically, from the backward pass, and numerically as
u·(f(x + εv) - f(x - εv)) / 2ε.  A wrong gradient agrees with probability zero, and the cost does
not grow with n·m.  All of it in float64: in float32 the difference quotient has no digits left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tt_tensor import DTypeError, GradientError, Tensor

from .grad import grad
from .grad_mode import enable_grad
from .node import wrap

__all__ = ["gradcheck", "gradgradcheck"]

Function = Callable[..., Any]


def gradcheck(
    func: Function,
    inputs: Tensor | Sequence[Any],
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    directions: int = 3,
    seed: int = 0,
) -> bool:
    """Compare the gradients of ``func`` with finite differences.

    Args:
        func: takes ``inputs``, gives a tensor or a tuple of tensors; differentiable at ``inputs``.
        inputs: its arguments; those that require grad must be float64, and are checked.
        eps: the step of the difference quotient.
        atol: how far the two numbers may differ absolutely,
        rtol: and relatively.
        raise_exception: raise an error that shows both numbers, instead of returning False.
        directions: how many random directions to try.
        seed: of the directions.

    Returns:
        True if they agree.

    Raises:
        GradientError: they do not agree.
        DTypeError: an input that requires grad is not float64.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_autograd import gradcheck
        >>> x = tt.tensor([0.5, 1.5], dtype=tt.float64, requires_grad=True)
        >>> gradcheck(lambda t: tt.exp(t) * t, x)
        True
    """
    args = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    checked = _checked_inputs(args)
    rng = np.random.default_rng(seed)
    for _ in range(directions):
        for k, x in enumerate(checked):
            analytic, numeric = _both(func, args, x, rng, eps)
            if not abs(analytic - numeric) <= atol + rtol * abs(numeric):
                if not raise_exception:
                    return False
                raise GradientError(
                    f"the gradient with respect to input {k} (shape {x.shape}) is wrong: along a "
                    f"random direction it is {analytic:.9g}, by finite differences {numeric:.9g}"
                )
    return True


def gradgradcheck(
    func: Function, inputs: Tensor | Sequence[Any], *, seed: int = 0, **options: Any
) -> bool:
    """Compare the gradients of the gradients of ``func`` with finite differences.

    Args:
        func: as for :func:`gradcheck`.
        inputs: as for :func:`gradcheck`.
        seed: of the random gradients that flow in, and of the directions.
        options: the other arguments of :func:`gradcheck`.

    Returns:
        True if they agree.

    Raises:
        GradientError: they do not agree.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_autograd import gradgradcheck
        >>> x = tt.tensor([0.5, 1.5], dtype=tt.float64, requires_grad=True)
        >>> gradgradcheck(lambda t: t**3, x)
        True
    """
    args = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    checked = _checked_inputs(args)
    rng = np.random.default_rng(seed)
    flow = []
    for out in _differentiable(func(*args)):
        start = wrap(rng.standard_normal(out.shape))
        start.requires_grad = True
        flow.append(start)

    def first_gradients(*everything: Any) -> tuple[Tensor, ...]:
        call, flow_in = everything[: len(args)], everything[len(args) :]
        outs = _differentiable(func(*call))
        wrt = [x for x in call if isinstance(x, Tensor) and x.requires_grad]
        found = grad(outs, wrt, list(flow_in), create_graph=True, materialize_grads=True)
        # a gradient that does not depend on anything is constant: its own gradient is zero
        return tuple(g for g in found if g is not None and g.requires_grad)

    if not first_gradients(*args, *flow):
        return True
    assert checked
    return gradcheck(first_gradients, (*args, *flow), seed=seed + 1, **options)


def _checked_inputs(args: tuple[Any, ...]) -> list[Tensor]:
    checked = [x for x in args if isinstance(x, Tensor) and x.requires_grad]
    if not checked:
        raise GradientError("inputs: none of them requires grad, so there is nothing to check")
    for x in checked:
        if x.array.dtype != np.float64:
            raise DTypeError(
                f"inputs: gradients are checked in float64, not {x.dtype}; use .double()"
            )
    return checked


def _differentiable(results: Any) -> tuple[Tensor, ...]:
    outs = results if isinstance(results, (tuple, list)) else (results,)
    return tuple(out for out in outs if isinstance(out, Tensor) and out.requires_grad)


def _both(
    func: Function, args: tuple[Any, ...], x: Tensor, rng: np.random.Generator, eps: float
) -> tuple[float, float]:
    """u·J·v from the backward pass, and by a central difference."""
    with enable_grad():
        results = func(*args)
        outs = _differentiable(results)
        if not outs:
            raise GradientError("func: no result depends on an input that requires grad")
        us = [rng.standard_normal(out.shape) for out in outs]
        (g,) = grad(outs, x, [wrap(np.asarray(u)) for u in us], allow_unused=True)
    v = rng.standard_normal(x.shape)
    analytic = 0.0 if g is None else float((g.array * v).sum())
    before = x.array.copy()
    values = []
    for step in (eps, -eps):
        x.array[...] = before + step * v
        outs = _differentiable(func(*args))
        values.append(sum(float((u * out.array).sum()) for u, out in zip(us, outs, strict=True)))
    x.array[...] = before
    return analytic, (values[0] - values[1]) / (2 * eps)
