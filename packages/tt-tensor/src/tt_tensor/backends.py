"""Backends: which kernel computes a primitive.

A *backend* is a set of kernels, at most one per primitive.  Two are built in:

``naive``
    explicit loops: the definition of each operation, the lesson, and the judge of all others;
``numpy``
    the vectorised default.

More come from installed distributions through the entry-point group ``tt.backends``: the entry's
name is the backend's, and it loads to a mapping from primitive names to kernels.  Installed
backends are preferred to the built-in ones.  The choice is made once per primitive and remembered
in ``primitive.kernel``, so an operation pays one attribute look-up for all of this.  A kernel may
*decline* (a dtype or layout that it does not take) by returning ``NotImplemented``; the next
backend's kernel then runs.

The selection holds for the whole process, for all its threads.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .errors import BackendError

if TYPE_CHECKING:
    from .primitive import Primitive

__all__ = [
    "Kernel",
    "available_backends",
    "backend",
    "get_backend",
    "lookup",
    "registry",
    "set_backend",
]

Kernel = Callable[..., Any]

registry: dict[str, Primitive] = {}
"""Every primitive by name, in order of definition."""


def lookup(name: str) -> Any:
    """The primitive called ``name``, for code that calls it; how depends on its kind.

    Raises:
        BackendError: there is none.

    Example:
        >>> import tt_tensor as tt
        >>> tt.lookup("relu")
        <Unary relu(input)>
    """
    try:
        return registry[name]
    except KeyError:
        raise BackendError(f"there is no primitive called {name!r}") from None


_BUILT_IN = ("numpy", "naive")
_selected: str | None = None  # None: not decided yet; TT_BACKEND or the best one at first use
_installed: dict[str, Mapping[str, Kernel]] | None = None  # None: not looked for yet


def installed() -> dict[str, Mapping[str, Kernel]]:
    """The backends of other distributions, looked up once; one that fails is reported and skipped."""
    global _installed
    if _installed is None:
        from importlib.metadata import entry_points

        _installed = {}
        for entry in entry_points(group="tt.backends"):
            try:
                _installed[entry.name] = entry.load()
            except Exception as error:  # a broken extension must not take the program down
                warnings.warn(
                    f"backend {entry.name!r} ({entry.value}) does not load and is skipped: {error!r}",
                    RuntimeWarning,
                    stacklevel=2,
                )
    return _installed


def available_backends() -> list[str]:
    """The names that :func:`set_backend` accepts, the preferred one first.

    Example:
        >>> import tt_tensor as tt
        >>> tt.available_backends()[-2:]
        ['numpy', 'naive']
    """
    return [*installed(), *_BUILT_IN]


def get_backend() -> str:
    """The name of the backend that is asked first."""
    global _selected
    if _selected is None:
        _selected = _checked(os.environ.get("TT_BACKEND") or available_backends()[0])
    return _selected


def set_backend(name: str) -> None:
    """Ask the backend ``name`` first from now on, in the whole process.

    Raises:
        BackendError: there is no such backend.
    """
    global _selected
    _selected = _checked(name)
    for primitive in registry.values():
        primitive.forget_kernel()


@contextmanager
def backend(name: str) -> Iterator[None]:
    """Ask the backend ``name`` first inside a ``with`` block.

    Example:
        >>> import tt_tensor as tt
        >>> with tt.backend("naive"):
        ...     tt.tensor([1.0, 2.0]) + 1
        tensor([2., 3.])
    """
    before = get_backend()
    set_backend(name)
    try:
        yield
    finally:
        set_backend(before)


def resolve(primitive: Primitive) -> Kernel:
    """The kernel to run for ``primitive``: the selected backend's, then those behind it.

    Raises:
        BackendError: no backend has one.
    """
    order = available_backends()
    order = order[order.index(get_backend()) :]
    found = [k for k in (_kernel_of(name, primitive) for name in order) if k is not None]
    if not found:
        found = [k for k in primitive.kernels.values() if k is not None]
    if not found:
        raise BackendError(f"no backend has a kernel for {primitive.name!r}")
    return (
        found[0]
        if len(found) == 1 or found[0] in primitive.kernels.values()
        else _first_willing(found)
    )


def _kernel_of(name: str, primitive: Primitive) -> Kernel | None:
    if name in _BUILT_IN:
        return primitive.kernels.get(name)
    return installed()[name].get(primitive.name)


def _first_willing(kernels: list[Kernel]) -> Kernel:
    """A kernel that asks each of ``kernels`` in turn until one does not decline."""

    def ask(*arguments: Any) -> Any:
        for kernel in kernels:
            out = kernel(*arguments)
            if out is not NotImplemented:
                return out
        raise BackendError(f"every kernel declined: {[k.__name__ for k in kernels]}")

    return ask


def _checked(name: str) -> str:
    if name not in available_backends():
        choices = ", ".join(available_backends())
        raise BackendError(f"there is no backend named {name!r}; installed here: {choices}")
    return name
