"""Linear, Bilinear, the shape layers, dropout and activations."""

import numpy as np
import pytest

import tt_nn as nn
import tt_nn.functional as F
import tt_tensor as tt
from tt_autograd import gradcheck, gradgradcheck


def test_linear_is_what_it_says():
    layer = nn.Linear(3, 2)
    x = tt.rand(5, 3)
    assert tt.allclose(layer(x), x @ layer.weight.T + layer.bias)
    assert layer(tt.rand(3)).shape == (2,)
    assert layer(tt.rand(4, 5, 3)).shape == (4, 5, 2)
    assert layer(tt.rand(0, 3)).shape == (0, 2)
    assert nn.Linear(3, 2, bias=False).bias is None
    assert nn.Linear(3, 2, dtype=tt.float64).weight.dtype is tt.float64


def test_linear_starts_as_pytorchs():
    tt.manual_seed(0)
    layer = nn.Linear(100, 200)
    for param in layer.parameters():
        assert float(param.detach().abs().max()) <= 0.1
        assert float(param.detach().std()) == pytest.approx(0.1 / 3**0.5, rel=0.1)
    tt.manual_seed(0)
    assert tt.equal(nn.Linear(100, 200).weight.detach(), layer.weight.detach())


def test_linear_refuses_what_does_not_fit():
    layer = nn.Linear(3, 2)
    with pytest.raises(tt.ShapeError, match=r"takes 3 features, but the input's shape is \(5, 4\)"):
        layer(tt.rand(5, 4))
    with pytest.raises(tt.ShapeError, match="takes 3 features"):
        layer(tt.tensor(1.0))
    with pytest.raises(tt.DTypeError, match=r"input is tt.int64, the weight tt.float32"):
        layer(tt.ones(1, 3, dtype=tt.int64))
    with pytest.raises(TypeError, match="input must be a Tensor, not list"):
        layer([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="out_features must be at least 1, not 0"):
        nn.Linear(3, 0)
    with pytest.raises(TypeError, match="in_features must be an int, not float"):
        nn.Linear(3.0, 1)


@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 4, 3)])
@pytest.mark.parametrize("bias", [True, False])
def test_linear_differentiates_twice(shape, bias):
    inputs = [
        tt.rand(*n, dtype=tt.float64, requires_grad=True)
        for n in (shape, (2, 3), *([(2,)] if bias else []))
    ]
    assert gradcheck(F.linear, inputs)
    assert gradgradcheck(F.linear, inputs)


def test_bilinear_equals_pytorchs():
    torch = pytest.importorskip("torch")
    a, b, w, c = tt.rand(5, 3), tt.rand(5, 4), tt.rand(2, 3, 4), tt.rand(2)
    expected = torch.nn.functional.bilinear(*(torch.from_numpy(t.numpy()) for t in (a, b, w, c)))
    assert tt.allclose(F.bilinear(a, b, w, c), tt.from_numpy(expected.numpy()), atol=1e-5)
    layer = nn.Bilinear(3, 4, 2)
    assert layer(a, b).shape == (5, 2)
    assert nn.Bilinear(3, 4, 2, bias=False)(tt.rand(3), tt.rand(4)).shape == (2,)
    assert float(layer.weight.detach().abs().max()) <= 3**-0.5
    inputs = [t.double().requires_grad_() for t in (a, b, w, c)]
    assert gradcheck(F.bilinear, inputs)
    with pytest.raises(tt.ShapeError, match=r"bilinear: expected .* are \(5, 4\), \(5, 4\)"):
        layer(b, b)
    with pytest.raises(ValueError, match="in2_features must be at least 1"):
        nn.Bilinear(1, 0, 1)


def test_flatten_and_back():
    x = tt.arange(24.0).reshape(2, 3, 4)
    assert nn.Flatten()(x).shape == (2, 12)
    assert nn.Flatten(0, 1)(x).shape == (6, 4)
    assert tt.equal(nn.Unflatten(1, (3, 4))(nn.Flatten()(x)), x)
    assert nn.Unflatten(-1, [2, -1])(x).shape == (2, 3, 2, 2)
    assert nn.Identity("anything", at=all)(x) is x


def test_dropout_keeps_the_mean_and_only_in_training():
    tt.manual_seed(0)
    x = tt.ones(200, 100, requires_grad=True)
    layer = nn.Dropout(0.25)
    out = layer(x)
    assert out.detach().unique().tolist() == pytest.approx([0.0, 1 / 0.75])
    assert float((out == 0).float().mean()) == pytest.approx(0.25, abs=0.01)
    out.sum().backward()
    assert tt.equal(x.grad, out.detach())
    assert layer.eval()(x) is x
    assert F.dropout(x, 0.0) is x
    assert float(F.dropout(x, 1.0).detach().abs().sum()) == 0


def test_dropout_repeats_with_its_generator():
    x = tt.ones(50)
    tt.manual_seed(3)
    first = F.dropout(x, 0.5)
    tt.manual_seed(3)
    assert tt.equal(F.dropout(x, 0.5), first)
    one, two = (F.dropout(x, 0.5, generator=tt.Generator(1)) for _ in range(2))
    assert tt.equal(one, two)
    assert F.dropout(x.half(), 0.5).dtype is tt.float16


def test_dropout_in_place_and_wrong_arguments():
    x = tt.ones(100)
    out = nn.Dropout(0.5, inplace=True)(x)
    assert out is x
    assert float((x == 0).float().sum()) > 0
    for p in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="between 0 and 1"):
            nn.Dropout(p)
        with pytest.raises(ValueError, match="between 0 and 1"):
            F.dropout(x, p)
    with pytest.raises(tt.DTypeError, match="floating point"):
        F.dropout(tt.ones(2, dtype=tt.int64))


ACTIVATIONS = [
    "ReLU()",
    "ReLU6()",
    "LeakyReLU()",
    "LeakyReLU(0.3)",
    "ELU()",
    "ELU(0.5)",
    "Hardtanh(-0.5, 0.7)",
    "Sigmoid()",
    "LogSigmoid()",
    "Tanh()",
    "SiLU()",
    "Mish()",
    "GELU()",
    "GELU('tanh')",
    "Softplus()",
    "Softplus(2.0, 1.0)",
    "Softmax(0)",
    "Softmax(dim=-1)",
    "Softmin(1)",
    "LogSoftmax(1)",
]


@pytest.mark.parametrize("expression", ACTIVATIONS)
def test_activations_equal_pytorchs(expression):
    torch = pytest.importorskip("torch")
    ours, theirs = (eval(expression, vars(lib).copy()) for lib in (nn, torch.nn))
    values = np.random.default_rng(0).standard_normal((4, 5)) * 3
    x = tt.from_numpy(values.copy()).requires_grad_()
    y = torch.from_numpy(values.copy()).requires_grad_()
    (ours(x) ** 2).sum().backward()
    (theirs(y) ** 2).sum().backward()
    np.testing.assert_allclose(ours(x).detach().numpy(), theirs(y).detach().numpy(), 1e-9, 1e-12)
    np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy(), 1e-8, 1e-12)


@pytest.mark.parametrize("expression", ACTIVATIONS)
def test_activations_far_out(expression):
    module = eval(expression, vars(nn).copy())
    x = tt.tensor([[-1e4, -1.0, 0.0, 1.0, 1e4]], requires_grad=True)
    module(x).sum().backward()
    assert tt.isfinite(module(x)).all().item()
    assert tt.isfinite(x.grad).all().item()


def test_relu_in_place():
    leaf = tt.tensor([-1.0, 2.0], requires_grad=True)
    x = leaf * 3
    assert nn.ReLU(inplace=True)(x) is x
    x.sum().backward()
    assert leaf.grad.tolist() == [0.0, 3.0]


def test_activations_refuse_wrong_options():
    with pytest.raises(ValueError, match="'none' or 'tanh'"):
        nn.GELU("exact")
    with pytest.raises(ValueError, match="max_val must be above min_val"):
        nn.Hardtanh(1.0, 1.0)


def test_one_hot():
    assert F.one_hot(tt.tensor([[0, 2]]), 4).tolist() == [[[1, 0, 0, 0], [0, 0, 1, 0]]]
    assert F.one_hot(tt.tensor([1])).shape == (1, 2)
    with pytest.raises(tt.DTypeError, match="integers"):
        F.one_hot(tt.ones(2))
    with pytest.raises(ValueError, match="below 2, but they go from 2 to 2"):
        F.one_hot(tt.tensor([2]), 2)


@pytest.mark.parametrize(
    ("kind", "shape", "spatial"),
    [
        ("Dropout1d", (40, 50, 3), 2),
        ("Dropout1d", (2000, 3), 1),
        ("Dropout2d", (40, 50, 3, 2), 2),
        ("Dropout2d", (40, 50, 3), 2),
    ],
)
def test_dropout_of_whole_channels(kind, shape, spatial):
    tt.manual_seed(0)
    x = tt.ones(*shape, requires_grad=True)
    layer = getattr(nn, kind)(0.25)
    out = layer(x)
    channels = out.detach().reshape(*shape[:spatial], -1)
    assert tt.equal(channels.amax(-1), channels.amin(-1))
    if spatial == 2:  # each channel of a sample for itself
        assert tt.all(channels[:, :, 0].amax(1) > channels[:, :, 0].amin(1))
    assert out.detach().unique().tolist() == pytest.approx([0.0, 1 / 0.75])
    assert float((out == 0).float().mean()) == pytest.approx(0.25, abs=0.03)
    out.sum().backward()
    assert tt.equal(x.grad, out.detach())
    assert layer.eval()(x) is x
    assert repr(layer) == f"{kind}(p=0.25, inplace=False)"
    y = tt.ones(*shape)
    assert getattr(nn, kind)(0.5, inplace=True)(y) is y
    assert 0 < float((y == 0).float().mean()) < 1


@pytest.mark.parametrize("kind", ["Dropout", "Dropout2d"])
def test_dropout_keeps_the_memory_order_and_chooses_the_same_in_any(kind):
    plain = tt.ones(4, 3, 5, 2)
    last = tt.from_numpy(np.moveaxis(np.ones((4, 5, 2, 3), np.float32), -1, 1))
    outs = []
    for x in (plain, last):
        tt.manual_seed(1)
        outs.append(getattr(nn, kind)()(x))
        assert outs[-1].array.strides == x.array.strides
    assert tt.equal(*outs)


def test_dropout_of_channels_refuses_and_repeats():
    with pytest.raises(tt.ShapeError, match=r"dropout1d: input must be .* \(2, 3, 4, 5\)"):
        nn.Dropout1d()(tt.ones(2, 3, 4, 5))
    with pytest.raises(tt.ShapeError, match=r"dropout2d: input must be \(N, C, H, W\)"):
        nn.Dropout2d()(tt.ones(2, 3))
    with pytest.raises(ValueError, match="between 0 and 1"):
        nn.Dropout2d(1.5)
    x = tt.ones(4, 8, 3)
    assert tt.equal(*(F.dropout1d(x, generator=tt.Generator(1)) for _ in range(2)))
