"""Hooks around the forward and the backward pass."""

import pytest

import tt_nn as nn
import tt_tensor as tt


def test_forward_hooks_see_and_replace():
    layer = nn.Linear(1, 1, bias=False)
    nn.init.ones_(layer.weight)
    order = []
    layer.register_forward_pre_hook(lambda m, args: order.append("before"))
    double = layer.register_forward_pre_hook(lambda m, args: args[0] * 2)
    layer.register_forward_hook(lambda m, args, out: order.append(("after", args[0].item())))
    add = layer.register_forward_hook(lambda m, args, out: out + 1)
    assert layer(tt.ones(1, 1)).item() == 3.0
    assert order == ["before", ("after", 2.0)]
    double.remove()
    add.remove()
    add.remove()
    assert layer(tt.ones(1, 1)).item() == 1.0


def test_handles_are_context_managers():
    layer = nn.Identity()
    with layer.register_forward_hook(lambda m, args, out: out + 1):
        assert layer(tt.zeros(1)).item() == 1.0
    assert layer(tt.zeros(1)).item() == 0.0


def test_keyword_arguments_reach_hooks_that_want_them():
    class Power(nn.Module):
        def forward(self, x, *, to=1):
            return x**to

    module = Power()
    seen = []
    module.register_forward_pre_hook(lambda m, a, k: (a, {"to": k["to"] + 1}), with_kwargs=True)
    module.register_forward_hook(lambda m, a, k, out: seen.append(k), with_kwargs=True)
    assert module(tt.tensor(2.0), to=2).item() == 8.0
    assert seen == [{"to": 3}]


def backward_hooks(lib, tensor, first):
    """What the hooks of two layers see, here or in PyTorch."""
    net = lib.Sequential(lib.Linear(2, 3), lib.Linear(3, 1))
    for p, value in zip(net.parameters(), (0.5, 0.1, -0.25, 0.2), strict=True):
        p.data = tensor([value]).expand(*p.shape)
    seen = []
    for module in net:
        module.register_full_backward_hook(lambda m, i, o: seen.append((i, o)))
    x = tensor([[1.0, 2.0]])
    if first:
        x.requires_grad_()
    net(x).sum().backward()
    return [[[None if g is None else g.tolist() for g in part] for part in pair] for pair in seen]


@pytest.mark.filterwarnings("ignore:Full backward hook is firing")  # PyTorch's, without inputs
@pytest.mark.parametrize("first", [False, True])
def test_backward_hooks_see_what_pytorchs_see(first):
    torch = pytest.importorskip("torch")
    ours = backward_hooks(nn, tt.tensor, first)
    assert ours == backward_hooks(torch.nn, torch.tensor, first)
    assert len(ours) == 2
    assert (ours[1][0] == [None]) is not first


def test_backward_hooks_replace_gradients():
    layer = nn.Linear(2, 1)
    x = tt.ones(1, 2, requires_grad=True)
    layer.register_full_backward_hook(lambda m, grad_input, grad_output: (grad_input[0] * 0,))
    layer(x).sum().backward()
    assert x.grad.tolist() == [[0.0, 0.0]]
    assert layer.weight.grad.tolist() == [[1.0, 1.0]]


def test_backward_hooks_with_several_outputs():
    class Halves(nn.Module):
        def forward(self, x):
            return x[:1], x[1:]

    module, seen = Halves(), []
    module.register_full_backward_hook(lambda m, i, o: seen.append((i[0].tolist(), len(o))))
    x = tt.ones(2, requires_grad=True)
    a, b = module(x)
    (a * 2 + b).backward()
    assert seen == [([2.0, 1.0], 2)]


def test_without_gradients_backward_hooks_do_not_disturb():
    layer = nn.Linear(2, 1).requires_grad_(False)
    layer.register_full_backward_hook(lambda *args: 1 / 0)
    assert layer(tt.ones(1, 2)).shape == (1, 1)


def test_prepended_hooks_come_first():
    layer, order = nn.Identity(), []
    for name, prepend in [("b", False), ("c", False), ("a", True)]:
        layer.register_forward_pre_hook(lambda *_, n=name: order.append(n), prepend=prepend)
        layer.register_forward_hook(lambda *_, n=name: order.append(n.upper()), prepend=prepend)
    layer(tt.zeros(1))
    assert order == list("abcABC")


def test_backward_pre_hooks_see_and_replace_the_gradient_of_the_output():
    layer = nn.Linear(1, 1, bias=False)
    seen = []
    layer.register_full_backward_hook(lambda m, grads, outs: seen.append(outs[0].item()))
    layer.register_full_backward_pre_hook(lambda m, outs: seen.append(outs[0].item()))
    handle = layer.register_full_backward_pre_hook(lambda m, outs: outs[0] * 3)
    layer(tt.tensor([[2.0]])).sum().backward()
    assert (seen, layer.weight.grad.item()) == ([1.0, 3.0], 6.0)
    handle.remove()
    layer(tt.tensor([[2.0]], requires_grad=True)).sum().backward()
    assert (seen[2:], layer.weight.grad.item()) == ([1.0, 1.0], 8.0)


def test_hooks_around_the_state():
    net = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Identity())
    seen = []
    net[0].register_state_dict_pre_hook(lambda m, prefix, keep: seen.append((prefix, keep)))
    net[0].register_state_dict_post_hook(
        lambda m, state, prefix, _: state.update({prefix + "old": state.pop(prefix + "weight")})
    )
    state = net.state_dict()
    assert (list(state), seen) == (["0.old"], [("0.", False)])

    def rename(module, state, prefix, _, strict, missing, unexpected, errors):
        state[prefix + "weight"] = state.pop(prefix + "old")

    handle = net[0].register_load_state_dict_pre_hook(rename)
    net[0].register_load_state_dict_post_hook(lambda m, found: seen.append(found.missing_keys))
    assert net.load_state_dict(state) == ([], [])
    assert list(state) == ["0.old"]  # the hook changed a copy
    assert seen[1:] == [[]]
    handle.remove()
    with pytest.raises(RuntimeError, match=r"missing: 0\.weight"):
        net.load_state_dict(state)


def test_errors_that_a_hook_adds_stop_the_loading():
    layer = nn.Linear(1, 1)
    layer.register_load_state_dict_pre_hook(lambda *a: a[-1].append("version 0 is too old"))
    with pytest.raises(RuntimeError, match="version 0 is too old"):
        layer.load_state_dict(layer.state_dict())


class Counter(nn.Module):
    """A module with a state that is no tensor."""

    count = 0

    def get_extra_state(self):
        return {"count": self.count}

    def set_extra_state(self, state):
        self.count = state["count"]


def test_extra_state_goes_with_the_state():
    one, two = nn.Sequential(Counter()), nn.Sequential(Counter())
    one[0].count = 3
    state = one.state_dict()
    assert state == {"0._extra_state": {"count": 3}}
    two.load_state_dict(state)
    assert two[0].count == 3
    with pytest.raises(RuntimeError, match=r"missing: 0\._extra_state"):
        two.load_state_dict({})
