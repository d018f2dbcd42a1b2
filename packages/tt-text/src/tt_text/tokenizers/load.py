"""Loading a tokenizer of any kind, from a file of ours or the files of a published model."""

from __future__ import annotations

import os
from pathlib import Path

from .base import Tokenizer
from .bpe import BPETokenizer
from .char import CharTokenizer
from .files import read_json
from .gpt2 import NAMES as GPT2_NAMES
from .gpt2 import load_gpt2
from .huggingface import load_tokenizer_json
from .llama2c import load_llama2c
from .sentencepiece import SentencePieceTokenizer
from .sentencepiece_model import load_sentencepiece
from .word import WordTokenizer
from .wordpiece import WordPieceTokenizer, load_wordpiece

__all__ = ["load_tokenizer"]

KINDS: dict[str, type[Tokenizer]] = {
    kind.kind: kind
    for kind in (
        CharTokenizer,
        WordTokenizer,
        BPETokenizer,
        SentencePieceTokenizer,
        WordPieceTokenizer,
    )
}


def load_tokenizer(path: str | os.PathLike[str]) -> Tokenizer:
    """A tokenizer of whatever kind a file or folder holds.

    Args:
        path: a file that :meth:`Tokenizer.save` wrote, HuggingFace's ``tokenizer.json``, BERT's
            ``vocab.txt``, llama2.c's ``tokenizer.bin``, SentencePiece's ``tokenizer.model``; or a
            folder with ``tokenizer.json``, ``tokenizer.model``, GPT-2's pair of files, or
            ``vocab.txt``.

    Raises:
        FileNotFoundError: there is no such file, or nothing known in the folder.
        ValueError: the file is broken, or of a kind that is not known.

    Example:
        >>> import tempfile
        >>> from tt_text import CharTokenizer, load_tokenizer
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     CharTokenizer("abc").save(f"{folder}/letters.json")
        ...     load_tokenizer(f"{folder}/letters.json").encode("cab")
        [2, 0, 1]
    """
    path = Path(path)
    if path.is_dir():
        return load_folder(path)
    if path.suffix == ".txt":
        return load_wordpiece(path)
    if path.suffix == ".model":
        return load_sentencepiece(path)
    if path.suffix == ".bin":
        return load_llama2c(path)
    try:
        content = read_json(path)
        kind = content.get("type")
    except (AttributeError, ValueError) as error:
        raise ValueError(f"path: {os.fspath(path)!r} is no tokenizer ({error})") from error
    if isinstance(kind, str) and kind in KINDS:
        return KINDS[kind].load(path)
    if "model" in content:
        return load_tokenizer_json(path)
    raise ValueError(
        f"path: {os.fspath(path)!r} holds {kind!r}; known kinds are {sorted(KINDS)} and "
        "HuggingFace's tokenizer.json"
    )


def load_folder(folder: Path) -> Tokenizer:
    """The tokenizer of a published model."""
    if (folder / "tokenizer.json").is_file():
        return load_tokenizer_json(folder)
    if (folder / "tokenizer.model").is_file():
        return load_sentencepiece(folder / "tokenizer.model")
    if any(all((folder / name).is_file() for name in names) for names in GPT2_NAMES):
        return load_gpt2(folder)
    if (folder / "vocab.txt").is_file():
        return load_wordpiece(folder)
    raise FileNotFoundError(
        f"path: {os.fspath(folder)!r} has no tokenizer.json, no tokenizer.model, no encoder.json "
        "with vocab.bpe, no vocab.json with merges.txt and no vocab.txt"
    )
