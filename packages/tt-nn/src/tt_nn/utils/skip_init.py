"""Modules whose values come from a file: drawing initial ones first would be in vain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ..module import Module
from ..skipping import skipped

__all__ = ["skip_init"]

AnyModule = TypeVar("AnyModule", bound=Module)


def skip_init(module_cls: Callable[..., AnyModule], *args: Any, **kwargs: Any) -> AnyModule:
    """A module whose parameters hold whatever was in the memory, until something is loaded.

    It is made faster, and nothing is drawn from the random generator.

    Args:
        module_cls: the module's class.
        args, kwargs: what to call it with.

    Example:
        >>> from tt_nn import Linear
        >>> from tt_nn.utils import skip_init
        >>> saved = Linear(3, 2).state_dict()
        >>> layer = skip_init(Linear, 3, 2)
        >>> layer.load_state_dict(saved)
        LoadResult(missing_keys=[], unexpected_keys=[])
    """
    with skipped():
        return module_cls(*args, **kwargs)
