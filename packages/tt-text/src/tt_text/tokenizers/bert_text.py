"""BERT's first step: a text becomes words, plain and without accents.

Control characters go, Chinese characters stand alone, punctuation marks stand alone, capitals
become small letters and accents fall off.  Each character remembers which one of the text it
came from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

__all__ = ["CHUNKS", "basic_words"]

# what is not a space; spaces that count as control characters, \x0b for one, are removed later
CHUNKS = re.compile("[^ \t\n\r\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
CHINESE = re.compile(  # the blocks of Chinese characters; kana and hangul are not among them
    "[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002b73f"
    "\U0002b740-\U0002b81f\U0002b820-\U0002ceaf\U0002f800-\U0002fa1f]"
)
CONTROL = {"Cc", "Cf", "Co", "Cs"}  # control, format, private use, halves of surrogate pairs
ASCII_MARKS = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")  # also those that Unicode calls symbols


def basic_words(
    text: str, *, lower: bool, strip_accents: bool, split_chinese: bool
) -> Iterator[tuple[str, list[int]]]:
    """The words of a text without spaces.

    Args:
        text: part of a text, without spaces.
        lower: turn capitals into small letters.
        strip_accents: take accents off: é becomes e.
        split_chinese: make each Chinese character a word.

    Yields:
        A word, and for each of its characters the place of the one in the text.

    Example:
        >>> from tt_text.tokenizers.bert_text import basic_words
        >>> options = {"lower": True, "strip_accents": True, "split_chinese": True}
        >>> [word for word, _ in basic_words("Où?北京", **options)]
        ['ou', '?', '北', '京']
    """
    word: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        alone = split_chinese and CHINESE.match(character) is not None
        for plain in plain_characters(character, lower, strip_accents):
            if alone or is_mark(plain):
                if word:
                    yield "".join(word), places
                yield plain, [place]
                word, places = [], []
            else:
                word.append(plain)
                places.append(place)
    if word:
        yield "".join(word), places


def plain_characters(character: str, lower: bool, strip_accents: bool) -> str:
    """What is left of a character: nothing, itself, or a few plainer ones."""
    if character == "\ufffd" or unicodedata.category(character) in CONTROL:
        return ""
    if strip_accents:  # é is e and an accent, the accent is a mark without width
        parts = unicodedata.normalize("NFD", character)
        character = "".join([c for c in parts if unicodedata.category(c) != "Mn"])
    return character.lower() if lower else character


def is_mark(character: str) -> bool:
    """Whether a character is a punctuation mark."""
    return character in ASCII_MARKS or unicodedata.category(character).startswith("P")
