"""The word tokenizer: a number for every frequent word, one number for all the others.

Short sequences, but a large vocabulary, and what is unknown is lost.  Byte-level BPE (``bpe.py``)
has neither drawback.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from .base import Tokenizer
from .checks import check_text
from .files import check_types
from .vocabulary import number_tokens

__all__ = ["WordTokenizer"]

WORDS = r"\w+|[^\w\s]"  # words and single punctuation marks
WHITESPACE = r"\S+"  # whatever stands between spaces


class WordTokenizer(Tokenizer):
    """Turns text into a list of numbers, one per word, and back.

    Decoding puts one space between words, so the original spacing is lost.

    Args:
        words: the vocabulary, most frequent first by custom; a word's number is its place.
        unknown: the word that stands for all others; it is in the vocabulary.
        pattern: a regular expression that finds words.  ``WORDS`` finds words and single
            punctuation marks, ``WHITESPACE`` whatever stands between spaces.
        lower: turn the text into lower case first.
        special: words of the vocabulary that are no text, such as ``"<pad>"``.

    Raises:
        ValueError: a word comes twice or is empty, the unknown or a special word is not in the
            vocabulary, or the pattern has groups or is not a regular expression.

    Example:
        >>> from tt_text import WordTokenizer
        >>> tokenizer = WordTokenizer.train("to be or not to be")
        >>> tokenizer.words
        ('<unk>', 'to', 'be', 'or', 'not')
        >>> tokenizer.encode("to be happy")
        [1, 2, 0]
        >>> tokenizer.decode([4, 1, 2])
        'not to be'
    """

    kind = "words"

    def __init__(
        self,
        words: Iterable[str],
        *,
        unknown: str = "<unk>",
        pattern: str = WORDS,
        lower: bool = False,
        special: Sequence[str] = (),
    ) -> None:
        self.words = tuple(words)
        self.unknown, self.pattern, self.lower = unknown, pattern, lower
        self._numbers = number_tokens(self.words, "words")
        for word in (unknown, *special):
            if word not in self._numbers:
                raise ValueError(f"words: the special word {word!r} is not among them")
        self.special_ids = {word: self._numbers[word] for word in (unknown, *special)}
        try:
            self._pattern = re.compile(pattern)
        except re.error as error:
            raise ValueError(f"pattern: {pattern!r} is no regular expression ({error})") from error
        if self._pattern.groups:
            raise ValueError(f"pattern: {pattern!r} has groups; write (?:...) instead of (...)")

    @classmethod
    def train(
        cls,
        text: str,
        max_words: int | None = None,
        *,
        min_count: int = 1,
        unknown: str = "<unk>",
        pattern: str = WORDS,
        lower: bool = False,
        special: Sequence[str] = (),
    ) -> WordTokenizer:
        """The tokenizer of the most frequent words of a text.

        Args:
            text: to count the words of.
            max_words: the size of the vocabulary with its special words; no limit if None.
            min_count: leave out words that are rarer.
            unknown, pattern, lower, special: as of the class.

        Returns:
            The tokenizer: the unknown word is 0, then come the special words, then the others,
            most frequent first and in the order of the text among equals.
        """
        first = (unknown, *special)
        if max_words is not None and max_words < len(first):
            raise ValueError(f"max_words: {max_words} is too few for {len(first)} special words")
        counts = Counter(re.findall(pattern, lower_case(text) if lower else text))
        frequent = [w for w, n in counts.most_common() if n >= min_count and w not in first]
        room = None if max_words is None else max_words - len(first)
        return cls(
            [*first, *frequent[:room]],
            unknown=unknown, pattern=pattern, lower=lower, special=special,
        )  # fmt: skip

    @property
    def vocab_size(self) -> int:
        """How many words there are, special ones included."""
        return len(self.words)

    def encode(self, text: str) -> list[int]:
        """The numbers of the words; unknown words have the number of ``unknown``."""
        check_text(text)
        unknown, numbers = self._numbers[self.unknown], self._numbers
        found = self._pattern.findall(lower_case(text) if self.lower else text)
        return [numbers.get(word, unknown) for word in found]

    def encode_with_offsets(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """The numbers of the words and where the words stand."""
        check_text(text)
        text = lower_case(text) if self.lower else text
        spans = [match.span() for match in self._pattern.finditer(text)]
        unknown = self._numbers[self.unknown]
        return [self._numbers.get(text[a:b], unknown) for a, b in spans], spans

    def token_bytes(self, token: int, previous: int | None = None) -> bytes:
        """The word, with a space before it unless it is the first."""
        space = "" if previous is None else " "
        return (space + self.words[token]).encode("utf-8")

    def content(self) -> dict[str, Any]:
        """The words and the settings."""
        special = [word for word in self.special_ids if word != self.unknown]
        return {
            "words": list(self.words),
            "unknown": self.unknown,
            "pattern": self.pattern,
            "lower": self.lower,
            "special": special,
        }

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> WordTokenizer:
        """The tokenizer of these words and settings."""
        settings = check_types(
            content, unknown=(str,), pattern=(str,), lower=(bool,), special=(list,)
        )
        return cls(content["words"], **settings)


def lower_case(text: str) -> str:
    """The text in lower case, but characters that would become two, such as İ, stay.

    Every character keeps its place, so that offsets in the result are offsets in the text.
    """
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join([c if len(c.lower()) > 1 else c.lower() for c in text])
