"""The tokenizer of a published model, which must not have more tokens than the model."""

from __future__ import annotations

import os
from pathlib import Path

from ..models import BERT, GPT, Llama
from ..tokenizers import Tokenizer, load_tokenizer, load_wordpiece
from .settings import Settings, read_object

__all__ = ["pretrained_tokenizer"]


def pretrained_tokenizer(folder: str | os.PathLike[str], model: GPT | Llama | BERT) -> Tokenizer:
    """The tokenizer beside the weights of a model.

    Args:
        folder: holds ``tokenizer.json``, ``vocab.json`` and ``merges.txt``, or ``vocab.txt``.
        model: what :func:`from_pretrained` gave.

    Raises:
        FileNotFoundError: the folder has none of these files.
        ValueError: they are broken, of a kind that is not known, or have tokens that the model
            does not have.
        ImportError: byte-level BPE without the ``regex`` library: ``pip install 'tt-text[bpe]'``.

    Example:
        >>> import pathlib, tempfile
        >>> from tt_text import BERT, BERTConfig, pretrained_tokenizer
        >>> model = BERT(BERTConfig(5, context=8, layers=1, heads=1, width=4, hidden=4))
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "vocab.txt").write_text("[PAD] [UNK] [CLS] [SEP] hello".replace(" ", chr(10)))
        >>> pretrained_tokenizer(folder, model).encode("Hello")
        [4]
    """
    folder = Path(folder)
    vocabulary = folder / "vocab.txt"
    if vocabulary.is_file() and not (folder / "tokenizer.json").is_file():
        tokenizer: Tokenizer = load_wordpiece(vocabulary, lower=lower_case(folder))
    else:
        tokenizer = load_tokenizer(folder)
    if tokenizer.vocab_size > model.config.vocab_size:
        raise ValueError(
            f"folder: the tokenizer of {str(folder)!r} has {tokenizer.vocab_size} tokens, but the "
            f"model has {model.config.vocab_size}; the two do not belong together"
        )
    return tokenizer


def lower_case(folder: Path) -> bool:
    """Whether a BERT does not tell capitals from small letters: ``vocab.txt`` does not say it."""
    path = folder / "tokenizer_config.json"
    values = read_object(path) if path.is_file() else {}
    return Settings(values, path.name).flag("do_lower_case", True)
