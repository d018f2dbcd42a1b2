"""Tokenizers: text as numbers, from characters to the vocabularies of published models.

From simple to powerful: ``char``, ``word``, ``bpe`` (with ``split``, ``bpe_train``, ``merging``),
``sentencepiece``, ``wordpiece`` (with ``bert_text``).  What they share is in ``base``; ``gpt2``,
``llama2c``, ``huggingface`` read published vocabularies.
"""

from .base import Tokenizer
from .bpe import BPETokenizer
from .bpe_train import train_merges, train_simple
from .byte_symbols import bytes_to_symbols, symbols_to_bytes
from .char import CharTokenizer
from .gpt2 import load_gpt2
from .huggingface import load_tokenizer_json
from .llama2c import load_llama2c
from .load import load_tokenizer
from .merging import Merges
from .padding import Batch, pad
from .sentencepiece import SentencePieceTokenizer
from .sentencepiece_model import load_sentencepiece
from .special import SpecialTokens
from .split import GPT2_PATTERN, Splitter
from .stream import StreamDecoder
from .word import WHITESPACE, WORDS, WordTokenizer
from .wordpiece import WordPieceTokenizer, load_wordpiece

__all__ = [
    "GPT2_PATTERN",
    "WHITESPACE",
    "WORDS",
    "BPETokenizer",
    "Batch",
    "CharTokenizer",
    "Merges",
    "SentencePieceTokenizer",
    "SpecialTokens",
    "Splitter",
    "StreamDecoder",
    "Tokenizer",
    "WordPieceTokenizer",
    "WordTokenizer",
    "bytes_to_symbols",
    "load_gpt2",
    "load_llama2c",
    "load_sentencepiece",
    "load_tokenizer",
    "load_tokenizer_json",
    "load_wordpiece",
    "pad",
    "symbols_to_bytes",
    "train_merges",
    "train_simple",
]
