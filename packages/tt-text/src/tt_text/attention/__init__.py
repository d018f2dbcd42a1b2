"""Attention: the primitive, its masks, and the layers made of it."""

from .blockwise import blockwise_attention
from .cache import GrowingCache, KeyValueCache
from .masks import causal_mask, decoder_mask, padding_mask
from .multihead import MultiheadAttention
from .scaled_dot_product import attention_weights, scaled_dot_product_attention
from .watch import watch_attention

__all__ = [
    "GrowingCache",
    "KeyValueCache",
    "MultiheadAttention",
    "attention_weights",
    "blockwise_attention",
    "causal_mask",
    "decoder_mask",
    "padding_mask",
    "scaled_dot_product_attention",
    "watch_attention",
]
