"""Texts to learn from: windows, packing, what is held out, files of tokens, and evaluation."""

from .documents import pack, split_documents, split_tokens
from .evaluation import Evaluation, evaluate_text, evaluate_tokens, token_losses
from .token_file import open_tokens, save_tokens
from .windows import RandomWindows, Windows, random_windows

__all__ = [
    "Evaluation",
    "RandomWindows",
    "Windows",
    "evaluate_text",
    "evaluate_tokens",
    "open_tokens",
    "pack",
    "random_windows",
    "save_tokens",
    "split_documents",
    "split_tokens",
    "token_losses",
]
