"""Containers: rows, lists and dictionaries of modules and of parameters."""

from collections import OrderedDict

import pytest

import tt_nn as nn
import tt_tensor as tt


def test_sequential_runs_in_a_row():
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    x = tt.rand(4, 2)
    assert tt.equal(net(x), net[2](net[1](net[0](x))))
    assert len(net) == 3
    assert [type(m).__name__ for m in net] == ["Linear", "Tanh", "Linear"]
    assert isinstance(net[-1], nn.Linear)


def test_sequential_with_names():
    net = nn.Sequential(OrderedDict(hidden=nn.Linear(2, 3), out=nn.Linear(3, 1)))
    assert net.hidden is net[0]
    assert next(iter(net.state_dict())) == "hidden.weight"
    part = net[:1]
    assert isinstance(part, nn.Sequential)
    assert part.hidden is net.hidden


def test_changing_a_row():
    net = nn.Sequential(nn.ReLU())
    assert net.append(nn.Tanh()) is net
    net.insert(1, nn.Sigmoid()).extend([nn.SiLU()])
    assert [type(m).__name__ for m in net] == ["ReLU", "Sigmoid", "Tanh", "SiLU"]
    net[0] = nn.GELU()
    del net[1]
    assert [(n, type(m).__name__) for n, m in net.named_children()] == [
        ("0", "GELU"),
        ("1", "Tanh"),
        ("2", "SiLU"),
    ]
    assert isinstance(net.pop(0), nn.GELU)
    del net[:]
    assert len(net) == 0
    x = tt.ones(1)
    assert net(x) is x


def test_what_is_not_a_module_is_refused():
    with pytest.raises(TypeError, match="0: expected a Module, not function"):
        nn.Sequential(tt.relu)
    net = nn.Sequential(nn.ReLU())
    with pytest.raises(TypeError, match="module: expected a Module, not str"):
        net.insert(0, "relu")
    assert len(net) == 1
    with pytest.raises(IndexError, match="5 is out of range for 1 modules"):
        nn.Sequential(nn.ReLU())[5] = nn.ReLU()
    with pytest.raises(IndexError):
        nn.Sequential(nn.ReLU())[1]


def test_module_list():
    layers = nn.ModuleList(nn.Linear(2, 2) for _ in range(3))
    assert len(list(layers.parameters())) == 6
    assert layers[1:][0] is layers[1]
    assert isinstance(layers[1:], nn.ModuleList)
    layers.insert(0, nn.ReLU()).append(nn.Tanh())
    assert next(iter(layers.state_dict())) == "1.weight"
    with pytest.raises(NotImplementedError, match="ModuleList has no method forward"):
        layers(1)


def test_module_dict():
    heads = nn.ModuleDict({"a": nn.Linear(1, 1), "b": nn.ReLU()})
    assert list(heads) == list(heads.keys()) == ["a", "b"]
    assert list(heads.items())[1][1] is heads["b"] is list(heads.values())[1] is heads.b
    heads["b"] = nn.Tanh()
    heads["c"] = nn.Tanh()
    assert "c" in heads
    assert len(heads) == 3
    assert isinstance(heads.pop("c"), nn.Tanh)
    del heads["a"]
    assert list(heads.parameters()) == []
    with pytest.raises(KeyError):
        heads["nope"]
    with pytest.raises(KeyError, match="already has an attribute 'keys'"):
        heads["keys"] = nn.ReLU()
    heads.clear()
    assert len(heads) == 0


def test_parameter_list():
    scales = nn.ParameterList([tt.ones(1), nn.Parameter(tt.zeros(2))])
    scales.append(tt.ones(3)).extend([tt.ones(4)])
    assert [p.numel() for p in scales] == [1, 2, 3, 4]
    assert all(isinstance(p, nn.Parameter) for p in scales)
    assert list(scales.state_dict()) == ["0", "1", "2", "3"]
    scales[-1] = tt.ones(5)
    assert scales[3].shape == (5,)
    assert repr(nn.ParameterList([tt.ones(2)])) == (
        "ParameterList((0): Parameter of tt.float32 and shape (2,))"
    )
    with pytest.raises(IndexError, match="4 is out of range"):
        scales[4]
    with pytest.raises(TypeError, match="expected a Parameter or a Tensor, not float"):
        scales.append(1.0)


def test_parameter_dict():
    gains = nn.ParameterDict({"left": tt.ones(1)})
    gains["right"] = tt.zeros(2)
    gains["right"] = tt.zeros(3)
    assert [(n, p.shape) for n, p in gains.items()] == [("left", (1,)), ("right", (3,))]
    assert list(gains.keys()) == list(gains) == ["left", "right"]
    assert len(list(gains.values())) == len(list(gains.parameters())) == 2
    del gains["left"]
    assert "left" not in gains
    with pytest.raises(KeyError):
        del gains["left"]


def test_a_parameter_is_a_tensor_that_wants_gradients():
    data = tt.zeros(2)
    param = nn.Parameter(data)
    assert isinstance(param, tt.Tensor)
    assert param.requires_grad
    assert param.is_leaf
    data[0] = 5
    assert param.tolist() == [5.0, 0.0]
    assert type(param * 2) is tt.Tensor
    assert not nn.Parameter(data, requires_grad=False).requires_grad
    assert nn.Parameter([1.0, 2.0]).shape == (2,)
    assert nn.Parameter().numel() == 0
    assert repr(param).startswith("Parameter containing:\ntensor([5., 0.], requires_grad=True)")
    with pytest.raises(tt.DTypeError, match="floating-point"):
        nn.Parameter(tt.tensor([1]))
    assert nn.Parameter(tt.tensor([1]), requires_grad=False).dtype is tt.int64


@pytest.mark.parametrize("kind", [nn.ModuleList, lambda parts=(): nn.Sequential(*parts)])
def test_rows_and_lists_add_up(kind):
    one, two = kind([nn.ReLU()]), kind([nn.Tanh(), nn.ReLU()])
    both = one + two
    assert type(both) is type(one)
    assert [id(part) for part in both] == [id(part) for part in (*one, *two)]
    assert len(one) == 1
