"""Ctrl-C: the training leaves in good order wherever it is, and can be gone on with."""

import signal
import threading

import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_optim import SGD, Callback, Checkpoints, EarlyStopping, Trainer, read_checkpoint

tt.manual_seed(0)
BATCHES = [(tt.randn(8, 3), tt.randn(8, 1)) for _ in range(4)]


def press():
    signal.raise_signal(signal.SIGINT)


class PressAt(Callback):
    """Presses Ctrl-C at the n-th event of a kind."""

    def __init__(self, event, count):
        self.left, self.heard = count, []
        setattr(self, event, self.hear)

    def hear(self, trainer, *news):
        self.left -= 1
        if self.left == 0:
            press()

    def on_interrupted(self, trainer):
        self.heard.append(f"interrupted at step {trainer.step}")

    def on_checkpoint_saved(self, trainer, path):
        self.heard.append(f"saved {path.name}")


def make(folder, *callbacks, at_evaluation=0):
    tt.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.5), nn.Linear(8, 1))
    count = [at_evaluation]

    def noise(output, target):  # counts the batches of evaluations
        if not model.training:
            count[0] -= 1
            if count[0] == 0:
                press()
        return tt.rand(1).item()

    return Trainer(
        model,
        nn.MSELoss(),
        SGD(model.parameters(), lr=0.05, momentum=0.9),
        metrics={"noise": noise},
        callbacks=[EarlyStopping(patience=50, restore_best=False), *callbacks],
        checkpoints=folder and Checkpoints(folder),
    )


def fit(trainer, **options):
    return trainer.fit(
        BATCHES, 3, BATCHES[:3], progress=False, evaluate_every=2, **options
    )  # 12 steps, 6 evaluations of 3 batches each


def outcome(trainer):
    records = [(r.train, r.validation, r.lr) for r in trainer.history.epochs]
    weights = {name: tensor.tolist() for name, tensor in trainer.model.state_dict().items()}
    stopping = trainer.callbacks[0]
    return records, weights, tt.rand(3).tolist(), stopping.best, stopping.waited


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    trainer = make(tmp_path_factory.mktemp("whole"))
    fit(trainer)
    return outcome(trainer)


@pytest.mark.parametrize("step", [1, 2, 4, 7, 12])
@pytest.mark.parametrize("event", ["on_step_start", "on_backward_end", "on_step_end"])
def test_in_a_step(event, step, tmp_path, capsys, uninterrupted):
    witness = PressAt(event, step)
    trainer = make(tmp_path, witness)
    with pytest.raises(KeyboardInterrupt):
        fit(trainer)
    assert trainer.status == "interrupted"
    assert trainer.step == step
    assert witness.heard[-2:] == [
        f"saved step-{step:08d}.safetensors",
        f"interrupted at step {step}",
    ]
    words = capsys.readouterr().err
    assert words.startswith(
        "\nCtrl-C: finishing this step, then saving. Press Ctrl-C again to stop"
    )
    assert f"step-{step:08d}.safetensors.\nTo go on as if nothing had happened" in words
    again = make(tmp_path)
    tt.manual_seed(99)
    fit(again, resume="auto")
    assert outcome(again) == uninterrupted


@pytest.mark.parametrize("batch", range(1, 19))
def test_in_an_evaluation(batch, tmp_path, capsys, uninterrupted):
    trainer = make(tmp_path, at_evaluation=batch)
    with pytest.raises(KeyboardInterrupt):
        fit(trainer)
    assert trainer.model.training
    again = make(tmp_path)
    fit(again, resume="auto")
    assert outcome(again) == uninterrupted


def test_an_evaluation_is_left_at_once(tmp_path, capsys):
    trainer = make(tmp_path, at_evaluation=1)
    evaluated = []
    trainer.model.register_forward_hook(
        lambda module, args, output: None if module.training else evaluated.append(1)
    )
    with pytest.raises(KeyboardInterrupt):
        fit(trainer)
    assert evaluated == [1], "not the other two batches"
    assert trainer.step == 2


def test_in_the_evaluation_after_an_epoch_with_a_loader_that_knows_its_place(tmp_path, capsys):
    tt_data = pytest.importorskip("tt_data")

    def run(trainer, **options):
        x, y = (tt.cat(parts) for parts in zip(*BATCHES, strict=True))
        loader = tt_data.DataLoader(tt_data.TensorDataset(x, y), 8, shuffle=True)
        trainer.fit(loader, 3, BATCHES[:3], progress=False, **options)

    whole = make(tmp_path / "whole")
    run(whole)
    expected = outcome(whole)
    for batch in (1, 5):  # in the evaluation after the first epoch, and after the second
        with pytest.raises(KeyboardInterrupt):
            run(make(tmp_path / str(batch), at_evaluation=batch))
        again = make(tmp_path / str(batch))
        run(again, resume="auto")
        assert outcome(again) == expected


def test_the_best_weights_are_for_the_end_not_for_a_pause(tmp_path, capsys):
    trainer = make(tmp_path, PressAt("on_step_end", 7))
    trainer.callbacks[0] = EarlyStopping("validation/noise", patience=50, min_delta=0.9)
    with pytest.raises(KeyboardInterrupt):
        fit(trainer)
    saved = read_checkpoint(trainer.checkpoints.paths()[-1])["model"]
    assert all(tt.equal(t, saved[name]) for name, t in trainer.model.state_dict().items())


def test_between_epochs(tmp_path, capsys, uninterrupted):
    with pytest.raises(KeyboardInterrupt):
        fit(make(tmp_path, PressAt("on_epoch_end", 1)))
    again = make(tmp_path)
    fit(again, resume="auto")
    assert outcome(again) == uninterrupted


def test_a_second_time_stops_at_once(tmp_path, capsys):
    trainer = make(tmp_path, PressAt("on_step_start", 2), PressAt("on_backward_end", 2))
    with pytest.raises(KeyboardInterrupt):
        fit(trainer)
    assert (trainer.step, trainer.status) == (1, "failed")
    assert "Stopped in" not in capsys.readouterr().err


def test_without_checkpoints(capsys):
    trainer = make(None, PressAt("on_step_start", 3))
    with pytest.raises(KeyboardInterrupt):
        fit(trainer)
    assert capsys.readouterr().err == (
        "\nCtrl-C: finishing this step, then stopping. Press Ctrl-C again to stop at once.\n"
        "Stopped in epoch 1 of 3, after batch 3 of 4. Nothing is saved: the Trainer has no "
        "checkpoints.\n"
    )
    assert trainer.evaluate(BATCHES)["loss"] > 0, "it can be used as before"


def test_the_handler_is_only_borrowed(tmp_path, capsys):
    handlers = []

    class Look(Callback):
        def on_step_end(self, trainer, step):
            handlers.append(signal.getsignal(signal.SIGINT))

    fit(make(None, Look()))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.default_int_handler not in handlers
    own = []
    signal.signal(signal.SIGINT, lambda *news: own.append(news))
    try:
        fit(make(None, PressAt("on_step_end", 2)))  # a program that has its own way keeps it
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert len(own) == 1


def test_in_another_thread_there_is_nothing_to_listen_to():
    done = []
    thread = threading.Thread(target=lambda: done.append(fit(make(None))))
    thread.start()
    thread.join()
    assert len(done[0].epochs) == 3


def test_batches_are_let_go_at_once():
    closed = []

    class Batches:
        def __iter__(self):
            try:
                yield from BATCHES
            finally:
                closed.append(True)

    class Fail(Callback):
        def on_step_end(self, trainer, step):
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more") as error:
        make(None, Fail()).fit(Batches(), 1, progress=False)
    assert closed == [True], "while the error and all that it holds is still alive"
    assert error.value.__traceback__ is not None
