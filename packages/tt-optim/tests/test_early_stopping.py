"""Early stopping: it stops when it should, not before, and with the best weights."""

import math

import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_optim import EMA, SGD, EarlyStopping, Trainer

BATCH = [(tt.ones(1, 1), tt.zeros(1, 1))]


def train(losses, stopping, every=None, steps=1, **options):
    """A training whose validation number is what the test wants."""
    given = iter(losses)
    tt.manual_seed(0)
    model = nn.Linear(1, 1)
    weights = []

    def wanted(output, target):
        if model.training:
            return 0.0
        weights.append(model.weight.item())
        return next(given)

    trainer = Trainer(
        model,
        nn.MSELoss(),
        SGD(model.parameters(), lr=0.01),
        metrics={"wanted": wanted},
        monitor="validation/wanted",
        callbacks=[stopping],
        **options,
    )
    trainer.fit(BATCH * steps, 8, validation=BATCH, progress=False, evaluate_every=every)
    return trainer, weights


@pytest.mark.parametrize(
    ("losses", "options", "epochs", "best"),
    [
        ([5, 4, 3, 2, 1, 0.5, 0.4, 0.3], {"patience": 0}, 8, 8),
        ([5, 4, 4, 4, 4, 3, 3, 3], {"patience": 2}, 5, 2),
        ([5, 4, 4, 4, 3, 3, 3, 2], {"patience": 2}, 8, 8),
        ([5, 4, 3.95, 3.9, 3.8, 3, 2, 1], {"patience": 2, "min_delta": 0.1}, 8, 8),
        ([5, 4, 3.95, 3.9, 3.9, 3, 2, 1], {"patience": 2, "min_delta": 0.1}, 5, 2),
        ([1, 2, 3, 3, 2, 1, 0, 0], {"patience": 1, "mode": "max"}, 5, 3),
        ([5, math.nan, math.nan, 1, 1, 1, 1, 1], {"patience": 1}, 3, 1),
    ],
)
def test_when_it_stops(losses, options, epochs, best):
    stopping = EarlyStopping(**options)
    trainer, weights = train(losses, stopping)
    assert len(trainer.history.epochs) == epochs
    assert stopping.best == losses[best - 1]
    assert trainer.status == ("finished" if epochs == 8 else "stopped")
    assert trainer.model.weight.item() == weights[best - 1]
    if epochs < 8:
        assert trainer.stop_reason == (
            f"validation/wanted has not improved {stopping.waited} times in a row; it was best in "
            f"epoch {stopping.best_epoch}, {stopping.best:.6g}"
        )


def test_the_weights_can_be_left_as_they_are():
    trainer, weights = train([1, 2, 3, 4], EarlyStopping(patience=1, restore_best=False))
    assert trainer.model.weight.item() == weights[2] != weights[0]


def test_it_counts_evaluations_within_an_epoch():
    stopping = EarlyStopping(patience=1)
    trainer, weights = train([3, 2, 4, 4, 1], stopping, every=2, steps=8)
    assert trainer.step == 8
    assert len(trainer.history.epochs) == 1
    assert trainer.model.weight.item() == weights[1]


def test_averages_are_put_back_too():
    tt.manual_seed(0)
    model = nn.Linear(1, 1)
    given = iter([1.0, 2.0, 3.0])
    ema = EMA(model)
    trainer = Trainer(
        model,
        nn.MSELoss(),
        SGD(model.parameters(), lr=0.1),
        metrics={"wanted": lambda output, target: 0.0 if model.training else next(given)},
        ema=ema,
        callbacks=[EarlyStopping("validation/wanted", patience=1)],
    )
    trainer.fit(BATCH, 1, validation=BATCH, progress=False)
    averages = {name: tensor.tolist() for name, tensor in ema.averages.items()}
    trainer.fit(BATCH, 5, validation=BATCH, progress=False)
    assert len(trainer.history.epochs) == 3
    assert {name: tensor.tolist() for name, tensor in ema.averages.items()} == averages
    assert ema.steps == 1


def test_numbers_of_the_training_set():
    tt.manual_seed(0)
    model = nn.Linear(1, 1)
    stopping = EarlyStopping("train/loss", patience=0)
    trainer = Trainer(
        model, nn.MSELoss(), SGD(model.parameters(), lr=2.5), callbacks=[stopping]
    )  # so large a rate that it gets worse
    trainer.fit(BATCH, 8, progress=False)
    assert trainer.epoch == 2
    assert stopping.best == trainer.history.column("loss")[0]


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="mode must be 'min' or 'max', not 'up'"):
        EarlyStopping(mode="up")
    with pytest.raises(ValueError, match="patience and min_delta must not be negative"):
        EarlyStopping(patience=-1)
    with pytest.raises(KeyError, match=r"there is no number 'validation/f1'; there are train/loss"):
        train([1, 1], EarlyStopping("validation/f1"))
