"""Published models: their weights, read into the models of this package."""

from .folder import from_pretrained
from .llama2c import from_llama2c
from .tokenizer import pretrained_tokenizer

__all__ = ["from_llama2c", "from_pretrained", "pretrained_tokenizer"]
