"""Batch normalisation: the modules, their running statistics, and what they refuse."""

import numpy as np
import pytest

import tt_nn as nn
import tt_nn.functional as F
import tt_tensor as tt
from tt_autograd import gradcheck, gradgradcheck

SHAPES = [(6, 3), (4, 3, 5), (3, 3, 5, 4)]


def layer_for(lib, shape, **options):
    return (lib.BatchNorm2d if len(shape) == 4 else lib.BatchNorm1d)(shape[1], **options)


def batch(shape, seed=0, channels_last=False):
    values = np.random.default_rng(seed).standard_normal(shape) * 3 + seed
    if channels_last:
        values = np.moveaxis(np.ascontiguousarray(np.moveaxis(values, 1, -1)), -1, 1)
    return values


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("channels_last", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"momentum": None},
        {"momentum": 0.7, "eps": 0.1},
        {"affine": False},
        {"bias": False},
        {"track_running_stats": False},
    ],
    ids=str,
)
def test_equals_pytorchs_over_several_steps(shape, channels_last, options):
    torch = pytest.importorskip("torch")
    ours = layer_for(nn, shape, **options).double()
    theirs = layer_for(torch.nn, shape, **options).double()
    for mine, right in zip(ours.parameters(), theirs.parameters(), strict=True):
        start = batch((shape[1],), 9)
        mine.data.copy_(tt.from_numpy(start))
        right.data.copy_(torch.from_numpy(start))
    for step in range(4):
        training = step != 2  # evaluation in between must leave the statistics alone
        ours.train(training), theirs.train(training)
        values, flow = batch(shape, step, channels_last), batch(shape, step + 10)
        x = tt.from_numpy(values).requires_grad_()
        y = torch.from_numpy(values.copy()).requires_grad_()
        out, right = ours(x), theirs(y)
        out.backward(tt.from_numpy(flow))
        right.backward(torch.from_numpy(flow))
        np.testing.assert_allclose(out.detach().numpy(), right.detach().numpy(), 0, 1e-10)
        np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy(), 0, 1e-10)
        assert out.array.strides == values.strides
    for mine, right in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(mine.grad.numpy(), right.grad.numpy(), 0, 1e-10)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for name, right in theirs.state_dict().items():
        mine = ours.state_dict()[name]
        assert str(mine.dtype)[3:] == str(right.dtype)[6:]
        np.testing.assert_allclose(mine.numpy(), right.numpy(), 0, 1e-10)


def test_running_statistics_by_hand():
    layer = nn.BatchNorm1d(1, momentum=0.5)
    layer(tt.tensor([[2.0], [6.0]]))  # mean 4, unbiased variance 8
    assert (layer.running_mean.item(), layer.running_var.item()) == (2.0, 4.5)
    layer(tt.tensor([[2.0], [2.0]]))
    assert (layer.running_mean.item(), layer.running_var.item()) == (2.0, 2.25)
    assert layer.num_batches_tracked.item() == 2
    layer.eval()
    assert layer(tt.tensor([[5.0]])).item() == pytest.approx(3 / (2.25 + 1e-5) ** 0.5)
    assert layer.num_batches_tracked.item() == 2
    layer.reset_running_stats()
    assert (layer.running_mean.item(), layer.running_var.item()) == (0.0, 1.0)
    assert layer.num_batches_tracked.item() == 0


def test_momentum_none_is_the_plain_average():
    layer = nn.BatchNorm1d(1, momentum=None).double()
    means = []
    for seed in range(3):
        values = batch((5, 1), seed)
        means.append(values.mean())
        layer(tt.from_numpy(values))
    assert layer.running_mean.item() == pytest.approx(np.mean(means), abs=1e-12)


def test_tracking_can_be_switched_off_for_a_while():
    layer = nn.BatchNorm1d(1)
    layer.track_running_stats = False
    layer(tt.tensor([[2.0], [6.0]]))
    assert (layer.running_mean.item(), layer.num_batches_tracked.item()) == (0.0, 0)
    layer.eval()  # the statistics that there are still count
    assert layer(tt.tensor([[5.0]])).item() == pytest.approx(5.0, rel=1e-4)


def test_statistics_are_not_part_of_the_graph():
    layer = nn.BatchNorm1d(2)
    layer(tt.rand(4, 2, requires_grad=True))
    assert not layer.running_mean.requires_grad
    assert {"running_mean", "running_var"} <= set(layer.state_dict())
    assert layer.running_mean.grad_fn is None


def test_output_may_be_changed_in_place_before_the_backward_pass():
    x = tt.rand(6, 2, 3, 3, requires_grad=True)
    layer = nn.BatchNorm2d(2)
    nn.ReLU(inplace=True)(layer(x)).sum().backward()
    once = x.grad
    x.grad = None
    tt.relu(layer(x)).sum().backward()
    assert tt.equal(once, x.grad)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("channels_last", [False, True])
@pytest.mark.parametrize("training", [False, True])
def test_differentiates_twice(shape, channels_last, training):
    x = tt.from_numpy(batch(shape, 1, channels_last)).requires_grad_()
    weight, bias = (tt.from_numpy(batch((3,), s)).requires_grad_() for s in (2, 3))
    mean, var = tt.from_numpy(batch((3,), 4)), tt.ones(3).double() * 2

    def normalised(x, weight, bias):
        return F.batch_norm(x, mean.clone(), var.clone(), weight, bias, training)

    assert gradcheck(normalised, (x, weight, bias))
    assert gradgradcheck(normalised, (x, weight, bias))


def test_many_blocks_give_the_definition():
    for channels_last in (False, True):
        for shape in ((40, 32, 16, 16), (9, 24, 17, 13), (70001, 2)):
            values = batch(shape, 5, channels_last).astype(np.float32)
            x = tt.from_numpy(values).requires_grad_()
            out = F.batch_norm(x, None, None, training=True)
            dims = (0, *range(2, len(shape)))
            wide = values.astype(np.float64)
            mean, std = wide.mean(dims, keepdims=True), wide.std(dims, keepdims=True)
            np.testing.assert_allclose(out.detach().numpy(), (wide - mean) / std, 0, 2e-5)
            flow = batch(shape, 6)
            out.backward(tt.from_numpy(flow.astype(np.float32)))
            normal = (wide - mean) / std
            dx = flow - flow.mean(dims, keepdims=True)
            dx -= normal * (flow * normal).mean(dims, keepdims=True)
            np.testing.assert_allclose(x.grad.numpy(), dx / std, 0, 2e-5)


@pytest.mark.parametrize("channels_last", [False, True])
def test_threads_change_no_bit(channels_last):
    values = batch((68, 32, 32, 32), 1, channels_last).astype(np.float32)  # worth two threads
    before, found = tt.get_num_threads(), []
    try:
        for threads in (1, 2):
            tt.set_num_threads(threads)
            x = tt.from_numpy(values).requires_grad_()
            layer = nn.BatchNorm2d(32)
            out = layer(x)
            (out * out * out).sum().backward()
            found.append([out.detach(), x.grad, layer.weight.grad, layer.running_var])
    finally:
        tt.set_num_threads(before)
    assert all(tt.equal(a, b) for a, b in zip(*found, strict=True))


def test_variance_far_from_zero_does_not_cancel():
    values = batch((4096, 2)).astype(np.float32) + np.float32(3000)
    layer = nn.BatchNorm1d(2, momentum=1.0)
    layer(tt.from_numpy(values))
    expected = values.astype(np.float64).var(0, ddof=1)
    np.testing.assert_allclose(layer.running_var.numpy(), expected, 1e-3)


def test_empty_batches():
    layer = nn.BatchNorm2d(3)
    x = tt.zeros(0, 3, 4, 4, requires_grad=True)
    assert layer(x).shape == (0, 3, 4, 4)
    assert layer.running_var.tolist() == [1.0] * 3
    layer.eval()
    layer(x).sum().backward()
    assert x.grad.shape == (0, 3, 4, 4)
    assert layer.weight.grad.tolist() == [0.0] * 3


def test_what_is_refused():
    layer = nn.BatchNorm2d(3)
    with pytest.raises(tt.ShapeError, match=r"must be \(N, C, H, W\), but its shape is \(2, 3\)"):
        layer(tt.ones(2, 3))
    with pytest.raises(tt.ShapeError, match=r"takes 3 channels, but .* \(2, 4, 1, 1\)"):
        layer(tt.ones(2, 4, 1, 1))
    with pytest.raises(ValueError, match="needs more than one value"):
        layer(tt.ones(1, 3, 1, 1))
    assert layer.num_batches_tracked.item() == 0
    assert layer.eval()(tt.ones(1, 3, 1, 1)).shape == (1, 3, 1, 1)
    with pytest.raises(TypeError, match="not list"):
        layer([1.0])
    with pytest.raises(tt.DTypeError, match=r"running_mean tt\.float32"):
        layer(tt.ones(2, 3, 1, 1).double())
    with pytest.raises(ValueError, match="num_features must be at least 1"):
        nn.BatchNorm1d(0)


def test_repr_and_types():
    assert repr(nn.BatchNorm1d(4, momentum=None, affine=False)) == (
        "BatchNorm1d(4, eps=1e-05, momentum=None, affine=False, bias=False, track_running_stats=True)"
    )
    layer = nn.BatchNorm2d(3).double()
    assert layer.running_mean.dtype is tt.float64
    assert layer.num_batches_tracked.dtype is tt.int64
    assert nn.BatchNorm2d(3).half()(tt.rand(2, 3, 4, 4).half()).dtype is tt.float16
