"""The convolution layers, and conv1d, conv2d and their transposes as functions."""

import numpy as np
import pytest

import tt_nn as nn
import tt_nn.functional as F
import tt_tensor as tt
from tt_autograd import gradcheck, gradgradcheck

LAYERS = [nn.Conv1d, nn.Conv2d, nn.ConvTranspose1d, nn.ConvTranspose2d]


def images(layer, *shape):
    """Random input (N, C, ...) with as many dimensions as the layer wants."""
    return tt.rand(*shape, *(7, 6)[: layer.dims], dtype=tt.float64)


def twin(torch, layer, *args, **options):
    """PyTorch's layer of the same name with the same parameters."""
    theirs = getattr(torch.nn, type(layer).__name__)(*args, **options, dtype=torch.float64)
    theirs.load_state_dict(
        {name: torch.from_numpy(value.numpy()) for name, value in layer.state_dict().items()}
    )
    return theirs


def test_an_edge_detector():
    step = tt.tensor([[[[0.0, 0.0, 1.0, 1.0]] * 3]])
    sobel = tt.tensor([[[[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]]])
    assert F.conv2d(step, sobel).tolist() == [[[[4.0, 4.0]]]]
    assert F.conv2d(step, sobel, tt.tensor([1.0]))[0, 0, 0].tolist() == [5.0, 5.0]


@pytest.mark.parametrize("kind", [nn.Conv1d, nn.Conv2d])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": 2, "padding": 1, "bias": False},
        {"padding": "same", "dilation": 3},
        {"padding": "valid", "groups": 2},
        {"padding": "same", "padding_mode": "reflect"},
        {"padding": 2, "padding_mode": "replicate", "stride": 3},
        {"padding": 1, "padding_mode": "circular", "dilation": 2},
        {"padding": "valid", "padding_mode": "circular"},
    ],
    ids=str,
)
@pytest.mark.parametrize("kernel", [2, 3])
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
def test_layers_equal_pytorchs(kind, options, kernel):
    torch = pytest.importorskip("torch")
    layer = kind(4, 6, kernel, **options, dtype=tt.float64)
    theirs = twin(torch, layer, 4, 6, kernel, **options)
    assert repr(layer) == repr(theirs)
    x = images(layer, 3, 4)
    got, expected = layer(x), theirs(torch.from_numpy(x.numpy()))
    np.testing.assert_allclose(got.detach().numpy(), expected.detach().numpy(), atol=1e-12)
    alone = layer(x[0])  # without the batch dimension
    np.testing.assert_allclose(alone.detach().numpy(), got[0].detach().numpy(), atol=1e-12)


@pytest.mark.parametrize("kind", [nn.ConvTranspose1d, nn.ConvTranspose2d])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": 2, "padding": 1, "output_padding": 1, "bias": False},
        {"stride": 3, "groups": 2, "output_padding": 2},
        {"dilation": 2, "output_padding": 1},
    ],
    ids=str,
)
def test_transposed_layers_equal_pytorchs(kind, options):
    torch = pytest.importorskip("torch")
    layer = kind(4, 6, 3, **options, dtype=tt.float64)
    theirs = twin(torch, layer, 4, 6, 3, **options)
    assert repr(layer) == repr(theirs)
    x = images(layer, 3, 4).requires_grad_()
    z = torch.from_numpy(x.detach().numpy().copy()).requires_grad_()
    got, expected = layer(x), theirs(z)
    np.testing.assert_allclose(got.detach().numpy(), expected.detach().numpy(), atol=1e-12)
    alone = layer(x[0]).detach().numpy()
    np.testing.assert_allclose(alone, got[0].detach().numpy(), atol=1e-12)
    (got * got).sum().backward()
    (expected * expected).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), z.grad.numpy(), atol=1e-10)
    for mine, right in zip(layer.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(mine.grad.numpy(), right.grad.numpy(), atol=1e-10)


@pytest.mark.parametrize("kind", LAYERS)
def test_layers_start_as_pytorchs(kind):
    tt.manual_seed(0)
    layer = kind(64, 64, 5, groups=2)
    bound = (32 * 5**layer.dims) ** -0.5
    for parameter in layer.parameters():
        values = parameter.detach()
        assert 0.9 * bound < float(values.abs().max()) <= bound
        assert float(values.std()) == pytest.approx(bound / 3**0.5, rel=0.15)


@pytest.mark.parametrize("kind", LAYERS)
def test_layers_differentiate_twice(kind):
    layer = kind(2, 4, 2, stride=2, padding=1, groups=2, dtype=tt.float64)
    x = images(layer, 2, 2).requires_grad_()
    function = {
        nn.Conv1d: lambda x, w, b: F.conv1d(x, w, b, 2, 1, 1, 2),
        nn.Conv2d: lambda x, w, b: F.conv2d(x, w, b, 2, 1, 1, 2),
        nn.ConvTranspose1d: lambda x, w, b: F.conv_transpose1d(x, w, b, 2, 1, 0, 2),
        nn.ConvTranspose2d: lambda x, w, b: F.conv_transpose2d(x, w, b, 2, 1, 0, 2),
    }[kind]
    inputs = [x, layer.weight, layer.bias]
    assert tt.equal(function(*inputs).detach(), layer(x).detach())
    assert gradcheck(function, inputs)
    assert gradgradcheck(function, inputs)


def test_output_size_chooses_among_the_sizes_that_fit():
    down = nn.Conv2d(3, 8, 3, stride=2, padding=1)
    up = nn.ConvTranspose2d(8, 3, 3, stride=2, padding=1)
    for size in ((9, 12), (10, 11)):
        x = tt.rand(2, 3, *size)
        assert up(down(x), output_size=x.shape).shape == x.shape
        assert up(down(x), output_size=size).shape == x.shape
    with pytest.raises(tt.ShapeError, match=r"between \(9, 11\) and \(10, 12\) .* not \(9, 13\)"):
        up(tt.rand(2, 8, 5, 6), output_size=(9, 13))


def test_pixels_and_filters_may_lie_anyhow_in_memory():
    x, w = tt.rand(2, 3, 8, 6), tt.rand(4, 3, 3, 3)
    right = F.conv2d(x, w, padding=1)
    last = x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
    turned = w.permute(3, 2, 1, 0).contiguous().permute(3, 2, 1, 0)
    assert tt.allclose(F.conv2d(last, turned, padding=1), right, atol=1e-5)
    wide = tt.zeros(2, 3, 16, 12)
    wide[:, :, ::2, ::2] = x
    assert tt.allclose(F.conv2d(wide[:, :, ::2, ::2], w, padding=1), right, atol=1e-5)


@pytest.mark.parametrize("kind", LAYERS)
def test_layers_refuse_what_makes_no_layer(kind):
    with pytest.raises(ValueError, match="in_channels must be at least 1, not 0"):
        kind(0, 4, 3)
    with pytest.raises(TypeError, match="kernel_size must be an int"):
        kind(4, 4, 3.0)
    with pytest.raises(ValueError, match="kernel_size must be at least 1"):
        kind(4, 4, 0)
    with pytest.raises(
        tt.ShapeError, match=r"groups=3 does not divide the 4 in_channels; .* choose"
    ):
        kind(4, 6, 3, groups=3)
    with pytest.raises(tt.ShapeError, match="groups=4 does not divide the 6 out_channels"):
        kind(4, 6, 3, groups=4)
    with pytest.raises(ValueError, match="padding_mode"):
        kind(4, 4, 3, padding_mode="mirror")
    with pytest.raises((ValueError, TypeError), match="padding must be numbers"):
        kind(4, 4, 3, padding="full")


def test_same_wants_stride_one_and_a_transposed_layer_zeros():
    with pytest.raises(ValueError, match="padding='same' is for stride 1"):
        nn.Conv2d(4, 4, 3, stride=2, padding="same")
    with pytest.raises(ValueError, match="can only be 'zeros', not 'reflect'"):
        nn.ConvTranspose2d(4, 4, 3, padding_mode="reflect")


def test_unfold_is_a_convolutions_matrix():
    x, w = tt.rand(2, 3, 6, 5, dtype=tt.float64), tt.rand(4, 3, 3, 2, dtype=tt.float64)
    columns = nn.Unfold((3, 2), padding=1, stride=2)(x)
    product = (w.reshape(4, -1) @ columns).reshape(2, 4, 3, 3)
    assert tt.allclose(product, F.conv2d(x, w, padding=1, stride=2))
    assert tt.equal(nn.Unfold(2)(x[0]), nn.Unfold(2)(x)[0])


def test_fold_puts_tiles_back():
    x = tt.rand(2, 3, 6, 4)
    tiles = nn.Unfold(2, stride=2)(x)
    assert tt.equal(nn.Fold((6, 4), 2, stride=2)(tiles), x)
    assert tt.equal(nn.Fold((6, 4), 2, stride=2)(tiles[0]), x[0])
    torch = pytest.importorskip("torch")
    assert repr(nn.Fold((6, 4), 2)) == repr(torch.nn.Fold((6, 4), 2))
    assert repr(nn.Unfold(2, 3)) == repr(torch.nn.Unfold(2, 3))


@pytest.mark.parametrize("kind", LAYERS)
def test_results_can_be_viewed_as_pytorchs(kind):
    """They are channels last in memory, but programs written for PyTorch flatten by view."""
    x = images(kind, 2, 3).requires_grad_()
    layer = kind(3, 4, 3, padding=1, dtype=tt.float64)
    out = layer(x)
    flat = out.view(2, -1)
    assert flat.tolist() == out.reshape(2, -1).tolist() == [o.flatten().tolist() for o in out]
    assert gradcheck(lambda x: layer(x).view(-1), [x])
