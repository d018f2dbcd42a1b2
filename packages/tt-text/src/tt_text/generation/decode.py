"""The loop of generation: ask the model, choose a token, append it, and again.

With a cache the model is asked about the newest token alone: what it has computed for the tokens
before is kept.  Without one it reads the whole text at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, Protocol, get_args

import numpy as np

from tt_autograd import no_grad
from tt_tensor import Tensor, from_numpy
from tt_tensor.typing import Array

from ..attention import KeyValueCache
from ..evaluating import evaluating
from .sampler import Sampler

__all__ = ["LanguageModel", "NewCache", "Overflow", "decode"]

NewCache = Callable[[], KeyValueCache]
Overflow = Literal["stop", "slide"]


class LanguageModel(Protocol):
    """What generation asks of a model."""

    @property
    def context(self) -> int:
        """The largest number of positions."""

    def __call__(
        self, tokens: Tensor, cache: KeyValueCache | None = None, padding: Tensor | None = None
    ) -> Any:
        """(N, L) tokens to (N, L, V) scores; see :class:`tt_text.GPT`."""


def decode(
    model: LanguageModel,
    tokens: Array,
    padding: Array | None,
    sampler: Sampler,
    *,
    cache: NewCache | None,
    overflow: Overflow,
) -> Iterator[Array]:
    """The tokens (N,) that follow, one step after the other.

    Args:
        model: the model.
        tokens: (N, L), 1 ≤ L ≤ context.
        padding: (N,), how many tokens at the left of each text are only there to fill up.
        sampler: chooses.
        cache: makes an empty cache; None computes everything anew at each step.
        overflow: when the text has filled the context, ``"stop"``, or ``"slide"``: forget the older
            half of the text, compute the rest anew and go on.

    Raises:
        ValueError, TypeError: an argument is none of these; at once, not at the first step.
    """
    if overflow not in get_args(Overflow):
        raise ValueError(f"overflow must be 'stop' or 'slide', not {overflow!r}")
    if cache is not None and not callable(cache):
        raise TypeError(
            f"cache: expected something that makes an empty cache, such as the class GrowingCache, "
            f"not a {type(cache).__name__}"
        )
    return steps(model, Window(tokens, padding), sampler, cache, overflow)


def steps(
    model: LanguageModel,
    window: Window,
    sampler: Sampler,
    cache: NewCache | None,
    overflow: Overflow,
) -> Iterator[Array]:
    """The loop itself."""
    used: Array | None = None
    held = None if cache is None else cache()
    new = window.tokens
    while True:
        scores = last_scores(model, new, held, window.padding)  # (N, V)
        if sampler.repetition_penalty != 1:
            used = window.used(scores.shape[-1]) if used is None else used
            np.put_along_axis(used, window.tokens[:, -1:], True, 1)
        chosen = sampler(scores, None if used is None else from_numpy(used)).array  # (N,)
        yield chosen
        full = window.length == model.context
        if full and overflow == "stop":
            return
        if full:
            window.forget(model.context - model.context // 2)
            held = None if cache is None else cache()
        window.append(chosen)
        new = window.tokens if full or held is None else chosen[:, None]


class Window:
    """The part of the texts that the model reads: all of them, until the context is full."""

    def __init__(self, tokens: Array, padding: Array | None) -> None:
        rows, self.length = tokens.shape
        self._tokens = np.zeros((rows, max(2 * self.length, 64)), np.int64)
        self._tokens[:, : self.length] = tokens
        self._padding = padding

    @property
    def tokens(self) -> Array:
        """(N, length)."""
        return self._tokens[:, : self.length]

    @property
    def padding(self) -> Tensor | None:
        """(N,), or None if no text is filled up."""
        return None if self._padding is None else from_numpy(self._padding)

    def append(self, new: Array) -> None:
        """Add (N,) tokens; the memory is doubled when it is full."""
        if self.length == self._tokens.shape[1]:
            self._tokens = np.concatenate([self._tokens, np.zeros_like(self._tokens)], 1)
        self._tokens[:, self.length] = new
        self.length += 1

    def forget(self, count: int) -> None:
        """Drop the oldest tokens."""
        self._tokens[:, : self.length - count] = self._tokens[:, count : self.length].copy()
        self.length -= count
        if self._padding is not None:
            self._padding = np.maximum(self._padding - count, 0)
            self._padding = self._padding if self._padding.any() else None

    def used(self, vocabulary: int) -> Array:
        """(N, V), True at the tokens that the texts have."""
        out = np.zeros((len(self._tokens), vocabulary), bool)
        for row, text in enumerate(self.tokens):
            out[row, text[0 if self._padding is None else self._padding[row] :]] = True
        return out


def last_scores(
    model: LanguageModel, tokens: Array, cache: KeyValueCache | None, padding: Tensor | None
) -> Tensor:
    """The scores (N, V) of what comes after the last token."""
    with no_grad(), evaluating(model):
        scores: Tensor = model(from_numpy(tokens), cache, padding)
    return from_numpy(scores.array[:, -1])
