"""The records of attention."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt
from tt_tensor.testing import FLOATS, ErrorSample, Record, Sample, draw
from tt_tensor.typing import Array

from ...attention import blockwise_attention as blockwise
from ...attention import scaled_dot_product_attention as attend

__all__ = ["RECORDS"]

Rng = np.random.Generator


def _attentions(rng: Rng, dtype: np.dtype[Any]) -> Iterator[Sample]:
    for lead, length, size, width in (
        ((), 3, 3, 2),
        ((2,), 2, 4, 3),
        ((2, 2), 4, 4, 2),
        ((2,), 1, 3, 2),
        ((0,), 2, 2, 2),
    ):
        for causal in (False, True):
            q, k, v = (draw(rng, dtype, (*lead, n, width)) for n in (length, size, size))
            yield Sample((q, k, v, None), (0.7, causal))
    q, k, v = (draw(rng, dtype, (2, 3, 2)) for _ in range(3))
    yield Sample((q, k, v, draw(rng, dtype, (3, 3))), (1.0, False))
    yield Sample((q, k, v, draw(rng, dtype, (2, 1, 3))), (1.0, True))
    hidden = np.where([[True, False, True], [False, True, True], [False, False, False]], 0, -np.inf)
    yield Sample((q, k, v, hidden.astype(dtype)), (1.0, False), smooth=False)
    # groups of queries share keys and values, which broadcast
    q, k, v = draw(rng, dtype, (2, 2, 3, 2)), *(draw(rng, dtype, (2, 1, 4, 2)) for _ in range(2))
    yield Sample((q, k, v, None), (0.5, False))


def _weights(q: Array, k: Array, mask: Array | None, scale: float, causal: bool) -> Array:
    scores = np.einsum("...ld,...sd->...ls", q, k) * scale
    if mask is not None:
        scores = scores + mask
    if causal:
        scores = np.where(np.tri(*scores.shape[-2:]) == 1, scores, -np.inf)
    powers = np.exp(scores - np.max(scores, -1, keepdims=True, initial=-1e30))
    total = powers.sum(-1, keepdims=True)
    return np.asarray(powers / np.where(total == 0, 1, total))


def _attention(
    q: Array, k: Array, v: Array, mask: Array | None, scale: float, causal: bool
) -> tuple[Array, Array]:
    weights = _weights(q, k, mask, scale, causal)
    return np.asarray(weights @ v), weights


def _torch(torch: Any, q: Any, k: Any, v: Any, mask: Any, scale: float, causal: bool) -> Any:
    scores = q @ k.mT * scale
    if mask is not None:
        scores = scores + mask
    if causal:
        seen = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
        scores = scores.masked_fill(~seen, float("-inf"))
    weights = torch._safe_softmax(scores, -1)
    return weights @ v, weights


def _gradients(rng: Rng, dtype: np.dtype[Any]) -> Iterator[Sample]:
    for lead, length, size in (((), 2, 3), ((2,), 3, 3), ((2, 2), 2, 2), ((0,), 1, 2)):
        q, k, v = (draw(rng, dtype, (*lead, n, 2)) for n in (length, size, size))
        weights = rng.dirichlet(np.ones(size), (*lead, length)).astype(dtype)
        yield Sample((draw(rng, dtype, (*lead, length, 2)), q, k, v, weights), (0.7,))


def _gradient(
    g: Array, q: Array, k: Array, v: Array, weights: Array, scale: float
) -> tuple[Array, Array, Array, Array]:
    h = np.einsum("...le,...se->...ls", g, v)
    ds = weights * (h - np.sum(h * weights, -1, keepdims=True))
    return (
        np.einsum("...ls,...sd->...ld", ds, k) * scale,
        np.einsum("...ls,...ld->...sd", ds, q) * scale,
        np.einsum("...ls,...le->...se", weights, g),
        ds,
    )


def _blockwise(
    q: Array, k: Array, v: Array, mask: Array | None, scale: float, causal: bool, block: int
) -> Array:
    return _attention(q, k, v, mask, scale, causal)[0]


def _torch_blockwise(torch: Any, *inputs: Any) -> Any:
    return _torch(torch, *inputs[:-1])[0]


def _blocks(rng: Rng, dtype: np.dtype[Any]) -> Iterator[Sample]:
    """The same samples, in blocks that do and do not divide the lengths."""
    for block in (1, 2, 5):
        for sample in _attentions(rng, dtype):
            yield Sample(sample.inputs, (*sample.params, block), smooth=sample.smooth)


def _block_gradients(rng: Rng, dtype: np.dtype[Any]) -> Iterator[Sample]:
    for sample in _blocks(rng, dtype):
        q, k, v = (np.asarray(x) for x in sample.inputs[:3])
        lead = np.broadcast_shapes(q.shape[:-2], k.shape[:-2])
        grad = draw(rng, dtype, (*lead, q.shape[-2], v.shape[-1]))
        yield Sample((grad, *sample.inputs), sample.params, smooth=sample.smooth)


def _block_gradient(
    g: Array,
    q: Array,
    k: Array,
    v: Array,
    mask: Array | None,
    scale: float,
    causal: bool,
    block: int,
) -> tuple[Array, Array, Array]:
    return _gradient(g, q, k, v, _weights(q, k, mask, scale, causal), scale)[:3]


def _wide(query: int, key: int, value: int) -> tuple[tt.Tensor, tt.Tensor, tt.Tensor]:
    """Query, key and value with so many heads."""
    return tt.ones(query, 2, 3), tt.ones(key, 2, 3), tt.ones(value, 2, 3)


RECORDS = (
    Record(
        "attention",
        _attentions,
        _attention,
        torch=_torch,
        dtypes=FLOATS,
        tolerance={"float32": 2e-6, "float64": 1e-12},
        errors=(
            ErrorSample(
                lambda: attend(tt.ones(2, 3), tt.ones(2, 4), tt.ones(2, 3)),
                tt.ShapeError,
                "do not fit",
            ),
            ErrorSample(
                lambda: attend(*_wide(4, 3, 3), enable_gqa=True), tt.ShapeError, "cannot share 3"
            ),
            ErrorSample(lambda: attend(*_wide(4, 2, 2)), tt.ShapeError, "enable_gqa=True"),
            ErrorSample(
                lambda: attend(*_wide(1, 1, 1), tt.ones(3, 2, dtype=tt.bool)),
                tt.ShapeError,
                "attn_mask",
            ),
            ErrorSample(
                lambda: attend(*_wide(1, 1, 1), tt.tensor([[1, 0]])), tt.DTypeError, "booleans"
            ),
            ErrorSample(
                lambda: attend(*_wide(1, 1, 1), tt.ones(2, 2), is_causal=True), ValueError, "both"
            ),
            ErrorSample(
                lambda: attend(tt.tensor([[1]]), tt.ones(1, 1), tt.ones(1, 1)),
                tt.DTypeError,
                "one floating-point type",
            ),
        ),
    ),
    Record("attention_grad", _gradients, _gradient, dtypes=FLOATS),
    Record(
        "blockwise_attention",
        _blocks,
        _blockwise,
        torch=_torch_blockwise,
        dtypes=FLOATS,
        tolerance={"float32": 2e-6, "float64": 1e-12},
        errors=(
            ErrorSample(
                lambda: blockwise(*_wide(4, 3, 3), enable_gqa=True),
                tt.ShapeError,
                "cannot share 3",
            ),
            ErrorSample(lambda: blockwise(*_wide(1, 1, 1), dropout_p=0.1), ValueError, "dropout_p"),
            ErrorSample(lambda: blockwise(*_wide(1, 1, 1), block=0), ValueError, "block"),
            ErrorSample(
                lambda: blockwise(*_wide(1, 1, 1), tt.ones(2, 2, requires_grad=True)),
                ValueError,
                "no gradient for it",
            ),
            ErrorSample(
                lambda: blockwise(*_wide(1, 1, 1), tt.ones(2, 2), is_causal=True),
                ValueError,
                "both",
            ),
        ),
    ),
    Record(
        "blockwise_attention_grad",
        _block_gradients,
        _block_gradient,
        dtypes=FLOATS,
        tolerance={"float32": 2e-5, "float64": 1e-11},
    ),
)
