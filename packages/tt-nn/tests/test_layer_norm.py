"""Layer and RMS normalisation as modules."""

import numpy as np
import pytest

import tt_nn as nn
import tt_nn.functional as F
import tt_tensor as tt
from tt_autograd import gradcheck, gradgradcheck

SHAPES = [((5, 3), 3), ((2, 4, 6), (6,)), ((2, 4, 6), (4, 6)), ((3, 2, 2, 2), [2, 2, 2])]


def values(shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape) * 2 + seed


@pytest.mark.parametrize(("shape", "normalized"), SHAPES)
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("LayerNorm", {}),
        ("LayerNorm", {"eps": 0.3, "bias": False}),
        ("LayerNorm", {"elementwise_affine": False}),
        ("RMSNorm", {}),
        ("RMSNorm", {"eps": 0.3}),
        ("RMSNorm", {"elementwise_affine": False}),
    ],
    ids=str,
)
def test_equals_pytorchs(shape, normalized, kind, options):
    torch = pytest.importorskip("torch")
    ours = getattr(nn, kind)(normalized, **options).double()
    theirs = getattr(torch.nn, kind)(normalized, **options).double()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for k, (mine, right) in enumerate(zip(ours.parameters(), theirs.parameters(), strict=True)):
        np.testing.assert_array_equal(mine.detach().numpy(), right.detach().numpy())
        mine.data.copy_(tt.from_numpy(values(mine.shape, 7 + k)))
        right.data.copy_(torch.from_numpy(values(mine.shape, 7 + k)))
    x = tt.from_numpy(values(shape)).requires_grad_()
    y = torch.from_numpy(values(shape)).requires_grad_()
    flow = values(shape, 3)
    out, right = ours(x), theirs(y)
    out.backward(tt.from_numpy(flow))
    right.backward(torch.from_numpy(flow))
    np.testing.assert_allclose(out.detach().numpy(), right.detach().numpy(), 0, 1e-10)
    np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy(), 0, 1e-10)
    for mine, right in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(mine.grad.numpy(), right.grad.numpy(), 0, 1e-10)


def test_layer_norm_differentiates_twice():
    x, w, b = (tt.from_numpy(values(s, k)).requires_grad_() for k, s in enumerate([(3, 2, 4)] * 3))
    w, b = (t[0].detach().requires_grad_() for t in (w, b))
    assert gradcheck(lambda x, w, b: F.layer_norm(x, (2, 4), w, b), (x, w, b))
    assert gradgradcheck(lambda x, w, b: F.layer_norm(x, (2, 4), w, b), (x, w, b))
    assert gradcheck(lambda x, w: F.rms_norm(x, (2, 4), w), (x, w))
    assert gradgradcheck(lambda x, w: F.rms_norm(x, (2, 4), w), (x, w))


@pytest.mark.parametrize("shape", [(3000, 128), (7, 11, 768), (4099, 33), (2, 200_000)])
def test_many_blocks_give_the_definition(shape):
    x, flow = values(shape, 3).astype(np.float32), values(shape, 1)
    w = np.random.default_rng(1).uniform(0.5, 1.5, shape[-1])
    wide = x.astype(np.float64)
    std = np.sqrt(wide.var(-1, keepdims=True) + 1e-5)
    normal = (wide - wide.mean(-1, keepdims=True)) / std
    leaf, weight = tt.from_numpy(x).requires_grad_(), tt.from_numpy(w).float()
    out = F.layer_norm(leaf, shape[-1:], weight)
    out.backward(tt.from_numpy(flow).float())
    np.testing.assert_allclose(out.detach().numpy(), normal * w, 0, 2e-5)
    k = flow * w
    dx = k - k.mean(-1, keepdims=True) - normal * (k * normal).mean(-1, keepdims=True)
    np.testing.assert_allclose(leaf.grad.numpy(), dx / std, 0, 2e-5)


def test_empty_and_wrong_inputs():
    x = tt.zeros(0, 3, requires_grad=True)
    layer = nn.LayerNorm(3)
    layer(x).sum().backward()
    assert x.grad.shape == (0, 3)
    assert layer.weight.grad.tolist() == [0.0] * 3
    with pytest.raises(tt.ShapeError, match=r"shape \(2, 4\) must end in .* \(3,\)"):
        layer(tt.ones(2, 4))
    with pytest.raises(tt.DTypeError, match=r"weight tt\.float32"):
        layer(tt.ones(3).double())
    for wrong, error in (
        (0, ValueError),
        ((), ValueError),
        (1.0, TypeError),
        ((2, "3"), TypeError),
    ):
        for kind in (nn.LayerNorm, nn.RMSNorm):
            with pytest.raises(error, match="normalized_shape must"):
                kind(wrong)


def test_half_precision_sums_in_single():
    x = tt.full((2, 4096), 100.0).half()  # the sum of squares is beyond float16
    assert F.rms_norm(x, (4096,)).tolist() == [[1.0] * 4096] * 2
    assert nn.LayerNorm(4096).half()(x).dtype is tt.float16


def test_repr():
    assert repr(nn.LayerNorm(4, bias=False)) == (
        "LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=False)"
    )
    assert repr(nn.RMSNorm((2, 3))) == "RMSNorm((2, 3), eps=None, elementwise_affine=True)"
