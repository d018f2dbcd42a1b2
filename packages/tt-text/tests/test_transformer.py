"""Transformer layers against PyTorch's: values and gradients over masks and options."""

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_text import (
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)

RNG = np.random.default_rng(0)
OPTIONS = [
    {},
    {"norm_first": True},
    {"activation": "gelu", "batch_first": True},
    {"bias": False, "norm_first": True},
]
HIDDEN = np.triu(np.ones((4, 4), bool), 1)
PADDING = np.asarray([[False] * 4, [False, False, False, True]])


def weights_of(theirs, ours):
    state = theirs.state_dict()
    assert list(ours.state_dict()) == list(state)
    ours.load_state_dict({name: tt.tensor(value.numpy()) for name, value in state.items()})


def compare(ours, theirs, mine, yours):
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), 1e-9, 1e-10)
    (ours * ours).sum().backward()
    (theirs * theirs).sum().backward()
    for a, b in zip(mine, yours, strict=True):
        assert a.grad is not None
        np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), 1e-7, 1e-9)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("masked", [False, True])
def test_the_encoder_equals_pytorchs(options, masked):
    torch = pytest.importorskip("torch")
    sizes = (8, 2, 12, 0.0)
    their_layer = torch.nn.TransformerEncoderLayer(*sizes, **options, dtype=torch.float64)
    theirs = torch.nn.TransformerEncoder(
        their_layer, 2, torch.nn.LayerNorm(8, dtype=torch.float64), enable_nested_tensor=False
    )
    layer = TransformerEncoderLayer(*sizes, **options, dtype=tt.float64)
    ours = TransformerEncoder(layer, 2, nn.LayerNorm(8, dtype=tt.float64))
    weights_of(theirs, ours)
    x = RNG.standard_normal((2, 4, 8) if options.get("batch_first") else (4, 2, 8))
    a, b = tt.tensor(x).requires_grad_(), torch.tensor(x, requires_grad=True)
    masks = (HIDDEN, PADDING) if masked else ()
    out = ours(a, *[tt.tensor(m) for m in masks])
    expected = theirs(b, *[torch.tensor(m) for m in masks])
    compare(out, expected, [a, *ours.parameters()], [b, *theirs.parameters()])


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("masked", [False, True])
def test_the_decoder_equals_pytorchs(options, masked):
    torch = pytest.importorskip("torch")
    sizes = (8, 2, 12, 0.0)
    their_layer = torch.nn.TransformerDecoderLayer(*sizes, **options, dtype=torch.float64)
    theirs = torch.nn.TransformerDecoder(their_layer, 2)
    layer = TransformerDecoderLayer(*sizes, **options, dtype=tt.float64)
    ours = TransformerDecoder(layer, 2)
    weights_of(theirs, ours)
    shapes = [(2, 4, 8), (2, 5, 8)] if options.get("batch_first") else [(4, 2, 8), (5, 2, 8)]
    arrays = [RNG.standard_normal(shape) for shape in shapes]
    mine = [tt.tensor(x).requires_grad_() for x in arrays]
    yours = [torch.tensor(x, requires_grad=True) for x in arrays]
    memory_mask = RNG.random((4, 5)) < 0.3
    memory_mask[:, 0] = False
    masks = (HIDDEN, memory_mask, PADDING) if masked else ()
    out = ours(*mine, *[tt.tensor(m) for m in masks])
    expected = theirs(*yours, *[torch.tensor(m) for m in masks])
    compare(out, expected, [*mine, *ours.parameters()], [*yours, *theirs.parameters()])


def test_a_causal_encoder_does_not_see_the_future():
    tt.manual_seed(0)
    layer = TransformerEncoderLayer(8, 2, 12, batch_first=True).eval()
    x = tt.rand(1, 5, 8)
    changed = x.clone()
    changed[:, 3] = 9.0
    assert tt.equal(layer(x, is_causal=True)[:, :3], layer(changed, is_causal=True)[:, :3])
    assert not tt.equal(layer(x)[:, :3], layer(changed)[:, :3])


def test_layers_are_copies_with_weights_of_their_own():
    encoder = TransformerEncoder(TransformerEncoderLayer(4, 2, 8), 2)
    first, second = encoder.layers
    assert first.linear1.weight is not second.linear1.weight
    assert tt.equal(first.linear1.weight, second.linear1.weight)


def test_an_unknown_activation_is_refused():
    with pytest.raises(ValueError, match="'relu', 'gelu' or a function, not 'tanh'"):
        TransformerEncoderLayer(4, 2, activation="tanh")
