"""Vocabularies: tokens get numbers, and merges of tokens become merges of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from .merging import Merges, Pair

__all__ = ["number_merges", "number_tokens"]

Token = TypeVar("Token", str, bytes)


def number_tokens(tokens: Sequence[str], name: str = "tokens") -> dict[str, int]:
    """Token → number, which is its place.

    Raises:
        TypeError: a token is not a str.
        ValueError: a token comes twice or is empty.
    """
    numbers: dict[str, int] = {}
    for i, token in enumerate(tokens):
        if not isinstance(token, str):
            raise TypeError(f"{name}: expected each to be a str, not {token!r} at {i}")
        if token == "":
            raise ValueError(f"{name}: the one at {i} is empty")
        if token in numbers:
            raise ValueError(f"{name}: {token!r} comes twice, at {numbers[token]} and {i}")
        numbers[token] = i
    return numbers


def number_merges(
    numbers: Mapping[Token, int], ranks: Mapping[tuple[Token, Token], float]
) -> Merges:
    """The merges in terms of numbers.

    Raises:
        ValueError: a part or the result of a merge is no token.
    """
    results: dict[Pair, int] = {}
    ranks_of_numbers: dict[Pair, float] = {}
    for (a, b), rank in ranks.items():
        for token in (a, b, a + b):
            if token not in numbers:
                raise ValueError(
                    f"merges: {a!r} and {b!r} merge, but {token!r} is not in the vocabulary; "
                    "the two do not fit together"
                )
        results[numbers[a], numbers[b]] = numbers[a + b]
        ranks_of_numbers[numbers[a], numbers[b]] = rank
    return Merges(results, ranks_of_numbers)
