"""Published models: their weights, read into the models of this package."""

from .folder import from_pretrained
from .gguf import GGUF, read_gguf
from .gguf_llama import from_gguf, gguf_tokenizer
from .llama2c import from_llama2c
from .tokenizer import pretrained_tokenizer

__all__ = [
    "GGUF",
    "from_gguf",
    "from_llama2c",
    "from_pretrained",
    "gguf_tokenizer",
    "pretrained_tokenizer",
    "read_gguf",
]
