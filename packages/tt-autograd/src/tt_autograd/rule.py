"""Gradient rules: how each primitive passes a gradient back to its inputs.

A rule is a function.  The names of its arguments say what it needs, and only that is kept from the
forward pass:

``grad``
    the gradient of the loss with respect to the primitive's result;
``grads``
    the same for a primitive with several results: a tuple, None where no gradient came;
an input's name
    that input; ``<input>_shape`` and ``<input>_dtype`` are only its shape and its NumPy dtype,
    which cost no memory;
``result``, ``results``
    what the primitive computed; ``result0``, ``result1`` ... are single ones of several results;
a parameter's name
    that parameter;
``needs``
    for a rule of several inputs: a tuple of booleans, which of them want a gradient.

So the product rule d(a·b) = da·b + a·db reads::

    @gradient(mul, "input")
    def mul_input(grad, other):
        return grad * other

    @gradient(mul, "other")
    def mul_other(grad, input):
        return grad * input

and the forward pass keeps ``other`` only if ``input`` wants a gradient.  A rule may return a
gradient of the broadcast shape: the engine sums it back to the input's shape.  It returns its
``grad``, a view, or a fresh value, and changes nothing in place.

Rules run on bare ndarrays in an ordinary backward pass and on tensors when the gradient is to be
differentiated again (``create_graph``); operators and the functions of tt_tensor do both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from tt_tensor import GradientError, Primitive

__all__ = ["RULES", "Rule", "RuleFunction", "Value", "gradient", "not_differentiable", "rule_for"]

RuleFunction = Callable[..., Any]
Value: TypeAlias = Any
"""What a rule works on: an ndarray in an ordinary backward pass, a tensor in a recorded one."""

F = TypeVar("F", bound=RuleFunction)


class Rule:
    """One row of the table: the gradient of a primitive with respect to one or more inputs.

    Attributes:
        wrt: the names of the inputs whose gradients it gives; it returns a tuple if ``joint``.
        function: the rule, or None for "has no gradient".
        needs: the names of its arguments, in order.
        joint: it was registered for several inputs, or for any number of them (``"*tensors"``).
    """

    __slots__ = ("function", "joint", "needs", "wrt")

    def __init__(self, wrt: tuple[str, ...], function: RuleFunction | None) -> None:
        self.wrt = wrt
        self.function = function
        self.joint = len(wrt) > 1 or wrt[0].startswith("*")
        # the argument names, straight from the compiled function: `inspect` would cost import time
        self.needs = () if function is None else _argument_names(function)


RESULT_NAMES = ("result", *[f"result{i}" for i in range(8)])
"""What a rule calls the primitive's only result, or one of several."""

RULES: dict[Primitive, list[Rule]] = {}
"""Every primitive's rules.  A primitive without rules cannot be recorded: that is an error."""


def gradient(primitive: Primitive, *wrt: str) -> Callable[[F], F]:
    """Register the decorated function as the gradient of ``primitive`` with respect to ``wrt``.

    Args:
        primitive: what is differentiated.
        wrt: one input's name, or several for a rule that returns all their gradients at once.

    Raises:
        GradientError: an unknown input, a rule that exists already, or an argument whose name
            means nothing (see this module's documentation).

    Example:
        >>> from tt_tensor import Primitive
        >>> import tt_tensor as tt
        >>> cube = Primitive("docs_cube", naive=lambda x: x * x * x, numpy=lambda x: x * x * x)
        >>> @gradient(cube, "input")
        ... def cube_input(grad, input):
        ...     return grad * 3 * input * input
        >>> x = tt.tensor(2.0, requires_grad=True)
        >>> cube((x,)).backward()
        >>> x.grad
        tensor(12.)
        >>> _ = tt.registry.pop("docs_cube")
    """

    def register(function: F) -> F:
        rule = Rule(wrt, function)
        known = _vocabulary(primitive)
        for name in rule.needs:
            if name not in known:
                raise GradientError(
                    f"the rule {function.__name__} of {primitive.name!r} asks for {name!r}; "
                    f"it can have {', '.join(sorted(known))}"
                )
        _add(primitive, rule)
        return function

    return register


def not_differentiable(primitive: Primitive, *wrt: str) -> None:
    """Say explicitly that ``primitive`` has no gradient with respect to ``wrt`` (default: all)."""
    for name in wrt or primitive.inputs:
        _add(primitive, Rule((name,), None))


def rule_for(primitive: Primitive, name: str) -> Rule:
    """The rule for one input.

    Raises:
        GradientError: nobody has said how, or that not, to differentiate it.
    """
    for rule in RULES.get(primitive, ()):
        if name in rule.wrt:
            return rule
    raise GradientError(
        f"{primitive.name!r} has no gradient rule for its input {name!r}; write one with "
        f"@gradient({primitive.name}, {name!r}), or say not_differentiable({primitive.name}, {name!r})"
    )


def _add(primitive: Primitive, rule: Rule) -> None:
    table = RULES.setdefault(primitive, [])
    for name in rule.wrt:
        if name not in primitive.inputs:
            raise GradientError(
                f"{primitive.name!r} has no input {name!r}, only {', '.join(primitive.inputs)}"
            )
        if any(name in other.wrt for other in table):
            raise GradientError(f"{primitive.name!r} already has a rule for its input {name!r}")
    table.append(rule)


def _vocabulary(primitive: Primitive) -> set[str]:
    inputs = {name.lstrip("*") for name in primitive.inputs}
    facts = {f"{name}_{fact}" for name in inputs for fact in ("shape", "dtype")}
    words = {"grad", "grads", "results", "needs", *RESULT_NAMES}
    return inputs | facts | words | set(primitive.params)


def _argument_names(function: RuleFunction) -> tuple[str, ...]:
    code = function.__code__
    return tuple(code.co_varnames[: code.co_argcount])
