"""The learning-rate finder: the rates grow, the suggestion is good, and nothing has happened."""

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_optim import EMA, SGD, Adam, Callback, LRCurve, OneCycleLR, StepLR, Trainer, find_lr

RNG = np.random.default_rng(0)
X = RNG.standard_normal((60, 4)).astype("float32")
Y = (X[:, 0] > X[:, 1]).astype("int64")


class Shuffled:
    def __iter__(self):
        order = tt.randperm(60).numpy().reshape(6, 10)
        return iter([(tt.tensor(X[rows]), tt.tensor(Y[rows])) for rows in order])


class Counting(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 2))
        self.register_buffer("seen", tt.zeros(()))
        self.register_buffer("passing", tt.zeros(()), persistent=False)

    def forward(self, x):
        if self.training:
            self.seen += 1
            self.passing += 1
        return self.layers(x)


def make(kind=Adam, lr=0.01, **options):
    tt.manual_seed(0)
    model = Counting()
    optimizer = kind(model.parameters(), lr=lr)
    return Trainer(model, nn.CrossEntropyLoss(), optimizer, **options)


def everything(trainer):
    def plain(value):
        if isinstance(value, tt.Tensor):
            return value.tolist()
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        return value

    return (
        plain(trainer.state_dict()),
        trainer.model.passing.item(),
        [module.training for module in trainer.model.modules()],
        [p.grad for p in trainer.model.parameters()],
    )


class Never(Callback):
    def on_backward_end(self, trainer):
        raise AssertionError("callbacks are not to notice")


@pytest.mark.parametrize("end", [0.1, 1e20])  # the second diverges
def test_afterwards_nothing_has_happened(end):
    tt.manual_seed(0)
    model = Counting()
    optimizer = Adam(model.parameters(), lr=0.01)
    trainer = Trainer(
        model,
        nn.CrossEntropyLoss(),
        optimizer,
        scheduler=StepLR(optimizer, 1),
        step_scheduler="batch",
        ema=EMA(model),
    )
    trainer.fit(Shuffled(), 1, progress=False)
    optimizer.zero_grad()
    model.layers[2].eval()
    trainer.callbacks.append(Never())
    before = everything(trainer)
    curve = find_lr(trainer, Shuffled(), end=end, steps=30)
    assert everything(trainer) == before
    assert len(set(curve.losses)) > 5, "it was trained in the meantime"
    assert (len(curve.lrs) == 30) == (end == 0.1)


def test_a_new_training_afterwards_is_the_same_as_without():
    tt_data = pytest.importorskip("tt_data")

    def run(search):
        trainer = make()
        data = tt_data.TensorDataset(tt.tensor(X), tt.tensor(Y))
        batches = tt_data.DataLoader(data, 10, shuffle=True, generator=tt.Generator(5))
        if search:
            find_lr(trainer, batches, steps=20)
        return trainer.fit(batches, 2, progress=False).column("loss")

    assert run(True) == run(False)


def test_an_error_too_leaves_everything_as_it_was():
    trainer = make()
    before = everything(trainer)

    def broken():
        yield from Shuffled()
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError, match="the disk is gone"):
        find_lr(trainer, broken())
    assert everything(trainer) == before


def test_the_rates_grow_exponentially_and_groups_keep_their_proportion():
    seen = []

    class Watching(SGD):
        def step(self, closure=None):
            seen.append([group["lr"] for group in self.param_groups])

    tt.manual_seed(0)
    model = Counting()
    parameters = list(model.parameters())
    groups = [{"params": parameters[:2], "lr": 0.1}, {"params": parameters[2:], "lr": 0.4}]
    optimizer = Watching(groups, lr=1.0, momentum=0.9)
    OneCycleLR(optimizer, [0.1, 0.4], total_steps=10)
    trainer = Trainer(model, nn.CrossEntropyLoss(), optimizer, accumulate=4)
    curve = find_lr(trainer, Shuffled(), start=1e-4, end=1e-1, steps=4)
    np.testing.assert_allclose(curve.lrs, [1e-4, 1e-3, 1e-2, 1e-1])
    np.testing.assert_allclose(seen, [[lr / 4, lr] for lr in curve.lrs])


def test_the_suggestion_is_a_good_rate():
    trainer = make(SGD, lr=1.0)
    rate = find_lr(trainer, Shuffled(), start=1e-5, end=1e3, steps=120).suggestion

    def loss_after(lr):
        return make(SGD, lr=lr).fit(Shuffled(), 5, progress=False).column("loss")[-1]

    assert loss_after(rate) < 0.75 * loss_after(rate / 100)
    assert 0.1 < rate < 2


def test_the_steepest_place():
    lrs = [10.0**i for i in range(8)]
    assert LRCurve(lrs, [5, 5, 4.5, 3, 2.5, 3, 9, 9]).suggestion == 1e3
    assert LRCurve(lrs[:4], [1, 2, 3, 4]).suggestion is None
    assert LRCurve().suggestion is None


def test_the_noise_of_the_beginning_does_not_mislead():
    rng = np.random.default_rng(0)
    lrs = np.logspace(-6, 0, 100)
    for _ in range(20):
        fall = 2 - 1 / (1 + np.exp(-3 * (np.log10(lrs) + 2)))  # steepest at 0.01
        curve = LRCurve(list(lrs), list(fall + 0.05 * rng.standard_normal(100)))
        assert 0.002 < curve.suggestion < 0.05


def test_what_makes_no_sense_is_refused():
    for options, words in (
        ({"start": 1.0, "end": 0.1}, "expected 0 < start < end, not 1.0 and 0.1"),
        ({"start": 0.0}, "expected 0 < start"),
        ({"steps": 2}, "steps must be at least 3"),
    ):
        with pytest.raises(ValueError, match=words):
            find_lr(make(), Shuffled(), **options)
    with pytest.raises(ValueError, match="train: it gave no batch"):
        find_lr(make(), [])
