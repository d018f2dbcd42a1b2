"""Whether operations are recorded: ``no_grad`` and its relatives, one setting per thread.

Each of them is a context manager and a decorator, as in PyTorch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from inspect import isgeneratorfunction
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

__all__ = [
    "enable_grad",
    "inference_mode",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "no_grad",
    "set_grad_enabled",
]

P = ParamSpec("P")
R = TypeVar("R")


class _Mode(threading.local):
    """Every thread starts with recording on."""

    enabled = True
    inference = False


mode = _Mode()


def is_grad_enabled() -> bool:
    """Whether operations on tensors that require grad are being recorded.

    Example:
        >>> import tt_autograd
        >>> with tt_autograd.no_grad():
        ...     tt_autograd.is_grad_enabled()
        False
    """
    return mode.enabled


def is_inference_mode_enabled() -> bool:
    """Whether this code runs inside :class:`inference_mode`."""
    return mode.inference


class _Setting:
    """Sets the mode on entry and restores it on exit; usable again and nested."""

    enabled: bool
    inference = False

    def __init__(self) -> None:
        self._before: list[tuple[bool, bool]] = []

    def __enter__(self) -> None:
        self._before.append((mode.enabled, mode.inference))
        mode.enabled, mode.inference = self.enabled, self.inference or mode.inference

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        mode.enabled, mode.inference = self._before.pop()

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """As a decorator: the whole function runs in this mode; of a generator, its every step."""
        if isgeneratorfunction(function):
            return self._around_steps(function)

        @wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            with self._copy():
                return function(*args, **kwargs)

        return wrapper

    def _around_steps(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A generator whose own code runs in this mode, and the code between its steps does not."""

        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            generator = function(*args, **kwargs)
            step, argument = generator.send, None
            while True:
                try:
                    with self._copy():
                        value = step(argument)
                except StopIteration as end:
                    return end.value
                try:
                    step, argument = generator.send, (yield value)
                except GeneratorExit:
                    with self._copy():
                        generator.close()
                    raise
                except BaseException as error:  # the caller threw it in: it is the generator's
                    step, argument = generator.throw, error

        return wrapper

    def _copy(self) -> _Setting:
        twin = object.__new__(type(self))
        twin.enabled, twin.inference, twin._before = self.enabled, self.inference, []
        return twin


class _SettingOrDecorator(_Setting):
    """Also usable without parentheses: ``@no_grad``."""

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        self = object.__new__(cls)
        self._before = []
        return self if function is None else self(function)

    def __init__(self, function: Callable[..., Any] | None = None) -> None:
        super().__init__()


class no_grad(_SettingOrDecorator):
    """Inside, nothing is recorded: results do not require grad, and leaves may be changed in place.

    Example:
        >>> import tt_tensor as tt
        >>> import tt_autograd
        >>> w = tt.ones(2, requires_grad=True)
        >>> with tt_autograd.no_grad():
        ...     y = w * 2
        >>> y.requires_grad
        False
    """

    enabled = False


class enable_grad(_SettingOrDecorator):
    """Inside, operations are recorded again: the opposite of :class:`no_grad`."""

    enabled = True


class inference_mode(_SettingOrDecorator):
    """Like :class:`no_grad`, for code that will never need gradients.

    PyTorch saves some bookkeeping on tensors made inside; here there is none to save, so the only
    difference from ``no_grad`` is what :func:`is_inference_mode_enabled` says.
    """

    enabled = False
    inference = True


class set_grad_enabled(_Setting):
    """Turn recording on or off: at once when called, until the end of the block under ``with``.

    Args:
        enabled: whether operations are recorded.
    """

    def __init__(self, enabled: bool) -> None:
        super().__init__()
        self.enabled = bool(enabled)
        self._before.append((mode.enabled, mode.inference))
        mode.enabled = self.enabled

    def __enter__(self) -> None:
        """The mode was set when the object was made, as PyTorch does."""
