"""Writing text with a language model: choosing tokens, the loop, beam search, text that streams."""

from .beam import Beam, beam_search
from .decode import LanguageModel
from .generate import generate
from .sampler import Sampler
from .scores import (
    greedy,
    keep_min_p,
    keep_top_k,
    keep_top_p,
    penalize_repetition,
    sample,
    scale_temperature,
)
from .stop_text import StopText
from .stream import generate_text, stream

__all__ = [
    "Beam",
    "LanguageModel",
    "Sampler",
    "StopText",
    "beam_search",
    "generate",
    "generate_text",
    "greedy",
    "keep_min_p",
    "keep_top_k",
    "keep_top_p",
    "penalize_repetition",
    "sample",
    "scale_temperature",
    "stream",
]
