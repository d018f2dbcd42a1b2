"""Attention against PyTorch's, over masks and arguments; what must not be seen is not seen."""

import numpy as np
import pytest

import tt_tensor as tt
from tt_text import (
    GrowingCache,
    MultiheadAttention,
    attention_weights,
    causal_mask,
    padding_mask,
    scaled_dot_product_attention,
    watch_attention,
)

RNG = np.random.default_rng(0)


def draw(*shape):
    return RNG.standard_normal(shape)


def both(torch, *arrays):
    ours = [tt.tensor(a).requires_grad_() for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    return ours, theirs


def same(ours, theirs, tolerance=1e-10):
    np.testing.assert_allclose(
        ours.detach().numpy(), theirs.detach().numpy(), rtol=tolerance, atol=tolerance
    )


MASKS = {
    "none": None,
    "boolean": RNG.random((4, 5)) < 0.7,
    "numbers": RNG.standard_normal((4, 5)),
    "per head": RNG.random((2, 3, 4, 5)) < 0.7,
    "per sample": RNG.random((2, 1, 1, 5)) < 0.7,
    "nothing to see": np.arange(4)[:, None] * np.ones((1, 5)) > 0,
}


@pytest.mark.parametrize("kind", MASKS)
@pytest.mark.parametrize("scale", [None, 0.3])
def test_scaled_dot_product_equals_pytorch(kind, scale):
    torch = pytest.importorskip("torch")
    ours, theirs = both(torch, draw(2, 3, 4, 6), draw(2, 3, 5, 6), draw(2, 3, 5, 7))
    mask = MASKS[kind]
    out = scaled_dot_product_attention(
        *ours, None if mask is None else tt.tensor(mask), scale=scale
    )
    expected = torch.nn.functional.scaled_dot_product_attention(
        *theirs, None if mask is None else torch.tensor(mask), scale=scale
    )
    same(out, expected)
    out.square().sum().backward()
    expected.square().sum().backward()
    for a, b in zip(ours, theirs, strict=True):
        assert np.isfinite(a.grad.numpy()).all()
        same(a.grad, b.grad)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("heads", [(4, 2), (4, 1), (4, 4)])
def test_grouped_queries_equal_pytorch(causal, heads):
    torch = pytest.importorskip("torch")
    many, few = heads
    ours, theirs = both(torch, draw(2, many, 3, 4), draw(2, few, 3, 4), draw(2, few, 3, 4))
    out = scaled_dot_product_attention(*ours, is_causal=causal, enable_gqa=True)
    expected = torch.nn.functional.scaled_dot_product_attention(
        *theirs, is_causal=causal, enable_gqa=True
    )
    same(out, expected)
    (out * out).sum().backward()
    (expected * expected).sum().backward()
    for a, b in zip(ours, theirs, strict=True):
        same(a.grad, b.grad)


@pytest.mark.parametrize("shape", [(3, 3), (1, 3, 3), (4, 3, 3), (2, 1, 3, 3), (2, 4, 3, 3)])
def test_grouped_queries_take_every_mask(shape):
    q, k, v = tt.tensor(draw(2, 4, 3, 5)), *(tt.tensor(draw(2, 2, 3, 5)) for _ in range(2))
    mask = tt.tensor(RNG.random(shape) < 0.6)
    wide = [tt.tensor(np.repeat(x.numpy(), 2, axis=1)) for x in (k, v)]
    same(
        scaled_dot_product_attention(q, k, v, mask, enable_gqa=True),
        scaled_dot_product_attention(q, *wide, mask),
    )


def test_a_causal_query_does_not_see_what_comes_later():
    q, k, v = (tt.tensor(draw(1, 5, 4)) for _ in range(3))
    before = scaled_dot_product_attention(q, k, v, is_causal=True)
    k[:, 3:] = 100.0
    v[:, 3:] = -100.0
    after = scaled_dot_product_attention(q, k, v, is_causal=True)
    assert tt.equal(before[:, :3], after[:, :3])
    assert not tt.allclose(before[:, 3:], after[:, 3:])
    assert not tt.allclose(before[:, :3], scaled_dot_product_attention(q, k, v)[:, :3])


def test_dropped_weights_are_made_up_for():
    tt.manual_seed(0)
    q, k = tt.zeros(1, 400, 2), tt.zeros(1, 50, 2)
    v = tt.ones(1, 50, 1)
    out = scaled_dot_product_attention(q, k, v, dropout_p=0.5)
    assert float(out.mean()) == pytest.approx(1.0, abs=0.05)
    assert float(out.std()) > 0.05


def test_weights_are_those_of_the_output_and_have_a_gradient():
    q = tt.tensor(draw(2, 3, 4)).requires_grad_()
    k, v = (tt.tensor(draw(2, 3, 4)) for _ in range(2))
    out, weights = attention_weights(q, k, v)
    assert tt.allclose(weights @ v, out)
    (weights * weights).sum().backward()
    assert float(q.grad.abs().sum()) > 0


def test_masks_by_words():
    assert tt.equal(causal_mask(3), tt.tril(tt.ones(3, 3)).bool())
    assert padding_mask(tt.tensor([0, 2]), 3)[:, 0, 0].tolist() == [
        [False] * 3,
        [True, True, False],
    ]
    with pytest.raises(ValueError, match="fewer than"):
        causal_mask(3, 2)
    with pytest.raises(ValueError, match="between 0 and 2"):
        padding_mask(tt.tensor([3]), 2)
    with pytest.raises(tt.DTypeError, match="integers"):
        padding_mask(tt.tensor([1.0]))


OPTIONS = [
    {},
    {"bias": False},
    {"batch_first": True},
    {"add_bias_kv": True},
    {"add_zero_attn": True},
    {"kdim": 5, "vdim": 6},
    {"kdim": 5, "vdim": 6, "bias": False, "add_bias_kv": True, "add_zero_attn": True},
]
KINDS = ["none", "boolean", "numbers", "per head", "padding", "both", "weights per head"]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_multihead_equals_pytorch(options, kind):
    torch = pytest.importorskip("torch")
    length, size, samples, width, heads = 3, 4, 2, 8, 2
    ours = MultiheadAttention(width, heads, **options, dtype=tt.float64)
    theirs = torch.nn.MultiheadAttention(width, heads, **options, dtype=torch.float64)
    state = {name: p.detach().numpy() for name, p in theirs.state_dict().items()}
    ours.load_state_dict({name: tt.tensor(a) for name, a in state.items()})
    assert list(ours.state_dict()) == list(state)
    shapes = [
        (length, samples, width),
        (size, samples, options.get("kdim", width)),
        (size, samples, options.get("vdim", width)),
    ]
    if options.get("batch_first"):
        shapes = [(b, a, c) for a, b, c in shapes]
    mine, yours = both(torch, *(draw(*shape) for shape in shapes))
    masks = {}
    hidden = RNG.random((length, size)) < 0.3
    hidden[:, 1] = False  # PyTorch's layer gives NaN to a query that may look nowhere
    if kind in ("boolean", "both"):
        masks["attn_mask"] = hidden
    if kind == "numbers":
        masks["attn_mask"] = draw(length, size)
    if kind == "per head":
        masks["attn_mask"] = RNG.random((samples * heads, length, size)) < 0.3
        masks["attn_mask"][..., 1] = False
    if kind in ("padding", "both"):
        masks["key_padding_mask"] = np.asarray([[False] * 4, [False, False, False, True]])
    more = {"average_attn_weights": kind != "weights per head"}
    out, weights = ours(*mine, **{k: tt.tensor(m) for k, m in masks.items()}, **more)
    expected, shown = theirs(*yours, **{k: torch.tensor(m) for k, m in masks.items()}, **more)
    same(out, expected)
    same(weights, shown)
    (out * out).sum().backward()
    (expected * expected).sum().backward()
    for a, b in zip(mine, yours, strict=True):
        same(a.grad, b.grad)
    for (name, a), b in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        assert a.grad is not None, name
        same(a.grad, b.grad)


def test_multihead_of_one_sequence():
    torch = pytest.importorskip("torch")
    ours, theirs = MultiheadAttention(4, 2), torch.nn.MultiheadAttention(4, 2)
    ours.load_state_dict({k: tt.tensor(v.numpy()) for k, v in theirs.state_dict().items()})
    x = draw(3, 4).astype(np.float32)
    mask = np.asarray([False, False, True])
    out, weights = ours(*[tt.tensor(x)] * 3, key_padding_mask=tt.tensor(mask))
    expected, shown = theirs(*[torch.tensor(x)] * 3, key_padding_mask=torch.tensor(mask))
    same(out, expected, 1e-5)
    same(weights, shown, 1e-5)


def test_multihead_hides_the_future_and_drops_only_in_training():
    tt.manual_seed(0)
    layer = MultiheadAttention(4, 2, dropout=0.5, batch_first=True)
    x = tt.tensor(draw(1, 4, 4).astype(np.float32))
    assert not tt.equal(layer(x, x, x)[0], layer(x, x, x)[0])
    layer.eval()
    out, weights = layer(x, x, x, is_causal=True)
    assert tt.equal(out, layer(x, x, x, is_causal=True)[0])
    assert float(tt.triu(weights[0], 1).abs().sum()) == 0
    assert layer(x, x, x, need_weights=False)[1] is None


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: MultiheadAttention(5, 2), ValueError, "not a positive multiple of num_heads=2"),
        (lambda: MultiheadAttention(4, 2)(*[tt.ones(3, 1, 5)] * 3), tt.ShapeError, "query: exp"),
        (
            lambda: MultiheadAttention(4, 2)(tt.ones(3, 1, 4), tt.ones(3, 1, 4), tt.ones(3, 4)),
            tt.ShapeError,
            "value: expected 3 dimensions",
        ),
        (
            lambda: MultiheadAttention(4, 2)(
                *[tt.ones(3, 1, 4)] * 3, attn_mask=tt.zeros(2, 3, dtype=tt.bool)
            ),
            tt.ShapeError,
            "attn_mask",
        ),
        (
            lambda: scaled_dot_product_attention(*[tt.ones(2, 3)] * 3, dropout_p=-0.5),
            ValueError,
            "dropout_p: a probability",
        ),
    ],
)
def test_bad_input_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("name", "mask", "words"),
    [
        ("key_padding_mask", tt.zeros(2, 3) > 0, r"key_padding_mask: expected \(2, 5\)"),
        ("key_padding_mask", tt.zeros(1, 5) > 0, r"key_padding_mask: expected \(2, 5\)"),
        ("attn_mask", tt.zeros(4, 3) > 0, r"attn_mask: expected \(4, 5\) or \(4, 4, 5\)"),
        ("attn_mask", tt.zeros(3, 4, 5) > 0, r"but the shape is \(3, 4, 5\)"),
        ("attn_mask", tt.zeros(5) > 0, r"but the shape is \(5,\)"),
        ("attn_mask", tt.zeros(4, 5, dtype=tt.int64), "attn_mask: expected booleans or tt.float32"),
        ("key_padding_mask", tt.zeros(2, 5, dtype=tt.int64), "key_padding_mask: expected booleans"),
    ],
)
@pytest.mark.parametrize("extra", [False, True])  # keys that the layer itself adds
def test_masks_that_do_not_fit_several_heads_are_refused(name, mask, words, extra):
    attention = MultiheadAttention(8, 2, batch_first=True, add_bias_kv=extra)
    x, y = tt.rand(2, 4, 8), tt.rand(2, 5, 8)
    with pytest.raises((tt.ShapeError, tt.DTypeError), match=words):
        attention(x, y, y, **{name: mask})


def test_batches_of_other_sizes_are_refused():
    attention = MultiheadAttention(8, 2)
    x, y = tt.rand(4, 2, 8), tt.rand(5, 1, 8)
    with pytest.raises(tt.ShapeError, match="the batches must be equal"):
        attention(x, y, y)
    with pytest.raises(tt.ShapeError, match="the lengths of key and value"):
        attention(x, x, x[:3])


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("extra", [False, True])
def test_is_causal_holds_together_with_padding_and_added_keys(batch_first, extra):
    layer = MultiheadAttention(
        8, 2, batch_first=batch_first, add_bias_kv=extra, add_zero_attn=extra
    )
    x = tt.rand(3, 4, 8) if batch_first else tt.rand(4, 3, 8)
    padding = tt.tensor([[False, False, False, hidden] for hidden in (False, True, True)])
    later = ~causal_mask(4)
    for masks in ({}, {"key_padding_mask": padding}):
        ours, weights = layer(x, x, x, is_causal=True, **masks)
        expected, others = layer(x, x, x, attn_mask=later, **masks)
        assert tt.allclose(ours, expected, atol=1e-6)
        assert tt.allclose(weights, others, atol=1e-6)


def test_the_weights_of_multihead_attention_can_be_watched():
    layer, x = MultiheadAttention(8, 2, batch_first=True), tt.rand(1, 3, 8)
    with watch_attention() as maps:
        _, weights = layer(x, x, x, average_attn_weights=False)
    assert len(maps) == 1
    assert tt.equal(maps[0], weights)


def test_multihead_attention_takes_a_cache():
    layer = MultiheadAttention(8, 2, batch_first=True)
    x = tt.rand(2, 5, 8)
    padding = tt.tensor([[False] * 5, [True, True, False, False, False]])
    for masks in (False, True):
        whole = layer(x, x, x, padding if masks else None, is_causal=True)[0]
        cache, pieces = GrowingCache(), []
        for a, b in ((0, 2), (2, 3), (3, 5)):
            hidden = padding[:, :b] if masks else None
            new = x[:, a:b]
            pieces.append(layer(new, new, new, hidden, is_causal=True, cache=cache, layer=1)[0])
        assert cache.read(1)[0].shape == (2, 2, 5, 4)
        assert tt.allclose(tt.cat(pieces, 1), whole, atol=1e-6)
    with pytest.raises(ValueError, match="cache: a layer with add_bias_kv"):
        MultiheadAttention(8, 2, add_bias_kv=True)(x, x, x, cache=GrowingCache())


def test_the_growing_cache_gives_back_all_and_refuses_another_shape():
    cache = GrowingCache()
    assert cache.length == 0
    assert cache.read(0) is None
    first, second = tt.tensor(draw(1, 2, 3, 4)), tt.tensor(draw(1, 2, 1, 4))
    cache.append(0, first, first)
    keys, values = cache.append(0, second, second * 2)
    assert tt.equal(keys, tt.cat([first, second], 2))
    assert tt.equal(values[:, :, 3:], second * 2)
    assert cache.length == 4
    assert cache.read(0)[0] is keys
    with pytest.raises(tt.ShapeError, match="layer 0: the cache holds"):
        cache.append(0, tt.ones(2, 2, 1, 4), tt.ones(2, 2, 1, 4))
