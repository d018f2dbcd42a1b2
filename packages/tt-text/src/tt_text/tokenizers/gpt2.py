"""GPT-2's own vocabulary: ``encoder.json`` (tokens) and ``vocab.bpe`` (merges)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from .bpe import BPETokenizer
from .byte_symbols import read_merge, symbols_to_bytes
from .files import read_json

__all__ = ["load_gpt2"]

NAMES = (("encoder.json", "vocab.bpe"), ("vocab.json", "merges.txt"))  # OpenAI's, HuggingFace's


def load_gpt2(
    folder: str | os.PathLike[str], *, special: Sequence[str] = ("<|endoftext|>",)
) -> BPETokenizer:
    """The tokenizer of GPT-2, from its published files.

    Its tokens are those of tiktoken's ``gpt2`` for every text.

    Args:
        folder: holds ``encoder.json`` and ``vocab.bpe``, or ``vocab.json`` and ``merges.txt``.
        special: the entries of the vocabulary that are special tokens.

    Raises:
        FileNotFoundError: the folder has neither pair of files.
        ValueError: a file is broken, or the two do not fit together.
        ImportError: the ``regex`` library is not installed: ``pip install 'tt-text[bpe]'``.
    """
    for tokens_name, merges_name in NAMES:
        tokens_file, merges_file = Path(folder) / tokens_name, Path(folder) / merges_name
        if tokens_file.is_file() and merges_file.is_file():
            break
    else:
        raise FileNotFoundError(
            f"folder: {os.fspath(folder)!r} has neither encoder.json and vocab.bpe nor vocab.json "
            "and merges.txt"
        )
    vocab = read_vocab(tokens_file)
    for name in special:
        if name not in vocab:
            raise ValueError(f"{tokens_file}: the special token {name!r} is not in it")
    special_ids = {name: vocab.pop(name) for name in special}
    try:
        tokens = {symbols_to_bytes(symbols): number for symbols, number in vocab.items()}
        return BPETokenizer(tokens, read_merges(merges_file), special=special_ids)
    except ValueError as error:
        raise ValueError(f"{tokens_file} and {merges_file.name}: {error}") from error


def read_vocab(path: Path) -> dict[str, int]:
    """Token → number from a JSON file."""
    try:
        return dict(read_json(path).items())
    except (AttributeError, ValueError) as error:  # no object, not JSON, or not UTF-8
        raise ValueError(f"{path}: not a vocabulary in JSON ({error})") from error


def read_merges(path: Path) -> list[tuple[bytes, bytes]]:
    """The merges, one a line; a first line such as ``#version: 0.2`` is none of them."""
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 ({error})") from error
    start = 1 if lines[0].startswith("#version") else 0
    return [read_merge(line) for line in map(str.rstrip, lines[start:]) if line]
