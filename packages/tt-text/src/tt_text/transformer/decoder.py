"""The decoder of a transformer: it looks at what it has written and at what the encoder gives."""

from __future__ import annotations

import copy
from collections.abc import Callable

from tt_nn import Dropout, LayerNorm, Linear, Module, ModuleList
from tt_tensor import DTypeLike, Tensor

from ..attention import MultiheadAttention
from .activation import Activation, activation_of

__all__ = ["TransformerDecoder", "TransformerDecoderLayer"]


class TransformerDecoderLayer(Module):
    """Self-attention, attention to the encoder's output (``memory``), and two linear layers.

    Args:
        d_model: the width.
        nhead: the number of heads.
        dim_feedforward: the width between the two linear layers.
        dropout: the probability, in four places.
        activation: "relu", "gelu" or a function.
        layer_norm_eps: ε of the normalisations.
        batch_first: (N, L, d_model) instead of (L, N, d_model).
        norm_first: normalise before, not after.
        bias: whether linear layers and normalisations have biases.
        dtype: of the parameters, whose names are PyTorch's.

    Source: Vaswani et al., "Attention is all you need", 2017.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import TransformerDecoderLayer
        >>> layer = TransformerDecoderLayer(8, 2, 16, batch_first=True)
        >>> layer(tt.rand(3, 5, 8), tt.rand(3, 7, 8)).shape
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

        def attention() -> MultiheadAttention:
            return MultiheadAttention(
                d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype
            )

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)

        self.self_attn, self.multihead_attn = attention(), attention()
        self.linear1 = Linear(d_model, dim_feedforward, bias=bias, dtype=dtype)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias=bias, dtype=dtype)
        self.norm1, self.norm2, self.norm3 = norm(), norm(), norm()
        self.dropout1, self.dropout2, self.dropout3 = (Dropout(dropout) for _ in range(3))
        self.norm_first = norm_first
        self.activation: Callable[[Tensor], Tensor] = activation_of(activation)

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """The shape of ``tgt``; the masks are those of :class:`MultiheadAttention`."""
        own = (tgt_mask, tgt_key_padding_mask, tgt_is_causal)
        other = (memory_mask, memory_key_padding_mask, memory_is_causal)
        x = tgt
        if self.norm_first:
            x = x + self._look_back(self.norm1(x), *own)
            x = x + self._look_over(self.norm2(x), memory, *other)
            return x + self._feed(self.norm3(x))
        x = self.norm1(x + self._look_back(x, *own))
        x = self.norm2(x + self._look_over(x, memory, *other))
        out: Tensor = self.norm3(x + self._feed(x))
        return out

    def _look_back(
        self, x: Tensor, mask: Tensor | None, padding: Tensor | None, causal: bool
    ) -> Tensor:
        seen = self.self_attn(x, x, x, padding, False, mask, is_causal=causal)[0]
        out: Tensor = self.dropout1(seen)
        return out

    def _look_over(
        self, x: Tensor, memory: Tensor, mask: Tensor | None, padding: Tensor | None, causal: bool
    ) -> Tensor:
        seen = self.multihead_attn(x, memory, memory, padding, False, mask, is_causal=causal)[0]
        out: Tensor = self.dropout2(seen)
        return out

    def _feed(self, x: Tensor) -> Tensor:
        out: Tensor = self.dropout3(self.linear2(self.dropout(self.activation(self.linear1(x)))))
        return out


class TransformerDecoder(Module):
    """So many copies of a layer, one after the other.

    Args:
        decoder_layer: is copied.
        num_layers: how often.
        norm: a last normalisation.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import TransformerDecoder, TransformerDecoderLayer
        >>> decoder = TransformerDecoder(TransformerDecoderLayer(8, 2, 16), num_layers=2)
        >>> decoder(tt.rand(5, 3, 8), tt.rand(7, 3, 8)).shape
        (5, 3, 8)
    """

    def __init__(
        self,
        decoder_layer: TransformerDecoderLayer,
        num_layers: int,
        norm: Module | None = None,
    ) -> None:
        super().__init__()
        self.layers = ModuleList([copy.deepcopy(decoder_layer) for _ in range(num_layers)])
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """The shape of ``tgt``; every layer gets the same masks."""
        x = tgt
        for layer in self.layers:
            x = layer(
                x,
                memory,
                tgt_mask,
                memory_mask,
                tgt_key_padding_mask,
                memory_key_padding_mask,
                tgt_is_causal,
                memory_is_causal,
            )
        return x if self.norm is None else self.norm(x)
