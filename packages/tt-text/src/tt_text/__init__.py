"""Text as numbers: tokenizers, embeddings, attention."""

from .attention import (
    GrowingCache,
    KeyValueCache,
    MultiheadAttention,
    attention_weights,
    causal_mask,
    padding_mask,
    scaled_dot_product_attention,
)
from .embedding import Embedding
from .lookup import embedding
from .positions import (
    LearnedPositions,
    RotaryPositions,
    SinusoidalPositions,
    alibi_bias,
    alibi_slopes,
    apply_rotary,
    rotary_angles,
    sinusoids,
)
from .tokenizer import CharTokenizer

__all__ = [
    "CharTokenizer",
    "Embedding",
    "GrowingCache",
    "KeyValueCache",
    "LearnedPositions",
    "MultiheadAttention",
    "RotaryPositions",
    "SinusoidalPositions",
    "alibi_bias",
    "alibi_slopes",
    "apply_rotary",
    "attention_weights",
    "causal_mask",
    "embedding",
    "padding_mask",
    "rotary_angles",
    "scaled_dot_product_attention",
    "sinusoids",
]
