"""Saving and loading an optimizer's state: here, to PyTorch, from PyTorch, and what does not fit."""

import copy

import numpy as np
import pytest

import tt_tensor as tt
from tt_optim import SGD, Adagrad, Adam, AdamW, RMSprop

CASES = [
    (SGD, {"lr": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1}),
    (Adam, {"lr": 0.1}),
    (Adam, {"lr": 0.1, "amsgrad": True, "betas": (0.8, 0.9)}),
    (AdamW, {"lr": 0.1}),
    (RMSprop, {"lr": 0.1, "momentum": 0.5, "centered": True}),
    (Adagrad, {"lr": 0.1, "lr_decay": 0.1}),
]
IDS = [f"{kind.__name__}{i}" for i, (kind, _) in enumerate(CASES)]
SHAPES = [(2, 3), (3,), ()]


def leaves(seed=0):
    rng = np.random.default_rng(seed)
    arrays = [np.asarray(rng.standard_normal(s), "float32") for s in SHAPES]
    return [tt.tensor(a, requires_grad=True) for a in arrays]


def groups(params):
    return [{"params": params[:1]}, {"params": params[1:], "lr": 0.05}]


def go(optimizer, params, make, count, seed):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        for p in params:
            p.grad = make(np.asarray(rng.standard_normal(tuple(p.shape)), "float32"))
        optimizer.step()


def to_torch(torch, state):
    """The same state with PyTorch's tensors."""
    memories = {
        number: {
            name: torch.tensor(value.numpy()) if isinstance(value, tt.Tensor) else value
            for name, value in memory.items()
        }
        for number, memory in state["state"].items()
    }
    return {"state": memories, "param_groups": state["param_groups"]}


@pytest.mark.parametrize(("kind", "options"), CASES, ids=IDS)
def test_a_run_continues_bit_for_bit(kind, options):
    params = leaves()
    first = kind(groups(params), **options)
    go(first, params, tt.tensor, 5, seed=1)
    saved = copy.deepcopy(first.state_dict())
    others = [p.detach().clone().requires_grad_() for p in params]
    second = kind(groups(others), lr=123.0)
    second.load_state_dict(saved)
    assert [g["lr"] for g in second.param_groups] == [0.1, 0.05]
    go(first, params, tt.tensor, 5, seed=2)
    go(second, others, tt.tensor, 5, seed=2)
    for a, b in zip(params, others, strict=True):
        assert tt.equal(a.detach(), b.detach())


def test_the_structure_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    for kind, options in CASES:
        ours = leaves()
        theirs = [torch.tensor(p.detach().numpy(), requires_grad=True) for p in ours]
        mine = kind(groups(ours), **options)
        right = getattr(torch.optim, kind.__name__)(groups(theirs), **options)
        go(mine, ours, tt.tensor, 2, seed=1)
        go(right, theirs, torch.tensor, 2, seed=1)
        a, b = mine.state_dict(), right.state_dict()
        assert a.keys() == b.keys()
        assert [g["params"] for g in a["param_groups"]] == [g["params"] for g in b["param_groups"]]
        for x, y in zip(a["param_groups"], b["param_groups"], strict=True):
            assert x == {name: y[name] for name in x}
        assert a["state"].keys() == b["state"].keys()
        for number, memory in a["state"].items():
            expected = {n: v for n, v in b["state"][number].items() if v is not None}
            assert memory.keys() == expected.keys()
            for name, value in memory.items():
                np.testing.assert_allclose(
                    np.asarray(value), expected[name].numpy(), rtol=1e-5, atol=1e-6
                )


@pytest.mark.parametrize(("kind", "options"), CASES, ids=IDS)
def test_pytorch_continues_our_run(kind, options):
    torch = pytest.importorskip("torch")
    ours = leaves()
    mine = kind(groups(ours), **options)
    go(mine, ours, tt.tensor, 5, seed=1)
    theirs = [torch.tensor(p.detach().numpy().copy(), requires_grad=True) for p in ours]
    right = getattr(torch.optim, kind.__name__)(groups(theirs), lr=123.0)
    right.load_state_dict(to_torch(torch, mine.state_dict()))
    go(mine, ours, tt.tensor, 5, seed=2)
    go(right, theirs, torch.tensor, 5, seed=2)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("kind", "options"), CASES, ids=IDS)
def test_we_continue_pytorchs_run(kind, options):
    torch = pytest.importorskip("torch")
    theirs = [torch.tensor(p.detach().numpy(), requires_grad=True) for p in leaves()]
    right = getattr(torch.optim, kind.__name__)(groups(theirs), **options)
    go(right, theirs, torch.tensor, 5, seed=1)
    ours = [tt.tensor(p.detach().numpy(), requires_grad=True) for p in theirs]
    mine = kind(groups(ours), lr=123.0)
    mine.load_state_dict(right.state_dict())
    go(mine, ours, tt.tensor, 5, seed=2)
    go(right, theirs, torch.tensor, 5, seed=2)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-6, atol=1e-6)
    for memory in mine.state.values():
        assert type(memory.get("step", 0)) is int  # also for a parameter without dimensions


def test_memories_take_the_type_of_their_parameters_and_are_copies():
    w = tt.ones(2, requires_grad=True)
    optimizer = Adam([w])
    w.grad = tt.ones(2)
    optimizer.step()
    wide = tt.ones(2, dtype=tt.float64, requires_grad=True)
    other = Adam([wide])
    other.load_state_dict(optimizer.state_dict())
    assert other.state[wide]["exp_avg"].dtype == tt.float64
    same = Adam([w])
    same.load_state_dict(optimizer.state_dict())
    same.state[w]["exp_avg"].zero_()
    assert optimizer.state[w]["exp_avg"].tolist() != [0.0, 0.0]


def trained(kind, shape=(2,), **options):
    w = tt.ones(*shape, requires_grad=True)
    optimizer = kind([w], **options)
    w.grad = tt.ones(*shape)
    optimizer.step()
    return optimizer


def changed(change, kind=Adam):
    state = copy.deepcopy(trained(kind).state_dict())
    change(state)
    return state


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "no entry 'state'"),
        ({"state": {}}, "no entry 'param_groups'"),
        ({"state": {}, "param_groups": [3]}, "a dictionary with 'params'"),
        ({"state": {}, "param_groups": []}, r"have \[\] parameters, this optimizer's have \[1\]"),
        (changed(lambda s: s["param_groups"][0]["params"].append(1)), r"\[2\] parameters"),
        (changed(lambda s: s["param_groups"][0].pop("betas")), r"param_groups\[0\] has no betas"),
        (changed(lambda s: s["param_groups"][0].update(lr=-1)), "lr must not be negative"),
        (changed(lambda s: s["state"].update({7: {}})), r"state\[7\] belongs to no parameter"),
        (changed(lambda s: s["state"][0].pop("exp_avg")), "lacks exp_avg"),
        (
            trained(Adam, (3,)).state_dict(),
            r"\['exp_avg'\] has shape \(3,\), its parameter has \(2,",
        ),
        (trained(SGD, momentum=0.9).state_dict(), "has no amsgrad, betas"),
        (trained(RMSprop).state_dict(), "has no amsgrad, betas"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(state, words):
    optimizer = trained(Adam)
    before = copy.deepcopy(optimizer.state_dict())
    with pytest.raises(ValueError, match=words):
        optimizer.load_state_dict(state)
    after = optimizer.state_dict()
    assert after["param_groups"] == before["param_groups"]
    for name, value in before["state"][0].items():
        assert np.array_equal(np.asarray(value), np.asarray(after["state"][0][name]))
