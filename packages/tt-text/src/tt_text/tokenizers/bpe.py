"""Byte-level byte-pair encoding, as GPT-2 and its successors use it.

A text is cut into words (``split.py``), a word is its UTF-8 bytes, and pairs of neighbours merge
in the order in which they were learned (``bpe_train.py``, ``merging.py``).  Every text can be
encoded, and every text comes back exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from types import NoneType
from typing import Any, Literal

from .base import Tokenizer
from .bpe_train import count_words, train_merges
from .byte_symbols import bytes_to_symbols, read_merge, symbols_to_bytes
from .files import check_types
from .offsets import places_of_bytes
from .special import SpecialTokens
from .split import GPT2_PATTERN, Splitter
from .surrogates import without_surrogates
from .vocabulary import number_merges
from .word_cache import WordCache

__all__ = ["BPETokenizer"]

Names = Collection[str] | Literal["all"]


class BPETokenizer(Tokenizer):
    """Turns text into tokens that are frequent sequences of bytes, and back.

    Args:
        vocab: bytes → number, for the 256 bytes and the result of every merge.
        merges: pairs of tokens that become one, in the order of merging.
        special: names of special tokens → number; see :meth:`encode`.
        pattern: a regular expression that cuts a text into words; tokens do not reach across.
        whole_words: a word that is a token is encoded as that token at once, whatever the merges
            say (``ignore_merges`` in HuggingFace's files).
        prefix, suffix, pad_id: as the attributes of :class:`Tokenizer`.
        cache_size: how many words to remember the tokens of.

    Raises:
        ImportError: the ``regex`` library is not installed: ``pip install 'tt-text[bpe]'``.
        ValueError: the vocabulary, the merges and the special tokens do not fit together.

    Sources: Sennrich et al., "Neural machine translation of rare words with subword units", 2016;
    Radford et al., "Language models are unsupervised multitask learners", 2019.

    Example:
        >>> from tt_text import BPETokenizer
        >>> tokenizer = BPETokenizer.train("low lower lowest", vocab_size=259, special=["<|end|>"])
        >>> tokenizer.encode("lower")  # lo + w became 257 after l + o became 256
        [257, 101, 114]
        >>> tokenizer.decode([257, 101, 114])
        'lower'
        >>> tokenizer.encode("low<|end|>", allowed_special="all")
        [257, 258]
    """

    kind = "byte-level BPE"

    def __init__(
        self,
        vocab: Mapping[bytes, int],
        merges: Iterable[tuple[bytes, bytes]],
        *,
        special: Mapping[str, int] | None = None,
        pattern: str = GPT2_PATTERN,
        whole_words: bool = False,
        prefix: Sequence[int] = (),
        suffix: Sequence[int] = (),
        pad_id: int | None = None,
        cache_size: int = 2**16,
    ) -> None:
        self.vocab, self.merges, self.whole_words = dict(vocab), list(merges), whole_words
        self._special = SpecialTokens(special or {})
        self.special_ids = self._special.ids
        self._bytes_of = table_of_bytes(self.vocab, self.special_ids)
        self._numbers_of_bytes = [self.vocab[bytes([byte])] for byte in range(256)]
        self._merges = number_merges(self.vocab, rank_merges(self.merges))
        self.prefix, self.suffix, self.pad_id = tuple(prefix), tuple(suffix), pad_id
        self.check_ids([*self.prefix, *self.suffix, *([] if pad_id is None else [pad_id])])
        self._splitter = Splitter(pattern)
        self._cache = WordCache(self._encode_word, cache_size)

    @classmethod
    def train(
        cls,
        text: str | Iterable[str],
        vocab_size: int,
        *,
        special: Sequence[str] = (),
        pattern: str = GPT2_PATTERN,
    ) -> BPETokenizer:
        """Learn the merges from a text.

        Args:
            text: a text, or several.
            vocab_size: 256 bytes, the merges to learn, and the special tokens.
            special: names of special tokens; they get the last numbers, and where they stand in
                the text nothing is learned from them.
            pattern: a regular expression that cuts a text into words.

        Returns:
            The tokenizer; its vocabulary is smaller than asked for if the text has fewer pairs.

        Raises:
            ValueError: ``vocab_size`` has no room for the bytes and the special tokens, or a
                special token comes twice.
        """
        count = vocab_size - 256 - len(special)
        if count < 0:
            raise ValueError(
                f"vocab_size: {vocab_size} is too small; the bytes and the special tokens are "
                f"{256 + len(special)} already"
            )
        if len(set(special)) < len(special):
            raise ValueError(f"special: a token comes twice in {list(special)}")
        words = count_words([text] if isinstance(text, str) else text, special, pattern)
        tokens = [bytes([byte]) for byte in range(256)]
        merges = []
        for a, b in train_merges(words, count):
            merges.append((tokens[a], tokens[b]))
            tokens.append(tokens[a] + tokens[b])
        return cls(
            {token: i for i, token in enumerate(tokens)}, merges,
            special={name: len(tokens) + i for i, name in enumerate(special)}, pattern=pattern,
        )  # fmt: skip

    @property
    def vocab_size(self) -> int:
        """One more than the largest token, special ones included."""
        return len(self._bytes_of)

    @property
    def pattern(self) -> str:
        """The regular expression that cuts a text into words."""
        return self._splitter.pattern

    def encode(
        self, text: str, *, allowed_special: Names = (), disallowed_special: Names = "all"
    ) -> list[int]:
        """The tokens of a text.

        Args:
            text: any text; halves of surrogate pairs become �, as in tiktoken.
            allowed_special: names of special tokens to look for, or ``"all"``.
            disallowed_special: names that the text must not have; ``"all"``: every special token
                that is not allowed.  With ``()``, such names are ordinary text.

        Raises:
            ValueError: the text has a special token that it must not have, or a name of an
                allowed one does not exist.
        """
        names = self._special.choose(text, allowed_special, disallowed_special)
        try:
            if not names:
                return self._encode_ordinary(text)
            ids: list[int] = []
            for part, number in self._special.split(text, names):
                ids += self._encode_ordinary(part) if number is None else (number,)
            return ids
        except UnicodeEncodeError:  # halves of surrogate pairs are rare: look only when they hurt
            text = without_surrogates(text)
        return self.encode(text, allowed_special=names, disallowed_special=())

    def encode_with_offsets(
        self, text: str, *, allowed_special: Names = (), disallowed_special: Names = "all"
    ) -> tuple[list[int], list[tuple[int, int]]]:
        """The tokens of a text, and for each the place of its characters, ``text[start:end]``.

        A token that is a part of a character has the place of the whole character.  Arguments and
        errors are as of :meth:`encode`.
        """
        names = self._special.choose(text, allowed_special, disallowed_special)
        ids: list[int] = []
        places: list[tuple[int, int]] = []
        start = 0
        for part, number in self._special.split(without_surrogates(text), names):
            if number is not None:
                ids.append(number)
                places.append((start, start + len(part)))
            else:
                for a, b in self._splitter.spans(part):
                    new = self._cache[part[a:b]]
                    ids += new
                    sizes = [len(self._bytes_of[i] or b"") for i in new]
                    places += places_of_bytes(part[a:b], sizes, start + a)
            start += len(part)
        return ids, places

    def decode_bytes(self, ids: Iterable[int], *, skip_special: bool = False) -> bytes:
        """The bytes of tokens, before they are read as UTF-8; arguments as in :meth:`decode`."""
        ids = self.check_ids(ids)
        if skip_special:
            special = set(self.special_ids.values())
            ids = [i for i in ids if i not in special]
        try:
            return b"".join([self._bytes_of[i] for i in ids])  # type: ignore[misc]
        except TypeError:  # a number without a token: find it, and say so
            return super().decode_bytes(ids)

    def token_bytes(self, token: int, previous: int | None = None) -> bytes:
        """The bytes that a token stands for.

        Raises:
            ValueError: the vocabulary has a gap at this number.
        """
        data = self._bytes_of[token]
        if data is None:
            raise ValueError(f"ids: {token} is the number of no token; the vocabulary has gaps")
        return data

    def content(self) -> dict[str, Any]:
        """Vocabulary and merges in GPT-2's spelling, and the settings."""
        return {
            "vocab": {bytes_to_symbols(token): i for token, i in self.vocab.items()},
            "merges": [" ".join(map(bytes_to_symbols, pair)) for pair in self.merges],
            "special": self.special_ids,
            "pattern": self.pattern,
            "whole_words": self.whole_words,
            "prefix": self.prefix,
            "suffix": self.suffix,
            "pad_id": self.pad_id,
        }

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> BPETokenizer:
        """The tokenizer that :meth:`content` describes."""
        many = (list,)
        settings = check_types(
            content, special=(dict,), pattern=(str,), whole_words=(bool,), prefix=many, suffix=many,
            pad_id=(int, NoneType),
        )  # fmt: skip
        vocab = {symbols_to_bytes(token): i for token, i in content["vocab"].items()}
        return cls(vocab, map(read_merge, content["merges"]), **settings)

    def _encode_ordinary(self, text: str) -> list[int]:
        """The tokens of a text without special tokens."""
        return list(chain.from_iterable(map(self._cache.__getitem__, self._splitter.words(text))))

    def _encode_word(self, word: str) -> list[int]:
        """The tokens of one word."""
        data = word.encode("utf-8")
        if self.whole_words and data in self.vocab:
            return [self.vocab[data]]
        return self._merges.apply([self._numbers_of_bytes[byte] for byte in data])


def table_of_bytes(vocab: Mapping[bytes, int], special: Mapping[str, int]) -> list[bytes | None]:
    """Number → bytes, None in gaps.

    Raises:
        ValueError: a byte has no token, a number is no number or has two tokens.
    """
    for byte in range(256):
        if bytes([byte]) not in vocab:
            raise ValueError(f"vocab: the byte {byte} has no token; all 256 bytes need one")
    entries = [*vocab.items(), *((name.encode("utf-8"), i) for name, i in special.items())]
    for token, number in entries:
        if type(number) is not int or not 0 <= number < 2**31:
            raise ValueError(f"vocab: the number of {token!r} is {number!r}; expected 0, 1, 2, ...")
    table: list[bytes | None] = [None] * (1 + max(number for _, number in entries))
    for token, number in entries:
        if table[number] not in (None, token):
            raise ValueError(
                f"vocab: {table[number]!r} and {token!r} have the same number {number}"
            )
        table[number] = token
    return table


def rank_merges(merges: Sequence[tuple[bytes, bytes]]) -> dict[tuple[bytes, bytes], int]:
    """The merges with their places in the order.

    Raises:
        ValueError: one comes twice.
    """
    ranks: dict[tuple[bytes, bytes], int] = {}
    for rank, (a, b) in enumerate(merges):
        if (a, b) in ranks:
            raise ValueError(f"merges: {a!r} + {b!r} comes twice, at {ranks[a, b]} and {rank}")
        ranks[a, b] = rank
    return ranks
