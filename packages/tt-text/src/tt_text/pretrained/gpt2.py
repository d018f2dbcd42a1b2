"""GPT-2 in HuggingFace's format."""

from __future__ import annotations

from collections.abc import Mapping

from tt_tensor import Tensor

from ..models import GPT, GPTConfig
from .names import Row, empty_model, fill, prefix_of, same_names, untied, with_prefix
from .settings import Settings

__all__ = ["build_gpt2"]

# one function has several names there: the exact one, and two ways to write its approximation
GELUS = {
    "gelu": "none",
    "gelu_python": "none",
    "gelu_fast": "tanh",
    "gelu_new": "tanh",
    "gelu_pytorch_tanh": "tanh",
}

# the names are GPT-2's own, here and there; but what is called Conv1D there has (in, out) weights
ROWS = (
    *same_names("wte.weight", "wpe.weight"),
    *same_names("h.{}.ln_1.weight", "h.{}.ln_1.bias"),
    Row("h.{}.attn.c_attn.weight", "h.{}.attn.c_attn.weight", transposed=True),
    Row("h.{}.attn.c_attn.bias", "h.{}.attn.c_attn.bias"),
    Row("h.{}.attn.c_proj.weight", "h.{}.attn.c_proj.weight", transposed=True),
    Row("h.{}.attn.c_proj.bias", "h.{}.attn.c_proj.bias"),
    *same_names("h.{}.ln_2.weight", "h.{}.ln_2.bias"),
    Row("h.{}.mlp.c_fc.weight", "h.{}.mlp.c_fc.weight", transposed=True),
    Row("h.{}.mlp.c_fc.bias", "h.{}.mlp.c_fc.bias"),
    Row("h.{}.mlp.c_proj.weight", "h.{}.mlp.c_proj.weight", transposed=True),
    Row("h.{}.mlp.c_proj.bias", "h.{}.mlp.c_proj.bias"),
    *same_names("ln_f.weight", "ln_f.bias"),
)
HEAD = Row("lm_head.weight", "lm_head.weight")
IGNORED = (r"(transformer\.)?h\.\d+\.attn\.(bias|masked_bias)",)  # causal masks


def config_of(settings: Settings) -> GPTConfig:
    """The sizes in this package's words.

    Raises:
        ValueError: a setting is missing, or asks for what :class:`GPT` does not do.
    """
    width = settings.size("n_embd")
    settings.expect("n_inner", None, 4 * width)
    settings.expect("scale_attn_weights", True)
    settings.expect("scale_attn_by_inverse_layer_idx", False)
    settings.expect("add_cross_attention", False)
    return GPTConfig(
        vocab_size=settings.size("vocab_size"),
        context=settings.size("n_positions"),
        layers=settings.size("n_layer"),
        heads=settings.size("n_head"),
        width=width,
        gelu=settings.one_of("activation_function", GELUS, "gelu_new"),
        eps=settings.number("layer_norm_epsilon", 1e-5),
        tied=settings.flag("tie_word_embeddings", True),
    )


def build_gpt2(settings: Settings, weights: Mapping[str, Tensor]) -> GPT:
    """The model with its weights.

    Raises:
        ValueError: the settings or the weights do not fit.
    """
    config = config_of(settings)
    model = empty_model(GPT, config, weights)
    prefix = prefix_of(weights, "transformer.")
    rows = with_prefix(prefix, ROWS)
    if config.tied:
        fill(model, untied(weights, prefix + "wte.weight"), rows, config.layers, IGNORED)
    else:
        fill(model, weights, (*rows, HEAD), config.layers, IGNORED)
    return model
