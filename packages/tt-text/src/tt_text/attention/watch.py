"""Seeing what a model looks at: the weights of every attention while it computes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tt_tensor import Tensor

__all__ = ["watch_attention", "watched"]

watched: ContextVar[list[Tensor] | None] = ContextVar("watched", default=None)
"""Where weights are to be noted; None if nobody watches."""


@contextmanager
def watch_attention() -> Iterator[list[Tensor]]:
    """Inside, the weights of each attention are noted, in the order of the computation.

    Yields:
        A list that grows by one tensor (..., H, L, S) per attention: for a model, one per layer.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import GPT, GPTConfig, watch_attention
        >>> model = GPT(GPTConfig(vocab_size=5, context=8, layers=2, heads=4, width=8))
        >>> with watch_attention() as maps:
        ...     _ = model(tt.tensor([[1, 2, 3]]))
        >>> [weights.shape for weights in maps]
        [(1, 4, 3, 3), (1, 4, 3, 3)]
    """
    maps: list[Tensor] = []
    before = watched.set(maps)
    try:
        yield maps
    finally:
        watched.reset(before)
