"""Text as numbers: tokenizers, embeddings, attention."""

from . import generation, tokenizers
from .attention import (
    GrowingCache,
    KeyValueCache,
    MultiheadAttention,
    attention_weights,
    causal_mask,
    decoder_mask,
    padding_mask,
    scaled_dot_product_attention,
)
from .embedding import Embedding
from .generation import Beam, beam_search, generate, generate_text, stream
from .lookup import embedding
from .models import BERT, GPT, BERTConfig, GPTConfig, Llama, LlamaConfig, mean_pool
from .positions import (
    LearnedPositions,
    RotaryPositions,
    SinusoidalPositions,
    alibi_bias,
    alibi_slopes,
    apply_rotary,
    rotary_angles,
    sinusoids,
)
from .pretrained import from_llama2c, from_pretrained
from .tokenizers import (
    BPETokenizer,
    CharTokenizer,
    SentencePieceTokenizer,
    StreamDecoder,
    Tokenizer,
    WordPieceTokenizer,
    WordTokenizer,
    load_gpt2,
    load_llama2c,
    load_tokenizer,
    load_wordpiece,
)
from .transformer import (
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)

__all__ = [
    "BERT",
    "GPT",
    "BERTConfig",
    "BPETokenizer",
    "Beam",
    "CharTokenizer",
    "Embedding",
    "GPTConfig",
    "GrowingCache",
    "KeyValueCache",
    "LearnedPositions",
    "Llama",
    "LlamaConfig",
    "MultiheadAttention",
    "RotaryPositions",
    "SentencePieceTokenizer",
    "SinusoidalPositions",
    "StreamDecoder",
    "Tokenizer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
    "WordPieceTokenizer",
    "WordTokenizer",
    "alibi_bias",
    "alibi_slopes",
    "apply_rotary",
    "attention_weights",
    "beam_search",
    "causal_mask",
    "decoder_mask",
    "embedding",
    "from_llama2c",
    "from_pretrained",
    "generate",
    "generate_text",
    "generation",
    "load_gpt2",
    "load_llama2c",
    "load_tokenizer",
    "load_wordpiece",
    "mean_pool",
    "padding_mask",
    "rotary_angles",
    "scaled_dot_product_attention",
    "sinusoids",
    "stream",
    "tokenizers",
]
