"""The encoder of a transformer: every position looks at all others, layer after layer."""

from __future__ import annotations

import copy
from collections.abc import Callable

from tt_nn import Dropout, LayerNorm, Linear, Module, ModuleList
from tt_tensor import DTypeLike, Tensor

from ..attention import MultiheadAttention
from .activation import Activation, activation_of

__all__ = ["TransformerEncoder", "TransformerEncoderLayer"]


class TransformerEncoderLayer(Module):
    """Self-attention, then two linear layers with an activation, each inside a residual connection.

    With x' the result of attention: ``x = norm1(x + x'); x = norm2(x + ff(x))``, or, with
    ``norm_first``, ``x = x + x'(norm1(x)); x = x + ff(norm2(x))``.

    Args:
        d_model: the width.
        nhead: the number of heads.
        dim_feedforward: the width between the two linear layers.
        dropout: the probability, in three places.
        activation: "relu", "gelu" or a function.
        layer_norm_eps: ε of both normalisations.
        batch_first: (N, L, d_model) instead of (L, N, d_model).
        norm_first: normalise before, not after.
        bias: whether linear layers and normalisations have biases.
        dtype: of the parameters, whose names are PyTorch's.

    Sources: Vaswani et al., "Attention is all you need", 2017; for ``norm_first`` Xiong et al., "On
    layer normalization in the transformer architecture", 2020.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import TransformerEncoderLayer
        >>> TransformerEncoderLayer(8, 2, 16, batch_first=True)(tt.rand(3, 5, 8)).shape
        (3, 5, 8)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype
        )
        self.linear1 = Linear(d_model, dim_feedforward, bias=bias, dtype=dtype)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias=bias, dtype=dtype)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        self.norm_first = norm_first
        self.activation: Callable[[Tensor], Tensor] = activation_of(activation)

    def forward(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        """The input's shape; the masks are those of :class:`MultiheadAttention`: True is hidden."""
        x = src
        masks = (src_mask, src_key_padding_mask, is_causal)
        if self.norm_first:
            x = x + self._attend(self.norm1(x), *masks)
            return x + self._feed(self.norm2(x))
        x = self.norm1(x + self._attend(x, *masks))
        out: Tensor = self.norm2(x + self._feed(x))
        return out

    def _attend(
        self, x: Tensor, mask: Tensor | None, padding: Tensor | None, causal: bool
    ) -> Tensor:
        seen = self.self_attn(x, x, x, padding, False, mask, is_causal=causal)[0]
        out: Tensor = self.dropout1(seen)
        return out

    def _feed(self, x: Tensor) -> Tensor:
        out: Tensor = self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))
        return out


class TransformerEncoder(Module):
    """So many copies of a layer, one after the other.

    Args:
        encoder_layer: is copied.
        num_layers: how often.
        norm: a last normalisation.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import TransformerEncoder, TransformerEncoderLayer
        >>> encoder = TransformerEncoder(TransformerEncoderLayer(8, 2, 16), num_layers=2)
        >>> encoder(tt.rand(5, 3, 8)).shape
        (5, 3, 8)
    """

    def __init__(
        self,
        encoder_layer: TransformerEncoderLayer,
        num_layers: int,
        norm: Module | None = None,
    ) -> None:
        super().__init__()
        self.layers = ModuleList([copy.deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self,
        src: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        """The input's shape; every layer gets the same masks."""
        x = src
        for layer in self.layers:
            x = layer(x, mask, src_key_padding_mask, is_causal)
        return x if self.norm is None else self.norm(x)
