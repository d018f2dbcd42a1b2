"""Byte-pair encoding in SentencePiece's manner, as Llama and its kin use it.

What differs from ``bpe.py``: a text starts from its characters, not its bytes; a character that is
not in the vocabulary falls back to its bytes, tokens named ``<0x00>`` to ``<0xFF>``; a space is a
character like any other, written ``▁`` in files, and one is put before the text so that its first
word looks like the others; and the order of merging is given by scores of the tokens.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from types import NoneType
from typing import Any, Literal, get_args

from .base import Tokenizer
from .files import check_types
from .offsets import places_of_bytes, size_of_character
from .special import SpecialTokens
from .surrogates import without_surrogates
from .vocabulary import number_merges, number_tokens
from .word_cache import WordCache

__all__ = ["SentencePieceTokenizer"]

AddSpace = Literal["always", "missing", "first", "never"]
BYTE_NAMES = [f"<0x{byte:02X}>" for byte in range(256)]


class SentencePieceTokenizer(Tokenizer):
    """Turns text into tokens that are frequent sequences of characters, and back.

    Args:
        tokens: the vocabulary, with spaces as spaces; a token's number is its place.  Where the
            256 tokens ``<0x00>`` ... ``<0xFF>`` are among them, no character is unknown.
        ranks: pair of tokens → its place in the order of merging, smallest first; of equal ranks
            the leftmost pair.  The two joined are a token.
        unknown: the token of characters that are not in the vocabulary.
        bos, eos: the tokens at the beginning and the end of a text; None if there is none.
        special: further tokens that are no text.
        add_space: put a space before a text: ``"always"``; only where it is ``"missing"``; so, but
            only at the ``"first"`` word, not again behind special tokens; or ``"never"``.
        space_symbol: a character that means a space, too, such as ``"▁"``.
        split_words: tokens do not reach across spaces, so each space begins a token.
        prefix, suffix, pad_id: as the attributes of :class:`Tokenizer`; the prefix is ``bos``
            unless another is given.
        cache_size: how many words to remember the tokens of.

    Raises:
        ValueError: a token comes twice, a special token or a part of a merge is not among them.

    Source: Kudo and Richardson, "SentencePiece", 2018.

    Example:
        >>> from tt_text import SentencePieceTokenizer
        >>> tokens = ["<unk>", "<s>", "</s>", " ", "a", "b", " a", " ab"]
        >>> tokenizer = SentencePieceTokenizer.from_scores(tokens, [0, 0, 0, -9, -9, -9, -1, -2])
        >>> tokenizer.encode("ab b", bos=True)
        [1, 7, 3, 5]
        >>> tokenizer.decode([1, 7, 3, 5])
        'ab b'
    """

    kind = "SentencePiece BPE"

    def __init__(
        self,
        tokens: Sequence[str],
        ranks: Mapping[tuple[str, str], float],
        *,
        unknown: str = "<unk>",
        bos: str | None = "<s>",
        eos: str | None = "</s>",
        special: Sequence[str] = (),
        add_space: AddSpace = "always",
        space_symbol: str | None = None,
        split_words: bool = False,
        prefix: Sequence[int] | None = None,
        suffix: Sequence[int] = (),
        pad_id: int | None = None,
        cache_size: int = 2**16,
    ) -> None:
        self.tokens, self.ranks = tuple(tokens), dict(ranks)
        self.add_space, self.space_symbol, self.split_words = add_space, space_symbol, split_words
        if add_space not in get_args(AddSpace):
            raise ValueError(f"add_space: expected one of {get_args(AddSpace)}, not {add_space!r}")
        self._numbers = number_tokens(self.tokens)
        self.unknown, self.bos, self.eos = unknown, bos, eos
        names = dict.fromkeys(name for name in (unknown, bos, eos, *special) if name is not None)
        for name in names:
            if name not in self._numbers:
                raise ValueError(f"tokens: the special token {name!r} is not among them")
        self.special_ids = {name: self._numbers[name] for name in names}
        self.unknown_id = self.special_ids[unknown]
        self.bos_id = None if bos is None else self.special_ids[bos]
        self.eos_id = None if eos is None else self.special_ids[eos]
        if prefix is None:
            prefix = () if self.bos_id is None else (self.bos_id,)
        self.prefix, self.suffix, self.pad_id = tuple(prefix), tuple(suffix), pad_id
        self.check_ids([*self.prefix, *self.suffix, *([] if pad_id is None else [pad_id])])
        self._special = SpecialTokens(self.special_ids)
        self._merges = number_merges(self._numbers, self.ranks)
        self._bytes_of = self._table_of_bytes()
        self._byte_ids = [self._numbers.get(name) for name in BYTE_NAMES]
        self._words = re.compile(self._word_pattern(), re.DOTALL)
        self._cache = WordCache(self._encode_word, cache_size)

    @classmethod
    def from_scores(
        cls, tokens: Sequence[str], scores: Sequence[float], **options: Any
    ) -> SentencePieceTokenizer:
        """The tokenizer that merges whichever adjacent tokens make the token of the best score.

        Args:
            tokens: as of the class.
            scores: of the tokens, as many.
            options: all others of the class.
        """
        if len(tokens) != len(scores):
            raise ValueError(f"scores: {len(scores)} of them for {len(tokens)} tokens")
        fixed = {"<unk>", "<s>", "</s>", *BYTE_NAMES, *options.get("special", ())}
        fixed |= {options[name] for name in ("unknown", "bos", "eos") if options.get(name)}
        parts = set(tokens) - fixed
        ranks = {}
        for token, score in zip(tokens, scores, strict=True):
            for i in range(1, len(token) if token in parts else 0):
                if token[:i] in parts and token[i:] in parts:
                    ranks[token[:i], token[i:]] = -float(score)
        return cls(tokens, ranks, **options)

    @property
    def vocab_size(self) -> int:
        """How many tokens there are, special ones included."""
        return len(self.tokens)

    def encode(
        self,
        text: str,
        *,
        bos: bool = False,
        eos: bool = False,
        allowed_special: Collection[str] | Literal["all"] = (),
    ) -> list[int]:
        """The tokens of a text.

        Args:
            text: any text.
            bos, eos: put the token of the beginning before it, of the end behind it.
            allowed_special: names of special tokens to look for in the text, or ``"all"``; all
                others are ordinary text.

        Raises:
            ValueError: there is no token for the beginning or the end, or no special token of a
                name that is allowed.
        """
        ids = self._mark(bos, self.bos_id, "bos")
        for part, number, start in self._parts(text, allowed_special):
            if number is not None:
                ids.append(number)
            else:
                words = self._words.findall(self._spaced(part, start))
                ids += chain.from_iterable(map(self._cache.__getitem__, words))
        return ids + self._mark(eos, self.eos_id, "eos")

    def encode_with_offsets(
        self, text: str, *, allowed_special: Collection[str] | Literal["all"] = ()
    ) -> tuple[list[int], list[tuple[int, int]]]:
        """The tokens of a text, and for each the place of its characters, ``text[start:end]``.

        The space before the text has no place of its own.
        """
        ids: list[int] = []
        places: list[tuple[int, int]] = []
        for part, number, start in self._parts(text, allowed_special):
            if number is not None:
                ids.append(number)
                places.append((start, start + len(part)))
                continue
            spaced = self._spaced(part, start)
            for match in self._words.finditer(spaced):
                new = self._cache[match[0]]
                at = start + match.start() - (len(spaced) - len(part))
                found = places_of_bytes(match[0], self._sizes(match[0], new), at)
                ids += new
                places += [(max(a, start), max(b, start)) for a, b in found]
        return ids, places

    def token_bytes(self, token: int, previous: int | None = None) -> bytes:
        """The text of a token without the space that encoding put before the first word."""
        data = self._bytes_of[token]
        first = previous is None or previous == self.bos_id
        return data[1:] if first and self.add_space != "never" and data[:1] == b" " else data

    def content(self) -> dict[str, Any]:
        """The tokens, the merges with their ranks, and the settings."""
        given = (self.unknown, self.bos, self.eos)
        return {
            "tokens": self.tokens,
            "merges": [[a, b, rank] for (a, b), rank in self.ranks.items()],
            "unknown": self.unknown,
            "bos": self.bos,
            "eos": self.eos,
            "special": [name for name in self.special_ids if name not in given],
            "add_space": self.add_space,
            "space_symbol": self.space_symbol,
            "split_words": self.split_words,
            "prefix": self.prefix,
            "suffix": self.suffix,
            "pad_id": self.pad_id,
        }

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> SentencePieceTokenizer:
        """The tokenizer that :meth:`content` describes."""
        name, many = (str, NoneType), (list,)
        settings = check_types(
            content, unknown=(str,), bos=name, eos=name, special=many, add_space=(str,),
            space_symbol=name, split_words=(bool,), prefix=many, suffix=many, pad_id=(int, NoneType),
        )  # fmt: skip
        ranks = {(a, b): float(rank) for a, b, rank in content["merges"]}
        return cls(content["tokens"], ranks, **settings)

    def _parts(
        self, text: str, allowed: Collection[str] | Literal["all"]
    ) -> Iterator[tuple[str, int | None, int]]:
        """The special tokens of a text with their numbers, the rest with None; and their places."""
        names = self._special.choose(text, allowed, ())
        text, place = without_surrogates(text), 0
        if self.space_symbol is not None:
            text = text.replace(self.space_symbol, " ")
        for part, number in self._special.split(text, names):
            yield part, number, place
            place += len(part)

    def _spaced(self, text: str, place: int) -> str:
        """The text with a space before it, where one belongs."""
        add = {
            "always": True,
            "missing": text[0] != " ",
            "first": text[0] != " " and place == 0,
            "never": False,
        }
        return " " + text if add[self.add_space] else text

    def _encode_word(self, word: str) -> list[int]:
        """The tokens of a word: characters or their bytes, then merges."""
        ids: list[int] = []
        for character in word:
            number = self._numbers.get(character)
            ids += [number] if number is not None else self._fall_back(character)
        return self._merges.apply(ids)

    def _fall_back(self, character: str) -> list[int]:
        """The tokens of a character's bytes, or the unknown token."""
        ids = [self._byte_ids[byte] for byte in character.encode("utf-8")]
        known = [i for i in ids if i is not None]
        return known if len(known) == len(ids) else [self.unknown_id]

    def _sizes(self, word: str, ids: Sequence[int]) -> Iterator[int]:
        """How many bytes of the word each token stands for."""
        data, place = word.encode("utf-8"), 0
        for token in ids:
            unknown = token == self.unknown_id
            size = size_of_character(data[place]) if unknown else len(self._bytes_of[token])
            place += size
            yield size

    def _table_of_bytes(self) -> list[bytes]:
        """Number → the bytes it adds to a text; beginning and end add nothing."""
        table = [token.encode("utf-8") for token in self.tokens]
        for byte, name in enumerate(BYTE_NAMES):
            if name in self._numbers:
                table[self._numbers[name]] = bytes([byte])
        for mark in (self.bos_id, self.eos_id):
            if mark is not None:
                table[mark] = b""
        return table

    def _word_pattern(self) -> str:
        """What finds parts of a text that no token reaches across, to encode them one by one."""
        if self.split_words:
            return " [^ ]*|[^ ]+"
        spaces_lead = all(" " not in token.lstrip(" ") for token in self.tokens)
        return " *[^ ]+| +" if spaces_lead else ".+"

    def _mark(self, wanted: bool, number: int | None, name: str) -> list[int]:
        """The token of the beginning or the end, if it is wanted."""
        if wanted and number is None:
            raise ValueError(f"{name}: this tokenizer has no such token")
        return [number] if wanted and number is not None else []
