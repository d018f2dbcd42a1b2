"""GPT: a stack of causal self-attention and small networks that predicts the next token.

The architecture and the names of the parts are GPT-2's, so that its weights fit.
"""

from __future__ import annotations

from dataclasses import dataclass

from tt_nn import Dropout, LayerNorm, Linear, Module, ModuleList, init
from tt_nn.functional import linear
from tt_tensor import Tensor, gelu, permute, reshape, transpose, unbind

from ..attention import KeyValueCache, decoder_mask, scaled_dot_product_attention
from ..embedding import Embedding
from ..positions import LearnedPositions
from .checks import check_tokens
from .loss import next_token_loss

__all__ = ["GPT", "GPTConfig"]


@dataclass(frozen=True)
class GPTConfig:
    """The sizes of a GPT.

    Attributes:
        vocab_size: the number of tokens.
        context: the largest number of positions.
        layers: the number of blocks.
        heads: per block.
        width: of the vectors, a multiple of ``heads``.
        dropout: the probability, after embeddings, attention and each block's parts.
        bias: whether linear layers and normalisations have biases.
        gelu: "tanh" for the approximation that GPT-2 was trained with, "none" for the exact GELU.
        eps: ε of the normalisations.
        tied: whether the last layer shares the table of the embedding.
    """

    vocab_size: int
    context: int = 1024
    layers: int = 12
    heads: int = 12
    width: int = 768
    dropout: float = 0.0
    bias: bool = True
    gelu: str = "tanh"
    eps: float = 1e-5
    tied: bool = True

    def __post_init__(self) -> None:
        for name in ("vocab_size", "context", "layers", "heads", "width"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.width % self.heads:
            raise ValueError(f"width: {self.width} is not a multiple of heads={self.heads}")
        if self.gelu not in ("tanh", "none"):
            raise ValueError(f"gelu must be 'tanh' or 'none', not {self.gelu!r}")


class CausalSelfAttention(Module):
    """Every position looks at itself and at those before it.

    Attributes:
        c_attn: gives queries, keys and values side by side.
        c_proj: mixes the heads.
    """

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.heads, self.dropout = config.heads, config.dropout
        self.c_attn = Linear(config.width, 3 * config.width, bias=config.bias)
        self.c_proj = Linear(config.width, config.width, bias=config.bias)
        self.resid_dropout = Dropout(config.dropout)

    def forward(
        self,
        x: Tensor,
        layer: int = 0,
        cache: KeyValueCache | None = None,
        padding: Tensor | None = None,
    ) -> Tensor:
        """(N, L, width) to the same; with a cache, the keys and values before are looked at too."""
        samples, length, width = x.shape
        parts = reshape(self.c_attn(x), (samples, length, 3, self.heads, width // self.heads))
        q, k, v = unbind(permute(parts, 2, 0, 3, 1, 4))  # (N, H, L, D) each
        if cache is not None:
            k, v = cache.append(layer, k, v)  # (N, H, S, D)
        mask = decoder_mask(length, k.shape[2], padding)
        drop = self.dropout if self.training else 0.0
        causal = mask is None and length > 1
        out = scaled_dot_product_attention(q, k, v, mask, drop, causal)
        joined = reshape(transpose(out, 1, 2), (samples, length, width))
        result: Tensor = self.resid_dropout(self.c_proj(joined))
        return result


class MLP(Module):
    """Two linear layers, four times wider in between, with a GELU."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.approximate = config.gelu
        self.c_fc = Linear(config.width, 4 * config.width, bias=config.bias)
        self.c_proj = Linear(4 * config.width, config.width, bias=config.bias)
        self.dropout = Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(N, L, width) to the same."""
        hidden = gelu(self.c_fc(x), approximate=self.approximate)
        out: Tensor = self.dropout(self.c_proj(hidden))
        return out


class Block(Module):
    """``x = x + attention(norm(x)); x = x + mlp(norm(x))``."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.ln_1 = LayerNorm(config.width, config.eps, bias=config.bias)
        self.attn = CausalSelfAttention(config)
        self.ln_2 = LayerNorm(config.width, config.eps, bias=config.bias)
        self.mlp = MLP(config)

    def forward(
        self,
        x: Tensor,
        layer: int = 0,
        cache: KeyValueCache | None = None,
        padding: Tensor | None = None,
    ) -> Tensor:
        """(N, L, width) to the same."""
        x = x + self.attn(self.ln_1(x), layer, cache, padding)
        out: Tensor = x + self.mlp(self.ln_2(x))
        return out


class GPT(Module):
    """Predicts the next token at every position.

    Args:
        config: the sizes.

    Source: Radford et al., "Language models are unsupervised multitask learners", 2019.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import GPT, GPTConfig
        >>> model = GPT(GPTConfig(vocab_size=10, context=8, layers=2, heads=2, width=16))
        >>> model(tt.tensor([[1, 2, 3]])).shape
        (1, 3, 10)
    """

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.config = config
        self.wte = Embedding(config.vocab_size, config.width)
        self.wpe = LearnedPositions(config.context, config.width)
        self.drop = Dropout(config.dropout)
        self.h = ModuleList([Block(config) for _ in range(config.layers)])
        self.ln_f = LayerNorm(config.width, config.eps, bias=config.bias)
        self.lm_head = None if config.tied else Linear(config.width, config.vocab_size, bias=False)
        self.reset_parameters()

    @property
    def context(self) -> int:
        """The largest number of positions."""
        return self.config.context

    def reset_parameters(self) -> None:
        """Normal weights of deviation 0.02; those that add to the residual stream are smaller."""
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                init.zeros_(parameter)
            elif parameter.ndim > 1:
                last = name.endswith("c_proj.weight")
                shrink = (2 * self.config.layers) ** -0.5 if last else 1.0
                init.normal_(parameter, std=0.02 * shrink)

    def forward(
        self, tokens: Tensor, cache: KeyValueCache | None = None, padding: Tensor | None = None
    ) -> Tensor:
        """Scores of the next token.

        Args:
            tokens: (N, L) integers.
            cache: what was computed for the tokens before; it is added to.
            padding: (N,) how many tokens at the left of each text, the cache's included, are only
                there to make all texts equally long; any token will do there.

        Returns:
            (N, L, vocab_size).

        Raises:
            ShapeError: not (N, L), or more positions than the context.
            IndexError: a token out of range.
        """
        check_tokens(tokens, padding)
        start = 0 if cache is None else cache.length
        x: Tensor = self.drop(self.wpe(self.wte(tokens), start, padding))  # (N, L, width)
        for layer, block in enumerate(self.h):
            x = block(x, layer, cache, padding)
        x = self.ln_f(x)
        out: Tensor = linear(x, self.wte.weight) if self.lm_head is None else self.lm_head(x)
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
