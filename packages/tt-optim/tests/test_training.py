"""Whole trainings: equal to PyTorch's, repeatable bit by bit, and without growing."""

import gc
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_optim import SGD, Adam, AdamW

SIZES = (20, 32, 16, 5)


def make(library, weights=None):
    layers = []
    for i, (a, b) in enumerate(pairwise(SIZES)):
        layers += [library.ReLU()] if i else []
        layers.append(library.Linear(a, b))
    return library.Sequential(*layers)


def data():
    rng = np.random.default_rng(0)
    return rng.standard_normal((100, 16, 20)).astype("float32"), rng.integers(0, 5, (100, 16))


def curve(model, loss_of, optimizer, convert):
    losses = []
    for x, y in zip(*data(), strict=True):
        optimizer.zero_grad()
        loss = loss_of(model(convert(x)), convert(y))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 5e-4}),
        (Adam, {"lr": 0.003}),
        (AdamW, {"lr": 0.003}),
    ],
)
def test_the_loss_curve_of_an_mlp_equals_pytorchs_over_100_steps(kind, options):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    theirs = make(torch.nn)
    ours = make(nn)
    ours.load_state_dict({k: tt.tensor(v.numpy()) for k, v in theirs.state_dict().items()})
    mine = curve(ours, nn.CrossEntropyLoss(), kind(ours.parameters(), **options), tt.tensor)
    reference = getattr(torch.optim, kind.__name__)(theirs.parameters(), **options)
    right = curve(theirs, torch.nn.CrossEntropyLoss(), reference, torch.tensor)
    np.testing.assert_allclose(mine, right, atol=1e-5)
    assert mine[-1] != mine[0]


def test_the_same_seed_gives_the_same_bits():
    def run():
        tt.manual_seed(7)
        model = nn.Sequential(make(nn), nn.Dropout(0.2))
        losses = curve(model, nn.CrossEntropyLoss(), Adam(model.parameters()), tt.tensor)
        return losses, [p.detach().numpy().tobytes() for p in model.parameters()]

    assert run() == run()


def test_loops_and_numpy_train_alike():
    def run(backend):
        with tt.backend(backend):
            tt.manual_seed(7)
            model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
            optimizer = Adam(model.parameters(), lr=0.01)
            x = tt.randn(5, 3)
            losses = []
            for _ in range(5):
                optimizer.zero_grad()
                loss = nn.functional.mse_loss(model(x), x[:, :1])
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            return losses

    assert run("naive") == pytest.approx(run("numpy"), rel=1e-5)


def test_a_thousand_steps_do_not_grow_the_process():
    tt.manual_seed(0)
    model = make(nn)
    optimizer, loss_of = Adam(model.parameters()), nn.CrossEntropyLoss()
    x, y = tt.randn(16, 20), tt.randint(0, 5, (16,))

    def step():
        optimizer.zero_grad()
        loss_of(model(x), y).backward()
        optimizer.step()

    gc.collect()
    gc.disable()  # what only the collector would free counts as lost
    tracemalloc.start()
    try:
        for _ in range(1000):  # until Python's lists of free tuples are full
            step()
        objects, memory = len(gc.get_objects()), tracemalloc.get_traced_memory()[0]
        for _ in range(1000):
            step()
        assert len(gc.get_objects()) - objects < 20
        assert tracemalloc.get_traced_memory()[0] - memory < 100_000
    finally:
        tracemalloc.stop()
        gc.enable()
