"""Llama in HuggingFace's format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tt_tensor import Tensor

from ..models import Llama, LlamaConfig
from .names import empty_model, fill, prefix_of, same_names, untied, with_prefix
from .settings import Settings

__all__ = ["build_llama"]

ROWS = same_names(
    "embed_tokens.weight",
    "layers.{}.input_layernorm.weight",
    "layers.{}.self_attn.q_proj.weight",
    "layers.{}.self_attn.k_proj.weight",
    "layers.{}.self_attn.v_proj.weight",
    "layers.{}.self_attn.o_proj.weight",
    "layers.{}.post_attention_layernorm.weight",
    "layers.{}.mlp.gate_proj.weight",
    "layers.{}.mlp.up_proj.weight",
    "layers.{}.mlp.down_proj.weight",
    "norm.weight",
)
HEAD = same_names("lm_head.weight")
IGNORED = (r"(model\.)?(layers\.\d+\.self_attn\.)?rotary_emb\.inv_freq",)  # computed here


def config_of(settings: Settings) -> LlamaConfig:
    """The sizes in this package's words.

    Raises:
        ValueError: a setting is missing, or asks for what :class:`Llama` does not do.
    """
    heads, width = settings.size("num_attention_heads"), settings.size("hidden_size")
    settings.expect("hidden_act", "silu")
    settings.expect("attention_bias", False)
    settings.expect("mlp_bias", False)
    settings.expect("head_dim", None, width // heads)
    return LlamaConfig(
        vocab_size=settings.size("vocab_size"),
        context=settings.size("max_position_embeddings"),
        layers=settings.size("num_hidden_layers"),
        heads=heads,
        kv_heads=settings.size("num_key_value_heads", heads),
        width=width,
        hidden=settings.size("intermediate_size"),
        eps=settings.number("rms_norm_eps", 1e-6),
        base=rotary_base(settings),
        rotary="halves",
        tied=settings.flag("tie_word_embeddings", False),
    )


def rotary_base(settings: Settings) -> float:
    """The base of the rotary angles, from the two places where it may stand.

    Raises:
        ValueError: the angles are scaled for longer texts, which is not done here.
    """
    base = settings.number("rope_theta", 10_000.0)
    for name in ("rope_scaling", "rope_parameters"):
        inner: Any = settings.get(name)
        if inner is None:
            continue
        if not isinstance(inner, Mapping) or inner.get("rope_type", inner.get("type")) not in (
            None,
            "default",
        ):
            raise settings.error(name, 'null or of "rope_type" "default"; no other is known here')
        base = Settings(inner, settings.source).number("rope_theta", base)
    return base


def build_llama(settings: Settings, weights: Mapping[str, Tensor]) -> Llama:
    """The model with its weights.

    Raises:
        ValueError: the settings or the weights do not fit.
    """
    config = config_of(settings)
    model = empty_model(Llama, config, weights)
    prefix = prefix_of(weights, "model.")
    rows = with_prefix(prefix, ROWS)
    if config.tied:
        fill(model, untied(weights, prefix + "embed_tokens.weight"), rows, config.layers, IGNORED)
    else:
        fill(model, weights, rows + HEAD, config.layers, IGNORED)
    return model
