"""WordPiece, as BERT uses it: words are cut into the longest pieces that the vocabulary has.

A piece that is not the first of its word begins with ``##``.  A word that cannot be cut is unknown
as a whole.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from pathlib import Path
from types import NoneType
from typing import Any, Literal

from .base import Tokenizer
from .bert_text import CHUNKS, basic_words
from .files import check_types
from .special import SpecialTokens
from .vocabulary import number_tokens
from .word_cache import WordCache

__all__ = ["WordPieceTokenizer", "load_wordpiece"]

Names = Collection[str] | Literal["all"]


class WordPieceTokenizer(Tokenizer):
    """Turns text into pieces of words, and back.

    Spacing, control characters and, with ``lower``, capitals and accents are lost.

    Args:
        tokens: the vocabulary; a token's number is its place.
        lower: turn capitals into small letters first.
        strip_accents: take accents off first; as ``lower`` if None.
        split_chinese: make each Chinese character a word.
        unknown: the token of words that cannot be cut into pieces.
        cls, sep: the tokens before a text and behind each text; None if there is none.
        pad: the token that fills up batches; None if there is none.
        special: further tokens that are no text, if they are in the vocabulary.
        max_characters: longer words are unknown.
        cache_size: how many words to remember the tokens of.

    Raises:
        ValueError: a token comes twice, or one with a special meaning is not in the vocabulary.

    Sources: Wu et al., "Google's neural machine translation system", 2016; Devlin et al., "BERT",
    2019.

    Example:
        >>> from tt_text import WordPieceTokenizer
        >>> tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "!"]
        >>> tokenizer = WordPieceTokenizer(tokens)
        >>> tokenizer.encode("Unaffable!")
        [4, 5, 6, 7]
        >>> tokenizer.encode_pair("Unaffable!", "un")
        ([2, 4, 5, 6, 7, 3, 4, 3], [0, 0, 0, 0, 0, 0, 1, 1])
        >>> tokenizer.decode([4, 5, 6, 7])
        'unaffable !'
    """

    kind = "WordPiece"

    def __init__(
        self,
        tokens: Sequence[str],
        *,
        lower: bool = True,
        strip_accents: bool | None = None,
        split_chinese: bool = True,
        unknown: str = "[UNK]",
        cls: str | None = "[CLS]",
        sep: str | None = "[SEP]",
        pad: str | None = "[PAD]",
        special: Sequence[str] = ("[MASK]",),
        max_characters: int = 100,
        cache_size: int = 2**16,
    ) -> None:
        self.tokens = tuple(tokens)
        self._numbers = number_tokens(self.tokens)
        self.lower, self.split_chinese, self.max_characters = lower, split_chinese, max_characters
        self.strip_accents = lower if strip_accents is None else strip_accents
        self.unknown, self.cls, self.sep, self.pad = unknown, cls, sep, pad
        named = [name for name in (pad, unknown, cls, sep) if name is not None]
        for name in named:
            if name not in self._numbers:
                raise ValueError(f"tokens: the special token {name!r} is not among them")
        present = [name for name in (*named, *special) if name in self._numbers]
        self.special_ids = {name: self._numbers[name] for name in present}
        self.prefix = () if cls is None else (self._numbers[cls],)
        self.suffix = () if sep is None else (self._numbers[sep],)
        self.pad_id = None if pad is None else self._numbers[pad]
        self._special = SpecialTokens(self.special_ids)
        self._cache = WordCache(self._encode_chunk, cache_size)

    @property
    def vocab_size(self) -> int:
        """How many tokens there are, special ones included."""
        return len(self.tokens)

    def encode(self, text: str, *, allowed_special: Names = ()) -> list[int]:
        """The tokens of a text, without those before and behind it.

        Args:
            text: any text.
            allowed_special: names of special tokens to look for, such as ``{"[MASK]"}``, or
                ``"all"``; all others are ordinary text.

        Raises:
            ValueError: a name that is allowed does not exist.
        """
        ids: list[int] = []
        for part, number in self._parts(text, allowed_special):
            if number is not None:
                ids.append(number)
            else:
                ids += chain.from_iterable(map(self._cache.__getitem__, CHUNKS.findall(part)))
        return ids

    def encode_with_offsets(
        self, text: str, *, allowed_special: Names = ()
    ) -> tuple[list[int], list[tuple[int, int]]]:
        """The tokens of a text, and for each the place of its characters, ``text[start:end]``."""
        ids: list[int] = []
        places: list[tuple[int, int]] = []
        start = 0
        for part, number in self._parts(text, allowed_special):
            if number is not None:
                ids.append(number)
                places.append((start, start + len(part)))
            else:
                for chunk in CHUNKS.finditer(part):
                    for token, a, b in self._pieces_of_chunk(chunk[0]):
                        ids.append(token)
                        places.append((start + chunk.start() + a, start + chunk.start() + b))
            start += len(part)
        return ids, places

    def encode_pair(
        self, first: str, second: str | None = None, *, allowed_special: Names = ()
    ) -> tuple[list[int], list[int]]:
        """One or two texts as BERT reads them: ``[CLS] first [SEP] second [SEP]``.

        Returns:
            The tokens, and for each the text that it belongs to, 0 or 1.
        """
        ids = self.with_special(self.encode(first, allowed_special=allowed_special))
        if second is None:
            return ids, [0] * len(ids)
        more = [*self.encode(second, allowed_special=allowed_special), *self.suffix]
        return ids + more, [0] * len(ids) + [1] * len(more)

    def token_bytes(self, token: int, previous: int | None = None) -> bytes:
        """The piece, with a space before it if it begins a word and is not the first."""
        piece = self.tokens[token]
        if previous is None:
            return piece.encode("utf-8")
        return (piece[2:] if piece.startswith("##") else " " + piece).encode("utf-8")

    def content(self) -> dict[str, Any]:
        """The tokens and the settings."""
        named = (self.unknown, self.cls, self.sep, self.pad)
        return {
            "tokens": self.tokens,
            "lower": self.lower,
            "strip_accents": self.strip_accents,
            "split_chinese": self.split_chinese,
            "unknown": self.unknown,
            "cls": self.cls,
            "sep": self.sep,
            "pad": self.pad,
            "special": [name for name in self.special_ids if name not in named],
            "max_characters": self.max_characters,
        }

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> WordPieceTokenizer:
        """The tokenizer that :meth:`content` describes."""
        flag, name, other = (bool,), (str,), (str, NoneType)
        settings = check_types(
            content, lower=flag, strip_accents=flag, split_chinese=flag, unknown=name, cls=other,
            sep=other, pad=other, special=(list,), max_characters=(int,),
        )  # fmt: skip
        return cls(content["tokens"], **settings)

    def _parts(self, text: str, allowed: Names) -> Iterator[tuple[str, int | None]]:
        """The special tokens of a text with their numbers, the rest with None."""
        return self._special.split(text, self._special.choose(text, allowed, ()))

    def _encode_chunk(self, chunk: str) -> list[int]:
        """The tokens of what stands between two spaces."""
        return [token for token, _, _ in self._pieces_of_chunk(chunk)]

    def _pieces_of_chunk(self, chunk: str) -> Iterator[tuple[int, int, int]]:
        """The tokens of what stands between two spaces, and their places in it."""
        words = basic_words(
            chunk, lower=self.lower, strip_accents=self.strip_accents,
            split_chinese=self.split_chinese,
        )  # fmt: skip
        for word, places in words:
            for token, start, end in self._cut(word):
                yield token, places[start], places[end - 1] + 1

    def _cut(self, word: str) -> list[tuple[int, int, int]]:
        """The pieces of a word, each the longest that fits, and their places in it."""
        unknown = [(self._numbers[self.unknown], 0, len(word))]
        if len(word) > self.max_characters:
            return unknown
        pieces: list[tuple[int, int, int]] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in self._numbers:
                    break
            else:
                return unknown
            pieces.append((self._numbers[piece], start, end))
            start = end
        return pieces


def load_wordpiece(path: str | os.PathLike[str], **options: Any) -> WordPieceTokenizer:
    """The tokenizer of a BERT model, from its ``vocab.txt``.

    Args:
        path: the file, one token a line, or the folder that holds it.
        options: those of :class:`WordPieceTokenizer`; ``lower=False`` for a model whose name says
            "cased".

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not UTF-8, a line comes twice, or special tokens are missing.
    """
    path = Path(path)
    path = path / "vocab.txt" if path.is_dir() else path
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
        tokens = [line.removesuffix("\r") for line in lines]
        return WordPieceTokenizer(tokens[:-1] if tokens[-1] == "" else tokens, **options)
    except ValueError as error:
        raise ValueError(
            f"path: {os.fspath(path)!r} is no WordPiece vocabulary: {error}"
        ) from error
