"""Text as numbers: tokenizers and embeddings."""

from .embedding import Embedding
from .tokenizer import CharTokenizer

__all__ = ["CharTokenizer", "Embedding"]
