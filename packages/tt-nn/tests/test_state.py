"""state_dict and load_state_dict: the same names as PyTorch's, all or nothing."""

import pytest

import tt_nn as nn
import tt_tensor as tt


def net():
    return nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 1))


def test_a_state_shares_memory_and_requires_no_grad():
    layer = nn.Linear(2, 2)
    state = layer.state_dict()
    assert list(state) == ["weight", "bias"]
    assert not state["weight"].requires_grad
    state["weight"].zero_()
    assert float(layer.weight.detach().abs().sum()) == 0
    assert layer.state_dict(keep_vars=True)["weight"] is layer.weight
    assert list(layer.state_dict(prefix="a.")) == ["a.weight", "a.bias"]


def test_loading_copies_the_values():
    one, two = net(), net()
    held = two[0].weight
    result = two.load_state_dict(one.state_dict())
    assert result == ([], [])
    assert two[0].weight is held
    assert tt.equal(held.detach(), one[0].weight.detach())
    held.detach().zero_()
    assert float(one[0].weight.detach().abs().sum()) > 0


def test_pytorchs_weights_fit():
    torch = pytest.importorskip("torch")
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1))
    ours = net()
    ours.load_state_dict({k: tt.from_numpy(v.numpy()) for k, v in theirs.state_dict().items()})
    x = tt.rand(5, 3)
    expected = theirs(torch.from_numpy(x.numpy())).detach().numpy()
    assert tt.allclose(ours(x).detach(), tt.from_numpy(expected), atol=1e-6)


def test_everything_that_does_not_fit_is_listed_and_nothing_is_loaded():
    model = net()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    wrong = {
        "0.weight": tt.ones(2, 3),
        "0.bias": tt.ones(3),
        "2.bias": [1.0],
        "head": tt.ones(1),
    }
    with pytest.raises(RuntimeError) as caught:
        model.load_state_dict(wrong)
    message = str(caught.value)
    for part in (
        "does not fit Sequential; nothing was loaded",
        "0.bias: shape (3,) in the state, (2,) in the module",
        "2.bias: expected a Tensor, not list",
        "missing: 2.weight",
        "unexpected: head",
    ):
        assert part in message
    assert all(tt.equal(value, before[name]) for name, value in model.state_dict().items())


def test_not_strict_means_names_only():
    model = net()
    result = model.load_state_dict({"0.bias": tt.ones(2), "x": tt.ones(1)}, strict=False)
    assert result.missing_keys == ["0.weight", "2.weight", "2.bias"]
    assert result.unexpected_keys == ["x"]
    assert model[0].bias.tolist() == [1.0, 1.0]
    with pytest.raises(RuntimeError, match="shape"):
        model.load_state_dict({"0.bias": tt.ones(3)}, strict=False)


def test_values_are_converted_unless_assigned():
    layer = nn.Linear(1, 1)
    state = {"weight": tt.ones(1, 1, dtype=tt.float64), "bias": tt.ones(1, dtype=tt.float64)}
    layer.load_state_dict(state)
    assert layer.weight.dtype is tt.float32
    layer.load_state_dict(state, assign=True)
    assert layer.weight.dtype is tt.float64
    assert layer.weight.requires_grad
    assert layer.weight.array is state["weight"].array
    whole = {"weight": tt.ones(1, 1, dtype=tt.int64), "bias": tt.ones(1)}
    layer.load_state_dict(whole)
    assert layer.weight.item() == 1.0
    with pytest.raises(RuntimeError, match=r"weight: tt.int64 in the state"):
        layer.load_state_dict(whole, assign=True)


def test_buffers_belong_to_the_state_unless_they_are_transient():
    module = nn.Module()
    module.register_buffer("kept", tt.zeros(1))
    module.register_buffer("scratch", tt.zeros(1), persistent=False)
    module.register_buffer("absent", None)
    assert list(module.state_dict()) == ["kept"]
    module.load_state_dict({"kept": tt.ones(1)})
    assert module.kept.item() == 1
    loss = nn.CrossEntropyLoss(weight=tt.ones(3))
    assert list(loss.state_dict()) == ["weight"]
    assert list(nn.CrossEntropyLoss().state_dict()) == []


def test_only_a_dictionary_is_a_state():
    with pytest.raises(TypeError, match="must be a dictionary of tensors, not Sequential"):
        net().load_state_dict(net())


def test_loading_is_noticed_by_a_graph_that_needs_the_old_values():
    layer = nn.Linear(2, 2)
    x = tt.ones(1, 2, requires_grad=True)
    out = layer(x).sum()
    layer.load_state_dict(nn.Linear(2, 2).state_dict())
    with pytest.raises(tt.GradientError, match="changed in place"):
        out.backward()


def test_tensors_of_another_library_are_named():
    class Tensor:
        """Of a library called test_state."""

    with pytest.raises(RuntimeError, match=r"not Tensor of .*test_state; use tt_tensor"):
        nn.Linear(1, 1, bias=False).load_state_dict({"weight": Tensor()})
