"""BERT: an encoder in which every token looks at all others, before and behind.

The architecture and the names of the parts are those of the HuggingFace format, so that its weights
fit.  What is left out: the heads of single tasks, such as guessing masked words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tt_nn import Dropout, LayerNorm, Linear, Module, ModuleList, init
from tt_tensor import DTypeError, ShapeError, Tensor, from_numpy, gelu, reshape, tanh, transpose

from ..attention import scaled_dot_product_attention
from ..embedding import Embedding
from ..positions import LearnedPositions
from .checks import check_tokens

__all__ = ["BERT", "BERTConfig", "mean_pool"]


@dataclass(frozen=True)
class BERTConfig:
    """The sizes of a BERT.

    Attributes:
        vocab_size: the number of tokens.
        context: the largest number of positions.
        layers: the number of blocks.
        heads: per block.
        width: of the vectors, a multiple of ``heads``.
        hidden: the width between the two linear layers of a block.
        types: kinds of tokens: those of the first text, and those of the second.
        dropout: the probability, after embeddings, attention and each block's parts.
        gelu: "none" for the exact GELU, "tanh" for its approximation.
        eps: ε of the normalisations.
        pooler: whether there is a layer for a vector of the whole text.
    """

    vocab_size: int
    context: int = 512
    layers: int = 12
    heads: int = 12
    width: int = 768
    hidden: int = 3072
    types: int = 2
    dropout: float = 0.1
    gelu: str = "none"
    eps: float = 1e-12
    pooler: bool = True

    def __post_init__(self) -> None:
        sizes = ("vocab_size", "context", "layers", "heads", "width", "hidden", "types")
        for name in sizes:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.width % self.heads:
            raise ValueError(f"width: {self.width} is not a multiple of heads={self.heads}")
        if self.gelu not in ("tanh", "none"):
            raise ValueError(f"gelu must be 'tanh' or 'none', not {self.gelu!r}")


class BERTEmbeddings(Module):
    """The vectors of a token, its place and its text added up, and normalised."""

    def __init__(self, config: BERTConfig) -> None:
        super().__init__()
        self.word_embeddings = Embedding(config.vocab_size, config.width)
        self.position_embeddings = LearnedPositions(config.context, config.width)
        self.token_type_embeddings = Embedding(config.types, config.width)
        self.LayerNorm = LayerNorm(config.width, config.eps)
        self.dropout = Dropout(config.dropout)

    def forward(self, tokens: Tensor, types: Tensor) -> Tensor:
        """(N, L) twice to (N, L, width)."""
        words = self.word_embeddings(tokens) + self.token_type_embeddings(types)
        out: Tensor = self.dropout(self.LayerNorm(self.position_embeddings(words)))
        return out


class BERTSelfAttention(Module):
    """Every position looks at all positions that the mask allows."""

    def __init__(self, config: BERTConfig) -> None:
        super().__init__()
        self.heads, self.dropout = config.heads, config.dropout
        self.query = Linear(config.width, config.width)
        self.key = Linear(config.width, config.width)
        self.value = Linear(config.width, config.width)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """(N, L, width) to the same; the mask is (N, 1, 1, L), True where one may look."""
        samples, length, width = x.shape
        q, k, v = (
            transpose(reshape(part(x), (samples, length, self.heads, width // self.heads)), 1, 2)
            for part in (self.query, self.key, self.value)
        )  # (N, H, L, D)
        drop = self.dropout if self.training else 0.0
        out = scaled_dot_product_attention(q, k, v, mask, drop)
        return reshape(transpose(out, 1, 2), (samples, length, width))


class BERTOutput(Module):
    """``norm(residual + dense(x))``: how each half of a block ends."""

    def __init__(self, inside: int, config: BERTConfig) -> None:
        super().__init__()
        self.dense = Linear(inside, config.width)
        self.LayerNorm = LayerNorm(config.width, config.eps)
        self.dropout = Dropout(config.dropout)

    def forward(self, x: Tensor, residual: Tensor) -> Tensor:
        """(N, L, inside) and (N, L, width) to (N, L, width)."""
        out: Tensor = self.LayerNorm(residual + self.dropout(self.dense(x)))
        return out


class BERTAttention(Module):
    """``x = norm(x + attention(x))``."""

    def __init__(self, config: BERTConfig) -> None:
        super().__init__()
        self.self = BERTSelfAttention(config)
        self.output = BERTOutput(config.width, config)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """(N, L, width) to the same."""
        out: Tensor = self.output(self.self(x, mask), x)
        return out


class BERTIntermediate(Module):
    """``gelu(dense(x))``, wider than the input."""

    def __init__(self, config: BERTConfig) -> None:
        super().__init__()
        self.approximate = config.gelu
        self.dense = Linear(config.width, config.hidden)

    def forward(self, x: Tensor) -> Tensor:
        """(N, L, width) to (N, L, hidden)."""
        return gelu(self.dense(x), approximate=self.approximate)


class BERTLayer(Module):
    """``x = norm(x + attention(x)); x = norm(x + mlp(x))``."""

    def __init__(self, config: BERTConfig) -> None:
        super().__init__()
        self.attention = BERTAttention(config)
        self.intermediate = BERTIntermediate(config)
        self.output = BERTOutput(config.hidden, config)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """(N, L, width) to the same."""
        x = self.attention(x, mask)
        out: Tensor = self.output(self.intermediate(x), x)
        return out


class BERTEncoder(Module):
    """All blocks, one after the other."""

    def __init__(self, config: BERTConfig) -> None:
        super().__init__()
        self.layer = ModuleList([BERTLayer(config) for _ in range(config.layers)])

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """(N, L, width) to the same."""
        for layer in self.layer:
            x = layer(x, mask)
        return x


class BERTPooler(Module):
    """``tanh(dense(x₀))``: the vector of the first token, [CLS], stands for the text."""

    def __init__(self, config: BERTConfig) -> None:
        super().__init__()
        self.dense = Linear(config.width, config.width)

    def forward(self, x: Tensor) -> Tensor:
        """(N, L, width) to (N, width)."""
        return tanh(self.dense(x[:, 0]))


class BERT(Module):
    """Gives every token of a text a vector that depends on the whole text.

    Args:
        config: the sizes.

    Source: Devlin et al., "BERT: pre-training of deep bidirectional transformers for language
    understanding", 2019.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import BERT, BERTConfig, mean_pool
        >>> model = BERT(BERTConfig(10, context=8, layers=2, heads=2, width=16, hidden=32)).eval()
        >>> tokens = tt.tensor([[1, 2, 3], [4, 5, 0]])
        >>> real = tt.tensor([[True, True, True], [True, True, False]])
        >>> vectors = model(tokens, real)
        >>> vectors.shape, model.pool(vectors).shape, mean_pool(vectors, real).shape
        ((2, 3, 16), (2, 16), (2, 16))
    """

    def __init__(self, config: BERTConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = BERTEmbeddings(config)
        self.encoder = BERTEncoder(config)
        self.pooler = BERTPooler(config) if config.pooler else None
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                init.zeros_(parameter)
            elif parameter.ndim > 1:
                init.normal_(parameter, std=0.02)

    @property
    def context(self) -> int:
        """The largest number of positions."""
        return self.config.context

    def forward(
        self, tokens: Tensor, mask: Tensor | None = None, types: Tensor | None = None
    ) -> Tensor:
        """The vectors of the last block.

        Args:
            tokens: (N, L) integers.
            mask: (N, L), True (or 1) at real tokens, False (or 0) at those that only fill up.
            types: (N, L) integers, the text that each token belongs to; all of the first if None.

        Returns:
            (N, L, width); at tokens that only fill up the vectors mean nothing.

        Raises:
            ShapeError: not (N, L), or more positions than the context.
            TypeError: the mask is no tensor.
            DTypeError: the mask is neither boolean nor of integers.
            IndexError: a token or a type out of range.
        """
        check_tokens(tokens, None)
        if types is None:
            types = from_numpy(np.zeros(tokens.shape, np.int64))
        elif types.shape != tokens.shape:
            raise ShapeError(f"types: expected {tokens.shape} like the tokens, not {types.shape}")
        seen = (
            None if mask is None else _booleans(mask, tokens.shape)[:, None, None]
        )  # (N, 1, 1, L)
        out: Tensor = self.encoder(self.embeddings(tokens, types), seen)
        return out

    def pool(self, vectors: Tensor) -> Tensor:
        """One vector per text, from its first token: (N, L, width) to (N, width).

        Raises:
            ValueError: the model has no pooler.
        """
        if self.pooler is None:
            raise ValueError("pool: this model has no pooler; mean_pool needs none")
        out: Tensor = self.pooler(vectors)
        return out


def mean_pool(vectors: Tensor, mask: Tensor | None = None) -> Tensor:
    """The mean of each text's vectors, those left out that only fill up.

    Args:
        vectors: (N, L, width).
        mask: (N, L), True (or 1) at real tokens; all are if None.

    Returns:
        (N, width); 0 for a text without any real token.

    Raises:
        ShapeError: the mask is not (N, L).
        DTypeError: the mask is neither boolean nor of integers.

    Source: Reimers and Gurevych, "Sentence-BERT", 2019.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import mean_pool
        >>> mean_pool(tt.tensor([[[1.0], [3.0], [8.0]]]), tt.tensor([[True, True, False]]))
        tensor([[2.]])
    """
    if mask is None:
        return vectors.mean(dim=1)
    real = _booleans(mask, vectors.shape[:-1]).to(vectors.dtype).unsqueeze(-1)  # (N, L, 1)
    count = np.maximum(real.array.sum(1), 1)  # (N, 1)
    out: Tensor = (vectors * real).sum(dim=1) / from_numpy(count)
    return out


def _booleans(mask: Tensor, shape: tuple[int, ...]) -> Tensor:
    """A mask of any integers as booleans.

    Raises:
        TypeError: no tensor.
        ShapeError: another shape.
        DTypeError: floating point, which could mean numbers to add.
    """
    if not isinstance(mask, Tensor):
        raise TypeError(
            f"mask: expected a tensor, not {type(mask).__name__}; BERT reads whole texts, it has no "
            "cache and cannot continue a text"
        )
    if mask.shape != shape:
        raise ShapeError(f"mask: expected (N, L) = {shape} like the tokens, not {mask.shape}")
    if mask.is_floating_point():
        raise DTypeError(f"mask: expected booleans or integers, not {mask.dtype}")
    return from_numpy(mask.array != 0)
