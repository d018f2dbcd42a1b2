"""The training loop: it learns, counts rightly, repeats itself and stops where it must."""

import numpy as np
import pytest

import tt_autograd
import tt_nn as nn
import tt_tensor as tt
from tt_optim import SGD, Adam, Average, History, StepLR, Trainer, accuracy


def blobs(seed=0, count=120):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count)
    centers = np.array([[2, 0], [-2, 1], [0, -2]])
    x = (centers[labels] + rng.standard_normal((count, 2)) * 0.4).astype("float32")
    return [(tt.tensor(x[i : i + 30]), tt.tensor(labels[i : i + 30])) for i in range(0, count, 30)]


def make(seed=0, lr=0.1):
    tt.manual_seed(seed)
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 3))
    return Trainer(
        model,
        nn.CrossEntropyLoss(),
        Adam(model.parameters(), lr=lr),
        metrics={"accuracy": accuracy},
    )


def test_it_learns_and_keeps_the_score(capsys):
    trainer = make()
    history = trainer.fit(blobs(0), epochs=15, validation=blobs(1))
    assert history.column("accuracy", "validation")[-1] > 0.95
    assert history.column("loss")[-1] < history.column("loss")[0] / 2
    assert [record.epoch for record in history.epochs] == list(range(1, 16))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 15
    assert "epoch  1/15" in lines[0]
    assert "validation: loss" in lines[0]


def test_same_seed_same_bits():
    runs = []
    for _ in range(2):
        trainer = make(seed=3)
        trainer.fit(blobs(), epochs=3, progress=False)
        runs.append([p.detach().numpy().copy() for p in trainer.model.parameters()])
    assert all(np.array_equal(a, b) for a, b in zip(*runs, strict=True))


def test_evaluation_neither_trains_nor_records_nor_changes_the_mode():
    trainer = make()
    before = [p.detach().clone() for p in trainer.model.parameters()]
    first, second = trainer.evaluate(blobs()), trainer.evaluate(blobs())
    assert first == second  # dropout is off
    assert trainer.model.training
    assert all(
        tt.equal(a, b.detach()) for a, b in zip(before, trainer.model.parameters(), strict=True)
    )
    assert tt_autograd.is_grad_enabled()


def test_averages_count_samples_not_batches():
    mean = Average()
    mean.add(1.0, 3)
    mean.add(5.0, 1)
    assert mean.value == 2.0


def test_predict_joins_batches():
    trainer = make()
    outputs = trainer.predict([x for x, _ in blobs()])
    assert outputs.shape == (120, 3)
    assert not outputs.requires_grad


def test_schedules_step_per_epoch_or_batch():
    for when, expected in (("epoch", 0.1 * 0.5**3), ("batch", 0.1 * 0.5**12)):
        tt.manual_seed(0)
        model = nn.Linear(2, 3)
        optimizer = SGD(model.parameters(), lr=0.1)
        trainer = Trainer(
            model,
            nn.CrossEntropyLoss(),
            optimizer,
            scheduler=StepLR(optimizer, 1, 0.5),
            step_scheduler=when,
        )
        trainer.fit(blobs(), epochs=3, progress=False)
        assert optimizer.param_groups[0]["lr"] == pytest.approx(expected)


def test_a_loss_that_is_not_finite_stops_the_run():
    model = nn.Linear(1, 1)
    trainer = Trainer(model, nn.MSELoss(), SGD(model.parameters(), lr=1e30))
    batches = [(tt.ones(1, 1), tt.zeros(1, 1))] * 10
    with (
        np.errstate(all="ignore"),
        pytest.raises(FloatingPointError, match="smaller learning rate"),
    ):
        trainer.fit(batches, epochs=1, progress=False)


def test_no_batches_is_an_error():
    with pytest.raises(ValueError, match="no batch"):
        make().fit([], epochs=1, progress=False)
    with pytest.raises(ValueError, match="nothing to evaluate"):
        make().evaluate([])


def test_history_travels_as_json(tmp_path):
    trainer = make()
    trainer.fit(blobs(), epochs=2, progress=False)
    trainer.history.save(tmp_path / "history.json")
    assert History.load(tmp_path / "history.json") == trainer.history
    (tmp_path / "broken.json").write_text("[{")
    with pytest.raises(ValueError, match="not a history"):
        History.load(tmp_path / "broken.json")


def test_accuracy_of_scores_and_of_yes_or_no():
    assert accuracy(tt.tensor([[0.2, 0.8], [0.9, 0.1]]), tt.tensor([1, 1])) == 0.5
    assert accuracy(tt.tensor([[2.0], [-1.0]]), tt.tensor([[1.0], [0.0]])) == 1.0
    with pytest.raises(tt.ShapeError, match="do not fit"):
        accuracy(tt.ones(2, 3), tt.ones(3, 2))
