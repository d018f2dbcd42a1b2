"""Language models, one file per architecture."""

from .bert import BERT, BERTConfig, mean_pool
from .gpt import GPT, GPTConfig
from .llama import Llama, LlamaConfig

__all__ = ["BERT", "GPT", "BERTConfig", "GPTConfig", "Llama", "LlamaConfig", "mean_pool"]
