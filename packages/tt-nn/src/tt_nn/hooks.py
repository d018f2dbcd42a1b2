"""Hooks: functions of the user's that a module calls around its forward and backward pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tt_autograd import Function
from tt_tensor import Tensor

if TYPE_CHECKING:
    from .module import Module

__all__ = ["Hooks", "RemovableHandle", "call_with_hooks"]

Hook = Callable[..., Any]
Registered = dict[int, tuple[Hook, bool]]
Gradients = tuple[Any, ...]


class Hooks:
    """The hooks of one module, each with whether it wants keyword arguments, in order."""

    def __init__(self) -> None:
        # around forward, around the backward pass, around reading and loading the state
        self.before: Registered = {}
        self.after: Registered = {}
        self.backward_before: Registered = {}
        self.backward: Registered = {}
        self.state_before: Registered = {}
        self.state_after: Registered = {}
        self.load_before: Registered = {}
        self.load_after: Registered = {}
        self._next = 0

    def add(
        self, kind: str, hook: Hook, with_kwargs: bool = False, first: bool = False
    ) -> RemovableHandle:
        """Register a hook, as the first of its kind or the last; the handle takes it away again."""
        self._next += 1
        hooks: Registered = getattr(self, kind)
        others = list(hooks.items()) if first else []
        hooks[self._next] = (hook, with_kwargs)
        for key, other in others:  # move them behind the new one
            del hooks[key]
            hooks[key] = other
        return RemovableHandle(hooks, self._next)


class RemovableHandle:
    """Takes a hook away again; also as a context manager."""

    def __init__(self, hooks: Registered, key: int) -> None:
        self._hooks, self._key = hooks, key

    def remove(self) -> None:
        """Take the hook away; doing it twice does no harm."""
        self._hooks.pop(self._key, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


def call_with_hooks(
    module: Module, hooks: Hooks, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """``module.forward`` with everything that is to happen around it."""
    for hook, with_kwargs in list(hooks.before.values()):
        if with_kwargs:
            answer = hook(module, args, kwargs)
            args, kwargs = (args, kwargs) if answer is None else answer
        else:
            answer = hook(module, args)
            if answer is not None:
                args = answer if isinstance(answer, tuple) else (answer,)
    output = _forward(module, hooks, args, kwargs)
    for hook, with_kwargs in list(hooks.after.values()):
        inputs = (args, kwargs) if with_kwargs else (args,)
        answer = hook(module, *inputs, output)
        output = output if answer is None else answer
    return output


def _forward(module: Module, hooks: Hooks, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """``forward``; if there are backward hooks, between two taps.

    On the way back the tap on the outputs sees ``grad_output``; the one on the inputs then has
    ``grad_input`` too and calls the hooks.
    """
    if not (hooks.backward or hooks.backward_before):
        return module.forward(*args, **kwargs)
    grad_output: list[Gradients] = []
    inputs = [a for a in args if isinstance(a, Tensor)]
    tapped = any(t.requires_grad for t in inputs)

    def at_outputs(grads: Gradients) -> Gradients:
        for hook, _ in list(hooks.backward_before.values()):
            answer = hook(module, grads)
            if answer is not None:
                grads = answer if isinstance(answer, tuple) else (answer,)
        if tapped:
            grad_output[:] = [grads]
        else:  # nothing before this module wants a gradient: there will be no grad_input
            _run(module, hooks, (None,) * len(inputs), grads)
        return grads

    def at_inputs(grads: Gradients) -> Gradients | None:
        return _run(module, hooks, grads, grad_output.pop() if grad_output else ())

    output = module.forward(*_tap(args, at_inputs), **kwargs)
    if isinstance(output, tuple):
        return _tap(output, at_outputs)
    return _tap((output,), at_outputs)[0]


def _run(module: Module, hooks: Hooks, grad_input: Gradients, grad_output: Gradients) -> Gradients:
    for hook, _ in list(hooks.backward.values()):
        answer = hook(module, grad_input, grad_output)
        if answer is not None:
            grad_input = answer if isinstance(answer, tuple) else (answer,)
    return grad_input


def _tap(values: tuple[Any, ...], listener: Callable[[Gradients], Any]) -> tuple[Any, ...]:
    """Let ``listener`` see (and replace) the gradients of the tensors among ``values``."""
    where = [i for i, v in enumerate(values) if isinstance(v, Tensor)]
    if not any(values[i].requires_grad for i in where):
        return values
    passed = _Tap.apply(listener, *[values[i] for i in where])
    out = list(values)
    for i, tensor in zip(where, passed, strict=True):
        out[i] = tensor
    return tuple(out)


class _Tap(Function):
    """The identity, with a listener on the way back."""

    @staticmethod
    def forward(ctx: Any, listener: Any, *tensors: Tensor) -> tuple[Tensor, ...]:
        ctx.listener = listener
        return tuple(t.detach() for t in tensors)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> tuple[Any, ...]:
        answer = ctx.listener(grads)
        return (None, *(grads if answer is None else answer))
