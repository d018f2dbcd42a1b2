"""A training that was stopped at any step and gone on with is the one that never stopped, bit by bit."""

import math
from dataclasses import replace

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_optim import (
    EMA,
    SGD,
    Adam,
    Callback,
    CheckpointError,
    Checkpoints,
    EarlyStopping,
    F1Score,
    OneCycleLR,
    ReduceLROnPlateau,
    Trainer,
    accuracy,
    read_checkpoint,
    write_checkpoint,
)

RNG = np.random.default_rng(0)
X = RNG.standard_normal((50, 2)).astype("float32")
Y = (X[:, 0] * X[:, 1] > 0).astype("int64")
HELD_OUT = [(tt.tensor(X[i : i + 10]), tt.tensor(Y[i : i + 10])) for i in (0, 10)]


class Shuffled:
    """A new order for each loop, drawn from the default generator; 7 batches."""

    def __iter__(self):
        order = tt.randperm(50).numpy()
        return iter([(tt.tensor(X[rows]), tt.tensor(Y[rows])) for rows in np.split(order, SPLITS)])


SPLITS = [8, 16, 24, 32, 40, 48]


class Marked(nn.Module):
    """A model with a buffer that counts."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 12), nn.ReLU(), nn.Dropout(0.3), nn.Linear(12, 2))
        self.register_buffer("seen", tt.zeros(1))

    def forward(self, x):
        if self.training:
            self.seen += x.shape[0]
        return self.layers(x)


class Killed(BaseException):
    """Stands for whatever ends a program."""


class Kill(Callback):
    """Ends the program after so many steps of this run, when the step is on the disk."""

    def __init__(self, after):
        self.left = after

    def on_step_start(self, trainer):
        if self.left == 0:
            raise Killed
        self.left -= 1


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    """These programs end, but the machine stays on."""
    monkeypatch.setattr("os.fsync", lambda handle: None)


def build(folder, *callbacks, every=1, seed=0, **options):
    tt.manual_seed(seed)
    model = Marked()
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-3)
    settings = {
        "metrics": {"accuracy": accuracy, "f1": F1Score(2)},
        "scheduler": OneCycleLR(optimizer, 0.3, total_steps=21),
        "step_scheduler": "batch",
        "ema": EMA(model, decay=0.9),
        "callbacks": [EarlyStopping(patience=50), *callbacks],
        "checkpoints": Checkpoints(folder, every=every),
    }
    return Trainer(model, nn.CrossEntropyLoss(), optimizer, **(settings | options))


def everything(trainer):
    """All that must be equal: weights, memories, rates, averages, history, random numbers."""
    state = trainer.state_dict()
    state["history"] = [{**record, "seconds": 0} for record in state["history"]]
    state["place"] = {**state["place"], "run": "", "_seconds": 0, "_first": 0}
    state["next"] = tt.rand(4)
    return bits(state)


def bits(value):
    if isinstance(value, (tt.Tensor, np.ndarray)):
        array = np.asarray(value.numpy() if isinstance(value, tt.Tensor) else value)
        return array.dtype.str, array.shape, array.tobytes()
    if isinstance(value, dict):
        return {key: bits(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [bits(item) for item in value]
    return repr(value)


def run(trainer, batches=None, **options):
    return trainer.fit(
        batches or Shuffled(), 3, validation=HELD_OUT, progress=False, evaluate_every=5, **options
    )


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    trainer = build(tmp_path_factory.mktemp("whole"))
    run(trainer)
    return everything(trainer)


@pytest.mark.parametrize("after", range(1, 21))
def test_resuming_at_every_step_gives_the_same_bits(after, tmp_path, uninterrupted):
    with pytest.raises(Killed):
        run(build(tmp_path, Kill(after)))
    trainer = build(tmp_path, seed=99)  # whatever the new program draws before
    run(trainer, resume="auto")
    assert everything(trainer) == uninterrupted


def test_being_stopped_again_and_again(tmp_path, uninterrupted):
    programs = 0
    while True:
        trainer = build(tmp_path, Kill(4), every=3, seed=programs)
        programs += 1
        try:
            run(trainer, resume="auto")
            break
        except Killed:
            assert programs < 20
    assert programs > 4
    assert everything(trainer) == uninterrupted


def test_a_sloppy_resumption_would_be_noticed(tmp_path, uninterrupted):
    """The test above can fail: each part that is left out changes the outcome."""
    for part in ("random", "optimizer", "ema", "scheduler", "scores"):
        folder = tmp_path / part
        with pytest.raises(Killed):
            run(build(folder, Kill(9)))
        trainer = build(folder, seed=99)
        fresh = build(tmp_path / "other", seed=99).state_dict()[part]
        load = trainer.load_state_dict
        trainer.load_state_dict = lambda state, p=part, f=fresh, go=load: go({**state, p: f})
        run(trainer, resume="auto")
        assert everything(trainer) != uninterrupted, part


def test_a_finished_training_is_not_gone_on_with(tmp_path, uninterrupted):
    run(build(tmp_path))
    trainer = build(tmp_path, seed=5)
    history = run(trainer, resume="auto")
    assert len(history.epochs) == 3
    assert trainer.step == 21
    assert everything(trainer) == uninterrupted


def test_more_epochs_than_before(tmp_path):
    options = {"scheduler": None}
    run(build(tmp_path, **options))
    longer = build(tmp_path, **options)
    history = longer.fit(Shuffled(), 5, HELD_OUT, progress=False, evaluate_every=5, resume="auto")
    assert [record.epoch for record in history.epochs] == [1, 2, 3, 4, 5]
    outcome = everything(longer)
    whole = build(tmp_path / "whole", **options)
    whole.fit(Shuffled(), 5, HELD_OUT, progress=False, evaluate_every=5)
    assert outcome == everything(whole)


def test_a_second_fit_that_is_resumed_has_its_own_end(tmp_path):
    trainer = build(tmp_path, scheduler=None)
    trainer.fit(Shuffled(), 2, progress=False)
    trainer.callbacks.append(Kill(9))
    with pytest.raises(Killed):
        trainer.fit(Shuffled(), 3, progress=False)
    again = build(tmp_path, scheduler=None)
    history = again.fit(Shuffled(), 3, progress=False, resume="auto")
    assert [record.epoch for record in history.epochs] == [1, 2, 3, 4, 5]


def test_a_training_that_stopped_early_stays_stopped(tmp_path):
    def make():
        return build(tmp_path, callbacks=[EarlyStopping(patience=1, min_delta=10)])

    first = make()
    run(first)
    assert first.status == "stopped"
    again = make()
    run(again, resume="auto")
    assert (again.status, again.step) == ("stopped", first.step)
    assert again.stop_reason == first.stop_reason
    assert bits(again.model.state_dict()) == bits(first.model.state_dict())


def test_a_plateau_schedule_and_accumulation(tmp_path):
    def make(folder, *callbacks):
        tt.manual_seed(0)
        model = Marked()
        optimizer = Adam(model.parameters(), lr=0.05)
        return Trainer(
            model,
            nn.CrossEntropyLoss(),
            optimizer,
            scheduler=ReduceLROnPlateau(optimizer, patience=0, factor=0.5),
            accumulate=3,
            callbacks=callbacks,
            checkpoints=Checkpoints(folder, every=1),
        )

    whole = make(tmp_path / "whole")
    run(whole)
    outcome = everything(whole)
    assert whole.step == 9, "7 batches are 3 steps"
    for after in (2, 3, 4, 7):
        with pytest.raises(Killed):
            run(make(tmp_path / str(after), Kill(after)))
        trainer = make(tmp_path / str(after))
        run(trainer, resume="auto")
        assert everything(trainer) == outcome


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("own_generator", [False, True])
def test_a_loader_goes_on_in_the_middle_of_its_epoch(tmp_path, workers, own_generator):
    tt_data = pytest.importorskip("tt_data")

    def batches():
        return tt_data.DataLoader(
            tt_data.TensorDataset(tt.tensor(X), tt.tensor(Y)),
            batch_size=8,
            shuffle=True,
            num_workers=workers,
            generator=tt.Generator(3) if own_generator else None,
        )

    whole = build(tmp_path / "whole")
    run(whole, batches())
    outcome = everything(whole)
    for after in (3, 7, 8, 13) if not workers else (10,):
        folder = tmp_path / str(after)
        with pytest.raises(Killed):
            run(build(folder, Kill(after)), batches())
        trainer = build(folder, seed=1)
        run(trainer, batches(), resume="auto")
        assert everything(trainer) == outcome


def test_resuming_from_a_path(tmp_path, uninterrupted):
    with pytest.raises(Killed):
        run(build(tmp_path, Kill(11)))
    paths = Checkpoints(tmp_path).paths()
    assert [path.name for path in paths[-2:]] == [f"step-{i:08d}.safetensors" for i in (10, 11)]
    for source in (paths[-2], str(paths[-1]), tmp_path):
        trainer = build(tmp_path / "elsewhere" / str(id(source)))
        run(trainer, resume=source)
        assert everything(trainer) == uninterrupted


def test_auto_without_a_checkpoint_begins(tmp_path, uninterrupted):
    trainer = build(tmp_path)
    run(trainer, resume="auto")
    assert everything(trainer) == uninterrupted


def test_seconds_go_on(tmp_path):
    with pytest.raises(Killed):
        run(build(tmp_path, Kill(10)))
    trainer = build(tmp_path)
    run(trainer, resume="auto")
    assert all(0 < record.seconds < 60 for record in trainer.history.epochs)


@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        ("auto", ValueError, "give the Trainer checkpoints=Checkpoints"),
        ("nowhere", FileNotFoundError, "there is no file 'nowhere'"),
        (".", FileNotFoundError, "there is no checkpoint in '.'"),
    ],
)
def test_nothing_to_resume(source, error, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trainer = build(tmp_path, checkpoints=None)
    with pytest.raises(error, match=words):
        run(trainer, resume=source)


def other(kind):
    """A training that differs in one thing."""

    def make(folder):
        trainer = build(folder)
        if kind == "model":
            model = nn.Sequential(nn.Linear(2, 2))
            trainer.model, trainer.ema = model, EMA(model)
            trainer.optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
        elif kind == "shape":
            trainer.model.layers[0].weight = nn.Parameter(tt.zeros(13, 2))
        elif kind == "type":
            trainer.model.to(tt.float64)
        elif kind == "optimizer":
            trainer.optimizer = Adam(trainer.model.parameters())
        elif kind == "groups":
            parameters = list(trainer.model.parameters())
            groups = [{"params": parameters[:1]}, {"params": parameters[1:]}]
            trainer.optimizer = SGD(groups, lr=0.1, momentum=0.9)
        elif kind == "scheduler":
            trainer.scheduler = None
        elif kind == "ema":
            trainer.ema = None
        elif kind == "metrics":
            trainer = build(folder, metrics={})
        return trainer

    return make


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("model", r"does not fit the model, a Sequential: .*nothing was loaded:[^$]*missing"),
        ("shape", r"layers.0.weight: shape \(12, 2\) in the state, \(13, 2\) in the module"),
        ("type", "seen was saved as tt.float32, but here it is tt.float64"),
        ("optimizer", "the optimizer was a SGD, but here it is a Adam"),
        ("groups", "its groups have .* parameters, this optimizer's have"),
        ("scheduler", "only the checkpoint has the part 'scheduler'"),
        ("ema", "only the checkpoint has the part 'ema'"),
        ("metrics", "does not fit the metrics"),
    ],
)
def test_a_checkpoint_of_another_training_is_refused_and_nothing_is_loaded(kind, words, tmp_path):
    with pytest.raises(Killed):
        run(build(tmp_path, Kill(9)))
    trainer = other(kind)(tmp_path)
    tt.manual_seed(7)
    before = everything(trainer)
    tt.manual_seed(7)
    with pytest.raises(CheckpointError, match=words):
        run(trainer, resume="auto")
    assert everything(trainer) == before


def test_what_fails_last_undoes_what_was_loaded_first(tmp_path):
    with pytest.raises(Killed):
        run(build(tmp_path, Kill(9)))
    trainer = build(tmp_path, seed=4)
    tt.manual_seed(7)
    before = everything(trainer)
    tt.manual_seed(7)
    state = read_checkpoint(Checkpoints(tmp_path).paths()[-1])
    del state["place"]["step"]
    with pytest.raises(CheckpointError, match="does not fit the place in the training: 'step'"):
        trainer.load_state_dict(state)
    assert everything(trainer) == before


def test_a_folder_of_another_training_is_left_alone(tmp_path):
    run(build(tmp_path))
    content = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(FileExistsError, match=r"another training.*resume=\"auto\""):
        run(build(tmp_path))
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == content


def test_a_second_fit_of_the_same_training_uses_the_same_folder(tmp_path):
    trainer = build(tmp_path, scheduler=None)
    run(trainer)
    run(trainer)
    assert Checkpoints(tmp_path).paths()[-1].name == "step-00000042.safetensors"


def test_batches_of_another_kind_in_the_middle_of_an_epoch(tmp_path):
    class Placed(Shuffled):
        def state_dict(self):
            return {"place": 1}

        def load_state_dict(self, state):
            raise AssertionError

    with pytest.raises(Killed):
        run(build(tmp_path, Kill(5)))
    trainer = build(tmp_path)
    with pytest.raises(CheckpointError, match=r"batches of another kind than this Placed; resume"):
        run(trainer, Placed(), resume="auto")
    assert trainer.step == 0


def test_a_state_that_is_no_trainings(tmp_path):
    write_checkpoint(tmp_path / "x", {"weights": tt.ones(1)})
    with pytest.raises(CheckpointError, match="only this Trainer has the part 'ema'"):
        run(build(tmp_path), resume=tmp_path / "x")


def test_too_few_batches(tmp_path):
    with pytest.raises(Killed):
        run(build(tmp_path, Kill(5)))
    with pytest.raises(ValueError, match=r"5 batches of this epoch were done before.*only 2"):
        run(build(tmp_path), HELD_OUT, resume="auto")


def test_numbers_that_are_not_finite_travel(tmp_path):
    with pytest.raises(Killed):
        run(build(tmp_path, Kill(2)))
    state = read_checkpoint(Checkpoints(tmp_path).paths()[-1])
    assert state["callbacks"]["EarlyStopping"]["best"] == math.inf
    record = replace(run(build(tmp_path / "x")).epochs[0], lr=math.nan)
    assert math.isnan(record.lr)
