"""Remembering how words were encoded: texts repeat their words, and merging takes time."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["WordCache"]

LONGEST = 256  # characters; longer words hardly ever come again


class WordCache(dict[str, tuple[int, ...]]):
    """Word → its tokens; a word that is not there is encoded when it is asked for.

    Args:
        encode: encodes one word.
        limit: how many words to remember; when there are as many, all are forgotten.

    Example:
        >>> from tt_text.tokenizers.word_cache import WordCache
        >>> cache = WordCache(lambda word: [len(word)], limit=100)
        >>> cache["tea"], len(cache)
        ((3,), 1)
    """

    def __init__(self, encode: Callable[[str], list[int]], limit: int) -> None:
        super().__init__()
        self._encode, self._limit = encode, limit

    def __missing__(self, word: str) -> tuple[int, ...]:
        ids = tuple(self._encode(word))
        if len(word) <= LONGEST and self._limit > 0:
            if len(self) >= self._limit:
                self.clear()
            self[word] = ids
        return ids
