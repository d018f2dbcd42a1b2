"""Continue texts: tokens in, more tokens out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from operator import index
from typing import SupportsIndex, overload

import numpy as np

from tt_tensor import DTypeError, Generator, ShapeError, Tensor, from_numpy
from tt_tensor.typing import Array

from ..attention import GrowingCache
from ..tokenizers import pad
from .decode import LanguageModel, NewCache, Overflow, decode
from .sampler import Sampler

__all__ = ["generate"]

Prompts = Sequence[Sequence[int]]
Stop = Sequence[int | Sequence[int]]


@overload
def generate(
    model: LanguageModel,
    tokens: Tensor,
    max_new_tokens: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
    stop: Stop = (),
    eos: int | None = None,
    generator: Generator | None = None,
    cache: NewCache | None = GrowingCache,
    overflow: Overflow = "stop",
) -> Tensor: ...
@overload
def generate(
    model: LanguageModel,
    tokens: Prompts,
    max_new_tokens: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
    stop: Stop = (),
    eos: int | None = None,
    generator: Generator | None = None,
    cache: NewCache | None = GrowingCache,
    overflow: Overflow = "stop",
) -> list[list[int]]: ...
def generate(
    model: LanguageModel,
    tokens: Tensor | Prompts,
    max_new_tokens: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
    stop: Stop = (),
    eos: int | None = None,
    generator: Generator | None = None,
    cache: NewCache | None = GrowingCache,
    overflow: Overflow = "stop",
) -> Tensor | list[list[int]]:
    """Continue texts, all at the same time, token by token.

    Args:
        model: such as :class:`tt_text.GPT`; for the time of each step it is in evaluation mode.
        tokens: (N, L) integers, or N lists of tokens, which may be of different lengths.
        max_new_tokens: how many tokens to add at most.
        temperature: 0 takes the likeliest token each time; see
            :func:`tt_text.generation.scale_temperature`.
        top_k: see :func:`tt_text.generation.keep_top_k`.
        top_p: see :func:`tt_text.generation.keep_top_p`.
        min_p: see :func:`tt_text.generation.keep_min_p`.
        repetition_penalty: see :func:`tt_text.generation.penalize_repetition`.
        stop: a text ends after any of these tokens, or sequences of tokens, if all of it is new.
        eos: a text ends after this token; the same as a token in ``stop``, and what short rows of
            a tensor are filled with.
        generator: of the random numbers; the same seed gives the same tokens.
        cache: makes an empty cache, such as ``GrowingCache`` or ``lambda: MyCache(256)``; with None
            everything is computed anew at each step, which gives the same and takes longer.
        overflow: what to do when ``model.context`` tokens have been read. ``"stop"``: all texts
            end with the token that follows these. ``"slide"``: the model forgets the older half,
            reads the rest anew and goes on.

    Returns:
        The texts with what was added: of a tensor (N, L + new), where rows that ended earlier
        are filled up with ``eos`` (0 if None); of lists a list per text, not filled up.

    Raises:
        ShapeError: ``tokens`` is a tensor, but not (N, L).
        DTypeError: tokens that are not integers.
        TypeError: ``stop`` is not a list.
        ValueError: an empty prompt or one longer than the context, a setting out of its range, or a
            model that leaves nothing to choose.
        IndexError: a token that the model does not know.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import GPT, GPTConfig, generate
        >>> model = GPT(GPTConfig(vocab_size=10, context=8, layers=1, heads=2, width=16))
        >>> generate(model, tt.tensor([[1, 2, 3]]), 4, temperature=0).shape
        (1, 7)
        >>> [len(text) for text in generate(model, [[1, 2, 3], [4]], 4)]
        [7, 5]
    """
    if index(max_new_tokens) < 0:
        raise ValueError(f"max_new_tokens must not be negative, it is {max_new_tokens}")
    sampler = Sampler(temperature, top_k, top_p, min_p, repetition_penalty, generator)
    batch, padding = prepared(tokens, model.context)
    endings = Endings([*sequences(stop), *([] if eos is None else [[eos]])], len(batch))
    steps = decode(model, batch, padding, sampler, cache=cache, overflow=overflow)
    columns: list[Array] = []
    for chosen in islice(steps, max_new_tokens):
        columns.append(chosen)
        if endings.all_reached(columns):
            break
    added = np.stack(columns, 1) if columns else np.empty((len(batch), 0), np.int64)
    if isinstance(tokens, Tensor):
        filled = np.where(endings.within(added.shape[1]), added, 0 if eos is None else eos)
        return from_numpy(np.concatenate([batch, filled], 1))
    rows = zip(tokens, added.tolist(), endings.lengths, strict=True)
    return [[*prompt, *row[:length]] for prompt, row, length in rows]


def prepared(tokens: Tensor | Prompts, context: int) -> tuple[Array, Array | None]:
    """The prompts as (N, L), and how many tokens at the left of each are filling."""
    if isinstance(tokens, Tensor):
        if tokens.ndim != 2:
            raise ShapeError(f"tokens: expected (N, L), but the shape is {tokens.shape}")
        if tokens.array.dtype.kind not in "iu":
            raise DTypeError(f"tokens: expected integers, not {tokens.dtype}")
        batch, padding = tokens.array, None
        lengths = [batch.shape[1]] * len(batch)
    else:
        if any(isinstance(row, int) for row in tokens):
            raise ShapeError("tokens: expected a list of prompts; put a single one into a list")
        for place, row in enumerate(tokens):
            check_integers(f"tokens[{place}]", row)
        lengths = [len(row) for row in tokens]
        longest = max(lengths, default=0)
        batch = pad(tokens, 0, side="left").ids.array
        equal = len(set(lengths)) < 2
        padding = None if equal else np.array([longest - n for n in lengths])
    check_lengths(lengths, context)
    return batch, padding


def check_lengths(lengths: Sequence[int], context: int) -> None:
    """Refuse prompts that the model cannot read."""
    if not lengths:
        raise ValueError("tokens: there is no prompt")
    for place, length in enumerate(lengths):
        which = "the prompt" if len(lengths) == 1 else f"prompt {place}"
        if length == 0:
            raise ValueError(
                f"tokens: {which} is empty; begin with a token, such as the one that separates texts"
            )
        if length > context:
            raise ValueError(
                f"tokens: {which} has {length} tokens, the model reads {context} at most; keep the "
                f"last ones, tokens[-{context}:]"
            )


def check_integers(name: str, row: Sequence[int]) -> None:
    """Refuse what is not a list of integers, such as a text.

    Raises:
        DTypeError: an element is no integer.
    """
    for place, token in enumerate(row):
        if not isinstance(token, SupportsIndex):
            raise DTypeError(
                f"{name}: expected integers, not {token!r} at position {place}; a tokenizer's "
                "encode makes integers of a text"
            )


def sequences(stop: Stop) -> list[Sequence[int]]:
    """The stop sequences; a token alone is one of length 1.

    Raises:
        TypeError: not a list of tokens, or of lists of tokens.
        ValueError: an empty sequence.
    """
    if isinstance(stop, (str, SupportsIndex)):
        raise TypeError(
            f"stop: expected a list of tokens, or of lists of tokens, not {stop!r}; for texts there "
            "are tt_text.stream and generate_text"
        )
    found = [[index(s)] if isinstance(s, SupportsIndex) else s for s in stop]
    for place, sequence in enumerate(found):
        check_integers(f"stop[{place}]", sequence)
    if not all(map(len, found)):
        raise ValueError("stop: an empty sequence of tokens would end every text at once")
    return found


class Endings:
    """Where each text ends: after the first stop sequence among its new tokens.

    Attributes:
        lengths: how many new tokens belong to each text.
    """

    def __init__(self, stop: Sequence[Sequence[int]], rows: int) -> None:
        self._stop = [list(map(index, s)) for s in stop]
        self._open = set(range(rows)) if self._stop else set()
        self.lengths: list[int | None] = [None] * rows

    def all_reached(self, columns: list[Array]) -> bool:
        """Note which texts end with the newest tokens (N,); True if all have ended."""
        if not self._open:
            return False
        for row in list(self._open):
            for s in self._stop:
                last = columns[-len(s) :]
                if len(last) == len(s) and all(c[row] == t for c, t in zip(last, s, strict=True)):
                    self.lengths[row] = len(columns)
                    self._open.discard(row)
        return not self._open

    def within(self, length: int) -> Array:
        """(N, length), True at tokens that belong to the text."""
        ends = np.array([length if n is None else n for n in self.lengths])
        return np.asarray(np.arange(length) < ends[:, None])
