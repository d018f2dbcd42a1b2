"""The training loop: it learns, counts rightly, repeats itself and stops where it must."""

import gc
import tracemalloc

import numpy as np
import pytest

import tt_autograd
import tt_nn as nn
import tt_optim
import tt_tensor as tt
from tt_optim import (
    EMA,
    SGD,
    Adam,
    Average,
    ReduceLROnPlateau,
    StepLR,
    Trainer,
    accuracy,
)


def blobs(seed=0, count=120):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count)
    centers = np.array([[2, 0], [-2, 1], [0, -2]])
    x = (centers[labels] + rng.standard_normal((count, 2)) * 0.4).astype("float32")
    return [(tt.tensor(x[i : i + 30]), tt.tensor(labels[i : i + 30])) for i in range(0, count, 30)]


def make(seed=0, lr=0.1, **options):
    tt.manual_seed(seed)
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 3))
    optimizer = Adam(model.parameters(), lr=lr)
    return Trainer(
        model, nn.CrossEntropyLoss(), optimizer, metrics={"accuracy": accuracy}, **options
    )


def weights(trainer):
    return [p.detach().numpy().copy() for p in trainer.model.parameters()]


def test_it_learns_and_keeps_the_score():
    trainer = make()
    history = trainer.fit(blobs(0), epochs=15, validation=blobs(1), progress=False)
    assert history is trainer.history
    assert history.column("accuracy", "validation")[-1] > 0.95
    assert history.column("loss")[-1] < history.column("loss")[0] / 2
    assert [record.epoch for record in history.epochs] == list(range(1, 16))
    assert all(record.seconds > 0 and record.lr == 0.1 for record in history.epochs)


def test_a_second_fit_continues_the_history():
    trainer = make()
    trainer.fit(blobs(), epochs=2, progress=False)
    trainer.fit(blobs(), epochs=1, progress=False)
    assert [record.epoch for record in trainer.history.epochs] == [1, 2, 3]


def test_same_seed_same_bits():
    runs = []
    for _ in range(2):
        trainer = make(seed=3)
        trainer.fit(blobs(), epochs=3, progress=False)
        runs.append(weights(trainer))
    assert all(np.array_equal(a, b) for a, b in zip(*runs, strict=True))


def test_loss_curve_equals_pytorch():
    torch = pytest.importorskip("torch")
    tt.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 3))
    other = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3))
    for name, p in other.named_parameters():
        p.data = torch.tensor(model.state_dict()[name].numpy())
    trainer = Trainer(model, nn.CrossEntropyLoss(), Adam(model.parameters(), lr=0.01))
    optimizer = torch.optim.Adam(other.parameters(), lr=0.01)
    for _ in range(25):
        for x, y in blobs():
            mine, _ = trainer.train_step(x, y)
            optimizer.zero_grad()
            right = torch.nn.functional.cross_entropy(
                other(torch.tensor(x.numpy())), torch.tensor(y.numpy())
            )
            right.backward()
            optimizer.step()
            assert mine.item() == pytest.approx(right.item(), abs=1e-5)


def test_any_iterable_will_do():
    class Stream:
        def __iter__(self):
            return iter(blobs())

    trainer = make()
    history = trainer.fit(Stream(), epochs=2, validation=Stream(), progress=False)
    assert len(history.epochs) == 2
    lists = [list(pair) for pair in blobs()]
    assert trainer.evaluate(lists) == trainer.evaluate(Stream())


def test_evaluation_neither_trains_nor_records_nor_changes_modes():
    trainer = make()
    trainer.model[2].eval()  # frozen by the user
    before = weights(trainer)
    first, second = trainer.evaluate(blobs()), trainer.evaluate(blobs())
    assert first == second  # dropout is off
    assert trainer.model.training
    assert not trainer.model[2].training
    assert all(np.array_equal(a, b) for a, b in zip(before, weights(trainer), strict=True))
    assert all(p.grad is None for p in trainer.model.parameters())
    assert tt_autograd.is_grad_enabled()


def test_training_is_in_training_mode():
    trainer = make()
    modes = []

    def watch(output, target):
        modes.append(trainer.model.training)
        return 0.0

    trainer.metrics["mode"] = watch
    trainer.model.eval()
    trainer.fit(blobs()[:1], epochs=2, validation=blobs()[:1], progress=False)
    assert modes == [True, False, True, False]


def test_modes_come_back_after_an_error():
    trainer = make()
    with pytest.raises(TypeError, match="expected pairs"):
        trainer.evaluate([tt.ones(2, 2)])
    assert trainer.model.training
    assert tt_autograd.is_grad_enabled()


def test_averages_count_samples_not_batches():
    mean = Average()
    assert np.isnan(mean.value)
    mean.add(1.0, 3)
    mean.add(5.0, 1)
    assert mean.value == 2.0
    whole = blobs()
    x, y = (tt.cat([pair[i] for pair in whole]) for i in (0, 1))
    uneven = [(x[:100], y[:100]), (x[100:], y[100:])]
    trainer = make()
    once, twice = trainer.evaluate([(x, y)]), trainer.evaluate(uneven)
    assert once == pytest.approx(twice, rel=1e-6)


def test_predict_takes_batches_pairs_or_one_tensor():
    trainer = make()
    outputs = trainer.predict([x for x, _ in blobs()])
    assert outputs.shape == (120, 3)
    assert not outputs.requires_grad
    assert tt.equal(outputs, trainer.predict(blobs()))
    assert trainer.predict(blobs()[0][0]).shape == (30, 3)
    assert trainer.model.training


@pytest.mark.parametrize(("when", "expected"), [("epoch", 0.1 * 0.5**3), ("batch", 0.1 * 0.5**12)])
def test_schedules_step_per_epoch_or_batch(when, expected):
    tt.manual_seed(0)
    model = nn.Linear(2, 3)
    optimizer = SGD(model.parameters(), lr=0.1)
    schedule = StepLR(optimizer, 1, 0.5)
    trainer = Trainer(
        model, nn.CrossEntropyLoss(), optimizer, scheduler=schedule, step_scheduler=when
    )
    history = trainer.fit(blobs(), epochs=3, progress=False)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(expected)
    used = [0.1, 0.05, 0.025] if when == "epoch" else [0.1 / 16, 0.1 / 256, 0.1 / 4096]
    assert [record.lr for record in history.epochs] == pytest.approx(used)


def test_a_plateau_schedule_sees_the_validation_loss():
    trainer = make(lr=1e-12)
    schedule = ReduceLROnPlateau(trainer.optimizer, factor=0.5, patience=0, eps=0)
    trainer.scheduler = schedule
    history = trainer.fit(blobs(), epochs=3, validation=blobs(1), progress=False)
    assert schedule.best == history.column("loss", "validation")[0]
    assert trainer.optimizer.param_groups[0]["lr"] == pytest.approx(1e-12 / 4)


def test_a_loss_that_is_not_finite_stops_the_run_before_it_spoils_the_weights():
    trainer = make()
    bad = (tt.full((30, 2), float("nan")), blobs()[0][1])
    trainer.fit([*blobs()], epochs=1, progress=False)
    before = weights(trainer)
    with pytest.raises(FloatingPointError, match=r"epoch 2, batch 1: the loss is nan: the input"):
        trainer.fit([bad, *blobs()], epochs=1, progress=False)
    assert all(np.array_equal(a, b) for a, b in zip(before, weights(trainer), strict=True))
    with pytest.raises(FloatingPointError, match="the loss is nan"):
        trainer.evaluate([bad])
    assert len(trainer.history.epochs) == 1


def other_sgd():
    return SGD(nn.Linear(2, 2).parameters(), lr=0.1)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda t: t.fit([], epochs=1, progress=False), ValueError, "it gave no batch"),
        (lambda t: t.fit(iter(blobs()), 2, progress=False), ValueError, "used up"),
        (lambda t: t.fit(blobs(), epochs=-1), ValueError, "epochs must not be negative"),
        (lambda t: t.fit(blobs(), epochs=1.5), TypeError, "epochs: expected a whole number"),
        (lambda t: Trainer(len, t.loss, t.optimizer), TypeError, "model: expected a Module"),
        (lambda t: Trainer(t.model, 3, t.optimizer), TypeError, "loss: expected a function"),
        (
            lambda t: Trainer(t.model, nn.MSELoss, t.optimizer),
            TypeError,
            r"loss: expected .*; use MSELoss\(\)",
        ),
        (lambda t: Trainer(t.model, t.loss, "sgd"), TypeError, "optimizer: expected an Optimizer"),
        (
            lambda t: Trainer(nn.Linear(2, 2), t.loss, t.optimizer),
            ValueError,
            "optimizer: it has none of this model's parameters",
        ),
        (
            lambda t: Trainer(t.model, t.loss, t.optimizer, ema=EMA(nn.Linear(2, 2))),
            ValueError,
            "ema: it averages another model",
        ),
        (
            lambda t: Trainer(t.model, t.loss, t.optimizer, scheduler=StepLR(other_sgd(), 1)),
            ValueError,
            "scheduler: it is that of another optimizer",
        ),
        (
            lambda t: Trainer(t.model, t.loss, t.optimizer, metrics=[accuracy]),
            TypeError,
            "metrics: expected a dictionary",
        ),
        (
            lambda t: Trainer(t.model, lambda x, y: x, t.optimizer).fit(blobs(), 1, progress=False),
            TypeError,
            "a tensor of one number, but it gave shape",
        ),
        (
            lambda t: Trainer(t.model, lambda x, y: None, t.optimizer).evaluate(blobs()),
            TypeError,
            "it gave NoneType",
        ),
        (lambda t: t.fit([x for x, _ in blobs()], 1, progress=False), TypeError, "batch 1 is Ten"),
        (lambda t: t.evaluate([]), ValueError, "none to evaluate on"),
        (lambda t: t.predict([]), ValueError, "none to predict from"),
        (
            lambda t: Trainer(t.model, t.loss, t.optimizer, step_scheduler="step"),
            ValueError,
            "'epoch' or 'batch', not 'step'",
        ),
        (
            lambda t: Trainer(t.model, t.loss, t.optimizer, metrics={"loss": accuracy}),
            ValueError,
            "'loss' is taken",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call(make())


def test_accuracy_of_scores_and_of_yes_or_no():
    assert accuracy(tt.tensor([[0.2, 0.8], [0.9, 0.1]]), tt.tensor([1, 1])) == 0.5
    assert accuracy(tt.tensor([[2.0], [-1.0]]), tt.tensor([[1.0], [0.0]])) == 1.0
    assert accuracy(tt.tensor([2.0, -1.0]), tt.tensor([0, 0])) == 0.5
    assert np.isnan(accuracy(tt.ones(0, 3), tt.ones(0, dtype=tt.int64)))
    with pytest.raises(tt.ShapeError, match="do not fit"):
        accuracy(tt.ones(2, 3), tt.ones(3, 2))
    with pytest.raises(tt.ShapeError, match="2 outputs for 3 targets"):
        accuracy(tt.ones(2, 3), tt.ones(3))


def test_training_leaves_no_cycles_and_does_not_grow():
    trainer = make()
    batches = blobs() * 10
    trainer.fit(batches, epochs=2, validation=batches, progress=False)
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        objects = len(gc.get_objects())
        trainer.fit(batches, epochs=5, progress=False)
        before = tracemalloc.get_traced_memory()[0]
        trainer.fit(batches, epochs=25, validation=batches, progress=False)
        after = tracemalloc.get_traced_memory()[0]
        grown = len(gc.get_objects()) - objects
        assert gc.collect() == 0
    finally:
        tracemalloc.stop()
        gc.enable()
    assert after - before < 60_000, "1,000 steps: no more than the records of the epochs"
    assert grown < 200


def test_public_names():
    assert all(hasattr(tt_optim, name) for name in tt_optim.__all__)
