"""Callbacks: every event at its time, in order, with what the trainer tells then."""

import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_optim import SGD, Callback, EpochRecord, StepRecord, Trainer

BATCHES = [(tt.ones(4, 2), tt.ones(4, 1)), (tt.zeros(2, 2), tt.ones(2, 1))]


class Witness(Callback):
    """Writes down every event, with its news."""

    def __init__(self):
        self.heard, self.news = [], []

    def __getattribute__(self, name):
        if not name.startswith("on_"):
            return super().__getattribute__(name)

        def hear(trainer, *news):
            self.heard.append(name.removeprefix("on_"))
            self.news.append(news)

        return hear


def make(*callbacks, **options):
    tt.manual_seed(0)
    model = nn.Linear(2, 1)
    optimizer = SGD(model.parameters(), lr=0.1)
    return Trainer(model, nn.MSELoss(), optimizer, callbacks=callbacks, **options)


STEP = ["step_start", "backward_end", "step_end"]


def test_the_order_of_events():
    witness = Witness()
    make(witness).fit(BATCHES, 2, validation=BATCHES, progress=False)
    epoch = ["epoch_start", *STEP, *STEP, "evaluation_end", "epoch_end"]
    assert witness.heard == ["fit_start", *epoch, *epoch, "fit_end"]


def test_what_the_events_tell():
    witness = Witness()
    trainer = make(witness)
    trainer.fit(BATCHES, 1, validation={"a": BATCHES, "b": BATCHES[:1]}, progress=False)
    news = dict(zip(witness.heard, witness.news, strict=True))
    (step,) = news["step_end"]
    assert isinstance(step, StepRecord)
    assert (step.lr, step.batch_size, step.grad_norm) == (0.1, 2, None)
    assert step.loss > 0
    name, numbers = news["evaluation_end"]
    assert (name, numbers) == ("b", {"loss": trainer.latest["b/loss"]})
    (record,) = news["epoch_end"]
    assert record is trainer.history.epochs[-1]
    assert record.validation == {
        "a/loss": trainer.latest["a/loss"],
        "b/loss": trainer.latest["b/loss"],
    }


def test_an_error_is_told_before_the_end():
    witness = Witness()
    trainer = make(witness)
    with pytest.raises(TypeError, match="expected pairs"):
        trainer.fit([*BATCHES, tt.ones(2)], 1, progress=False)
    assert witness.heard[-2:] == ["exception", "fit_end"]
    assert isinstance(witness.news[-2][0], TypeError)
    assert trainer.status == "failed"


def test_where_the_training_is():
    places = []

    class Places(Callback):
        def on_step_end(self, trainer, step):
            places.append((trainer.epoch, trainer.batch, trainer.batches, trainer.step))

    trainer = make(Places())
    trainer.fit(BATCHES, 2, progress=False)
    trainer.fit(iter(BATCHES), 1, progress=False)
    assert places == [
        (1, 1, 2, 1),
        (1, 2, 2, 2),
        (2, 1, 2, 3),
        (2, 2, 2, 4),
        (3, 1, None, 5),
        (3, 2, None, 6),
    ]
    assert (trainer.epochs, trainer.status) == (3, "finished")


def test_a_callback_can_end_the_training_in_the_middle_of_an_epoch():
    class Enough(Callback):
        def on_step_end(self, trainer, step):
            if trainer.step == 3:
                trainer.stop("enough")

    trainer = make(Enough())
    history = trainer.fit(BATCHES, 5, validation=BATCHES, progress=False)
    assert len(history.epochs) == 2
    assert (trainer.step, trainer.status, trainer.stop_reason) == (3, "stopped", "enough")
    assert isinstance(history.epochs[-1], EpochRecord)


def test_outside_of_fit_nobody_is_told():
    witness = Witness()
    trainer = make(witness)
    trainer.train_step(*BATCHES[0])
    trainer.evaluate(BATCHES)
    assert witness.heard == []


def test_evaluation_during_an_epoch():
    witness = Witness()
    trainer = make(witness)
    trainer.fit(BATCHES * 3, 1, validation=BATCHES, progress=False, evaluate_every=2)
    rhythm = [*STEP, *STEP, "evaluation_end"]
    assert witness.heard[2:] == [*rhythm, *rhythm, *rhythm, "epoch_end", "fit_end"]
    losses = [news[1]["loss"] for news, name in _of(witness, "evaluation_end")]
    assert losses[0] > losses[1] > losses[2] == trainer.history.column("loss", "validation")[-1]


def _of(witness, event):
    return [(n, h) for n, h in zip(witness.news, witness.heard, strict=True) if h == event]


def test_evaluation_leaves_no_trace_in_the_training():
    def run(**options):
        tt.manual_seed(0)
        model = nn.Sequential(nn.Linear(2, 8), nn.Dropout(0.5), nn.Linear(8, 1))
        trainer = Trainer(model, nn.MSELoss(), SGD(model.parameters(), lr=0.1))
        trainer.metrics["noise"] = lambda output, target: tt.rand(1).item()
        trainer.fit(BATCHES * 3, 2, progress=False, **options)
        return [p.tolist() for p in model.parameters()]

    assert run() == run(validation=BATCHES) == run(validation=BATCHES, evaluate_every=1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"evaluate_every": 0}, "evaluate_every must be at least 1"),
        ({"validation": {"train": BATCHES}}, "'train' is the training's own name"),
    ],
)
def test_what_fit_refuses(options, words):
    with pytest.raises(ValueError, match=words):
        make().fit(BATCHES, 1, progress=False, **options)
