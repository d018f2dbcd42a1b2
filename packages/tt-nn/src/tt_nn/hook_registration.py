"""Registering hooks: the part of Module that takes functions of the user's to be called later.

How they are called around the forward and the backward pass is told in :mod:`tt_nn.hooks`, how
around reading out and loading the state in :mod:`tt_nn.state`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .hooks import Hooks, RemovableHandle

__all__ = ["HookRegistration"]


class HookRegistration:
    """The part of :class:`tt_nn.Module` that registers hooks.

    Every method returns a handle whose ``remove()`` takes the hook away.
    """

    _hooks: Hooks | None

    def __init__(self) -> None:
        super().__init__()
        self.__dict__["_hooks"] = None

    def _all_hooks(self) -> Hooks:
        if self._hooks is None:
            self.__dict__["_hooks"] = Hooks()
        hooks: Hooks = self.__dict__["_hooks"]
        return hooks

    # ---- around the forward and the backward pass

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, args)`` before ``forward``; what it returns replaces the arguments.

        Args:
            hook: with ``with_kwargs`` called as ``hook(module, args, kwargs)``, and returns both.
            prepend: before the other hooks of this kind instead of after them.
            with_kwargs: whether the hook wants the keyword arguments.
        """
        return self._all_hooks().add("before", hook, with_kwargs, prepend)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, args, output)`` after ``forward``; what it returns replaces the output.

        Args:
            hook: with ``with_kwargs`` called as ``hook(module, args, kwargs, output)``.
            prepend: before the other hooks of this kind instead of after them.
            with_kwargs: whether the hook wants the keyword arguments.

        Example:
            >>> import tt_tensor as tt
            >>> from tt_nn import Linear
            >>> layer = Linear(2, 3)
            >>> handle = layer.register_forward_hook(lambda m, args, out: print(out.shape))
            >>> _ = layer(tt.zeros(4, 2))
            (4, 3)
            >>> handle.remove()
        """
        return self._all_hooks().add("after", hook, with_kwargs, prepend)

    def register_full_backward_pre_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, grad_output)`` in the backward pass, before the module's own gradients.

        Args:
            hook: gets a tuple with one gradient per tensor among the outputs; a returned tuple
                replaces it.
            prepend: before the other hooks of this kind instead of after them.
        """
        return self._all_hooks().add("backward_before", hook, False, prepend)

    def register_full_backward_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, grad_input, grad_output)`` in the backward pass.

        Args:
            hook: gets tuples with one gradient per tensor among the positional arguments and the
                outputs (None where there is none); a returned tuple replaces ``grad_input``.
            prepend: before the other hooks of this kind instead of after them.
        """
        return self._all_hooks().add("backward", hook, False, prepend)

    # ---- around the state

    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, prefix, keep_vars)`` before this module's state is read out."""
        return self._all_hooks().add("state_before", hook)

    def register_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, state_dict, prefix, {})`` on the state that was read out so far.

        Args:
            hook: may change the dictionary in place: rename, add or leave out entries.

        Example:
            >>> from tt_nn import Linear
            >>> layer = Linear(3, 2)
            >>> handle = layer.register_state_dict_post_hook(
            ...     lambda module, state, prefix, _: state.pop(prefix + "bias")
            ... )
            >>> list(layer.state_dict())
            ['weight']
        """
        return self._all_hooks().add("state_after", hook)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call a hook before a state is checked and loaded: for states with older names.

        Args:
            hook: called as ``hook(module, state_dict, prefix, {}, strict, missing_keys,
                unexpected_keys, error_msgs)``; it may change the dictionary, which is a copy, and
                add to the lists.
        """
        return self._all_hooks().add("load_before", hook)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, result)`` after a state was loaded; parts first."""
        return self._all_hooks().add("load_after", hook)
