"""Where in a text a token stands, when tokens are bytes and places are characters."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["places_of_bytes"]


def places_of_bytes(text: str, sizes: Sequence[int], start: int = 0) -> list[tuple[int, int]]:
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
