"""Cutting text into words before byte pairs are merged: tokens never reach across words.

GPT-2's pattern keeps a leading space with its word and separates letters, numbers and the rest.
Patterns need classes such as ``\\p{L}`` (all letters), which the ``regex`` library has and Python's
own ``re`` has not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

__all__ = ["GPT2_PATTERN", "Splitter"]

# Radford et al., "Language models are unsupervised multitask learners", 2019
GPT2_PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"

# Letters and numbers that are younger than Unicode 16.  A newer `regex` knows them, tiktoken does
# not; without this list, the tokens of a text would depend on the library's version.
YOUNGER = (
    "558 58b-58c 88f c5c cdc 208f 209d-209f a7ce-a7cf a7d2 a7d4 a7dd a7e2 a7f1 ab6c-ab6d 107bb-107bf "
    "10940-10959 10ec5-10ec7 10ed9-10eee 11b0a 11db0-11ddb 11de0-11de9 11df1 1246f 12475-1247f "
    "12550-12686 16ea0-16eb8 16ebb-16ed3 16ff2-16ff6 187f8-187ff 18cd6-18cda 18d09-18d20 "
    "18d80-18df2 18e00-19191 191a0-191d2 1b123-1b128 1b168 1d6a6 1df1f-1df24 1df2b-1df81 "
    "1df90-1df96 1dfcd-1dfff 1e6c0-1e6de 1e6e0-1e6e2 1e6e4-1e6e5 1e6e7-1e6ed 1e6f0-1e6f4 "
    "1e6fe-1e6ff 2b73a-2b73f 2b81e 2cea2-2cead 323b0-33479 3d000-3fc3f"
)
STAND_IN = "\uffff"  # no character, and none will ever be: neither letter nor number nor space


class Splitter:
    """Cuts a text into the words that a pattern finds; what lies between them counts as words, too.

    Args:
        pattern: a regular expression as the ``regex`` library has them.

    Raises:
        ImportError: the ``regex`` library is not installed.
        ValueError: the pattern is not a regular expression.

    Example:
        >>> from tt_text.tokenizers import GPT2_PATTERN, Splitter
        >>> Splitter(GPT2_PATTERN).words("It's 1,000  words!")
        ['It', "'s", ' 1', ',', '000', ' ', ' words', '!']
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._pattern = compile_pattern(pattern)
        self._younger: re.Pattern[str] | None = None  # made when the first text needs it

    def words(self, text: str) -> list[str]:
        """The words; joined, they are the text."""
        if self._pattern.groups == 0 and not self._has_younger(text):
            words: list[str] = self._pattern.findall(text)
            if sum(map(len, words)) == len(text):  # nothing lies between them
                return words
        return [text[a:b] for a, b in self.spans(text)]

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """The places of the words, ``text[start:end]``, none of them empty."""
        if self._has_younger(text):
            assert self._younger is not None
            text = self._younger.sub(STAND_IN, text)
        end = 0
        for match in self._pattern.finditer(text):
            if end < match.start():
                yield end, match.start()
            if match.start() < match.end():
                yield match.span()
            end = match.end()
        if end < len(text):
            yield end, len(text)

    def _has_younger(self, text: str) -> bool:
        """Whether a text has letters or numbers that are younger than Unicode 16."""
        if text.isascii():
            return False
        if self._younger is None:
            self._younger = re.compile(f"[{ranges(YOUNGER)}]")
        return self._younger.search(text) is not None


def compile_pattern(pattern: str) -> regex.Pattern[str]:
    """A pattern of the ``regex`` library."""
    try:
        import regex
    except ImportError as error:
        raise ImportError(
            "cutting text into words needs the regex library: pip install 'tt-text[bpe]'"
        ) from error
    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise ValueError(f"pattern: {pattern!r} is no regular expression ({error})") from error


def ranges(text: str) -> str:
    """Hexadecimal ranges such as ``58b-58c 88f`` as the inside of a class of characters."""
    return re.sub(r" ?([0-9a-f]+)", lambda m: f"\\U{m[1]:0>8}", text)
