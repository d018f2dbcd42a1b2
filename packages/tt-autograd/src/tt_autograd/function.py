"""Operations of your own: a forward pass and, in your own words, its gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_tensor import GradientError, Tensor

from .grad_mode import no_grad
from .node import wrap
from .plan import PLAIN, Plan
from .tape import attach

__all__ = ["Function", "FunctionContext"]


class FunctionContext:
    """What ``forward`` hands to ``backward``: the ``ctx`` of PyTorch.

    Anything may be stored as an attribute; tensors that are inputs or results belong into
    :meth:`save_for_backward`, which notices later in-place changes.
    """

    def __init__(self) -> None:
        self.needs_input_grad: tuple[bool, ...] = ()
        self._saved: tuple[tuple[Tensor | None, int], ...] = ()
        self._non_differentiable: tuple[int, ...] = ()
        self._materialize = True

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for ``backward``, which finds them in :attr:`saved_tensors`."""
        self._saved = tuple((t, 0 if t is None else t.version) for t in tensors)

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The tensors that were kept.

        Raises:
            GradientError: one of them was changed in place in the meantime.
        """
        for i, (tensor, version) in enumerate(self._saved):
            if tensor is not None and tensor.version != version:
                raise GradientError(
                    f"saved_tensors[{i}] of shape {tensor.shape} was changed in place after "
                    "save_for_backward; clone() it first"
                )
        return tuple(tensor for tensor, _ in self._saved)

    def mark_non_differentiable(self, *tensors: Tensor) -> None:
        """Say which of the results have no gradient."""
        self._non_differentiable = tuple(id(t) for t in tensors)

    def set_materialize_grads(self, value: bool) -> None:
        """Whether ``backward`` gets zeros (the default) or None where no gradient arrived."""
        self._materialize = value


class Function:
    """Subclass this, write ``forward`` and ``backward`` as static methods, and call ``apply``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_autograd import Function
        >>> class Cube(Function):
        ...     @staticmethod
        ...     def forward(ctx, x):
        ...         ctx.save_for_backward(x)
        ...         return x * x * x
        ...     @staticmethod
        ...     def backward(ctx, grad):
        ...         (x,) = ctx.saved_tensors
        ...         return grad * 3 * x * x
        >>> x = tt.tensor(2.0, requires_grad=True)
        >>> Cube.apply(x).backward()
        >>> x.grad
        tensor(12.)
    """

    @staticmethod
    def forward(ctx: Any, *args: Any) -> Any:
        """Compute the result from the arguments; nothing inside is recorded.

        Raises:
            NotImplementedError: the subclass has no ``forward``.
        """
        raise NotImplementedError("a Function needs a static method forward(ctx, *args)")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Keep what ``backward`` needs; a subclass that has this writes ``forward(*args)`` without ctx.

        Raises:
            NotImplementedError: the subclass keeps it in ``forward(ctx, *args)``.
        """
        raise NotImplementedError("this Function keeps what it needs in forward(ctx, *args)")

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """From the results' gradients, one gradient (or None) per argument of ``forward``.

        Raises:
            NotImplementedError: the subclass has no ``backward``.
        """
        raise NotImplementedError("a Function needs a static method backward(ctx, *grads)")

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """Run ``forward`` and record it as one operation, with ``backward`` as its rule."""
        from .grad_mode import is_grad_enabled

        ctx = FunctionContext()
        nodes = tuple(a.node if isinstance(a, Tensor) else None for a in args)
        ctx.needs_input_grad = tuple(node is not None for node in nodes)
        with no_grad():
            if cls.setup_context is Function.setup_context:
                results = cls.forward(ctx, *args)
            else:
                results = cls.forward(*args)
                cls.setup_context(ctx, args, results)
        outs = results if isinstance(results, tuple) else (results,)
        outs = tuple(_own(out, args) for out in outs)
        if any(ctx.needs_input_grad) and is_grad_enabled():
            _record(cls, ctx, nodes, outs)
        return outs if isinstance(results, tuple) else outs[0]


def _own(out: Any, args: tuple[Any, ...]) -> Any:
    """A result that is an argument itself becomes a tensor of its own: it will get another node."""
    return out.detach() if any(out is a for a in args) and isinstance(out, Tensor) else out


def _record(
    cls: type[Function], ctx: FunctionContext, nodes: tuple[Any, ...], outs: tuple[Tensor, ...]
) -> None:
    """One node whose only rule calls ``cls.backward``."""
    plan = Plan(cls.__name__)
    targets = tuple(i for i, node in enumerate(nodes) if node is not None)
    facts = tuple((out.array.shape, out.array.dtype) for out in outs)

    def rule(grads: tuple[Any, ...], ctx: FunctionContext) -> tuple[Any, ...]:
        return _call_backward(cls, ctx, grads, facts, targets)

    plan.wants_grads = True
    plan.joint = ((targets, rule, (0,)),)
    plan.sources = [(PLAIN, 0)]
    kept = [out for out in outs if id(out) not in ctx._non_differentiable]
    dead = {id(out): out for out in outs if id(out) in ctx._non_differentiable}
    attach(plan, nodes, ((ctx,), (), 0), outs)
    for out in dead.values():
        out.node = None
    # a kept result would hold its own node alive in a circle: keep its array in a tensor without
    for out in kept:
        ctx._saved = tuple(
            (_twin(out) if tensor is out else tensor, version) for tensor, version in ctx._saved
        )


def _twin(out: Tensor) -> Tensor:
    return out.detach()


def _call_backward(
    cls: type[Function],
    ctx: FunctionContext,
    grads: tuple[Any, ...],
    facts: tuple[tuple[Any, Any], ...],
    targets: tuple[int, ...],
) -> tuple[Any, ...]:
    """Call the user's ``backward`` with tensors and give back what the engine works with."""
    on_tensors = any(isinstance(g, Tensor) for g in grads)
    given = []
    for g, (shape, dtype) in zip(grads, facts, strict=True):
        if g is None and ctx._materialize:
            g = np.zeros(shape, dtype)
        given.append(g if g is None or isinstance(g, Tensor) else wrap(g))
    if on_tensors:
        answer = cls.backward(ctx, *given)
    else:
        with no_grad():
            answer = cls.backward(ctx, *given)
    answers = answer if isinstance(answer, tuple) else (answer,)
    if len(answers) < len(ctx.needs_input_grad):
        raise GradientError(
            f"{cls.__name__}.backward gave {len(answers)} gradients for "
            f"{len(ctx.needs_input_grad)} arguments of forward; give None for those without one"
        )
    parts = [answers[i] for i in targets]
    if on_tensors:
        return tuple(parts)
    return tuple(None if part is None else part.array.copy() for part in parts)
