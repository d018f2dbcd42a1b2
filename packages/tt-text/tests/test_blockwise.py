"""Blockwise attention: what ordinary attention gives, in memory that grows linearly."""

import tracemalloc

import numpy as np
import pytest

import tt_tensor as tt
from tt_text import blockwise_attention, padding_mask, scaled_dot_product_attention

MASKS = {
    "none": lambda rng: None,
    "causal": lambda rng: None,
    "boolean": lambda rng: tt.tensor(rng.random((2, 1, 45, 70)) < 0.7),
    "additive": lambda rng: tt.tensor(rng.normal(size=(45, 70))),
    "padding": lambda rng: padding_mask(tt.tensor([70, 3])),
    "per query": lambda rng: tt.tensor(rng.random((45, 1)) < 0.5),
    "nothing seen": lambda rng: tt.zeros(45, 70, dtype=tt.bool),
    "late keys alone": lambda rng: tt.tensor(np.arange(70) >= 50),
}


def leaves(rng, *shapes):
    return [tt.tensor(rng.normal(size=shape)).requires_grad_() for shape in shapes]


@pytest.mark.parametrize("kind", MASKS)
@pytest.mark.parametrize("block", [1, 16, 70, 500])
def test_values_and_gradients_are_those_of_ordinary_attention(kind, block):
    rng = np.random.default_rng(0)
    inputs = leaves(rng, (2, 3, 45, 8), (2, 3, 70, 8), (2, 3, 70, 5))
    mask = MASKS[kind](rng)
    options = {"attn_mask": mask, "is_causal": kind == "causal", "scale": 0.6}
    flow = tt.tensor(rng.normal(size=(2, 3, 45, 5)))
    results = []
    for attend in (
        scaled_dot_product_attention,
        lambda *a, **k: blockwise_attention(*a, **k, block=block),
    ):
        for x in inputs:
            x.grad = None
        out = attend(*inputs, **options)
        out.backward(flow)
        results.append([out.detach().array, *(x.grad.array for x in inputs)])
    for expected, got in zip(*results, strict=True):
        assert np.isfinite(got).all()
        assert np.allclose(got, expected, atol=1e-11)


@pytest.mark.parametrize("heads", [1, 4])
def test_groups_of_queries_share_keys(heads):
    rng = np.random.default_rng(1)
    inputs = leaves(rng, (2, 4, 20, 8), (2, 2, 20, 8), (2, 2, 20, 8))
    mask = tt.tensor(rng.normal(size=(2, heads, 20, 20)))
    results = []
    for attend, more in ((scaled_dot_product_attention, {}), (blockwise_attention, {"block": 7})):
        for x in inputs:
            x.grad = None
        out = attend(*inputs, mask, enable_gqa=True, **more)
        out.square().sum().backward()
        results.append([out.detach().array, *(x.grad.array for x in inputs)])
    for expected, got in zip(*results, strict=True):
        assert np.allclose(got, expected, atol=1e-11)


def test_large_scores_do_not_overflow():
    q, k, v = (300 * tt.randn(1, 40, 4, generator=tt.Generator(s)) for s in range(3))
    out = blockwise_attention(q, k, v, block=8)
    assert tt.allclose(out, scaled_dot_product_attention(q, k, v), atol=1e-3)


def peak(length, attend, causal):
    """The largest amount of memory during a forward and a backward pass, in bytes."""
    rng = np.random.default_rng(0)
    inputs = leaves(rng, *[(2, length, 8)] * 3)
    mask = None if causal else tt.tensor(rng.random(length) < 0.9)
    tracemalloc.start()
    attend(*inputs, mask, is_causal=causal).sum().backward()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


@pytest.mark.parametrize("causal", [True, False])
def test_memory_grows_linearly_with_the_length(causal):
    def blockwise(*args, **kwargs):
        return blockwise_attention(*args, **kwargs, block=32)

    for attend in (blockwise, scaled_dot_product_attention):
        peak(64, attend, causal)  # what is allocated once is there afterwards
    small, large = peak(512, blockwise, causal), peak(1536, blockwise, causal)
    assert large < 3.1 * small
    dense = [peak(n, scaled_dot_product_attention, causal) for n in (512, 1536)]
    assert dense[1] > 6 * dense[0], "the measurement tells square from linear"
    assert large < dense[1] / 10
