"""Group and instance normalisation as modules."""

import numpy as np
import pytest

import tt_nn as nn
import tt_nn.functional as F
import tt_tensor as tt
from tt_autograd import gradcheck, gradgradcheck


def batch(shape, seed=0, channels_last=False):
    values = np.random.default_rng(seed).standard_normal(shape) * 2 + seed
    if channels_last:
        values = np.moveaxis(np.ascontiguousarray(np.moveaxis(values, 1, -1)), -1, 1)
    return values


def fill(ours, theirs):
    torch = pytest.importorskip("torch")
    for k, (mine, right) in enumerate(zip(ours.parameters(), theirs.parameters(), strict=True)):
        mine.data.copy_(tt.from_numpy(batch(mine.shape, k)))
        right.data.copy_(torch.from_numpy(batch(mine.shape, k)))


def compare(ours, theirs, values):
    """One forward and backward pass through both."""
    torch = pytest.importorskip("torch")
    x = tt.from_numpy(values).requires_grad_()
    y = torch.from_numpy(values.copy()).requires_grad_()
    flow = batch(values.shape, 7)
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
        np.testing.assert_allclose(ours.state_dict()[name].numpy(), right.numpy(), 0, 1e-10)


@pytest.mark.parametrize("shape", [(3, 6), (3, 6, 5), (2, 6, 3, 5), (1, 6, 1, 1)])
@pytest.mark.parametrize("groups", [1, 2, 3])
@pytest.mark.parametrize("channels_last", [False, True])
def test_group_norm_equals_pytorchs(shape, groups, channels_last):
    torch = pytest.importorskip("torch")
    for options in ({}, {"affine": False}, {"bias": False}):
        ours = nn.GroupNorm(groups, 6, **options).double()
        theirs = torch.nn.GroupNorm(groups, 6, **options).double()
        fill(ours, theirs)
        compare(ours, theirs, batch(shape, 2, channels_last))


@pytest.mark.parametrize(
    ("dims", "shape"), [(1, (3, 4, 5)), (1, (3, 5)), (2, (2, 3, 3, 2)), (2, (4, 5, 3))]
)
@pytest.mark.parametrize("channels_last", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"affine": True},
        {"affine": True, "bias": False},
        {"affine": True, "track_running_stats": True},
        {"track_running_stats": True, "momentum": 0.6, "eps": 0.2},
        {"track_running_stats": True, "momentum": None},
    ],
    ids=str,
)
def test_instance_norm_equals_pytorchs_over_several_steps(dims, shape, channels_last, options):
    torch = pytest.importorskip("torch")
    channels = shape[-dims - 1]
    ours = getattr(nn, f"InstanceNorm{dims}d")(channels, **options).double()
    theirs = getattr(torch.nn, f"InstanceNorm{dims}d")(channels, **options).double()
    fill(ours, theirs)
    for step in range(4):
        ours.train(step != 2), theirs.train(step != 2)
        single = len(shape) == dims + 1
        compare(ours, theirs, batch(shape, step, channels_last and not single))


@pytest.mark.parametrize("channels_last", [False, True])
def test_both_differentiate_twice(channels_last):
    x = tt.from_numpy(batch((2, 4, 3, 2), 1, channels_last)).requires_grad_()
    w, b = (tt.from_numpy(batch((4,), s)).requires_grad_() for s in (2, 3))
    for check in (gradcheck, gradgradcheck):
        assert check(lambda x, w, b: F.group_norm(x, 2, w, b), (x, w, b))
        assert check(lambda x, w: F.instance_norm(x, None, None, w), (x, w))


@pytest.mark.parametrize("channels_last", [False, True])
def test_many_blocks_give_the_definition(channels_last):
    values = batch((9, 24, 37, 31), 4, channels_last).astype(np.float32)
    groups = values.reshape(9, 6, -1).astype(np.float64)
    normal = groups - groups.mean(-1, keepdims=True)
    normal /= normal.std(-1, keepdims=True)
    out = F.group_norm(tt.from_numpy(values), 6)
    np.testing.assert_allclose(out.numpy(), normal.reshape(values.shape), 0, 2e-5)


def test_empty_batches():
    for layer, shape in ((nn.GroupNorm(2, 4), (0, 4, 3)), (nn.InstanceNorm1d(4), (0, 4, 3))):
        x = tt.zeros(*shape, requires_grad=True)
        layer(x).sum().backward()
        assert x.grad.shape == shape
    layer = nn.InstanceNorm2d(3, track_running_stats=True)
    assert layer(tt.zeros(0, 3, 2, 2)).shape == (0, 3, 2, 2)
    assert layer.running_mean.tolist() == [0.0] * 3


def test_what_is_refused():
    with pytest.raises(ValueError, match="5 channels cannot be shared evenly by 2 groups"):
        nn.GroupNorm(2, 5)
    with pytest.raises(TypeError, match="num_groups must be an int"):
        nn.GroupNorm(2.0, 4)
    with pytest.raises(tt.ShapeError, match=r"weight is \(4,\)"):
        nn.GroupNorm(2, 4)(tt.ones(2, 6, 3))
    with pytest.raises(tt.ShapeError, match=r"must be \(N, C, L\) or \(C, L\), but .* \(3,\)"):
        nn.InstanceNorm1d(3)(tt.ones(3))
    with pytest.raises(tt.ShapeError, match="takes 3 channels"):
        nn.InstanceNorm2d(3)(tt.ones(2, 4, 4))
    with pytest.raises(ValueError, match="use larger images"):
        nn.InstanceNorm2d(3)(tt.ones(2, 3, 1, 1))
    with pytest.raises(TypeError, match="not list"):
        nn.InstanceNorm1d(3)([1.0])


def test_repr():
    assert repr(nn.GroupNorm(2, 4, bias=False)) == (
        "GroupNorm(2, 4, eps=1e-05, affine=True, bias=False)"
    )
    assert repr(nn.InstanceNorm1d(3)) == (
        "InstanceNorm1d(3, eps=1e-05, momentum=0.1, affine=False, bias=False, "
        "track_running_stats=False)"
    )
