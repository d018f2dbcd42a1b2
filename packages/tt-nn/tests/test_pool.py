"""Pooling modules, one dimension and memory order; windows and values are tested by the records."""

import numpy as np
import pytest

import tt_nn as nn
import tt_nn.functional as F
import tt_tensor as tt
from tt_autograd import grad, gradcheck, gradgradcheck

MODULES = [
    ("MaxPool1d", (2,), {}, (2, 3, 7)),
    ("MaxPool1d", (3, 2, 1), {"ceil_mode": True}, (3, 8)),
    ("MaxPool1d", ((2,),), {"dilation": 2, "return_indices": True}, (2, 3, 7)),
    ("MaxPool2d", (2,), {}, (2, 3, 6, 8)),
    ("MaxPool2d", (3, 2, 1), {"ceil_mode": True}, (3, 5, 6)),
    ("MaxPool2d", ((2, 3), (2, 1)), {"dilation": (1, 2), "return_indices": True}, (2, 3, 7, 7)),
    ("AvgPool2d", (2,), {}, (2, 3, 6, 8)),
    ("AvgPool2d", (3, 2, 1), {"ceil_mode": True, "count_include_pad": False}, (3, 5, 6)),
    ("AvgPool2d", ((2, 3), (2, 1), (1, 0)), {"divisor_override": 4}, (2, 3, 7, 7)),
    ("AdaptiveAvgPool1d", (3,), {}, (2, 3, 7)),
    ("AdaptiveAvgPool2d", (1,), {}, (2, 3, 6, 8)),
    ("AdaptiveAvgPool2d", ((None, 3),), {}, (3, 6, 8)),
    ("AdaptiveMaxPool1d", (3, True), {}, (3, 7)),
    ("AdaptiveMaxPool2d", ((4, None),), {}, (2, 3, 6, 8)),
    ("AdaptiveMaxPool2d", (5, True), {}, (3, 6, 8)),
]


def results(out):
    """The results of a layer, one or several."""
    return out if isinstance(out, tuple) else (out,)


@pytest.mark.parametrize(("name", "arguments", "options", "shape"), MODULES)
def test_modules_equal_pytorchs(name, arguments, options, shape):
    torch = pytest.importorskip("torch")
    ours = getattr(nn, name)(*arguments, **options)
    theirs = getattr(torch.nn, name)(*arguments, **options)
    assert repr(ours) == repr(theirs)
    array = np.random.default_rng(0).standard_normal(shape).astype("float32")
    x, t = tt.tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    outs, expected = results(ours(x)), results(theirs(t))
    assert len(outs) == len(expected)
    for out, right in zip(outs, expected, strict=True):
        np.testing.assert_allclose(
            out.detach().numpy(), right.detach().numpy(), rtol=1e-6, atol=1e-6
        )
    (outs[0] ** 2).sum().backward()
    (expected[0] ** 2).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), t.grad.numpy(), rtol=1e-5, atol=1e-6)


def is_channels_last(tensor):
    strides = tensor.detach().numpy().strides
    return sorted(strides, reverse=True) == [strides[i] for i in (0, 2, 3, 1)]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: F.max_pool2d(x, 2),
        lambda x: F.max_pool2d(x, 3, 2, 1),
        lambda x: F.avg_pool2d(x, 2),
        lambda x: F.avg_pool2d(x, 3, 2),
        lambda x: F.adaptive_avg_pool2d(x, (3, 4)),
    ],
)
def test_memory_order_is_kept(function):
    x = tt.rand(2, 6, 8, 3).permute(0, 3, 1, 2).detach().requires_grad_()
    out = function(x)
    assert is_channels_last(out)
    rows, columns = out.shape[2:]
    flow = tt.rand(2, rows, columns, 3).permute(0, 3, 1, 2)
    assert is_channels_last(grad(out, x, flow)[0])


@pytest.mark.parametrize("name", ["max_pool1d", "max_pool2d", "avg_pool1d", "avg_pool2d"])
def test_functions_have_pytorchs_defaults(name):
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(0).standard_normal((2, 3, 7, 9)[: int(name[-2]) + 2])
    for arguments in (
        (2,),
        (3, 2),
        (3, 2, 1),
    ):  # what ceil_mode and the padding's zeros would change
        got = getattr(F, name)(tt.tensor(x), *arguments)
        expected = getattr(torch.nn.functional, name)(torch.tensor(x), *arguments)
        assert isinstance(got, tt.Tensor)
        np.testing.assert_allclose(got.numpy(), expected.numpy(), atol=1e-12)


ANY_ORDER = {
    "max 2": lambda x: F.max_pool2d(x, 2),
    "max 3": lambda x: F.max_pool2d(x, 3, 2, 1, ceil_mode=True),
    "average 2": lambda x: F.avg_pool2d(x, 2),
    "average 3": lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
    "average 2 of 3": lambda x: F.avg_pool2d(x, 2, 3),
    "adaptive average": lambda x: F.adaptive_avg_pool2d(x, (3, 4)),
    "global average": lambda x: F.adaptive_avg_pool2d(x, 1),
    "adaptive max": lambda x: F.adaptive_max_pool2d(x, (3, 4)),
    "nearest": lambda x: F.interpolate(x, (9, 5)),
    "bilinear": lambda x: F.interpolate(x, (9, 5), mode="bilinear"),
    "reflect": lambda x: F.pad(x, (1, 2, 3, 1), "reflect"),
    "pixels": lambda x: F.pixel_shuffle(x, 2),
}


@pytest.mark.parametrize("name", ANY_ORDER)
def test_values_do_not_depend_on_memory_order(name):
    array = np.round(np.random.default_rng(0).standard_normal((2, 4, 7, 6)) * 2)
    orders = [(0, 1, 2, 3), (0, 2, 3, 1), (3, 2, 1, 0), (1, 3, 0, 2)]
    results = []
    for order in orders:
        memory = np.ascontiguousarray(array.transpose(order)).transpose(np.argsort(order))
        x = tt.from_numpy(memory).requires_grad_()
        out = ANY_ORDER[name](x)
        (got,) = grad(out, x, tt.tensor(np.sin(np.arange(out.numel())).reshape(out.shape)))
        results.append((out.detach().numpy(), got.numpy()))
    for out, got in results[1:]:
        assert np.allclose(out, results[0][0], atol=1e-12)
        assert np.allclose(got, results[0][1], atol=1e-12)


def test_the_result_of_a_window_of_one_is_not_the_input():
    x = tt.rand(1, 2, 3, 3)
    assert not np.shares_memory(F.max_pool2d(x, 1).numpy(), x.numpy())


def test_among_equals_the_first_wins():
    for width in (2, 3):
        x = tt.zeros(1, 1, width, width, requires_grad=True)
        F.max_pool2d(x, width).sum().backward()
        assert x.grad.numpy().ravel().tolist() == [1.0] + [0.0] * (width * width - 1)
    x = tt.tensor([[[[0.0, 1.0], [1.0, 1.0]]]], requires_grad=True)
    F.max_pool2d(x, 2).sum().backward()
    assert x.grad.tolist() == [[[[0.0, 1.0], [0.0, 0.0]]]]


def test_nan_spreads_to_its_windows_only():
    x = tt.tensor([[1.0, float("nan"), 2.0, 3.0]], requires_grad=True)
    out = F.max_pool1d(x, 2)
    assert np.isnan(out.detach().numpy()).tolist() == [[True, False]]
    out.sum().backward()
    assert x.grad.tolist() == [[0.0, 1.0, 0.0, 1.0]]


def test_large_batches_are_worked_on_in_blocks_without_a_seam():
    """More than one block of the gradient kernel, the last one not full, odd sizes."""
    rng = np.random.default_rng(0)
    array = np.round(rng.standard_normal((7, 49, 41, 20)) * 2).transpose(0, 3, 1, 2)
    x = tt.tensor(array, requires_grad=True)
    out = F.max_pool2d(x, 2)
    (got,) = grad(out, x, tt.ones_like(out))
    for n in (0, 3, 6):
        one = tt.tensor(array[n], requires_grad=True)
        F.max_pool2d(one, 2).sum().backward()
        assert np.array_equal(got.numpy()[n], one.grad.numpy())
    assert got.sum().item() == 7 * 20 * 24 * 20


@pytest.mark.parametrize(
    "pool",
    [
        lambda x: F.max_pool1d(x, 2),
        lambda x: F.max_pool1d(x, 3, 2, 1),
        lambda x: F.avg_pool1d(x, 3, 2, 1),
        lambda x: F.adaptive_avg_pool1d(x, 4),
        lambda x: F.adaptive_max_pool1d(x, 4),
        lambda x: F.adaptive_max_pool2d(x, (2, 3)),
    ],
)
def test_one_dimension_differentiates_twice(pool):
    x = tt.tensor(np.random.default_rng(0).standard_normal((2, 3, 7)), requires_grad=True)
    assert gradcheck(pool, [x])
    assert gradgradcheck(pool, [x])


def test_indices_are_where_the_values_are():
    x = tt.rand(2, 3, 6, 6)
    values, indices = F.max_pool2d(x, 3, 2, 1, return_indices=True)
    assert tt.equal(tt.gather(x.flatten(2), 2, indices.flatten(2)), values.flatten(2))


@pytest.mark.parametrize(
    "arguments", [(2,), (3, 2), (3, 2, 1), (3, 2, 1, True), (3, 3, 1, True, False)]
)
def test_average_of_sequences_equals_pytorchs(arguments):
    torch = pytest.importorskip("torch")
    for shape in ((2, 3, 7), (3, 8), (0, 3, 8)):
        array = np.random.default_rng(0).standard_normal(shape)
        got = nn.AvgPool1d(*arguments)(tt.tensor(array))
        expected = torch.nn.AvgPool1d(*arguments)(torch.tensor(array))
        np.testing.assert_allclose(got.numpy(), expected.numpy(), rtol=1e-12)
    assert repr(nn.AvgPool1d(3, 2, 1)) == "AvgPool1d(kernel_size=3, stride=2, padding=1)"


def test_global_pooling_is_the_mean_of_everything():
    x = tt.rand(3, 4, 5, 7)
    assert tt.allclose(F.adaptive_avg_pool2d(x, 1)[..., 0, 0], x.mean((2, 3)))
    assert tt.equal(F.adaptive_max_pool2d(x, 1)[..., 0, 0], x.amax((2, 3)))


def test_averages_of_half_precision_do_not_overflow():
    x = tt.full((1, 1, 8, 8), 3000.0, dtype=tt.float16)
    for out in (F.avg_pool2d(x, 8), F.adaptive_avg_pool2d(x, 1)):
        assert out.dtype is tt.float16
        assert out.item() == 3000


@pytest.mark.parametrize(
    ("dims", "arguments", "shape", "output_size"),
    [
        (1, (2,), (2, 3, 8), None),
        (1, (2,), (3, 7), (7,)),
        (2, (2,), (2, 3, 6, 8), None),
        (2, ((3, 2), (3, 2), (1, 0)), (3, 5, 9), (5, 9)),
        (2, (2,), (2, 3, 7, 5), (2, 3, 7, 5)),
        (2, (2,), (2, 0, 4, 4), None),
    ],
)
def test_unpooling_equals_pytorchs(dims, arguments, shape, output_size):
    torch = pytest.importorskip("torch")
    names = f"MaxPool{dims}d", f"MaxUnpool{dims}d"
    pool, unpool = (getattr(nn, name)(*arguments) for name in names)
    theirs = getattr(torch.nn, names[1])(*arguments)
    assert repr(unpool) == repr(theirs)
    x = tt.tensor(np.random.default_rng(0).standard_normal(shape), requires_grad=True)
    pool.return_indices = True
    values, indices = pool(x)
    if 0 in shape:  # which PyTorch does not take
        assert unpool(values, indices).shape == shape
        return
    out = unpool(values, indices, output_size)
    t = [torch.from_numpy(a.detach().numpy()) for a in (values, indices)]
    assert np.array_equal(out.detach().numpy(), theirs(*t, output_size).numpy())
    (out**2).sum().backward()  # what was chosen gets its gradient through both
    assert np.allclose(
        x.grad.numpy(), 2 * np.where(out.detach().numpy() != 0, x.detach().numpy(), 0)
    )


def test_unpooling_refuses_what_does_not_fit():
    values, indices = F.max_pool2d(tt.rand(1, 4, 4), 2, return_indices=True)
    with pytest.raises(tt.ShapeError, match="must have one shape"):
        F.max_unpool2d(values, indices[:, :1], 2)
    with pytest.raises(tt.DTypeError, match=r"indices must be integers, not tt\.float32"):
        F.max_unpool2d(values, values, 2)
    for rows in (2, 6, 9):  # 3, 4 or 5 rows give two windows
        with pytest.raises(tt.ShapeError, match=rf"\({rows}, 4\) does not fit \(2, 2\) windows"):
            F.max_unpool2d(values, indices, 2, output_size=(rows, 4))
    assert F.max_unpool2d(values, indices, 2, output_size=(5, 4)).shape == (1, 5, 4)
    with pytest.raises(ValueError, match="needs 2 entries, not 1"):
        F.max_unpool2d(values, indices, 2, output_size=(4,))
    with pytest.raises(IndexError):
        F.max_unpool2d(values, indices + 16, 2)
    with pytest.raises(TypeError, match="indices must be a Tensor"):
        F.max_unpool1d(tt.rand(1, 2), [0, 1], 2)
    with pytest.raises(ValueError, match="MaxUnpool2d: stride must be at least 1"):
        nn.MaxUnpool2d(2, 0)


def test_layers_refuse_options_when_they_are_made():
    with pytest.raises(ValueError, match="MaxPool2d: kernel_size must be at least 1, not 0"):
        nn.MaxPool2d(0)
    with pytest.raises(ValueError, match="MaxPool1d: kernel_size needs one entry, not 2"):
        nn.MaxPool1d((2, 2))
    with pytest.raises(ValueError, match="AvgPool2d: padding must be at least 0, not -1"):
        nn.AvgPool2d((2, 3), padding=-1)
    with pytest.raises(TypeError, match=r"AvgPool1d: stride must be an int, not 0\.5"):
        nn.AvgPool1d(2, 0.5)
    with pytest.raises(ValueError, match="MaxPool2d: dilation must be at least 1"):
        nn.MaxPool2d((2, 2), dilation=(1, 0))


def test_a_window_may_begin_far_out_if_it_sees_something():
    x = tt.tensor([[5.0, 7.0]])
    assert F.max_pool1d(x, 2, 2, 2, 3).tolist() == [[7.0, 5.0]]  # places -2 and 1, then 0 and 3
    with pytest.raises(tt.ShapeError, match="see none of the 2 places"):
        F.max_pool1d(x, 2, 1, 1, 3)  # places -1 and 2
