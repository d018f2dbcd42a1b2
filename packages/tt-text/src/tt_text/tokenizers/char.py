"""The character tokenizer: the smallest one that is complete.

Every distinct character of a text gets a number.  Nothing is unknown as long as new text uses the
same characters; larger vocabularies, learned from the text, are in ``bpe.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .base import Tokenizer
from .checks import check_text

__all__ = ["CharTokenizer"]


class CharTokenizer(Tokenizer):
    """Turns text into a list of numbers, one per character, and back.

    Args:
        characters: the vocabulary; a character's number is its place.

    Raises:
        ValueError: a character comes twice, or is not a single character.

    Example:
        >>> from tt_text import CharTokenizer
        >>> tokenizer = CharTokenizer.train("hello")
        >>> tokenizer.encode("hole")
        [1, 3, 2, 0]
        >>> tokenizer.decode([1, 3, 2, 0])
        'hole'
    """

    kind = "characters"

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(characters)
        for c in self.characters:
            if len(c) != 1 or "\ud800" <= c <= "\udfff":  # halves of a pair are no characters
                raise ValueError(f"characters: {c!r} is not a single character")
        self._numbers = {c: i for i, c in enumerate(self.characters)}
        if len(self._numbers) != len(self.characters):
            raise ValueError("characters: one of them comes twice")

    @classmethod
    def train(cls, text: str) -> CharTokenizer:
        """The tokenizer of all characters in a text, in their Unicode order."""
        return cls(sorted(set(text)))

    @property
    def vocab_size(self) -> int:
        """How many characters there are."""
        return len(self.characters)

    def encode(self, text: str) -> list[int]:
        """The numbers of the characters.

        Raises:
            TypeError: the text is no text.
            ValueError: a character that is not in the vocabulary; the message says which and where.
        """
        check_text(text)
        try:
            return [self._numbers[c] for c in text]
        except KeyError as error:
            character = error.args[0]
            raise ValueError(
                f"text: {character!r} at position {text.index(character)} is not among the "
                f"{len(self)} characters of the vocabulary"
            ) from None

    def encode_with_offsets(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """The numbers of the characters and their places, ``(0, 1), (1, 2), ...``."""
        return self.encode(text), [(i, i + 1) for i in range(len(text))]

    def token_bytes(self, token: int, previous: int | None = None) -> bytes:
        """The character, as UTF-8."""
        return self.characters[token].encode("utf-8")

    def content(self) -> dict[str, Any]:
        """The characters."""
        return {"characters": list(self.characters)}

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> CharTokenizer:
        """The tokenizer of these characters."""
        return cls(content["characters"])
