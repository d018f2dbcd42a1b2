"""From separate documents to one long row of tokens, and what is held out of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np

from tt_tensor import Generator, randperm
from tt_tensor.typing import Array

from .tokens import Tokens, row_of

__all__ = ["pack", "split_documents", "split_tokens"]

T = TypeVar("T", bound="str | Tokens")


def pack(documents: Iterable[Tokens], separator: int | None, *, vocab_size: int = 0) -> Array:
    """All documents in one row, each followed by the separator.

    So no token is wasted on filling, and the separator tells the model that what comes before it
    says nothing of what follows.

    Args:
        documents: the tokens of each; they are gone through once.
        separator: such as GPT-2's end of text, 50256; None for none.
        vocab_size: if given, tokens that are not below it are refused.

    Returns:
        (T,) int64.

    Raises:
        ValueError: a token is negative or too large; the message says in which document.

    Example:
        >>> from tt_text import pack
        >>> pack([[1, 2, 3], [4]], separator=0).tolist()
        [1, 2, 3, 0, 4, 0]
    """
    end = np.array([] if separator is None else [separator], np.int64)
    parts: list[Array] = []
    for number, document in enumerate(documents):
        row = row_of(document, f"documents[{number}]")
        wrong = (row < 0) | (row >= vocab_size) if vocab_size else row < 0
        if wrong.any():
            place = int(wrong.argmax())
            raise ValueError(
                f"documents[{number}]: token {row[place]} at position {place} is out of range"
                + (f" for a vocabulary of {vocab_size} tokens" if vocab_size else "")
            )
        parts += [row.astype(np.int64), end]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def split_tokens(tokens: Tokens, held_out: float = 0.1) -> tuple[Array, Array]:
    """Cut a text in two: its beginning to learn from, its end to validate with.

    Windows are drawn from one part or the other, so that none crosses the cut, and no token is a
    target of both.

    Args:
        tokens: (T,).
        held_out: the share of the second part, between 0 and 1.

    Returns:
        The two parts, which are views.

    Raises:
        ValueError: a share outside of (0, 1), or a part would be empty.

    Example:
        >>> from tt_text import split_tokens
        >>> train, validation = split_tokens(list(range(10)), 0.2)
        >>> train.tolist(), validation.tolist()
        ([0, 1, 2, 3, 4, 5, 6, 7], [8, 9])
    """
    row = row_of(tokens)
    cut = cut_at(len(row), held_out, "tokens")
    return row[:cut], row[cut:]


def split_documents(
    documents: Sequence[T], held_out: float = 0.1, *, generator: Generator | None = None
) -> tuple[list[T], list[T]]:
    """Share out whole documents at random: none is in both parts, nor are equal ones.

    Args:
        documents: texts, or rows of tokens.
        held_out: the share of the second part, between 0 and 1.
        generator: of the order; the default one if None.

    Returns:
        The documents to learn from and those to validate with, each in their old order.

    Raises:
        ValueError: a share outside of (0, 1), or a part would be empty.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import split_documents
        >>> train, validation = split_documents(list("abcdefghij"), 0.2)
        >>> len(train), len(validation), set(train) & set(validation)
        (8, 2, set())
    """
    groups: dict[object, list[int]] = {}  # equal documents stay together
    for number, document in enumerate(documents):
        key = document if isinstance(document, str) else tuple(row_of(document).tolist())
        groups.setdefault(key, []).append(number)
    same = list(groups.values())
    cut = cut_at(len(same), held_out, "documents")
    order = randperm(len(same), generator=generator).tolist()
    kept = sorted(n for place in order[:cut] for n in same[place])
    rest = sorted(n for place in order[cut:] for n in same[place])
    return [documents[n] for n in kept], [documents[n] for n in rest]


def cut_at(count: int, held_out: float, name: str) -> int:
    """How many of ``count`` are in the first part."""
    if not 0 < held_out < 1:
        raise ValueError(f"held_out must be between 0 and 1, not {held_out}")
    cut = round(count * (1 - held_out))
    if not 0 < cut < count:
        raise ValueError(f"{name}: {count} cannot be split with a share of {held_out}")
    return cut
