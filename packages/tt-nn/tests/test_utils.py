"""Weight normalisation, parameters as one vector, modules without initial values."""

import copy

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_nn.utils import (
    parameters_to_vector,
    remove_weight_norm,
    skip_init,
    vector_to_parameters,
    weight_norm,
)


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
@pytest.mark.parametrize("dim", [0, 1, None])
def test_weight_norm_equals_pytorchs(dim):
    torch = pytest.importorskip("torch")
    ours, theirs = nn.Linear(4, 3).double(), torch.nn.Linear(4, 3).double()
    theirs.load_state_dict({n: torch.from_numpy(t.numpy()) for n, t in ours.state_dict().items()})
    weight_norm(ours, dim=dim)
    torch.nn.utils.weight_norm(theirs, dim=dim)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for mine, right in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert mine.shape == tuple(right.shape)
    x = np.random.default_rng(0).standard_normal((5, 4))
    for _ in range(3):  # plain gradient descent, so that lengths and directions move
        for net, lib, convert in ((ours, tt, tt.from_numpy), (theirs, torch, torch.from_numpy)):
            net.zero_grad()
            lib.sum(net(convert(x)) ** 2).backward()
            for p in net.parameters():
                p.data -= 0.1 * p.grad
    for mine, right in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(mine.detach().numpy(), right.detach().numpy(), 0, 1e-12)


def test_weight_norm_keeps_the_function_and_can_be_removed():
    layer = nn.Linear(4, 3)
    x = tt.rand(2, 4)
    before = layer(x).detach()
    assert weight_norm(layer) is layer
    assert not isinstance(layer.weight, nn.Parameter)
    np.testing.assert_allclose(layer(x).detach().numpy(), before.numpy(), 1e-5, 1e-6)
    layer.weight_g.data *= 2
    doubled = layer(x).detach() - layer.bias.detach()
    np.testing.assert_allclose(
        doubled.numpy(), 2 * (before - layer.bias.detach()).numpy(), 1e-5, 1e-6
    )
    assert remove_weight_norm(layer) is layer
    assert sorted(layer.state_dict()) == ["bias", "weight"]
    assert isinstance(layer.weight, nn.Parameter)
    after = layer(x).detach() - layer.bias.detach()
    np.testing.assert_allclose(after.numpy(), doubled.numpy(), 1e-5, 1e-6)
    weight_norm(layer, "bias")  # another parameter of the same module, with one dimension
    assert layer.bias_g.shape == (3,)


def test_a_gradient_never_points_along_the_direction():
    layer = weight_norm(nn.Linear(3, 2).double())
    layer(tt.rand(4, 3, dtype=tt.float64)).sum().backward()
    along = (layer.weight_v.grad * layer.weight_v.detach()).sum(1)
    np.testing.assert_allclose(along.numpy(), 0, 0, 1e-12)


def test_weight_norm_refuses():
    layer = weight_norm(nn.Linear(4, 3))
    with pytest.raises(ValueError, match="already"):
        weight_norm(layer)
    with pytest.raises(ValueError, match="no parameter 'scale'; it has bias, weight_g, weight_v"):
        weight_norm(layer, "scale")
    with pytest.raises(ValueError, match="dim must be None or from 0 to 1"):
        weight_norm(nn.Linear(4, 3), dim=2)
    with pytest.raises(ValueError, match="has no weight normalisation"):
        remove_weight_norm(nn.Linear(4, 3))


def test_parameters_as_a_vector_and_back():
    net = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1, dtype=tt.float32))
    vector = parameters_to_vector(net.parameters())
    assert vector.shape == (11,)
    (vector * vector).sum().backward()
    assert tt.allclose(net[0].weight.grad, 2 * net[0].weight.detach())
    other = copy.deepcopy(net)
    kept = [p.array for p in other.parameters()]
    vector_to_parameters(tt.arange(11.0), other.parameters())
    assert parameters_to_vector(other.parameters()).tolist() == list(range(11))
    assert all(p.array is a for p, a in zip(other.parameters(), kept, strict=True))
    vector_to_parameters(vector, other.parameters())
    assert tt.equal(parameters_to_vector(other.parameters()).detach(), vector.detach())


def test_vectors_that_do_not_fit():
    net = nn.Linear(2, 1)
    before = parameters_to_vector(net.parameters()).tolist()
    for wrong in (tt.ones(2), tt.ones(4), tt.ones(3, 1)):
        with pytest.raises(tt.ShapeError, match=r"must be \(3,\)"):
            vector_to_parameters(wrong, net.parameters())
    assert parameters_to_vector(net.parameters()).tolist() == before
    with pytest.raises(TypeError, match="vec must be a Tensor, not list"):
        vector_to_parameters([1.0], net.parameters())
    with pytest.raises(ValueError, match="there are none"):
        parameters_to_vector([])


def test_a_module_without_initial_values():
    before = tt.default_generator().get_state()
    layer = skip_init(nn.Linear, 3, 2, bias=False)
    assert type(layer) is nn.Linear
    assert [name for name, _ in layer.named_parameters()] == ["weight"]
    assert layer.weight.requires_grad
    assert tt.default_generator().get_state() == before  # nothing was drawn
    nn.init.ones_(layer.weight)  # outside, everything is as ever
    assert layer.weight.tolist() == [[1.0] * 3] * 2
    with pytest.raises(TypeError):
        skip_init(nn.Linear)
    assert nn.init.zeros_(layer.weight).tolist() == [[0.0] * 3] * 2  # an error does not stay
