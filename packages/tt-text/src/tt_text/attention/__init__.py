"""Attention: the primitive, its masks, and the layers made of it."""

from .masks import causal_mask, padding_mask
from .scaled_dot_product import attention_weights, scaled_dot_product_attention

__all__ = ["attention_weights", "causal_mask", "padding_mask", "scaled_dot_product_attention"]
