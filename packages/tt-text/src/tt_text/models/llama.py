"""Llama: rotary positions, root-mean-square normalisation, a gated network, shared key heads.

The names of the parts are those of the HuggingFace format, so that its weights fit.
"""

from __future__ import annotations

from dataclasses import dataclass

from tt_nn import Linear, Module, ModuleList, RMSNorm, init
from tt_nn.functional import linear
from tt_tensor import Tensor, reshape, silu, transpose

from ..attention import KeyValueCache, decoder_mask, scaled_dot_product_attention
from ..embedding import Embedding
from ..positions import RotaryPositions
from .checks import check_tokens
from .loss import next_token_loss

__all__ = ["Llama", "LlamaConfig"]


@dataclass(frozen=True)
class LlamaConfig:
    """The sizes of a Llama.

    Attributes:
        vocab_size: the number of tokens.
        context: the largest number of positions.
        layers: the number of blocks.
        heads: of queries, per block.
        kv_heads: of keys and values; ``heads`` is a multiple of it.
        width: of the vectors, a multiple of ``heads``.
        hidden: the width inside the gated network.
        eps: ε of the normalisations.
        base: of the rotary angles.
        rotary: which elements make a pair, see :func:`apply_rotary`.
        tied: whether the last layer shares the table of the embedding.
    """

    vocab_size: int
    context: int = 2048
    layers: int = 32
    heads: int = 32
    kv_heads: int = 32
    width: int = 4096
    hidden: int = 11008
    eps: float = 1e-5
    base: float = 10_000.0
    rotary: str = "halves"
    tied: bool = False

    def __post_init__(self) -> None:
        for name in ("vocab_size", "context", "layers", "heads", "kv_heads", "width", "hidden"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.width % self.heads:
            raise ValueError(f"width: {self.width} is not a multiple of heads={self.heads}")
        if self.heads % self.kv_heads:
            raise ValueError(f"heads: {self.heads} is not a multiple of kv_heads={self.kv_heads}")


class LlamaAttention(Module):
    """Causal self-attention in which groups of query heads share keys and values."""

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.heads, self.kv_heads = config.heads, config.kv_heads
        self.head_width = config.width // config.heads
        shared = config.kv_heads * self.head_width
        self.q_proj = Linear(config.width, config.width, bias=False)
        self.k_proj = Linear(config.width, shared, bias=False)
        self.v_proj = Linear(config.width, shared, bias=False)
        self.o_proj = Linear(config.width, config.width, bias=False)

    def forward(
        self,
        x: Tensor,
        turn: RotaryPositions,
        start: int = 0,
        layer: int = 0,
        cache: KeyValueCache | None = None,
        padding: Tensor | None = None,
    ) -> Tensor:
        """(N, L, width) to the same; the first position is ``start``."""
        samples, length, width = x.shape
        q = turn(self._heads(self.q_proj(x), self.heads), start)  # (N, H, L, D)
        k = turn(self._heads(self.k_proj(x), self.kv_heads), start)  # (N, G, L, D)
        v = self._heads(self.v_proj(x), self.kv_heads)
        if cache is not None:
            k, v = cache.append(layer, k, v)  # (N, G, S, D)
        mask = decoder_mask(length, k.shape[2], padding)
        causal = mask is None and length > 1
        out = scaled_dot_product_attention(q, k, v, mask, is_causal=causal, enable_gqa=True)
        result: Tensor = self.o_proj(reshape(transpose(out, 1, 2), (samples, length, width)))
        return result

    def _heads(self, x: Tensor, heads: int) -> Tensor:
        return transpose(reshape(x, (*x.shape[:2], heads, self.head_width)), 1, 2)


class LlamaMLP(Module):
    """``down(silu(gate(x)) · up(x))``.

    Source: Shazeer, "GLU variants improve transformer", 2020.
    """

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.gate_proj = Linear(config.width, config.hidden, bias=False)
        self.up_proj = Linear(config.width, config.hidden, bias=False)
        self.down_proj = Linear(config.hidden, config.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, L, width) to the same."""
        out: Tensor = self.down_proj(silu(self.gate_proj(x)) * self.up_proj(x))
        return out


class LlamaBlock(Module):
    """``x = x + attention(norm(x)); x = x + mlp(norm(x))``."""

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(config.width, config.eps)
        self.self_attn = LlamaAttention(config)
        self.post_attention_layernorm = RMSNorm(config.width, config.eps)
        self.mlp = LlamaMLP(config)

    def forward(
        self,
        x: Tensor,
        turn: RotaryPositions,
        start: int = 0,
        layer: int = 0,
        cache: KeyValueCache | None = None,
        padding: Tensor | None = None,
    ) -> Tensor:
        """(N, L, width) to the same."""
        x = x + self.self_attn(self.input_layernorm(x), turn, start, layer, cache, padding)
        out: Tensor = x + self.mlp(self.post_attention_layernorm(x))
        return out


class Llama(Module):
    """Predicts the next token at every position.

    Args:
        config: the sizes.

    Source: Touvron et al., "LLaMA: open and efficient foundation language models", 2023.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import Llama, LlamaConfig
        >>> sizes = LlamaConfig(10, context=8, layers=2, heads=4, kv_heads=2, width=16, hidden=32)
        >>> Llama(sizes)(tt.tensor([[1, 2, 3]])).shape
        (1, 3, 10)
    """

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.config = config
        self.embed_tokens = Embedding(config.vocab_size, config.width)
        self.layers = ModuleList([LlamaBlock(config) for _ in range(config.layers)])
        self.norm = RMSNorm(config.width, config.eps)
        self.lm_head = None if config.tied else Linear(config.width, config.vocab_size, bias=False)
        head = config.width // config.heads
        self.turn = RotaryPositions(config.context, head, config.base, config.rotary)
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.normal_(parameter, std=0.02)

    @property
    def context(self) -> int:
        """The largest number of positions."""
        return self.config.context

    def forward(
        self, tokens: Tensor, cache: KeyValueCache | None = None, padding: Tensor | None = None
    ) -> Tensor:
        """Scores of the next token.

        Args:
            tokens: (N, L) integers.
            cache: what was computed for the tokens before; it is added to.
            padding: (N,) how many tokens at the left of each text, the cache's included, are only
                there to make all texts equally long.

        Returns:
            (N, L, vocab_size).

        Raises:
            ShapeError: not (N, L), or more positions than the context.
            IndexError: a token out of range.
        """
        check_tokens(tokens, padding)
        start = 0 if cache is None else cache.length
        x: Tensor = self.embed_tokens(tokens)  # (N, L, width)
        for layer, block in enumerate(self.layers):
            # distances alone count for rotary positions, so padding need not move them
            x = block(x, self.turn, start, layer, cache, padding)
        x = self.norm(x)
        if self.lm_head is None:
            return linear(x, self.embed_tokens.weight)
        out: Tensor = self.lm_head(x)
        return out

    def loss(self, tokens: Tensor, targets: Tensor) -> Tensor:
        """The mean cross-entropy of the next tokens.

        Args:
            tokens: (N, L) integers.
            targets: (N, L), the token that follows each.

        Raises:
            ShapeError: tokens and targets have different shapes.
            IndexError: a token or a target out of range.
        """
        return next_token_loss(self, tokens, targets)
