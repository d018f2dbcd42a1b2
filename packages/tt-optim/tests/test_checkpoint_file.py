"""The file of a checkpoint: every bit comes back, every damage is noticed, and what is kept."""

import json
import math

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_optim import (
    SGD,
    Callback,
    CheckpointError,
    Checkpoints,
    DamagedCheckpoint,
    Trainer,
    read_checkpoint,
    write_checkpoint,
)

STATE = {
    "empty": {},
    "nothing": None,
    "numbers": [1, -(2**127), 0.1, 1e-320, True],
    "odd": (math.inf, -math.inf),
    "keys": {0: "zero", 1.5: "half", (1, "a"): "tuple"},
    "$dollar": {"$tuple": [1]},
    "text": "naïve \u2028 ☃ \0",
    "tensors": [tt.tensor([0.1, 0.2], dtype=tt.float64), tt.tensor(7), tt.zeros(0, 3)],
    "a/b": tt.tensor([1], dtype=tt.int8),
    "a": {"b": tt.tensor([True, False])},
    "array": np.asarray(0.1),
    "rows": np.arange(12, dtype=np.int16).reshape(3, 4)[:, ::2],
    "half": tt.tensor([0.5], dtype=tt.float16),
}


def same(a, b):
    if isinstance(a, tt.Tensor):
        return isinstance(b, tt.Tensor) and same(a.numpy(), b.numpy())
    if isinstance(a, np.ndarray):
        same_form = isinstance(b, np.ndarray) and a.dtype == b.dtype and a.shape == b.shape
        return same_form and a.tobytes() == b.tobytes()
    if isinstance(a, dict):
        keys = list(a) == list(b)
        return type(b) is dict and keys and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and all(same(*pair) for pair in zip(a, b, strict=True))
    return type(a) is type(b) and a == b


def test_every_bit_and_every_type_comes_back(tmp_path):
    write_checkpoint(tmp_path / "x", STATE)
    assert same(read_checkpoint(tmp_path / "x"), STATE)
    write_checkpoint(tmp_path / "nan", {"x": math.nan, "y": np.float32(0.1)})
    back = read_checkpoint(tmp_path / "nan")
    assert math.isnan(back["x"])
    assert back["y"] == float(np.float32(0.1))


def test_other_programs_can_read_the_weights(tmp_path):
    write_checkpoint(tmp_path / "x", {"model": {"weight": tt.ones(2)}, "step": 3})
    assert nn.load(tmp_path / "x")["model/weight"].tolist() == [1, 1]
    assert json.loads(nn.load_metadata(tmp_path / "x")["state"])["step"] == 3


def test_what_cannot_be_saved_is_named(tmp_path):
    with pytest.raises(TypeError, match=r"^model/layers/1: a object <object.* cannot be saved"):
        write_checkpoint(tmp_path / "x", {"model": {"layers": [1, object()]}})
    assert not list(tmp_path.iterdir())


def small(path):
    write_checkpoint(path, {"weight": tt.arange(5), "step": 3}, {"score": 0.5})
    return path.read_bytes()


def test_truncated_anywhere(tmp_path):
    path = tmp_path / "x"
    content = small(path)
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(DamagedCheckpoint, match=r"is damaged.*use an earlier checkpoint"):
            read_checkpoint(path)


def test_a_bit_that_flipped_anywhere(tmp_path):
    path = tmp_path / "x"
    content = small(path)
    right = read_checkpoint(path)
    harmless = 0
    for place in range(len(content)):
        for bit in (0, 5):
            damaged = bytearray(content)
            damaged[place] ^= 1 << bit
            path.write_bytes(damaged)
            try:
                state = read_checkpoint(path)
            except CheckpointError:
                continue
            harmless += 1  # a space in the header has become another, for example
            assert same(state, right)
    assert harmless < len(content) / 50


def test_another_kind_of_file(tmp_path):
    path = tmp_path / "weights.safetensors"
    nn.save({"w": tt.ones(1)}, path)
    with pytest.raises(
        CheckpointError, match="no checkpoint of a training; if it has only weights"
    ):
        read_checkpoint(path)
    with pytest.raises(FileNotFoundError):
        read_checkpoint(tmp_path / "none")


def test_a_newer_version(tmp_path, monkeypatch):
    monkeypatch.setattr("tt_optim.trainer.checkpoint.file.VERSION", 2)
    small(tmp_path / "x")
    monkeypatch.undo()
    with pytest.raises(CheckpointError, match="has version 2 of the format, this tt-optim reads"):
        read_checkpoint(tmp_path / "x")


# ---- the folder ---------------------------------------------------------------------------------


def train(folder, losses, **options):
    """A training whose validation loss is what the test wants."""
    given = iter(losses)
    model = nn.Linear(1, 1)
    trainer = Trainer(
        model,
        nn.MSELoss(),
        SGD(model.parameters(), lr=0.01),
        metrics={"wanted": lambda output, target: 0.0 if model.training else next(given)},
        checkpoints=Checkpoints(folder, monitor="validation/wanted", **options),
    )
    batch = [(tt.ones(1, 1), tt.ones(1, 1))]
    trainer.fit(batch * 2, len(losses), validation=batch, progress=False)
    return trainer


def epochs(folder):
    return [int(path.stem.split("-")[1]) // 2 for path in Checkpoints(folder).paths()]


@pytest.mark.parametrize(
    ("options", "kept", "best"),
    [
        ({"keep_last": 1, "keep_best": 0}, [6], None),
        ({}, [2, 5, 6], 2),
        ({"keep_last": 2, "keep_best": 2}, [2, 4, 5, 6], 2),
        ({"keep_last": 1, "mode": "max"}, [1, 6], 1),
        ({"keep_last": 10}, [1, 2, 3, 4, 5, 6], 2),
    ],
)
def test_the_last_and_the_best_are_kept(options, kept, best, tmp_path):
    train(tmp_path, [5.0, 1.0, math.nan, 2.0, 3.0, 4.0], **options)
    assert epochs(tmp_path) == kept
    if best:
        mode = options.get("mode", "min")
        found = Checkpoints(tmp_path, monitor="validation/wanted", mode=mode).best()
        assert found.name == f"step-{2 * best:08d}.safetensors"


def test_an_evaluation_within_an_epoch_that_is_the_best_is_saved(tmp_path):
    saved = []

    class Listener(Callback):
        def on_checkpoint_saved(self, trainer, path):
            saved.append((trainer.step, path.name))

    given = iter([3.0, 2.0, 2.5, 9.0])
    model = nn.Linear(1, 1)
    trainer = Trainer(
        model,
        nn.MSELoss(),
        SGD(model.parameters(), lr=0.01),
        metrics={"wanted": lambda output, target: 0.0 if model.training else next(given)},
        callbacks=[Listener()],
        checkpoints=Checkpoints(tmp_path, monitor="validation/wanted"),
    )
    batch = [(tt.ones(1, 1), tt.ones(1, 1))]
    trainer.fit(batch * 7, 1, validation=batch, progress=False, evaluate_every=2)
    assert [step for step, _ in saved] == [2, 4, 7]
    assert saved[1] == (4, "step-00000004.safetensors")
    assert trainer.checkpoints.best().name == "step-00000004.safetensors"


def test_a_damaged_newest_checkpoint_is_passed_over_with_a_warning(tmp_path):
    trainer = train(tmp_path, [1.0, 2.0, 3.0])
    newest = Checkpoints(tmp_path).paths()[-1]
    newest.write_bytes(newest.read_bytes()[:-1])
    with pytest.warns(
        UserWarning, match=r"step-00000006.*is damaged.*going back to the one before"
    ):
        state = trainer.checkpoints.newest()
    assert state["place"]["step"] == 4
    for path in Checkpoints(tmp_path).paths():
        path.write_bytes(b"")
    with pytest.warns(UserWarning, match="is damaged"), pytest.raises(DamagedCheckpoint):
        trainer.checkpoints.newest()


def test_the_best_weights_can_be_taken_back(tmp_path):
    trainer = train(tmp_path, [2.0, 1.0, 3.0])
    last = trainer.model.weight.item()
    trainer.load_state_dict(read_checkpoint(trainer.checkpoints.best()))
    assert trainer.step == 4
    assert trainer.model.weight.item() != last


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"every": 0}, "every must be at least 1 step"),
        ({"keep_last": 0}, "keep_last must be at least 1"),
        ({"keep_best": -1}, "keep_best at least 0"),
        ({"mode": "less"}, "mode must be 'min' or 'max', not 'less'"),
    ],
)
def test_options_are_checked(options, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        Checkpoints(tmp_path, **options)


def test_spoiled_weights_are_not_saved(tmp_path):
    model = nn.Linear(1, 1, bias=False)
    model.weight.data.fill_(1.0)
    slopes = iter([1.0, 1.0, math.nan])

    class Spoil(Callback):
        def on_backward_end(self, trainer):
            model.weight.grad = tt.full((1, 1), next(slopes))

    trainer = Trainer(
        model,
        nn.MSELoss(),
        SGD(model.parameters(), lr=0.1),
        callbacks=[Spoil()],
        checkpoints=Checkpoints(tmp_path, every=1, keep_last=1),
    )
    with pytest.raises(FloatingPointError, match="'weight' is not finite since the last step"):
        trainer.fit([(tt.ones(1, 1), tt.ones(1, 1))] * 5, 1, progress=False)
    (path,) = Checkpoints(tmp_path).paths()
    assert read_checkpoint(path)["model"]["weight"].item() == pytest.approx(0.8)


def test_a_number_that_does_not_exist(tmp_path):
    trainer = train(tmp_path, [1.0])
    trainer.checkpoints = Checkpoints(tmp_path, monitor="validation/f2")
    batch = [(tt.ones(1, 1), tt.ones(1, 1))]
    trainer.metrics = {}
    with pytest.raises(KeyError, match="there is no 'validation/f2'; there are train/loss"):
        trainer.fit(batch, 1, validation=batch, progress=False)
