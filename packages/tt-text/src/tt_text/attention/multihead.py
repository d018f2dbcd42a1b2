"""Multi-head attention: several attentions side by side, each in a projection of its own."""

from __future__ import annotations

import numpy as np

from tt_nn import Linear, Module, Parameter, init
from tt_nn.functional import dropout, linear
from tt_tensor import (
    DTypeError,
    DTypeLike,
    ShapeError,
    Tensor,
    cat,
    empty,
    from_numpy,
    matmul,
    mean,
    reshape,
    transpose,
    zeros,
)

from .cache import KeyValueCache
from .masks import additive
from .scaled_dot_product import attention_weights

__all__ = ["MultiheadAttention"]


class MultiheadAttention(Module):
    """``concat(head₁, ..., head_H) Wᵒ``, where head i attends in the projections q Wᵢ, k Wᵢ, v Wᵢ.

    Args:
        embed_dim: the width of queries and of the output, a multiple of ``num_heads``.
        num_heads: how many attentions, each ``embed_dim / num_heads`` wide.
        dropout: the probability that a weight is dropped in training.
        bias: whether the projections have biases.
        add_bias_kv: one more learned key and value.
        add_zero_attn: one more key and value of zeros.
        kdim: the width of keys, ``embed_dim`` if None.
        vdim: the width of values, ``embed_dim`` if None.
        batch_first: inputs are (N, L, width) instead of (L, N, width).
        dtype: of the parameters.

    Attributes:
        in_proj_weight: (3 · embed_dim, embed_dim), the three projections one below the other; with
            another ``kdim`` or ``vdim`` they are ``q_proj_weight``, ``k_proj_weight`` and
            ``v_proj_weight``. The names are PyTorch's.
        in_proj_bias: (3 · embed_dim,).
        out_proj: the last projection.

    Raises:
        ValueError: ``embed_dim`` is not a multiple of ``num_heads``.

    Source: Vaswani et al., "Attention is all you need", 2017.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import MultiheadAttention
        >>> attention = MultiheadAttention(8, 2, batch_first=True)
        >>> x = tt.rand(4, 5, 8)
        >>> out, weights = attention(x, x, x)
        >>> out.shape, weights.shape
        ((4, 5, 8), (4, 5, 5))
    """

    in_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
            raise ValueError(
                f"embed_dim: {embed_dim} is not a positive multiple of num_heads={num_heads}"
            )
        self.embed_dim, self.num_heads, self.head_dim = embed_dim, num_heads, embed_dim // num_heads
        self.kdim, self.vdim = kdim or embed_dim, vdim or embed_dim
        self.dropout, self.batch_first, self.add_zero_attn = dropout, batch_first, add_zero_attn
        self._one_width = self.kdim == self.vdim == embed_dim

        def table(*shape: int) -> Parameter:
            return Parameter(empty(*shape, dtype=dtype))

        if self._one_width:
            self.in_proj_weight = table(3 * embed_dim, embed_dim)
        else:
            self.q_proj_weight = table(embed_dim, embed_dim)
            self.k_proj_weight = table(embed_dim, self.kdim)
            self.v_proj_weight = table(embed_dim, self.vdim)
            self.register_parameter("in_proj_weight", None)
        self.register_parameter("in_proj_bias", table(3 * embed_dim) if bias else None)
        self.out_proj = Linear(embed_dim, embed_dim, bias=bias, dtype=dtype)
        self.register_parameter("bias_k", table(1, 1, embed_dim) if add_bias_kv else None)
        self.register_parameter("bias_v", table(1, 1, embed_dim) if add_bias_kv else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the projections anew: Glorot's uniform distribution, biases 0."""
        for weight in self._projections():
            init.xavier_uniform_(weight)
        for bias in (self.in_proj_bias, self.out_proj.bias):
            if bias is not None:
                init.zeros_(bias)
        for extra in (self.bias_k, self.bias_v):
            if extra is not None:
                init.xavier_normal_(extra)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
        *,
        cache: KeyValueCache | None = None,
        layer: int = 0,
    ) -> tuple[Tensor, Tensor | None]:
        """Attend.

        Args:
            query: (N, L, embed_dim) with ``batch_first``, else (L, N, embed_dim); or (L, embed_dim).
            key: (N, S, kdim), in the same order.
            value: (N, S, vdim), in the same order.
            key_padding_mask: (N, S) or (S,). **True means hidden**, the other way round than in
                :func:`scaled_dot_product_attention`, as in PyTorch; or numbers to be added.
            need_weights: also return the weights.
            attn_mask: (L, S) or (N · num_heads, L, S), with the same meaning of True.
            average_attn_weights: average the returned weights over the heads.
            is_causal: hide later keys; PyTorch takes it for a hint about ``attn_mask``, and so it
                is ignored when there is one.
            cache: takes ``key`` and ``value`` as what follows those that it holds; all are looked
                at, so S in the masks counts them too. The last query stands at the last key.
            layer: the number of this layer in the cache.

        Returns:
            the output in the query's shape; and the weights (N, L, S), or (N, num_heads, L, S)
            without averaging, or None.

        Raises:
            ShapeError: the shapes do not fit.
            DTypeError: a mask is neither boolean nor of the query's type.
            ValueError: a cache, for a layer that adds keys of its own.
        """
        batched = query.ndim == 3
        self._check(query, key, value)
        held = 0 if cache is None else self._held(cache, layer)
        self._check_masks(query, key, held, key_padding_mask, attn_mask)
        if not batched:
            query, key, value = (x.unsqueeze(0) for x in (query, key, value))
            if key_padding_mask is not None:
                key_padding_mask = key_padding_mask.unsqueeze(0)
        elif not self.batch_first:
            query, key, value = (transpose(x, 0, 1) for x in (query, key, value))
        q, k, v = self._project(query, key, value)  # (N, H, L, D), (N, H, S, D) twice
        if cache is not None:
            k, v = cache.append(layer, k, v)
        length, size = q.shape[-2], k.shape[-2]
        if is_causal and attn_mask is None and (key_padding_mask is not None or size != length):
            attn_mask = from_numpy(~np.tri(length, held + key.shape[1], held, dtype=bool))
        mask = self._mask(q, size, key_padding_mask, attn_mask)
        out, weights = attention_weights(q, k, v, mask, is_causal=is_causal and mask is None)
        if self.training and self.dropout:
            weights = dropout(weights, self.dropout)
            out = matmul(weights, v)
        joined = reshape(transpose(out, 1, 2), (*query.shape[:2], self.embed_dim))
        result: Tensor = self.out_proj(joined)
        if not batched:
            result = result.squeeze(0)
        elif not self.batch_first:
            result = transpose(result, 0, 1)
        if not need_weights:
            return result, None
        shown = mean(weights, 1) if average_attn_weights else weights
        return result, shown if batched else shown.squeeze(0)

    def _projections(self) -> list[Parameter]:
        if self.in_proj_weight is not None:
            return [self.in_proj_weight]
        return [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]

    def _project(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, ...]:
        """The three projections, split into heads: (N, length, width) to (N, H, length, D)."""
        if self.in_proj_weight is not None and query is key is value:
            joint = linear(query, self.in_proj_weight, self.in_proj_bias)  # (N, L, 3 E)
            parts = list(joint.chunk(3, -1))
        else:
            tables = self._projections()
            weights = list(tables[0].chunk(3, 0)) if len(tables) == 1 else list(tables)
            bias = self.in_proj_bias
            biases = [None] * 3 if bias is None else list(bias.chunk(3, 0))
            inputs = (query, key, value)
            parts = [linear(x, w, b) for x, w, b in zip(inputs, weights, biases, strict=True)]
        q, k, v = parts
        samples = q.shape[0]
        if self.bias_k is not None and self.bias_v is not None:
            shape = (samples, 1, self.embed_dim)
            k = cat([k, self.bias_k.expand(*shape)], 1)
            v = cat([v, self.bias_v.expand(*shape)], 1)
        if self.add_zero_attn:
            nothing = zeros(samples, 1, self.embed_dim, dtype=k.dtype)
            k, v = cat([k, nothing], 1), cat([v, nothing], 1)
        return tuple(self._split(x) for x in (q, k, v))

    def _split(self, x: Tensor) -> Tensor:
        return transpose(reshape(x, (*x.shape[:2], self.num_heads, self.head_dim)), 1, 2)

    def _mask(
        self, query: Tensor, size: int, padding: Tensor | None, mask: Tensor | None
    ) -> Tensor | None:
        """Both masks as numbers to be added, (N or 1, H or 1, L or 1, S)."""
        parts = []
        if mask is not None:
            if mask.ndim == 3:
                mask = reshape(mask, (-1, self.num_heads, *mask.shape[1:]))
            parts.append(mask)
        if padding is not None:
            parts.append(reshape(padding, (padding.shape[0], 1, 1, padding.shape[-1])))
        total: Tensor | None = None
        for part in parts:
            if part.shape[-1] < size:  # the keys that this layer has added are seen by all
                seen = zeros(*part.shape[:-1], size - part.shape[-1], dtype=part.dtype)
                part = cat([part, seen], -1)
            shown = ~part if part.array.dtype == np.bool_ else part
            numbers = additive(shown, query, size)
            total = numbers if total is None else total + numbers
        return total

    def _check(self, query: Tensor, key: Tensor, value: Tensor) -> None:
        widths = (self.embed_dim, self.kdim, self.vdim)
        for name, x, width in zip(
            ("query", "key", "value"), (query, key, value), widths, strict=True
        ):
            if x.ndim != query.ndim or x.ndim not in (2, 3) or x.shape[-1] != width:
                raise ShapeError(
                    f"{name}: expected {query.ndim if query.ndim in (2, 3) else '2 or 3'} dimensions, "
                    f"the last of size {width}, but the shape is {x.shape}"
                )
        if self._sizes(query)[0] != self._sizes(key)[0] or key.shape[:-1] != value.shape[:-1]:
            raise ShapeError(
                "query, key and value: the batches must be equal, and the lengths of key and value "
                f"too, but the shapes are {query.shape}, {key.shape} and {value.shape}"
            )

    def _sizes(self, x: Tensor) -> tuple[int, int]:
        """The number of samples and the length; one sample if there is no batch."""
        if x.ndim == 2:
            return 1, x.shape[0]
        return (x.shape[0], x.shape[1]) if self.batch_first else (x.shape[1], x.shape[0])

    def _held(self, cache: KeyValueCache, layer: int) -> int:
        """How many keys the cache has for this layer."""
        if self.bias_k is not None or self.add_zero_attn:
            raise ValueError(
                "cache: a layer with add_bias_kv or add_zero_attn adds keys at the end, where those "
                "of the next call would stand"
            )
        before = cache.read(layer)
        return 0 if before is None else before[0].shape[-2]

    def _check_masks(
        self, query: Tensor, key: Tensor, held: int, padding: Tensor | None, mask: Tensor | None
    ) -> None:
        samples, length = self._sizes(query)
        size = held + self._sizes(key)[1]
        allowed: list[tuple[str, Tensor | None, list[tuple[int, ...]]]] = [
            ("key_padding_mask", padding, [(samples, size) if query.ndim == 3 else (size,)]),
            ("attn_mask", mask, [(length, size), (samples * self.num_heads, length, size)]),
        ]
        for name, given, shapes in allowed:
            if given is None:
                continue
            if given.shape not in shapes:
                expected = " or ".join(map(str, shapes))
                raise ShapeError(f"{name}: expected {expected}, but the shape is {given.shape}")
            if given.array.dtype != np.bool_ and given.dtype != query.dtype:
                raise DTypeError(
                    f"{name}: expected booleans or {query.dtype} like the query, not {given.dtype}"
                )
