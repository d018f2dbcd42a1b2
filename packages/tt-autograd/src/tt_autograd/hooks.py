"""Hooks: functions that see a gradient as it passes, and may replace it."""

from __future__ import annotations

import weakref

from tt_tensor import Tensor

from .engine import node_of
from .node import AnyNode, Hook

__all__ = ["RemovableHandle", "register_hook", "retain_grad"]


class RemovableHandle:
    """Takes a hook away again; also as a context manager."""

    def __init__(self, node: AnyNode, hook: Hook) -> None:
        self._node, self._hook = node, hook

    def remove(self) -> None:
        """Take the hook away; doing it twice does no harm."""
        hooks = self._node.hooks or []
        self._node.hooks = [h for h in hooks if h is not self._hook] or None

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


def register_hook(tensor: Tensor, hook: Hook) -> RemovableHandle:
    """Call ``hook(grad)`` whenever the gradient of ``tensor`` is known.

    Args:
        tensor: one that requires grad.
        hook: gets the gradient; may return another one to use instead, but not change it in place.

    Raises:
        GradientError: the tensor does not require grad.

    Example:
        >>> import tt_tensor as tt
        >>> x = tt.ones(2, requires_grad=True)
        >>> handle = x.register_hook(lambda grad: grad * 10)
        >>> x.sum().backward()
        >>> x.grad
        tensor([10., 10.])
    """
    node = node_of(tensor)
    hooks = node.hooks or []
    # what retain_grad keeps is the gradient that all other hooks have seen and changed
    keepers = [h for h in hooks if type(h) is _Keeper]
    node.hooks = [*[h for h in hooks if type(h) is not _Keeper], hook, *keepers]
    return RemovableHandle(node, hook)


def retain_grad(tensor: Tensor) -> None:
    """Keep the gradient of a tensor that is not a leaf in its ``grad``.

    Raises:
        GradientError: the tensor does not require grad.
    """
    if tensor.is_leaf and tensor.node is not None:
        return
    node = node_of(tensor)
    hooks = node.hooks or []
    if not any(type(hook) is _Keeper and hook.tensor() is tensor for hook in hooks):
        node.hooks = [*hooks, _Keeper(tensor)]


class _Keeper:
    """The hook of :func:`retain_grad`: adds what comes to the tensor's ``grad``."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = weakref.ref(tensor)  # the node must not keep the tensor that it made alive

    def __call__(self, grad: Tensor) -> None:
        owner = self.tensor()
        if owner is not None:
            owner.grad = grad.clone() if owner.grad is None else owner.grad + grad
