"""The optimizers against PyTorch's, option by option, and what they refuse."""

import gc

import numpy as np
import pytest

import tt_optim
import tt_tensor as tt
from tt_optim import SGD, Adagrad, Adam, AdamW, RMSprop, clip_grad_norm_, clip_grad_value_

GRID = [
    (SGD, {"lr": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.9}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    (SGD, {"lr": 0.1, "maximize": True}),
    (Adam, {}),
    (Adam, {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.1}),
    (Adam, {"amsgrad": True}),
    (Adam, {"maximize": True}),
    (AdamW, {"lr": 0.05}),
    (AdamW, {"lr": 0.05, "weight_decay": 0.2, "amsgrad": True}),
    (RMSprop, {}),
    (RMSprop, {"momentum": 0.9, "weight_decay": 0.1}),
    (RMSprop, {"centered": True, "alpha": 0.9}),
    (RMSprop, {"centered": True, "momentum": 0.5}),
    (Adagrad, {}),
    (Adagrad, {"lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.5}),
]


def steps(optimizer, params, make, count=50):
    """Random gradients, the same for both libraries."""
    rng = np.random.default_rng(0)
    for _ in range(count):
        for p in params:
            p.grad = make(rng.standard_normal(tuple(p.shape)))
        optimizer.step()


@pytest.mark.parametrize(("kind", "options"), GRID)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 2e-6)])
def test_fifty_steps_equal_pytorch(kind, options, dtype, tolerance):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    start = [rng.standard_normal((3, 2)).astype(dtype), rng.standard_normal(4).astype(dtype)]
    ours = [tt.tensor(a, requires_grad=True) for a in start]
    theirs = [torch.tensor(a, requires_grad=True) for a in start]
    steps(kind(ours, **options), ours, lambda g: tt.tensor(g.astype(dtype)))
    reference = getattr(torch.optim, kind.__name__)(theirs, **options)
    steps(reference, theirs, lambda g: torch.tensor(g.astype(dtype)))
    for mine, right in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(
            mine.detach().numpy(), right.detach().numpy(), rtol=tolerance, atol=tolerance
        )


@pytest.mark.parametrize(("kind", "options"), GRID)
def test_state_round_trip_continues_the_same_run(kind, options):
    w = tt.tensor([1.0, -2.0], requires_grad=True)
    first = kind([w], **options)
    steps(first, [w], lambda g: tt.tensor(g.astype("float32")), 5)
    saved, values = first.state_dict(), w.detach().clone()
    other = values.clone().requires_grad_()
    second = kind([other], **{**options, "lr": 123.0})
    second.load_state_dict(saved)
    for optimizer, p in ((first, w), (second, other)):
        steps(optimizer, [p], lambda g: tt.tensor(g.astype("float32")), 5)
    assert tt.equal(w.detach(), other.detach())


def test_pytorch_state_can_be_loaded():
    torch = pytest.importorskip("torch")
    start = np.array([1.0, -2.0], "float32")
    theirs = torch.tensor(start, requires_grad=True)
    reference = torch.optim.Adam([theirs], lr=0.1)
    steps(reference, [theirs], lambda g: torch.tensor(g.astype("float32")), 5)
    ours = tt.tensor(theirs.detach().numpy(), requires_grad=True)
    optimizer = Adam([ours], lr=0.1)
    state = reference.state_dict()
    state["state"] = {k: {n: v.numpy() for n, v in m.items()} for k, m in state["state"].items()}
    optimizer.load_state_dict(state)
    steps(reference, [theirs], lambda g: torch.tensor(g.astype("float32")), 5)
    steps(optimizer, [ours], lambda g: tt.tensor(g.astype("float32")), 5)
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-6)


def test_groups_have_their_own_options():
    a, b = (tt.ones(1, requires_grad=True) for _ in range(2))
    optimizer = SGD([{"params": [a]}, {"params": b, "lr": 1.0}], lr=0.1)
    a.grad = b.grad = tt.ones(1)
    optimizer.step()
    assert a.item() == pytest.approx(0.9)
    assert b.item() == 0.0
    optimizer.zero_grad(set_to_none=False)
    assert a.grad.item() == 0.0
    optimizer.zero_grad()
    assert a.grad is None


def test_closure_is_called_with_gradients_on():
    w = tt.tensor([2.0], requires_grad=True)
    optimizer = SGD([w], lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 4.0
    assert w.item() == pytest.approx(1.6)


def test_a_step_makes_saved_values_stale():
    w = tt.tensor([2.0], requires_grad=True)
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    SGD([w], lr=0.1).step()
    with pytest.raises(tt.GradientError, match="changed in place"):
        loss.backward()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: SGD([], lr=0.1), ValueError, "there are none"),
        (lambda: SGD(tt.ones(1, requires_grad=True), lr=0.1), TypeError, r"use \[tensor\]"),
        (lambda: SGD([1.0], lr=0.1), TypeError, "not float"),
        (
            lambda: SGD([tt.ones(1, requires_grad=True)], lr=-1),
            ValueError,
            "lr must not be negative",
        ),
        (
            lambda: SGD([tt.ones(1, requires_grad=True)] * 1, lr=1, nesterov=True),
            ValueError,
            "nesterov",
        ),
        (lambda: Adam([tt.ones(1, requires_grad=True)], betas=(1.0, 0.9)), ValueError, "betas"),
        (lambda: SGD([tt.ones(1, requires_grad=True) * 2]), tt.GradientError, "not a leaf"),
    ],
)
def test_bad_arguments_are_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_the_same_parameter_twice_is_refused():
    w = tt.ones(1, requires_grad=True)
    with pytest.raises(ValueError, match="comes twice"):
        SGD([w, w])


def test_a_gradient_that_does_not_fit_is_refused():
    w = tt.ones(2, requires_grad=True)
    optimizer = SGD([w])
    w.grad = tt.ones(3)
    with pytest.raises(tt.ShapeError, match="has shape"):
        optimizer.step()
    w.grad = tt.ones(2, dtype=tt.float64)
    with pytest.raises(tt.DTypeError, match="has type"):
        optimizer.step()


def test_a_state_that_does_not_fit_is_refused_and_changes_nothing():
    w = tt.ones(2, requires_grad=True)
    optimizer = Adam([w])
    other = Adam([tt.ones(3, requires_grad=True)])
    other.param_groups[0]["params"][0].grad = tt.ones(3)
    other.step()
    with pytest.raises(ValueError, match="has shape"):
        optimizer.load_state_dict(other.state_dict())
    assert optimizer.state == {}


@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0, float("inf")])
@pytest.mark.parametrize("limit", [0.5, 100.0])
def test_clipping_equals_pytorch(norm_type, limit):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    grads = [rng.standard_normal((2, 3)), rng.standard_normal(4)]
    ours = [tt.zeros(g.shape, dtype="float64", requires_grad=True) for g in grads]
    theirs = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in grads]
    for p, q, g in zip(ours, theirs, grads, strict=True):
        p.grad, q.grad = tt.tensor(g), torch.tensor(g)
    total = clip_grad_norm_(ours, limit, norm_type)
    expected = torch.nn.utils.clip_grad_norm_(theirs, limit, norm_type)
    assert total.item() == pytest.approx(expected.item())
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-12)


def test_clipping_values_and_infinite_norms():
    w = tt.zeros(3, requires_grad=True)
    w.grad = tt.tensor([-5.0, 0.5, float("inf")])
    with pytest.raises(RuntimeError, match="norm is inf"):
        clip_grad_norm_([w], 1.0, error_if_nonfinite=True)
    clip_grad_value_([w], 1.0)
    assert w.grad.tolist() == [-1.0, 0.5, 1.0]


def test_steps_leave_no_cycles_behind():
    w = tt.ones(4, requires_grad=True)
    optimizer = Adam([w])
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            (w * w).sum().backward()
            optimizer.step()
            optimizer.zero_grad()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_public_names():
    assert all(hasattr(tt_optim, name) for name in tt_optim.__all__)
