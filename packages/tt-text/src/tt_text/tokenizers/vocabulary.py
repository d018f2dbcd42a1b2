"""A vocabulary as a list: a token's number is its place."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["number_tokens"]


def number_tokens(tokens: Sequence[str]) -> dict[str, int]:
    """Token → number.

    Raises:
        ValueError: a token comes twice or is empty.
    """
    numbers: dict[str, int] = {}
    for i, token in enumerate(tokens):
        if token == "" or token in numbers:
            problem = f"comes twice, at {numbers[token]} and {i}" if token else f"at {i} is empty"
            raise ValueError(f"tokens: {token!r} {problem}")
        numbers[token] = i
    return numbers
