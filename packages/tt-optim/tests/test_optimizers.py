"""The optimizers against PyTorch's, option by option, and what they do beside the arithmetic."""

import gc
import threading
import tracemalloc
from itertools import product

import numpy as np
import pytest

import tt_optim
import tt_tensor as tt
from tt_optim import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop


def grid(kind, **options):
    """All combinations of values."""
    names = list(options)
    return [(kind, dict(zip(names, values, strict=True))) for values in product(*options.values())]


GRID = [
    *grid(
        SGD,
        lr=[0.1],
        momentum=[0, 0.9],
        dampening=[0, 0.3],
        weight_decay=[0, 0.1],
        maximize=[False, True],
    ),
    *grid(
        SGD,
        lr=[0.1],
        momentum=[0.9],
        nesterov=[True],
        weight_decay=[0, 0.1],
        maximize=[False, True],
    ),
    *grid(
        Adam,
        lr=[0.05],
        betas=[(0.9, 0.999), (0.8, 0.95)],
        weight_decay=[0, 0.1],
        amsgrad=[False, True],
        maximize=[False, True],
    ),
    *grid(
        AdamW,
        lr=[0.05],
        eps=[1e-8, 1e-3],
        weight_decay=[0, 0.01, 0.2],
        amsgrad=[False, True],
        maximize=[False, True],
    ),
    *grid(
        RMSprop,
        lr=[0.01],
        alpha=[0.99, 0.9],
        momentum=[0, 0.5],
        centered=[False, True],
        weight_decay=[0, 0.1],
        maximize=[False, True],
    ),
    *grid(
        Adagrad,
        lr=[0.1],
        lr_decay=[0, 0.1],
        weight_decay=[0, 0.1],
        initial_accumulator_value=[0, 0.5],
        maximize=[False, True],
    ),
    *[(kind, {}) for kind in (SGD, Adam, AdamW, RMSprop, Adagrad)],
]
KINDS = [SGD, Adam, AdamW, RMSprop, Adagrad]
SHAPES = [(3, 2), (4,), ()]


def names(value):
    return value.__name__ if isinstance(value, type) else None


def gradients(shapes, dtype, count=50, seed=0):
    rng = np.random.default_rng(seed)
    return [[np.asarray(rng.standard_normal(s), dtype) for s in shapes] for _ in range(count)]


def go(optimizer, params, make, steps):
    for grads in steps:
        for p, g in zip(params, grads, strict=True):
            p.grad = make(g)
        optimizer.step()


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-6)])
@pytest.mark.parametrize(("kind", "options"), GRID, ids=names)
def test_fifty_steps_equal_pytorch(kind, options, dtype, tolerance):
    torch = pytest.importorskip("torch")
    start = gradients(SHAPES, dtype, 1, seed=1)[0]
    steps = gradients(SHAPES, dtype)
    ours = [tt.tensor(a, requires_grad=True) for a in start]
    theirs = [torch.tensor(a, requires_grad=True) for a in start]
    go(kind(ours, **options), ours, tt.tensor, steps)
    go(getattr(torch.optim, kind.__name__)(theirs, **options), theirs, torch.tensor, steps)
    for mine, right in zip(ours, theirs, strict=True):
        assert mine.array.dtype == dtype
        np.testing.assert_allclose(
            mine.detach().numpy(), right.detach().numpy(), rtol=tolerance, atol=tolerance
        )


@pytest.mark.parametrize("kind", KINDS, ids=names)
def test_defaults_are_those_of_pytorch(kind):
    torch = pytest.importorskip("torch")
    right = getattr(torch.optim, kind.__name__)([torch.ones(1)]).defaults
    mine = kind([tt.ones(1)]).defaults
    assert mine == {name: right[name] for name in mine}


# the same without PyTorch: first steps that can be worked out by hand


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        (SGD, {"lr": 0.5}, [0.0, -1.0]),
        (SGD, {"lr": 0.5, "maximize": True}, [2.0, 3.0]),
        (SGD, {"lr": 0.5, "momentum": 0.5}, [0.0, -1.5]),
        (SGD, {"lr": 0.5, "momentum": 0.5, "dampening": 0.5}, [0.0, -1.0]),
        (SGD, {"lr": 0.5, "momentum": 0.5, "nesterov": True}, [-0.5, -2.25]),
        (SGD, {"lr": 0.5, "weight_decay": 0.5}, [-0.25, -1.1875]),
        (Adam, {"lr": 0.5, "eps": 0}, [0.5, 0.0]),
        (AdamW, {"lr": 0.5, "eps": 0, "weight_decay": 1.0}, [0.0, -0.5]),
        (RMSprop, {"lr": 0.5, "alpha": 0.75, "eps": 0}, [0.0, -0.5 / 0.4375**0.5]),
        (Adagrad, {"lr": 0.5, "eps": 0}, [0.5, 0.5 - 0.5 / 2**0.5]),
        (
            Adagrad,
            {"lr": 0.5, "eps": 0, "initial_accumulator_value": 3.0},
            [0.75, 0.75 - 0.2236068],
        ),
    ],
    ids=names,
)
def test_two_steps_along_gradients_of_two(kind, options, expected):
    g = 2.0 if kind is SGD else 1.0
    w = tt.tensor([1.0], dtype=tt.float64, requires_grad=True)
    optimizer = kind([w], **options)
    for value in expected:
        w.grad = tt.full((1,), g, dtype=tt.float64)
        optimizer.step()
        assert w.item() == pytest.approx(value, abs=1e-7)


@pytest.mark.parametrize("kind", KINDS, ids=names)
def test_they_find_the_bottom_of_a_valley(kind):
    w = tt.tensor([3.0, -2.0], requires_grad=True)
    optimizer = kind([w], lr=0.5 if kind is Adagrad else 0.05)
    for _ in range(400):
        optimizer.zero_grad()
        (w * w * tt.tensor([1.0, 5.0])).sum().backward()
        optimizer.step()
    assert tt.allclose(w.detach(), tt.zeros(2), atol=0.05)


@pytest.mark.parametrize("kind", KINDS, ids=names)
def test_naive_and_numpy_train_alike(kind):
    ends = []
    for name in ("naive", "numpy"):
        w = tt.tensor([[1.0, -2.0, 0.5]], dtype=tt.float64, requires_grad=True)
        with tt.backend(name):
            go(kind([w], lr=0.1), [w], tt.tensor, gradients([(1, 3)], "float64", 5))
        ends.append(w.detach())
    assert tt.allclose(*ends, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS, ids=names)
def test_views_and_turned_gradients(kind):
    room = tt.zeros(4, 6)
    view = room[::2, 1:4].detach().requires_grad_()
    plain = tt.zeros(2, 3, requires_grad=True)
    for w, turned in ((view, True), (plain, False)):
        optimizer = kind([w], lr=0.1)
        for (g,) in gradients([(2, 3)], "float32", 5):
            w.grad = tt.from_numpy(np.asfortranarray(g) if turned else g)
            optimizer.step()
    assert tt.equal(view.detach(), plain.detach())
    assert room[1].tolist() == [0.0] * 6
    assert tt.equal(room[::2, 1:4], plain.detach())


def test_empty_parameters_are_no_trouble():
    w = tt.ones(0, 3, requires_grad=True)
    for kind in KINDS:
        go(kind([w]), [w], tt.tensor, gradients([(0, 3)], "float32", 2))


def test_options_may_be_switched_on_later():
    torch = pytest.importorskip("torch")
    ours, theirs = tt.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    mine, right = SGD([ours], lr=0.1), torch.optim.SGD([theirs], lr=0.1)
    for momentum in (0.0, 0.9):
        for optimizer, p, make in ((mine, ours, tt.tensor), (right, theirs, torch.tensor)):
            optimizer.param_groups[0]["momentum"] = momentum
            go(optimizer, [p], make, gradients([(2,)], "float32", 4))
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-6)
    for kind, switch in ((RMSprop, {"momentum": 0.9, "centered": True}), (Adam, {"amsgrad": True})):
        optimizer = kind([ours])
        go(optimizer, [ours], tt.tensor, gradients([(2,)], "float32", 2))
        optimizer.param_groups[0].update(switch)
        go(optimizer, [ours], tt.tensor, gradients([(2,)], "float32", 2))


def test_groups_have_their_own_options():
    a, b, c = (tt.ones(1, requires_grad=True) for _ in range(3))
    optimizer = SGD([{"params": [a]}, {"params": b, "lr": 1.0}], lr=0.1)
    optimizer.add_param_group({"params": (p for p in [c]), "lr": 0.5})
    a.grad = b.grad = c.grad = tt.ones(1)
    optimizer.step()
    assert [p.item() for p in (a, b, c)] == pytest.approx([0.9, 0.0, 0.5])
    assert "Parameter Group 2\n" in repr(optimizer)
    assert "    lr: 0.5\n" in repr(optimizer)


def test_parameters_without_gradients_stay():
    a, b = (tt.ones(1, requires_grad=True) for _ in range(2))
    optimizer = Adam([a, b], weight_decay=0.5)
    a.grad = tt.ones(1)
    optimizer.step()
    assert b.item() == 1.0
    assert b not in optimizer.state


def test_zero_grad_forgets_or_fills():
    w = tt.ones(2, requires_grad=True)
    optimizer = SGD([w], lr=0.1)
    optimizer.zero_grad(set_to_none=False)
    assert w.grad is None
    (w * w).sum().backward(create_graph=True)
    optimizer.zero_grad(set_to_none=False)
    assert w.grad.tolist() == [0.0, 0.0]
    assert not w.grad.requires_grad
    optimizer.zero_grad()
    assert w.grad is None


def test_closure_is_called_with_gradients_on():
    w = tt.tensor([2.0], requires_grad=True)
    optimizer = SGD([w], lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    from tt_autograd import no_grad

    with no_grad():
        assert optimizer.step(closure).item() == 4.0
    assert w.item() == pytest.approx(1.6)
    assert optimizer.step() is None


def test_a_step_makes_saved_values_stale():
    w = tt.tensor([2.0], requires_grad=True)
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    SGD([w], lr=0.1).step()
    with pytest.raises(tt.GradientError, match="changed in place"):
        loss.backward()


def test_steps_leave_no_cycles_behind_and_do_not_grow():
    params = [tt.ones(4, 3, requires_grad=True), tt.ones(3, requires_grad=True)]
    for kind in KINDS:
        optimizer = kind(params)

        def train(count, optimizer=optimizer):
            for _ in range(count):
                (params[0] * params[1]).sum().backward()
                tt_optim.clip_grad_norm_(params, 1.0)
                optimizer.step()
                optimizer.zero_grad()

        train(3)
        gc.collect()
        gc.disable()
        tracemalloc.start()
        try:
            train(1000)  # Python keeps up to 2,000 freed tuples of each length
            objects, before = len(gc.get_objects()), tracemalloc.get_traced_memory()[0]
            train(1000)
            grown = len(gc.get_objects()) - objects
            after = tracemalloc.get_traced_memory()[0]
            assert gc.collect() == 0
        finally:
            tracemalloc.stop()
            gc.enable()
        assert grown < 20, kind
        assert after - before < 5_000, kind


def test_threads_that_train_at_once_do_not_disturb_each_other():
    steps = gradients([(300, 300)], "float32", 5)  # large enough that NumPy lets other threads run

    def train(out, index):
        w = tt.ones(300, 300, requires_grad=True)
        go(Adam([w], lr=0.1, weight_decay=0.1), [w], tt.from_numpy, steps)
        out[index] = w.detach()

    ends = [None] * 4
    threads = [threading.Thread(target=train, args=(ends, i)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(tt.equal(ends[0], end) for end in ends)


# what is refused


def leaf(*shape):
    return tt.ones(*shape, requires_grad=True)


class Model:
    def parameters(self):
        return [leaf(1)]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: SGD([], lr=0.1), ValueError, "there are none"),
        (lambda: SGD(iter(()), lr=0.1), ValueError, "there are none"),
        (lambda: SGD(leaf(1), lr=0.1), TypeError, r"use \[tensor\]"),
        (lambda: SGD(Model(), lr=0.1), TypeError, r"use model.parameters\(\)"),
        (lambda: SGD({"params": [leaf(1)]}), TypeError, r"use \[group\]"),
        (lambda: SGD({leaf(1)}), TypeError, "a set has no order"),
        (lambda: SGD(3), TypeError, "not int 3"),
        (lambda: SGD([1.0], lr=0.1), TypeError, r"params\[0\]: expected a Tensor, not float 1.0"),
        (lambda: SGD([np.ones(1)]), TypeError, "not ndarray"),
        (lambda: SGD([("w", leaf(1))]), TypeError, "instead of named_parameters"),
        (lambda: SGD([leaf(1) * 2]), tt.GradientError, "not a leaf"),
        (lambda: SGD([leaf(1)] * 2), ValueError, "comes twice"),
        (lambda: SGD([{"lr": 0.1}]), TypeError, "with the entry 'params'"),
        (lambda: SGD([{"params": [leaf(1)]}, leaf(1)]), TypeError, "expected a dictionary"),
        (lambda: SGD([{"params": [leaf(1)], "lr": -1}]), ValueError, "lr must not be negative"),
        (lambda: SGD([leaf(1)], lr=-1), ValueError, "lr must not be negative, it is -1"),
        (lambda: SGD([leaf(1)], lr=float("nan")), ValueError, "lr must not be"),
        (lambda: SGD([leaf(1)], lr="0.1"), TypeError, "lr: expected a number, not str"),
        (lambda: SGD([leaf(1)], momentum=-0.1), ValueError, "momentum"),
        (lambda: SGD([leaf(1)], weight_decay=-0.1), ValueError, "weight_decay"),
        (lambda: SGD([leaf(1)], nesterov=True), ValueError, "nesterov needs"),
        (
            lambda: SGD([leaf(1)], momentum=0.9, dampening=0.1, nesterov=True),
            ValueError,
            "0.9 and 0.1",
        ),
        (lambda: Adam([leaf(1)], betas=(1.0, 0.9)), ValueError, "betas must both lie"),
        (lambda: Adam([leaf(1)], betas=0.9), TypeError, "betas: expected two numbers"),
        (lambda: AdamW([leaf(1)], eps=-1), ValueError, "eps"),
        (lambda: RMSprop([leaf(1)], alpha=-1), ValueError, "alpha"),
        (lambda: Adagrad([leaf(1)], lr_decay=-1), ValueError, "lr_decay"),
        (
            lambda: Adagrad([leaf(1)], initial_accumulator_value=-1),
            ValueError,
            "initial_accumulator_value",
        ),
    ],
)
def test_bad_arguments_are_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_group_that_is_refused_changes_nothing():
    w = leaf(1)
    optimizer = SGD([w])
    with pytest.raises(ValueError, match="comes twice"):
        optimizer.add_param_group({"params": [leaf(1), w]})
    assert len(optimizer.param_groups) == 1


def test_a_gradient_that_does_not_fit_is_refused():
    w = leaf(2)
    optimizer = SGD([w])
    w.grad = tt.ones(3)
    with pytest.raises(tt.ShapeError, match=r"shape \(2,\) has shape \(3,\)"):
        optimizer.step()
    w.grad = tt.ones(2, dtype=tt.float64)
    with pytest.raises(tt.DTypeError, match="has type"):
        optimizer.step()
    assert w.tolist() == [1.0, 1.0]


def test_an_optimizer_must_say_how_it_updates():
    w = leaf(1)
    w.grad = tt.ones(1)
    with pytest.raises(NotImplementedError, match="Optimizer has no method _update"):
        Optimizer([w], {}).step()
