"""Initialisers: their distributions, their gains, what they refuse."""

import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_nn import init

SHAPE = (400, 300)


@pytest.fixture(autouse=True)
def _seed():
    tt.manual_seed(0)


@pytest.mark.parametrize(
    ("fill", "mean", "std", "bound"),
    [
        (lambda t: init.uniform_(t, -1.0, 3.0), 1.0, 4 / 12**0.5, 3.0),
        (lambda t: init.normal_(t, 2.0, 0.5), 2.0, 0.5, None),
        (
            lambda t: init.xavier_uniform_(t, gain=2.0),
            0.0,
            2 * (2 / 700) ** 0.5,
            2 * (6 / 700) ** 0.5,
        ),
        (lambda t: init.xavier_normal_(t), 0.0, (2 / 700) ** 0.5, None),
        (
            lambda t: init.kaiming_uniform_(t, nonlinearity="relu"),
            0.0,
            (2 / 300) ** 0.5,
            (6 / 300) ** 0.5,
        ),
        (lambda t: init.kaiming_normal_(t, mode="fan_out"), 0.0, (2 / 400) ** 0.5, None),
        (lambda t: init.kaiming_normal_(t, a=1.0), 0.0, (1 / 300) ** 0.5, None),
        (lambda t: init.trunc_normal_(t), 0.0, 0.8796, 2.0),
        (lambda t: init.trunc_normal_(t, 1.0, 0.1, 0.9, 1.1), 1.0, 0.1 * 0.5396, 1.1),
    ],
)
def test_distributions(fill, mean, std, bound):
    tensor = tt.empty(*SHAPE)
    assert fill(tensor) is tensor
    assert float(tensor.mean()) == pytest.approx(mean, abs=0.02 * std + 1e-3)
    assert float(tensor.std()) == pytest.approx(std, rel=0.02)
    if bound is not None:
        assert float(tensor.max()) <= bound * (1 + 1e-6)


def test_constants():
    assert init.constant_(tt.empty(2), 3.0).tolist() == [3.0, 3.0]
    assert init.ones_(tt.empty(1)).tolist() == [1.0]
    assert init.zeros_(tt.ones(1)).tolist() == [0.0]
    assert init.eye_(tt.empty(2, 3)).tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (4, 2, 2)])
def test_orthogonal(shape):
    q = init.orthogonal_(tt.empty(*shape), gain=2.0).reshape(shape[0], -1)
    product = q @ q.T if q.shape[0] <= q.shape[1] else q.T @ q
    assert tt.allclose(product, 4 * tt.eye(product.shape[0]), atol=1e-5)


def test_convolution_weights_count_their_field():
    tensor = init.kaiming_normal_(tt.empty(64, 32, 3, 3), nonlinearity="relu")
    assert float(tensor.std()) == pytest.approx((2 / (32 * 9)) ** 0.5, rel=0.02)


def test_gains_equal_pytorchs():
    torch = pytest.importorskip("torch")
    for name in ("linear", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name))
    assert init.calculate_gain("leaky_relu", 0.2) == torch.nn.init.calculate_gain("leaky_relu", 0.2)


def test_parameters_are_filled_without_a_record():
    param = nn.Parameter(tt.empty(3, 4))
    for fill in (
        init.uniform_,
        init.normal_,
        init.ones_,
        init.zeros_,
        init.eye_,
        init.xavier_uniform_,
        init.xavier_normal_,
        init.kaiming_uniform_,
        init.kaiming_normal_,
        init.orthogonal_,
        init.trunc_normal_,
    ):
        assert fill(param) is param
        assert param.is_leaf
        assert param.requires_grad


def test_generators_decide():
    one, two = (init.orthogonal_(tt.empty(3, 3), generator=tt.Generator(5)) for _ in range(2))
    assert tt.equal(one, two)


@pytest.mark.parametrize(
    ("wrong", "error", "match"),
    [
        (lambda: init.xavier_uniform_(tt.empty(3)), tt.ShapeError, "at least 2 dimensions"),
        (lambda: init.kaiming_normal_(tt.empty(3)), tt.ShapeError, "at least 2 dimensions"),
        (lambda: init.orthogonal_(tt.empty(3)), tt.ShapeError, "at least 2 dimensions"),
        (lambda: init.eye_(tt.empty(2, 2, 2)), tt.ShapeError, "the identity is a matrix"),
        (lambda: init.kaiming_normal_(tt.empty(2, 2), mode="fan"), ValueError, "mode must be"),
        (lambda: init.calculate_gain("swish"), ValueError, "'swish' is unknown; known are"),
        (lambda: init.trunc_normal_(tt.empty(2), a=1.0, b=0.0), ValueError, "hardly any"),
        (lambda: init.trunc_normal_(tt.empty(2), a=5.0, b=6.0), ValueError, "hardly any"),
    ],
)
def test_wrong_arguments(wrong, error, match):
    with pytest.raises(error, match=match):
        wrong()
