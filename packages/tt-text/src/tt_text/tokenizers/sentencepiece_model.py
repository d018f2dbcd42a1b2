"""SentencePiece's own file, ``tokenizer.model``, as Llama 1 and 2 come with it.

It is a message of protocol buffers: fields with a number, a kind of coding and a value.  The few
fields that matter here are read directly:

    1  a piece: 1 its text, 2 its score, 3 its type     2  how it was learned: 3 the kind of model
    3  normalizer: 2 a table of replacements, 3 a space before the text, 4 spaces removed
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path

from .sentencepiece import AddSpace, SentencePieceTokenizer

__all__ = ["load_sentencepiece"]

Value = int | bytes
BPE = 2  # kinds of model: 1 unigram, 2 BPE, 3 words, 4 characters
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6  # types of pieces


def load_sentencepiece(path: str | os.PathLike[str]) -> SentencePieceTokenizer:
    """The tokenizer of a ``tokenizer.model``.

    Args:
        path: a model of the kind BPE whose unknown characters fall back to bytes, and which does
            not rewrite its text.

    Raises:
        ValueError: the file is broken, or a model of another kind.
    """
    try:
        return read_model(Path(path).read_bytes())
    except (IndexError, struct.error, ValueError) as error:
        reason = error if isinstance(error, ValueError) else "it is truncated"
        raise ValueError(
            f"path: {os.fspath(path)!r} is no SentencePiece model that is known here ({reason})"
        ) from error


def read_model(data: bytes) -> SentencePieceTokenizer:
    """The tokenizer of a file's content."""
    tokens: list[str] = []
    scores: list[float] = []
    by_type: dict[int, list[str]] = {UNKNOWN: [], CONTROL: [], BYTE: [], NORMAL: []}
    trainer: dict[int, Value] = {}
    normalizer: dict[int, Value] = {}
    for number, value in fields(data):
        if number == 1:
            piece = dict(fields(message(value)))
            token = message(piece.get(1, b"")).decode("utf-8").replace("▁", " ")
            tokens.append(token)
            scores.append(struct.unpack("<f", message(piece.get(2, bytes(4))))[0])
            kind = piece.get(3, NORMAL)
            if not isinstance(kind, int) or kind not in by_type:
                raise ValueError(f"the piece {token!r} has type {kind!r}, which is not supported")
            by_type[kind].append(token)
        elif number in (2, 3):
            (trainer if number == 2 else normalizer).update(fields(message(value)))
    if trainer.get(3) != BPE or len(by_type[UNKNOWN]) != 1:
        raise ValueError("only BPE with one unknown piece is supported")
    if len(by_type[BYTE]) != 256:
        raise ValueError("only models whose unknown characters fall back to bytes are supported")
    if normalizer.get(2) or normalizer.get(4, 1):
        raise ValueError("only models that do not rewrite their text are supported")
    marks = [name if name in by_type[CONTROL] else None for name in ("<s>", "</s>")]
    add_space: AddSpace = "always" if normalizer.get(3, 1) else "never"
    return SentencePieceTokenizer.from_scores(
        tokens, scores, unknown=by_type[UNKNOWN][0], bos=marks[0], eos=marks[1],
        special=by_type[CONTROL], add_space=add_space, space_symbol="▁",
    )  # fmt: skip


def fields(data: bytes) -> Iterator[tuple[int, Value]]:
    """The fields of a message: number and value.

    Raises:
        ValueError: a kind of coding that does not exist.
        IndexError: the message ends within a field.
    """
    place = 0
    while place < len(data):
        key, place = variable_length(data, place)
        coding = key & 7
        if coding == 0:
            value, place = variable_length(data, place)
            yield key >> 3, value
            continue
        if coding == 2:
            size, place = variable_length(data, place)
        elif coding in (1, 5):
            size = 8 if coding == 1 else 4
        else:
            raise ValueError(f"it is no message of protocol buffers: coding {coding}")
        if place + size > len(data):
            raise IndexError
        yield key >> 3, data[place : place + size]
        place += size


def variable_length(data: bytes, place: int) -> tuple[int, int]:
    """An integer of seven bits a byte, lowest first, and the place behind it."""
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7


def message(value: Value) -> bytes:
    """A value that must be bytes.

    Raises:
        ValueError: it is a number.
    """
    if isinstance(value, bytes):
        return value
    raise ValueError(f"expected bytes, not the number {value}")
