"""Names that are imported when they are first used.

A package of many parts would otherwise load all of them for whoever needs one.  Its ``__init__``
imports the names of rarely needed parts under ``if TYPE_CHECKING:`` alone, which is for readers and
type checkers, and hands the same names to :func:`names_on_demand` for programs.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["names_on_demand"]


def names_on_demand(
    package: str, parts: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The functions ``__getattr__`` and ``__dir__`` of a package (PEP 562).

    Args:
        package: its ``__name__``.
        parts: submodules, each with the names that it gives to the package; it is itself one more.

    Returns:
        what to assign to ``__getattr__`` and ``__dir__``.

    Example:
        >>> from tt_tensor.lazy import names_on_demand
        >>> get, _ = names_on_demand("json", {"decoder": ["JSONDecoder"]})
        >>> get("JSONDecoder").__name__
        'JSONDecoder'
        >>> get("other")
        Traceback (most recent call last):
            ...
        AttributeError: module 'json' has no attribute 'other'
    """
    homes = {name: part for part, names in parts.items() for name in (part, *names)}

    def get(name: str) -> Any:
        part = homes.get(name)
        if part is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = importlib.import_module(f"{package}.{part}")
        value = module if name == part else getattr(module, name)
        setattr(sys.modules[package], name, value)  # the next time it is simply there
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes})

    return get, names
