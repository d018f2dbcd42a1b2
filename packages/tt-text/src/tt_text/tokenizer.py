"""The character tokenizer: the smallest one that is complete.

Every distinct character of a text gets a number.  Nothing is unknown as long as new text uses the
same characters; larger vocabularies, learned from the text, come later.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from tt_tensor.files import write_atomically

__all__ = ["CharTokenizer"]


class CharTokenizer:
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

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(characters)
        wrong = [c for c in self.characters if len(c) != 1]
        if wrong:
            raise ValueError(f"characters: {wrong[0]!r} is not a single character")
        self._numbers = {c: i for i, c in enumerate(self.characters)}
        if len(self._numbers) != len(self.characters):
            raise ValueError("characters: one of them comes twice")

    @classmethod
    def train(cls, text: str) -> CharTokenizer:
        """The tokenizer of all characters in a text, in their Unicode order."""
        return cls(sorted(set(text)))

    def __len__(self) -> int:
        return len(self.characters)

    def encode(self, text: str) -> list[int]:
        """The numbers of the characters.

        Raises:
            ValueError: a character that is not in the vocabulary; the message says which and where.
        """
        try:
            return [self._numbers[c] for c in text]
        except KeyError as error:
            character = error.args[0]
            raise ValueError(
                f"text: {character!r} at position {text.index(character)} is not among the "
                f"{len(self)} characters of the vocabulary"
            ) from None

    def decode(self, ids: Sequence[int]) -> str:
        """The characters of the numbers.

        Raises:
            ValueError: a number that no character has; the message says which and where.
        """
        for position, i in enumerate(ids):
            if not 0 <= i < len(self):
                raise ValueError(
                    f"ids: {i} at position {position} is out of range for {len(self)} characters"
                )
        return "".join([self.characters[i] for i in ids])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the vocabulary as JSON, in one atomic step."""
        content = {"type": "characters", "characters": list(self.characters)}
        write_atomically(Path(path), json.dumps(content).encode("utf-8"))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> CharTokenizer:
        """Read what :meth:`save` wrote.

        Raises:
            ValueError: the file is something else, or broken.
        """
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
            if content["type"] != "characters":
                raise ValueError(f"it holds a tokenizer of type {content['type']!r}")
            return cls(content["characters"])
        except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"path: {os.fspath(path)!r} is not a character tokenizer ({error})"
            ) from error
