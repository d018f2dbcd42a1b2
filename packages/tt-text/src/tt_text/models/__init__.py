"""Language models, one file per architecture."""

from .gpt import GPT, GPTConfig

__all__ = ["GPT", "GPTConfig"]
