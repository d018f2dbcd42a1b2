"""BERT in HuggingFace's format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tt_tensor import Tensor

from ..models import BERT, BERTConfig
from .gpt2 import GELUS
from .names import empty_model, fill, prefix_of, same_names, with_prefix
from .settings import Settings

__all__ = ["build_bert"]

ROWS = same_names(
    "embeddings.word_embeddings.weight",
    "embeddings.position_embeddings.weight",
    "embeddings.token_type_embeddings.weight",
    "embeddings.LayerNorm.weight",
    "embeddings.LayerNorm.bias",
    "encoder.layer.{}.attention.self.query.weight",
    "encoder.layer.{}.attention.self.query.bias",
    "encoder.layer.{}.attention.self.key.weight",
    "encoder.layer.{}.attention.self.key.bias",
    "encoder.layer.{}.attention.self.value.weight",
    "encoder.layer.{}.attention.self.value.bias",
    "encoder.layer.{}.attention.output.dense.weight",
    "encoder.layer.{}.attention.output.dense.bias",
    "encoder.layer.{}.attention.output.LayerNorm.weight",
    "encoder.layer.{}.attention.output.LayerNorm.bias",
    "encoder.layer.{}.intermediate.dense.weight",
    "encoder.layer.{}.intermediate.dense.bias",
    "encoder.layer.{}.output.dense.weight",
    "encoder.layer.{}.output.dense.bias",
    "encoder.layer.{}.output.LayerNorm.weight",
    "encoder.layer.{}.output.LayerNorm.bias",
)
POOLER = same_names("pooler.dense.weight", "pooler.dense.bias")
# a buffer of numbers 0, 1, 2, ...; and the heads of tasks, which are not part of the encoder
IGNORED = (r"(bert\.)?embeddings\.position_ids", r"(cls|classifier|qa_outputs)\..*")
# what the first published files call the parameters of normalisations
OLD_NAMES = {".gamma": ".weight", ".beta": ".bias"}


def config_of(settings: Settings) -> BERTConfig:
    """The sizes in this package's words.

    Raises:
        ValueError: a setting is missing, or asks for what :class:`BERT` does not do.
    """
    settings.expect("position_embedding_type", "absolute")
    settings.expect("is_decoder", False)
    settings.expect("add_cross_attention", False)
    return BERTConfig(
        vocab_size=settings.size("vocab_size"),
        context=settings.size("max_position_embeddings"),
        layers=settings.size("num_hidden_layers"),
        heads=settings.size("num_attention_heads"),
        width=settings.size("hidden_size"),
        hidden=settings.size("intermediate_size"),
        types=settings.size("type_vocab_size", 2),
        gelu=settings.one_of("hidden_act", GELUS, "gelu"),
        eps=settings.number("layer_norm_eps", 1e-12),
    )


def build_bert(settings: Settings, weights: Mapping[str, Tensor]) -> BERT:
    """The model with its weights; it has a pooler if the file has one.

    Raises:
        ValueError: the settings or the weights do not fit.
    """
    weights = {today(name): weight for name, weight in weights.items()}
    prefix = prefix_of(weights, "bert.")
    pooler = any(name.startswith(prefix + "pooler.") for name in weights)
    config = replace(config_of(settings), pooler=pooler)
    model = empty_model(BERT, config, weights)
    rows = with_prefix(prefix, ROWS + POOLER if pooler else ROWS)
    fill(model, weights, rows, config.layers, IGNORED)
    return model


def today(name: str) -> str:
    """The name that newer files have for a tensor."""
    for old, new in OLD_NAMES.items():
        if name.endswith(f"LayerNorm{old}"):
            return name.removesuffix(old) + new
    return name
