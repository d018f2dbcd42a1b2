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


class Hooks:
    """The hooks of one module, in order of registration."""

    def __init__(self) -> None:
        self.before: dict[int, Hook] = {}
        self.after: dict[int, Hook] = {}
        self.backward: dict[int, Hook] = {}
        self._next = 0

    def add(self, kind: str, hook: Hook) -> RemovableHandle:
        """Register a hook; the handle takes it away again."""
        self._next += 1
        hooks: dict[int, Hook] = getattr(self, kind)
        hooks[self._next] = hook
        return RemovableHandle(hooks, self._next)


class RemovableHandle:
    """Takes a hook away again; also as a context manager."""

    def __init__(self, hooks: dict[int, Hook], key: int) -> None:
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
    for hook in list(hooks.before.values()):
        answer = hook(module, args)
        if answer is not None:
            args = answer if isinstance(answer, tuple) else (answer,)
    seen: dict[str, Any] = {}
    if hooks.backward:
        args = _tap(args, lambda grads: _run_backward_hooks(module, hooks, grads, seen))
    output = module.forward(*args, **kwargs)
    if hooks.backward:
        single = not isinstance(output, tuple)
        outs = _tap((output,) if single else output, lambda grads: seen.update(grads=grads))
        output = outs[0] if single else outs
    for hook in list(hooks.after.values()):
        answer = hook(module, args, output)
        if answer is not None:
            output = answer
    return output


def _run_backward_hooks(
    module: Module, hooks: Hooks, grad_input: tuple[Any, ...], seen: dict[str, Any]
) -> tuple[Any, ...]:
    for hook in list(hooks.backward.values()):
        answer = hook(module, grad_input, seen.get("grads", ()))
        if answer is not None:
            grad_input = answer
    return grad_input


def _tap(values: tuple[Any, ...], listener: Callable[[tuple[Any, ...]], Any]) -> tuple[Any, ...]:
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
