"""Llama in a GGUF file: its settings, its weights and its tokenizer."""

from __future__ import annotations

import os
from typing import Any

from ..models import Llama, LlamaConfig
from ..tokenizers import SentencePieceTokenizer
from .gguf import read_gguf, read_header
from .names import Row, empty_model, fill
from .settings import Settings

__all__ = ["from_gguf", "gguf_tokenizer"]

ROWS = (
    Row("token_embd.weight", "embed_tokens.weight"),
    Row("blk.{}.attn_norm.weight", "layers.{}.input_layernorm.weight"),
    Row("blk.{}.attn_q.weight", "layers.{}.self_attn.q_proj.weight"),
    Row("blk.{}.attn_k.weight", "layers.{}.self_attn.k_proj.weight"),
    Row("blk.{}.attn_v.weight", "layers.{}.self_attn.v_proj.weight"),
    Row("blk.{}.attn_output.weight", "layers.{}.self_attn.o_proj.weight"),
    Row("blk.{}.ffn_norm.weight", "layers.{}.post_attention_layernorm.weight"),
    Row("blk.{}.ffn_gate.weight", "layers.{}.mlp.gate_proj.weight"),
    Row("blk.{}.ffn_up.weight", "layers.{}.mlp.up_proj.weight"),
    Row("blk.{}.ffn_down.weight", "layers.{}.mlp.down_proj.weight"),
    Row("output_norm.weight", "norm.weight"),
)
HEAD = Row("output.weight", "lm_head.weight")
NORMAL, CONTROL = 1, 3  # types of tokens: text, and no text
PREFIX = "tokenizer.ggml."
SPACE = "\u2581"  # stands for a space


def from_gguf(path: str | os.PathLike[str]) -> Llama:
    """The model in a GGUF file of the architecture "llama".

    Args:
        path: the file; see :func:`read_gguf` for the formats of numbers.  All become float32.

    Returns:
        the model, in evaluation mode.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is broken, has another architecture or setting than is known here, or
            tensors that do not fit; they are named.
    """
    metadata, weights = read_gguf(path)
    try:
        config = config_of(Settings(metadata, "metadata"), tied=HEAD.file not in weights)
        model = empty_model(Llama, config, weights)
        fill(model, weights, ROWS if config.tied else (*ROWS, HEAD), config.layers)
    except ValueError as error:
        raise ValueError(f"path: {os.fspath(path)!r}: {error}") from error
    return model.eval()


def config_of(settings: Settings, tied: bool) -> LlamaConfig:
    """The sizes in this package's words.

    Raises:
        ValueError: a setting is missing, or asks for what :class:`Llama` does not do.
    """
    if settings.get("general.architecture") != "llama":
        raise settings.error("general.architecture", '"llama"; no other is known here')
    settings.expect("llama.rope.scaling.type", "none")
    settings.expect("llama.expert_count", 0)
    heads, width = (
        settings.size("llama.attention.head_count"),
        settings.size("llama.embedding_length"),
    )
    for name in ("llama.rope.dimension_count", "llama.attention.key_length"):
        settings.expect(name, width // heads)
    return LlamaConfig(
        vocab_size=settings.size(
            "llama.vocab_size", len(settings.get("tokenizer.ggml.tokens") or ())
        ),
        context=settings.size("llama.context_length"),
        layers=settings.size("llama.block_count"),
        heads=heads,
        kv_heads=settings.size("llama.attention.head_count_kv", heads),
        width=width,
        hidden=settings.size("llama.feed_forward_length"),
        eps=settings.number("llama.attention.layer_norm_rms_epsilon", 1e-5),
        base=settings.number("llama.rope.freq_base", 10_000.0),
        # the rows of the queries' and keys' weights are in the order of Llama's own files
        rotary="pairs",
        tied=tied,
    )


def gguf_tokenizer(path: str | os.PathLike[str]) -> SentencePieceTokenizer:
    """The tokenizer in a GGUF file, if it is of SentencePiece's kind.

    Args:
        path: the file.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is broken, or has no tokenizer or one of another kind.
    """
    metadata, _, _ = read_header(path)
    try:
        return tokenizer_of(Settings(metadata, "metadata"))
    except ValueError as error:
        raise ValueError(f"path: {os.fspath(path)!r}: {error}") from error


def tokenizer_of(settings: Settings) -> SentencePieceTokenizer:
    """The tokenizer that the facts describe.

    Raises:
        ValueError: they describe none, or make no sense.
    """
    if settings.get(PREFIX + "model") != "llama":
        raise settings.error(PREFIX + "model", '"llama", SentencePiece; no other is known here')
    tokens = [token.replace(SPACE, " ") for token in listed(settings, "tokens", str)]
    kinds = listed(settings, "token_type", int, [NORMAL] * len(tokens))
    named = {}
    for name, usual in (("unknown", 0), ("bos", 1), ("eos", 2)):
        number = settings.get(f"{PREFIX}{name}_token_id")
        number = usual if number is None else number
        if not isinstance(number, int) or not 0 <= number < len(tokens):
            raise settings.error(f"{PREFIX}{name}_token_id", f"a number below {len(tokens)}")
        named[name] = tokens[number]
    spaced = settings.flag(PREFIX + "add_space_prefix", True)
    return SentencePieceTokenizer.from_scores(
        tokens,
        listed(settings, "scores", float),
        **named,
        special=[token for token, kind in zip(tokens, kinds, strict=True) if kind == CONTROL],
        add_space="always" if spaced else "never",
        space_symbol=SPACE,
        prefix=None if settings.flag(PREFIX + "add_bos_token", True) else (),
    )


def listed(settings: Settings, name: str, kind: type, default: Any = None) -> list[Any]:
    """A list of the tokenizer's facts, as many as there are tokens.

    Raises:
        ValueError: it is missing, or something else.
    """
    values = settings.get(PREFIX + name)
    values = default if values is None else values
    count = len(settings.get(PREFIX + "tokens") or ())
    if (
        not isinstance(values, list)
        or len(values) != count
        or not all(isinstance(value, kind) for value in values)
    ):
        raise ValueError(
            f"metadata: {PREFIX}{name} is missing or not a list of {count} {kind.__name__}"
        )
    return values
