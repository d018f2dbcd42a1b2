"""Module: what is registered, how it is walked, how its mode and type are set."""

import copy
import pickle

import pytest

import tt_nn as nn
import tt_tensor as tt


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 3)
        self.scale = nn.Parameter(tt.ones(1))
        self.register_buffer("seen", tt.zeros(1, dtype=tt.int64))
        self.register_buffer("scratch", tt.zeros(2), persistent=False)
        self.inner = nn.Sequential(nn.ReLU(), nn.Linear(3, 1, bias=False))
        self.note = "not registered"

    def forward(self, x):
        return self.inner(self.first(x)) * self.scale


def names(pairs):
    return [name for name, _ in pairs]


def test_attributes_are_registered_in_order():
    net = Net()
    assert names(net.named_parameters()) == [
        "scale",
        "first.weight",
        "first.bias",
        "inner.1.weight",
    ]
    assert names(net.named_buffers()) == ["seen", "scratch"]
    assert names(net.named_modules()) == ["", "first", "inner", "inner.0", "inner.1"]
    assert names(net.named_children()) == ["first", "inner"]
    assert net.note == "not registered"
    assert len(list(net.modules())) == 5
    assert len(list(net.children())) == 2
    assert len(list(net.buffers())) == 2


def test_the_walks_equal_pytorchs():
    torch = pytest.importorskip("torch")

    def build(lib, zeros):
        shared = lib.Linear(2, 2)
        net = lib.Sequential(shared, lib.ReLU(), shared, lib.Sequential(lib.Linear(2, 1)))
        net.register_buffer("mean", zeros(1))
        net.register_parameter("missing", None)
        return net

    ours, theirs = build(nn, tt.zeros), build(torch.nn, torch.zeros)
    for once in (True, False):
        for walk in ("named_parameters", "named_buffers", "named_modules"):
            mine = names(getattr(ours, walk)(remove_duplicate=once))
            assert mine == names(getattr(theirs, walk)(remove_duplicate=once)), walk
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert names(ours.named_parameters(prefix="p", recurse=False)) == []
    assert names(ours[3].named_parameters(prefix="p")) == ["p.0.weight", "p.0.bias"]


def test_shared_parameters_come_once():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].weight = net[0].weight
    assert len(list(net.parameters())) == 3
    assert list(net.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_attributes_and_registers_stay_in_step():
    net = Net()
    other = nn.Parameter(tt.zeros(1))
    net.scale = other
    assert net.scale is other is net._parameters["scale"]
    net.scale = None
    assert net.scale is None
    assert "scale" not in names(net.named_parameters())
    del net.scale
    assert not hasattr(net, "scale")
    assert "scale" not in net._parameters
    net.first = None
    assert names(net.named_children()) == ["inner"]
    net.seen = tt.ones(1, dtype=tt.int64)
    assert net._buffers["seen"] is net.seen
    net.seen = None
    assert names(net.named_buffers()) == ["scratch"]
    net.seen = nn.Parameter(tt.ones(1))  # from a buffer to a parameter
    assert "seen" in net._parameters
    assert "seen" not in net._buffers


def test_a_plain_attribute_can_become_a_parameter():
    net = Net()
    net.note = nn.Parameter(tt.ones(2))
    assert "note" in names(net.named_parameters())


@pytest.mark.parametrize(
    ("name", "value", "match"),
    [
        ("scale", tt.ones(1), "cannot assign Tensor as parameter 'scale'; wrap it in Parameter"),
        ("first", tt.ones(1), "cannot assign Tensor as module 'first'"),
        ("seen", 3, "cannot assign int as buffer 'seen'"),
    ],
)
def test_what_is_registered_keeps_its_kind(name, value, match):
    net = Net()
    before = getattr(net, name)
    with pytest.raises(TypeError, match=match):
        setattr(net, name, value)
    assert getattr(net, name) is before


def test_registering_refuses_bad_names_and_values():
    net = Net()
    with pytest.raises(KeyError, match="already has an attribute 'forward'"):
        net.register_parameter("forward", nn.Parameter(tt.ones(1)))
    with pytest.raises(KeyError, match="already has an attribute 'note'"):
        net.register_buffer("note", tt.ones(1))
    with pytest.raises(KeyError, match="contain a dot"):
        net.add_module("a.b", nn.ReLU())
    with pytest.raises(KeyError, match="neither empty"):
        net.add_module("", nn.ReLU())
    with pytest.raises(TypeError, match="must be a str"):
        net.add_module(3, nn.ReLU())
    with pytest.raises(TypeError, match="expected a Parameter, not Tensor"):
        net.register_parameter("w", tt.ones(1))
    with pytest.raises(TypeError, match="expected a Tensor, not list"):
        net.register_buffer("w", [1.0])
    with pytest.raises(TypeError, match="expected a Module, not function"):
        net.register_module("w", lambda x: x)


def test_a_forgotten_super_init_is_told():
    class Hasty(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(1, 1)

    with pytest.raises(AttributeError, match=r"call super\(\).__init__\(\) first"):
        Hasty()

    class Hastier(nn.Module):
        def __init__(self):
            self.register_buffer("x", tt.zeros(1))

    with pytest.raises(AttributeError, match=r"Hastier: call super\(\).__init__\(\) first"):
        Hastier()


def test_a_missing_attribute_and_a_missing_forward_are_told():
    with pytest.raises(AttributeError, match="'Net' object has no attribute 'second'"):
        Net().second  # noqa: B018
    with pytest.raises(NotImplementedError, match="Module has no method forward"):
        nn.Module()(1)


def test_finding_by_name():
    net = Net()
    assert net.get_submodule("") is net
    assert net.get_submodule("inner.1") is net.inner[1]
    assert net.get_parameter("inner.1.weight") is net.inner[1].weight
    assert net.get_buffer("seen") is net.seen
    with pytest.raises(AttributeError, match=r"no module 'x' \(of 'inner.x'\); it has 0, 1"):
        net.get_submodule("inner.x")
    with pytest.raises(AttributeError, match=r"no parameter 'bias' .*; it has weight, bias"):
        net.get_parameter("inner.1.bias")
    with pytest.raises(AttributeError, match=r"ReLU has no buffer 'x' .*; it has none"):
        net.get_buffer("inner.0.x")


def test_modes_reach_every_part_and_can_be_overridden():
    class Frozen(nn.ReLU):
        def train(self, mode=True):
            return super().train(False)

    net = nn.Sequential(nn.Dropout(), Frozen())
    assert net.training
    assert net.eval() is net
    assert not any(m.training for m in net.modules())
    net.train()
    assert [m.training for m in net.modules()] == [True, True, False]
    with pytest.raises(TypeError, match="mode must be True or False"):
        net.train(1)


def test_freezing_and_forgetting_gradients():
    net = Net()
    net(tt.ones(4, 2)).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad(set_to_none=False)
    assert all(float(p.grad.abs().sum()) == 0 for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    net.requires_grad_(False)
    assert not net(tt.ones(1, 2)).requires_grad
    assert net.requires_grad_().scale.requires_grad


def test_types_change_in_place():
    net = Net()
    before = list(net.parameters())
    net(tt.ones(1, 2)).sum().backward()
    assert net.double() is net
    assert [id(p) for p in net.parameters()] == [id(p) for p in before]
    assert {p.dtype for p in net.parameters()} == {tt.float64}
    assert net.scale.grad.dtype is tt.float64
    assert net.seen.dtype is tt.int64
    assert net.scratch.dtype is tt.float64
    assert net(tt.ones(1, 2, dtype=tt.float64)).dtype is tt.float64
    assert net.half().scale.dtype is tt.float16
    assert net.float().cpu().to("cpu", tt.float64).scale.dtype is tt.float64
    assert net.to(tt.ones(1)).scale.dtype is tt.float32
    assert net.to(device="cpu").scale.requires_grad
    with pytest.raises(tt.DeviceError, match="'cuda'"):
        net.to("cuda")
    with pytest.raises(tt.DTypeError, match="only become floating point"):
        net.to(tt.int64)


def test_apply_goes_children_first():
    seen = []
    nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh())).apply(lambda m: seen.append(type(m)))
    assert seen == [nn.ReLU, nn.Tanh, nn.Sequential, nn.Sequential]


def test_deep_copies_are_independent_and_whole():
    net = Net()
    twin = copy.deepcopy(net)
    assert twin.scale is twin._parameters["scale"]
    twin.scale.data = tt.zeros(1)
    assert net.scale.item() == 1.0
    assert list(twin.state_dict()) == list(net.state_dict())


def test_modules_can_go_to_worker_processes():
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    twin = pickle.loads(pickle.dumps(net))
    assert twin[0].weight is twin[0]._parameters["weight"]
    assert twin[0].weight.requires_grad
    x = tt.ones(1, 2)
    assert tt.equal(twin(x), net(x))


REPRS = [
    "Sequential(Linear(4, 8), ReLU(), Sequential(Linear(8, 2, bias=False)))",
    "Sequential()",
    "ModuleList([Linear(2, 2), Linear(2, 2), ReLU()])",
    "ModuleList([Sequential(ReLU()), Sequential(ReLU())])",
    "ModuleList()",
    "ModuleDict({'a': ReLU(), 'b': Linear(1, 2)})",
    "Bilinear(2, 3, 4)",
    "Identity()",
    "Flatten()",
    "Unflatten(1, (2, 3))",
    "Dropout(0.3)",
    "Dropout(0.1, True)",
    "ReLU()",
    "ReLU(inplace=True)",
    "ReLU6()",
    "LeakyReLU(0.2)",
    "ELU(0.5)",
    "Hardtanh(-2.0, 2.0)",
    "GELU(approximate='tanh')",
    "Softplus()",
    "Softmax(1)",
    "Softmin(dim=0)",
    "LogSoftmax(dim=1)",
    "LogSigmoid()",
    "SiLU()",
    "Mish()",
    "CrossEntropyLoss()",
    "HuberLoss()",
]


@pytest.mark.parametrize("expression", REPRS)
def test_reprs_are_pytorchs(expression):
    torch = pytest.importorskip("torch")
    assert repr(eval(expression, vars(nn).copy())) == repr(eval(expression, vars(torch.nn).copy()))


def test_extra_repr_of_several_lines():
    class Wordy(nn.Module):
        def extra_repr(self):
            return "a=1\nb=2"

    assert repr(Wordy()) == "Wordy(\n  a=1\n  b=2\n)"
