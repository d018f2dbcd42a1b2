"""HuggingFace's ``tokenizer.json``: the tokenizers of GPT-2's, Llama's and BERT's families.

The file describes a pipeline: normalizer, pre-tokenizer, model, post-processor, decoder.  Three
pipelines are known here; a file that describes anything else is refused, as tokens that are
almost right are worse than none.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from .base import Tokenizer
from .bpe import BPETokenizer
from .byte_symbols import read_merge, symbols_to_bytes
from .files import read_json
from .sentencepiece import AddSpace, SentencePieceTokenizer
from .split import GPT2_PATTERN
from .wordpiece import WordPieceTokenizer

__all__ = ["load_tokenizer_json"]

Json = dict[str, Any]
SPACE = "▁"


def load_tokenizer_json(path: str | os.PathLike[str]) -> Tokenizer:
    """The tokenizer that a ``tokenizer.json`` describes.

    Args:
        path: the file, or the folder that holds it.

    Returns:
        A :class:`BPETokenizer` (GPT-2, Llama 3), a :class:`SentencePieceTokenizer` (Llama 1 and
        2, Mistral) or a :class:`WordPieceTokenizer` (BERT).  All added tokens are special tokens.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is broken, its parts do not fit together, or it describes a tokenizer
            that is not known here.
    """
    path = Path(path)
    path = path / "tokenizer.json" if path.is_dir() else path
    try:
        return read_tokenizer(read_json(path))
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else error
        raise ValueError(
            f"path: {os.fspath(path)!r} is no tokenizer that is known here ({reason})"
        ) from error


def read_tokenizer(content: Json) -> Tokenizer:
    """The tokenizer of a file's content."""
    kind = content["model"].get("type", "BPE")
    if kind == "WordPiece":
        return read_wordpiece(content)
    if kind != "BPE":
        raise ValueError(f"a model of type {kind!r}; known are BPE and WordPiece")
    for name in ("dropout", "continuing_subword_prefix", "end_of_word_suffix"):
        expect(not content["model"].get(name), f"the model's {name}")
    if any(step["type"] == "ByteLevel" for step in steps(content["pre_tokenizer"])):
        return read_byte_level(content)
    return read_sentencepiece(content)


# ---- byte-level BPE -----------------------------------------------------------------------------


def read_byte_level(content: Json) -> BPETokenizer:
    """GPT-2, RoBERTa, Llama 3: the words of a pattern, spelled as symbols of bytes."""
    expect(not steps(content.get("normalizer")), "a normalizer before byte-level BPE")
    model, special = content["model"], added_tokens(content)
    prefix, suffix = surroundings(content)
    own = {name for name, i in special.items() if model["vocab"].get(name) == i}
    vocab = {symbols_to_bytes(t): i for t, i in model["vocab"].items() if t not in own}
    return BPETokenizer(
        vocab,
        [read_merge(merge) for merge in model["merges"]],
        special=special,
        pattern=byte_level_pattern(steps(content["pre_tokenizer"])),
        whole_words=model.get("ignore_merges", False),
        prefix=prefix,
        suffix=suffix,
        pad_id=padding(content),
    )


def byte_level_pattern(pre_tokenizers: Sequence[Json]) -> str:
    """The pattern of words: GPT-2's, or one of the file's own."""
    *splits, last = pre_tokenizers
    expect(last["type"] == "ByteLevel", "a pre-tokenizer after ByteLevel")
    expect(not last.get("add_prefix_space"), "add_prefix_space")
    if last.get("use_regex", True):
        expect(not splits, "two patterns of words")
        return GPT2_PATTERN
    expect(len(splits) == 1 and splits[0]["type"] == "Split", "pre-tokenizers but one Split")
    (split,) = splits
    expect(split["behavior"] == "Isolated" and not split.get("invert"), "words that are not kept")
    return str(split["pattern"]["Regex"])


# ---- SentencePiece BPE --------------------------------------------------------------------------


def read_sentencepiece(content: Json) -> SentencePieceTokenizer:
    """Llama 1 and 2, Mistral: spaces as ▁, characters that fall back to bytes."""
    model, special = content["model"], added_tokens(content)
    expect(model.get("byte_fallback"), "BPE with neither ByteLevel nor byte_fallback")
    tokens = [token.replace(SPACE, " ") for token in in_order(model["vocab"] | special)]
    pairs = (m.split(" ") if isinstance(m, str) else m for m in model["merges"])
    ranks = {
        (a.replace(SPACE, " "), b.replace(SPACE, " ")): float(i) for i, (a, b) in enumerate(pairs)
    }
    prefix, suffix = surroundings(content)
    unknown = model.get("unk_token") or "<unk>"
    bos = tokens[prefix[0]] if prefix else "<s>" if "<s>" in tokens else None
    eos = tokens[suffix[0]] if suffix else "</s>" if "</s>" in tokens else None
    add_space, split_words = spaces(content)
    return SentencePieceTokenizer(
        tokens, ranks, unknown=unknown, bos=bos, eos=eos, special=list(special),
        add_space=add_space, space_symbol=SPACE, split_words=split_words, prefix=prefix,
        suffix=suffix, pad_id=padding(content),
    )  # fmt: skip


def spaces(content: Json) -> tuple[AddSpace, bool]:
    """Whether a space is put before the text, and whether spaces split words."""
    normalizers, pre_tokenizers = steps(content.get("normalizer")), steps(content["pre_tokenizer"])
    add: AddSpace = "never"
    for step in normalizers:
        if step["type"] == "Prepend" and step["prepend"] == SPACE:
            add = "always"
        else:
            replaces = step.get("pattern") == {"String": " "} and step.get("content") == SPACE
            expect(step["type"] == "Replace" and replaces, f"the normalizer {step}")
    if not pre_tokenizers:
        expect(normalizers, "BPE without ▁ for spaces")
        return add, False
    (step,) = pre_tokenizers
    expect(
        step["type"] == "Metaspace" and step["replacement"] == SPACE, f"the pre-tokenizer {step}"
    )
    scheme = step.get("prepend_scheme", "always" if step.get("add_prefix_space", True) else "never")
    if scheme != "never":
        expect(not normalizers, "a normalizer before Metaspace")
        add = "first" if scheme == "first" else "missing"
    return add, step.get("split", True)


# ---- WordPiece ----------------------------------------------------------------------------------


def read_wordpiece(content: Json) -> WordPieceTokenizer:
    """BERT: words without accents, cut into pieces."""
    model, special = content["model"], added_tokens(content)
    (normalizer,), (pre_tokenizer,) = steps(content["normalizer"]), steps(content["pre_tokenizer"])
    expect(normalizer["type"] == "BertNormalizer", f"the normalizer {normalizer['type']}")
    expect(normalizer.get("clean_text", True), "a normalizer that keeps control characters")
    expect(pre_tokenizer["type"] == "BertPreTokenizer", f"the words of {pre_tokenizer['type']}")
    expect(model.get("continuing_subword_prefix", "##") == "##", "pieces that do not begin with ##")
    tokens = in_order(model["vocab"] | special)
    prefix, suffix = surroundings(content)
    pad = padding(content)
    return WordPieceTokenizer(
        tokens,
        lower=normalizer.get("lowercase", True),
        strip_accents=normalizer.get("strip_accents"),
        split_chinese=normalizer.get("handle_chinese_chars", True),
        unknown=model.get("unk_token", "[UNK]"),
        cls=tokens[prefix[0]] if prefix else None,
        sep=tokens[suffix[0]] if suffix else None,
        pad=tokens[pad] if pad is not None else "[PAD]" if "[PAD]" in tokens else None,
        special=list(special),
        max_characters=model.get("max_input_chars_per_word", 100),
    )


# ---- parts of all files -------------------------------------------------------------------------


def expect(known: object, what: str) -> None:
    """Refuse a file that has something which is not known here."""
    if not known:
        raise ValueError(f"{what} is not supported")


def steps(part: Json | None) -> list[Json]:
    """The steps of a normalizer, pre-tokenizer or post-processor: none, one, or a sequence."""
    if part is None:
        return []
    if part["type"] != "Sequence":
        return [part]
    inner = next(value for key, value in part.items() if key != "type")
    return [step for one in inner for step in steps(one)]


def added_tokens(content: Json) -> dict[str, int]:
    """The added tokens: name → number."""
    tokens: dict[str, int] = {}
    for token in content.get("added_tokens") or []:
        if token["content"] in tokens:
            raise ValueError(f"the added token {token['content']!r} comes twice")
        tokens[token["content"]] = token["id"]
    return tokens


def in_order(vocab: dict[str, int]) -> list[str]:
    """The tokens in the order of their numbers, which must be 0, 1, 2, ..."""
    tokens = sorted(vocab, key=vocab.__getitem__)
    for i, token in enumerate(tokens):
        if vocab[token] != i:
            raise ValueError(f"vocab: {token!r} has number {vocab[token]}; {i} is next in order")
    return tokens


def surroundings(content: Json) -> tuple[list[int], list[int]]:
    """The tokens that go before and behind a single text."""
    before: list[int] = []
    behind: list[int] = []
    for step in steps(content.get("post_processor")):
        if step["type"] in ("BertProcessing", "RobertaProcessing"):
            before, behind = [step["cls"][1]], [step["sep"][1]]
        elif step["type"] == "TemplateProcessing":
            side = before
            for item in step["single"]:
                if "Sequence" in item:
                    side = behind
                else:
                    side += step["special_tokens"][item["SpecialToken"]["id"]]["ids"]
        else:
            expect(step["type"] == "ByteLevel", f"the post-processor {step['type']}")
    return before, behind


def padding(content: Json) -> int | None:
    """The token that fills up batches, if the file names one."""
    settings = content.get("padding")
    return cast(int, settings["pad_id"]) if settings else None
