"""Published models: their weights, read into the models of this package."""

from .llama2c import from_llama2c

__all__ = ["from_llama2c"]
