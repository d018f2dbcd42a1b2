"""Where in a text a token stands, when tokens are bytes and places are characters."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["places_of_bytes"]


def places_of_bytes(text: str, sizes: Iterable[int], start: int = 0) -> list[tuple[int, int]]:
    """The characters that pieces of a text's UTF-8 bytes belong to.

    Args:
        text: the text.
        sizes: how many bytes each piece has; together, those of the text.
        start: the place of the text's first character.

    Returns:
        For each piece (first character, one after its last character).  A piece of a character
        has the place of the whole character.

    Example:
        >>> from tt_text.tokenizers.offsets import places_of_bytes
        >>> places_of_bytes("né!", [1, 1, 2])  # n, the first byte of é, the second with !
        [(0, 1), (1, 2), (1, 3)]
    """
    owner = [start + i for i, c in enumerate(text) for _ in c.encode("utf-8")]
    places, end = [], 0
    for size in sizes:
        begin, end = end, end + size
        places.append((owner[begin], owner[end - 1] + 1))
    return places


def size_of_character(first: int) -> int:
    """How many bytes a character has in UTF-8, told by the first of them.

    Example:
        >>> from tt_text.tokenizers.offsets import size_of_character
        >>> [size_of_character(c.encode("utf-8")[0]) for c in "aé€🙂"]
        [1, 2, 3, 4]
    """
    return 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
