"""The vocabulary of llama2.c's models: ``tokenizer.bin``, ``tok512.bin`` and so on.

The layout, little-endian: int32, the length of the longest token; then for each token float32, its
score, int32, its length, and its bytes.  Numbers 0, 1 and 2 are unknown, beginning and end.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

from .sentencepiece import SentencePieceTokenizer

__all__ = ["load_llama2c"]

MARKS = ("<unk>", "<s>", "</s>")  # the file has line feeds around the last two


def load_llama2c(path: str | os.PathLike[str]) -> SentencePieceTokenizer:
    """The tokenizer of a llama2.c model; its tokens are those of llama2.c's ``run``.

    Args:
        path: a file of tokens and scores, such as ``tok512.bin``.

    Raises:
        ValueError: the file is truncated or something else; the message says which token is
            wrong.
    """
    data = Path(path).read_bytes()
    try:
        tokens, scores = read_tokens(data)
        return SentencePieceTokenizer.from_scores([*MARKS, *tokens[3:]], scores)
    except ValueError as error:
        raise ValueError(f"path: {os.fspath(path)!r} is no llama2.c vocabulary: {error}") from error


def read_tokens(data: bytes) -> tuple[list[str], list[float]]:
    """The tokens and scores of a file.

    Raises:
        ValueError: the file is truncated, or a token is longer than the longest or not UTF-8.
    """
    if len(data) < 4:
        raise ValueError(f"it has {len(data)} bytes, not even the 4 of the length of tokens")
    (longest,) = struct.unpack_from("<i", data)
    tokens: list[str] = []
    scores: list[float] = []
    place = 4
    while place < len(data):
        number = len(tokens)
        if place + 8 > len(data):
            raise ValueError(f"it ends within token {number}")
        score, size = struct.unpack_from("<fi", data, place)
        place += 8
        if not 0 <= size <= longest:
            raise ValueError(f"token {number} has length {size}; the longest has {longest}")
        if place + size > len(data):
            raise ValueError(f"it ends within token {number}")
        try:
            tokens.append(data[place : place + size].decode("utf-8"))
        except UnicodeDecodeError as error:
            raise ValueError(f"token {number} is not UTF-8 ({error})") from error
        scores.append(score)
        place += size
    if len(tokens) < len(MARKS):
        raise ValueError(f"it has {len(tokens)} tokens; the first three are {MARKS}")
    return tokens, scores
