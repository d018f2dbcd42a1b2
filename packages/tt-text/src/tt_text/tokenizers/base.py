"""What every tokenizer can do: text to numbers, numbers to text, many texts at once, files.

A tokenizer of its own kind says how to encode a text and which bytes a token stands for; decoding,
streaming, batches and files follow from that and are written here, once.
"""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import index
from pathlib import Path
from typing import Any, ClassVar, Self

from tt_tensor import Tensor, stack
from tt_tensor.files import write_atomically

from .checks import several
from .files import read_json
from .padding import Batch, Framing, Side
from .stream import StreamDecoder

__all__ = ["Tokenizer"]


class Tokenizer(ABC):
    """The base of all tokenizers.

    A kind of tokenizer defines :attr:`vocab_size`, :meth:`encode_with_offsets` and
    :meth:`token_bytes`, and :meth:`content` and :meth:`from_content` for its files; most also
    define a faster :meth:`encode`.

    Attributes:
        special_ids: tokens that are no text (end of text, padding, ...): name → number.
        prefix: the tokens that a model of this kind expects before a text.
        suffix: the tokens that it expects after a text.
        pad_id: the token that fills up short texts of a batch, or None.

    Example:
        >>> from tt_text import CharTokenizer, Tokenizer
        >>> tokenizer = CharTokenizer("abc")
        >>> isinstance(tokenizer, Tokenizer), tokenizer.vocab_size
        (True, 3)
        >>> ids, mask = tokenizer.encode_batch(["abc", "b"], pad_id=0)
        >>> ids.tolist(), mask.tolist()
        ([[0, 1, 2], [1, 0, 0]], [[True, True, True], [True, False, False]])
    """

    kind: ClassVar[str]  # what files call it
    special_ids: Mapping[str, int] = {}
    prefix: tuple[int, ...] = ()
    suffix: tuple[int, ...] = ()
    pad_id: int | None = None

    # ---- what each kind defines -----------------------------------------------------------------

    @property
    @abstractmethod
    def vocab_size(self) -> int:
        """One more than the largest token: the rows of an embedding for this tokenizer."""

    @abstractmethod
    def encode_with_offsets(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """The tokens of a text, and for each the place of its characters, ``text[start:end]``.

        A token that is a part of a character has the place of the whole character.
        """

    @abstractmethod
    def token_bytes(self, token: int, previous: int | None = None) -> bytes:
        """What a token adds to a text, as UTF-8, given the token before it (None at the start)."""

    @abstractmethod
    def content(self) -> dict[str, Any]:
        """All that a file must hold, in values that JSON knows."""

    @classmethod
    @abstractmethod
    def from_content(cls, content: dict[str, Any]) -> Self:
        """The tokenizer that :meth:`content` describes."""

    # ---- what follows ---------------------------------------------------------------------------

    def __len__(self) -> int:
        return self.vocab_size

    def encode(self, text: str) -> list[int]:
        """The tokens of a text.

        Args:
            text: any text.

        Returns:
            Numbers from 0 to ``vocab_size - 1``; :meth:`decode` turns them into the text again.
        """
        return self.encode_with_offsets(text)[0]

    def decode(
        self, ids: Iterable[int], *, skip_special: bool = False, errors: str = "replace"
    ) -> str:
        """The text of tokens.

        Args:
            ids: the tokens: a list, or a one-dimensional tensor or array.
            skip_special: leave out the special tokens.
            errors: what to do with bytes that are not UTF-8, as tokens that are parts of
                characters may be: ``"replace"`` them by �, ``"ignore"`` them, or ``"strict"``.

        Raises:
            ValueError: a number that no token has, or with ``"strict"`` bytes that are not UTF-8;
                the message says where.
        """
        ids = self.check_ids(ids)
        try:
            return self.decode_bytes(ids, skip_special=skip_special).decode("utf-8", errors)
        except UnicodeDecodeError as error:
            place = self._position_of_byte(ids, error.start, skip_special)
            raise ValueError(
                f"ids: the bytes of the token {ids[place]} at position {place} are not valid "
                "UTF-8 there; errors='replace' would show them as \ufffd"
            ) from error

    def decode_bytes(self, ids: Iterable[int], *, skip_special: bool = False) -> bytes:
        """The bytes of tokens, before they are read as UTF-8; arguments as in :meth:`decode`."""
        return b"".join(self._chunks(self.check_ids(ids), skip_special))

    def stream(self, ids: Iterable[int], *, previous: int | None = None) -> Iterator[str]:
        """Text as soon as it is there, for tokens that come one by one.

        Args:
            ids: the tokens, possibly a generator.
            previous: the token before the first one, if the text goes on from a prompt.

        Yields:
            Pieces of text that are never empty and never break a character; together they are
            what :meth:`decode` gives.
        """
        decoder = StreamDecoder(self, previous=previous)
        for token in ids:
            if text := decoder.push(token):
                yield text
        if rest := decoder.finish():
            yield rest

    def with_special(self, ids: Sequence[int]) -> list[int]:
        """The tokens between those that a model of this kind expects around them."""
        return [*self.prefix, *ids, *self.suffix]

    def encode_batch(
        self,
        texts: Iterable[str],
        *,
        special: bool = False,
        length: int | None = None,
        truncate: bool = False,
        side: Side = "right",
        pad_id: int | None = None,
        **options: Any,
    ) -> Batch:
        """Encode several texts and fill them up to one length.

        Args:
            texts: the texts.
            special: put each between :attr:`prefix` and :attr:`suffix`.
            length: the length to fill up to; the longest text's if None.
            truncate: cut texts that are longer instead of refusing them.
            side: fill up on the ``"right"`` (to learn) or the ``"left"`` (to continue texts).
            pad_id: the token to fill up with; :attr:`pad_id` if None.
            options: further ones of this tokenizer's :meth:`encode`.

        Returns:
            ``(ids, mask)``, both (texts, length): int64, and bool that is True at real tokens.

        Raises:
            ValueError: a text is too long, or there is no token to fill up with.
        """
        framing = self._framing(special, length, truncate, side)
        rows = [self.encode(text, **options) for text in several(texts)]
        return framing.batch(rows, self.pad_id if pad_id is None else pad_id)

    def encode_batch_with_offsets(
        self,
        texts: Iterable[str],
        *,
        special: bool = False,
        length: int | None = None,
        truncate: bool = False,
        side: Side = "right",
        pad_id: int | None = None,
        **options: Any,
    ) -> tuple[Batch, Tensor]:
        """The batch of :meth:`encode_batch`, and where each token stands in its text.

        Args:
            texts: this and all others as in :meth:`encode_batch`.

        Returns:
            The batch, and the places: (texts, length, 2) int64, the start and the end of each
            token's characters; 0 and 0 for filling and for special tokens around the text.
        """
        framing = self._framing(special, length, truncate, side)
        encoded = [self.encode_with_offsets(text, **options) for text in several(texts)]
        batch = framing.batch(
            [ids for ids, _ in encoded], self.pad_id if pad_id is None else pad_id
        )
        ends = [
            framing.of_zeros()
            .batch([[place[i] for place in places] for _, places in encoded], 0)
            .ids
            for i in (0, 1)
        ]
        return batch, stack(ends, -1)

    def _framing(self, special: bool, length: int | None, truncate: bool, side: Side) -> Framing:
        """How texts become rows of a batch."""
        around = (self.prefix, self.suffix) if special else ((), ())
        return Framing(*around, length, truncate, side)

    def decode_batch(
        self, ids: Iterable[Iterable[int]], *, skip_special: bool = False, errors: str = "replace"
    ) -> list[str]:
        """The texts of several lists of tokens, or of the rows of a tensor."""
        rows = ids.tolist() if hasattr(ids, "tolist") else ids
        return [self.decode(row, skip_special=skip_special, errors=errors) for row in rows]

    def check_ids(self, ids: Iterable[int]) -> list[int]:
        """The tokens as a list of integers, if every one exists.

        Raises:
            TypeError: one is not an integer.
            ValueError: one is out of range; the message says which and where.
        """
        if hasattr(ids, "tolist"):  # a tensor or an array
            ids = ids.tolist()
        try:
            ids = [index(i) for i in ids]
        except TypeError:
            raise TypeError(
                "ids: expected a list of integers; decode_batch takes several lists"
            ) from None
        if ids and not 0 <= min(ids) <= max(ids) < self.vocab_size:
            place = next(p for p, i in enumerate(ids) if not 0 <= i < self.vocab_size)
            raise ValueError(
                f"ids: {ids[place]} at position {place} is out of range for a vocabulary of "
                f"{self.vocab_size} tokens"
            )
        return ids

    def _chunks(self, ids: Sequence[int], skip_special: bool) -> Iterator[bytes]:
        """The bytes of each token."""
        special = set(self.special_ids.values()) if skip_special else ()
        previous = None
        for token in ids:
            if token in special:
                yield b""
            else:
                yield self.token_bytes(token, previous)
                previous = token

    def _position_of_byte(self, ids: Sequence[int], place: int, skip_special: bool) -> int:
        """Which token the byte at a place comes from."""
        ends = accumulate(map(len, self._chunks(ids, skip_special)))
        return next(position for position, end in enumerate(ends) if place < end)

    # ---- files ----------------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the tokenizer as JSON, in one atomic step."""
        content = {"type": self.kind, **self.content()}
        text = json.dumps(content, ensure_ascii=False, indent=1)
        write_atomically(Path(path), text.encode("utf-8"))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read what :meth:`save` wrote; :func:`load_tokenizer` reads tokenizers of any kind.

        Raises:
            ValueError: the file is something else, or broken.
        """
        try:
            content = read_json(Path(path))
            if content["type"] != cls.kind:
                raise ValueError(f"it holds a tokenizer of type {content['type']!r}")
            return cls.from_content(content)
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
            reason = f"{error} is missing" if isinstance(error, KeyError) else error
            raise ValueError(
                f"path: {os.fspath(path)!r} is not a tokenizer of type {cls.kind!r} ({reason})"
            ) from error
