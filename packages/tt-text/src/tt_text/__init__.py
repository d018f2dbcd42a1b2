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
from .tokenizer import CharTokenizer

__all__ = [
    "CharTokenizer",
    "Embedding",
    "GrowingCache",
    "KeyValueCache",
    "MultiheadAttention",
    "attention_weights",
    "causal_mask",
    "embedding",
    "padding_mask",
    "scaled_dot_product_attention",
]
