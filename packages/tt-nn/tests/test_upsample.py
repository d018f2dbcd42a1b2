"""Interpolation by factors, its module, and pixel shuffle; sizes are tested by the records."""

import numpy as np
import pytest

import tt_nn as nn
import tt_nn.functional as F
import tt_tensor as tt
from tt_autograd import gradcheck, gradgradcheck

FACTORS = (0.4, 0.5, 0.6, 1.0, 1.1, 1.3, 1.7, 2, 2.0, 2.1, 3, 4)


@pytest.mark.parametrize("shape", [(2, 3, 5), (1, 2, 8), (2, 3, 4, 7), (0, 2, 3, 4)])
@pytest.mark.parametrize("recompute", [None, True])
def test_factors_equal_pytorchs(shape, recompute):
    torch = pytest.importorskip("torch")
    array = np.random.default_rng(0).standard_normal(shape)
    linear = "linear" if len(shape) == 3 else "bilinear"
    modes = (("nearest", None), ("nearest-exact", None), (linear, None), (linear, True))
    for factor in FACTORS:
        for mode, align in modes:
            options = {"mode": mode, "align_corners": align, "recompute_scale_factor": recompute}
            got = F.interpolate(tt.tensor(array), scale_factor=factor, **options)
            expected = torch.nn.functional.interpolate(
                torch.tensor(array), scale_factor=factor, **options
            )
            where = f"{factor} {mode} {align}"
            assert got.shape == tuple(expected.shape), where
            np.testing.assert_allclose(got.numpy(), expected.numpy(), atol=1e-12, err_msg=where)


def test_a_factor_for_each_dimension():
    x = tt.rand(1, 1, 4, 4)
    assert F.interpolate(x, scale_factor=(2, 0.5)).shape == (1, 1, 8, 2)
    assert F.interpolate(x, (3, 5), mode="bilinear").shape == (1, 1, 3, 5)


@pytest.mark.parametrize("mode", ["nearest", "bilinear"])
def test_memory_order_is_kept(mode):
    x = tt.rand(2, 4, 6, 3).permute(0, 3, 1, 2).detach().requires_grad_()
    out = F.interpolate(x, scale_factor=2, mode=mode)
    out.backward(tt.rand(2, 8, 12, 3).permute(0, 3, 1, 2))
    for tensor in (out.detach(), x.grad):
        strides = tensor.numpy().strides
        assert sorted(strides, reverse=True) == [strides[i] for i in (0, 2, 3, 1)]


@pytest.mark.parametrize(("mode", "factor"), [("nearest", 1.7), ("linear", 0.6), ("linear", 2.3)])
def test_sequences_differentiate_twice(mode, factor):
    x = tt.tensor(np.random.default_rng(0).standard_normal((2, 1, 5)), requires_grad=True)
    assert gradcheck(lambda x: F.interpolate(x, scale_factor=factor, mode=mode), [x])
    assert gradgradcheck(lambda x: F.interpolate(x, scale_factor=factor, mode=mode), [x])


@pytest.mark.parametrize(
    "options",
    [
        {"scale_factor": 2},
        {"size": (3, 4), "mode": "bilinear"},
        {"scale_factor": (2, 3), "mode": "bilinear", "align_corners": True},
        {"scale_factor": 1.3, "recompute_scale_factor": True},
    ],
)
def test_upsample_equals_pytorchs(options):
    torch = pytest.importorskip("torch")
    ours, theirs = nn.Upsample(**options), torch.nn.Upsample(**options)
    assert repr(ours) == repr(theirs)
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
    expected = theirs(torch.tensor(x)).numpy()
    np.testing.assert_allclose(ours(tt.tensor(x)).numpy(), expected, atol=1e-12)


def test_pixel_shuffle_is_its_formula():
    x = tt.rand(2, 3, 18, 4, 5)
    out = F.pixel_shuffle(x, 3).numpy()
    assert out.shape == (2, 3, 2, 12, 15)
    for c, y, column, i, j in np.ndindex(2, 4, 5, 3, 3):
        channel = c * 9 + i * 3 + j
        expected = x.numpy()[..., channel, y, column]
        assert np.array_equal(out[..., c, y * 3 + i, column * 3 + j], expected)
    assert tt.equal(F.pixel_unshuffle(tt.from_numpy(out), 3), x)


@pytest.mark.parametrize("shape", [(2, 8, 3, 4), (4, 2, 6), (0, 4, 2, 2), (1, 4, 2, 0)])
def test_pixel_shuffle_equals_pytorchs(shape):
    torch = pytest.importorskip("torch")
    array = np.random.default_rng(0).standard_normal(shape)
    x, t = tt.tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    for name, arguments in (("PixelShuffle", (2,)), ("PixelUnshuffle", (1,))):
        ours, theirs = getattr(nn, name)(*arguments), getattr(torch.nn, name)(*arguments)
        assert repr(ours) == repr(theirs)
        out, expected = ours(x), theirs(t)
        assert np.array_equal(out.detach().numpy(), expected.detach().numpy())
        if array.size:  # of nothing, PyTorch's gradient has another shape than its input
            (out**3).sum().backward()
            (expected**3).sum().backward()
            np.testing.assert_allclose(x.grad.numpy(), t.grad.numpy(), rtol=1e-12)
    up = F.pixel_shuffle(x, 2)
    assert tt.equal(nn.PixelUnshuffle(2)(up), x)


def test_pixel_shuffle_differentiates_twice():
    x = tt.tensor(np.random.default_rng(0).standard_normal((1, 4, 1, 2)), requires_grad=True)
    assert gradgradcheck(lambda x: F.pixel_shuffle(x, 2) ** 3, [x])


def test_pixel_shuffle_refuses_what_does_not_fit():
    with pytest.raises(tt.ShapeError, match=r"multiple of upscale_factor² = 4, but there are 3"):
        F.pixel_shuffle(tt.zeros(3, 2, 2), 2)
    with pytest.raises(tt.ShapeError, match="multiples of downscale_factor = 2"):
        F.pixel_unshuffle(tt.zeros(1, 3, 4), 2)
    with pytest.raises(tt.ShapeError, match=r"must be \(\.\.\., C, H, W\)"):
        F.pixel_shuffle(tt.zeros(4, 4), 2)
    with pytest.raises(ValueError, match="upscale_factor must be at least 1, not 0"):
        F.pixel_shuffle(tt.zeros(4, 2, 2), 0)
    with pytest.raises(TypeError, match="downscale_factor must be an int, not float"):
        F.pixel_unshuffle(tt.zeros(4, 2, 2), 2.0)
    with pytest.raises(TypeError, match="input must be a Tensor"):
        F.pixel_shuffle([[[1.0]]], 1)
