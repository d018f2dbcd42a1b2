"""Loggers: the right numbers in console, files and TensorBoard, also after crashes and resuming."""

import csv
import io
import json
import math
import os
import re

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_optim import (
    SGD,
    Callback,
    Checkpoints,
    ConsoleLogger,
    CSVLogger,
    History,
    JSONLinesLogger,
    Recall,
    TensorBoardLogger,
    Trainer,
    accuracy,
)

FILES = {"csv": CSVLogger, "jsonl": JSONLinesLogger}


def batches(seed=0, sizes=(8, 8, 5)):
    rng = np.random.default_rng(seed)
    return [
        (tt.tensor(rng.standard_normal((n, 2)).astype("float32")), tt.tensor(rng.integers(0, 3, n)))
        for n in sizes
    ]


def make(*callbacks, **options):
    tt.manual_seed(0)
    model = nn.Linear(2, 3)
    options = {"metrics": {"accuracy": accuracy}} | options
    optimizer = SGD(model.parameters(), lr=0.1)
    return Trainer(model, nn.CrossEntropyLoss(), optimizer, callbacks=callbacks, **options)


def fit(trainer, epochs=2, **options):
    return trainer.fit(batches(), epochs, validation=batches(1), progress=False, **options)


def continued(other, epochs, *callbacks):
    """A trainer in the state that ``other`` had after so many epochs, as from a checkpoint."""
    trainer = make(*callbacks)
    fit(trainer_without := make(), epochs)
    trainer.model.load_state_dict(trainer_without.model.state_dict())
    trainer.history = History(other.history.epochs[:epochs])
    trainer.step = 3 * epochs
    return trainer


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def objects(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def without_times(rows):
    return [{name: v for name, v in row.items() if name != "seconds"} for row in rows]


# ---- files --------------------------------------------------------------------------------------


def test_a_table_of_epochs(tmp_path):
    path = tmp_path / "new" / "folder" / "epochs.csv"
    history = fit(make(CSVLogger(path)), 3)
    rows = table(path)
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert [row["step"] for row in rows] == ["3", "6", "9"]
    for row, record in zip(rows, history.epochs, strict=True):
        assert float(row["train/loss"]) == record.train["loss"], "not a digit is lost"
        assert float(row["validation/accuracy"]) == record.validation["accuracy"]
        assert float(row["lr"]) == record.lr
        assert float(row["seconds"]) == record.seconds


def test_a_table_of_steps(tmp_path):
    seen = []

    class Watch(Callback):
        def on_step_end(self, trainer, step):
            seen.append(step)

    fit(make(CSVLogger(tmp_path / "steps.csv", every=2), Watch(), clip_norm=1.0))
    rows = table(tmp_path / "steps.csv")
    assert [(row["epoch"], row["step"]) for row in rows] == [("1", "2"), ("2", "4"), ("2", "6")]
    for row, step in zip(rows, seen[1::2], strict=True):
        assert float(row["loss"]) == step.loss
        assert float(row["grad_norm"]) == step.grad_norm
        assert int(row["batch_size"]) == step.batch_size


def test_lines_of_json(tmp_path):
    path = tmp_path / "log.jsonl"
    history = fit(make(JSONLinesLogger(path, every=3)), 2, evaluate_every=2)
    rows = objects(path)
    order = [(row["kind"], row["epoch"], row["step"]) for row in rows]
    assert order == [
        ("evaluation", 1, 2), ("step", 1, 3), ("epoch", 1, 3),
        ("evaluation", 2, 4), ("step", 2, 6), ("epoch", 2, 6),
    ]  # fmt: skip
    assert rows[2]["train/loss"] == history.epochs[0].train["loss"]
    assert rows[5]["validation/loss"] == history.epochs[1].validation["loss"]
    assert set(rows[0]) == {"kind", "epoch", "step", "validation/loss", "validation/accuracy"}


def test_several_validation_sets_have_their_names(tmp_path):
    trainer = make(CSVLogger(tmp_path / "a.csv"), metrics={"recall": Recall(3, None)})
    trainer.fit(batches(), 1, {"clean": batches(1), "noisy": batches(2)}, progress=False)
    (row,) = table(tmp_path / "a.csv")
    names = [f"{s}/{n}" for s in ("clean", "noisy") for n in ("loss", "recall/0", "recall/2")]
    assert set(names) <= set(row)


@pytest.mark.parametrize("kind", FILES)
def test_resuming_drops_what_comes_again(kind, tmp_path):
    whole, path = tmp_path / "whole", tmp_path / "resumed"
    complete = make(FILES[kind](whole, every=1), FILES[kind](tmp_path / "epochs"))
    fit(complete, 4)
    first = make(FILES[kind](path, every=1), FILES[kind](tmp_path / "epochs resumed"))
    fit(first, 3)  # killed after three epochs; the newest checkpoint is of the first
    again = [FILES[kind](path, every=1), FILES[kind](tmp_path / "epochs resumed")]
    fit(continued(complete, 1, *again), 3)
    read = table if kind == "csv" else objects
    assert without_times(read(path)) == without_times(read(whole))
    assert without_times(read(tmp_path / "epochs resumed")) == without_times(
        read(tmp_path / "epochs")
    )
    assert len(read(whole)) == (12 if kind == "csv" else 16)


@pytest.mark.parametrize("kind", FILES)
def test_an_epoch_that_was_not_yet_in_the_checkpoint_is_not_there_twice(kind, tmp_path):
    # the checkpoint is of the epoch's last step, the kill came after the epoch's row
    path = tmp_path / "log"
    fit(make(FILES[kind](path)), 1)
    trainer = make(FILES[kind](path))
    trainer.step = 3
    trainer.callbacks[0].on_fit_start(trainer)
    assert (table if kind == "csv" else objects)(path) == []


@pytest.mark.parametrize("kind", FILES)
def test_a_second_fit_continues_and_a_new_training_begins_anew(kind, tmp_path):
    path = tmp_path / "log"
    read = table if kind == "csv" else objects
    trainer = make(FILES[kind](path))
    fit(trainer, 2)
    fit(trainer, 1)
    assert [int(row["epoch"]) for row in read(path)] == [1, 2, 3]
    fit(make(FILES[kind](path)), 1)
    assert [int(row["epoch"]) for row in read(path)] == [1]


def test_new_columns_find_room(tmp_path):
    path = tmp_path / "log.csv"
    trainer = make(CSVLogger(path))
    trainer.fit(batches(), 1, progress=False)
    fit(trainer, 1)
    trainer.fit(batches(), 1, progress=False)
    rows = table(path)
    assert [row["validation/loss"] != "" for row in rows] == [False, True, False]
    assert all(row["train/loss"] for row in rows)


@pytest.mark.parametrize("kind", FILES)
def test_every_row_is_there_while_the_training_runs(kind, tmp_path):
    path = tmp_path / "log"
    lengths = []

    class Look(Callback):
        def on_epoch_end(self, trainer, record):
            lengths.append(len((table if kind == "csv" else objects)(path)))

    fit(make(FILES[kind](path), Look()), 3)
    assert lengths == [1, 2, 3]


@pytest.mark.parametrize("kind", FILES)
def test_a_line_that_was_cut_short_is_dropped(kind, tmp_path):
    path = tmp_path / "log"
    trainer = make(FILES[kind](path))
    fit(trainer, 2)
    whole = path.read_bytes()
    for size in range(0, len(whole), 5):
        path.write_bytes(whole[:size])
        trainer.callbacks[0].on_fit_start(trainer)
        lines = whole[:size].count(b"\n")
        kept = path.read_bytes()
        header_only = kind == "csv" and lines == 1
        assert kept == (b"" if header_only else b"".join(whole.splitlines(True)[:lines]))


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(
    "content",
    [b"a,b\n1,2\n", b"3\n", b"\xff\xfe\n", b'{"a": 1}\n', b"epoch,step\n1\n", b"epoch,step\nx,y\n"],
)
def test_files_that_are_no_logs_are_left_alone(kind, content, tmp_path):
    path = tmp_path / "notes"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"notes is not a log.*intact"):
        fit(make(FILES[kind](path)))
    assert path.read_bytes() == content
    assert os.listdir(tmp_path) == ["notes"]


def test_numbers_that_json_does_not_have(tmp_path):
    values = {"nan": math.nan, "up": math.inf, "down": -math.inf}
    metrics = {name: lambda output, target, v=v: v for name, v in values.items()}
    loggers = JSONLinesLogger(tmp_path / "log.jsonl"), CSVLogger(tmp_path / "log.csv")
    fit(make(*loggers, metrics=metrics), 1)

    def refuse(name):
        raise AssertionError(name)

    line = json.loads((tmp_path / "log.jsonl").read_text(), parse_constant=refuse)
    (row,) = table(tmp_path / "log.csv")
    for found in (line, row):
        texts = [found[f"train/{name}"] for name in values]
        assert texts == ["nan", "inf", "-inf"] or texts[1:] == ["nan", "nan"], texts


def test_a_full_disk_is_told(tmp_path, monkeypatch):
    trainer = make(CSVLogger(tmp_path / "log.csv"))
    monkeypatch.setattr(os, "write", lambda handle, data: len(data) - 1)
    with pytest.raises(OSError, match="is the disk full"):
        fit(trainer, 1)


@pytest.mark.parametrize("kind", [CSVLogger, JSONLinesLogger, TensorBoardLogger])
def test_every_must_be_positive(kind, tmp_path):
    with pytest.raises(ValueError, match="at least 1 step, it is 0"):
        kind(tmp_path / "log", every=0)


class Killed(BaseException):
    """Stands for whatever ends a program."""


class Kill(Callback):
    """Ends the program at the n-th call of one of the events."""

    def __init__(self, event, count):
        self.left = count
        setattr(self, f"on_{event}", self.strike)

    def strike(self, *news):
        self.left -= 1
        if self.left == 0:
            raise Killed


EVENTS = ("step_start", "step_end", "evaluation_end", "epoch_end", "checkpoint_saved")


@pytest.mark.parametrize("saved_every", [1, 2, None])
@pytest.mark.parametrize("event", EVENTS)
def test_killed_anywhere_and_resumed_the_logs_are_those_of_the_whole_run(
    event, saved_every, tmp_path, monkeypatch
):
    monkeypatch.setattr("os.fsync", lambda handle: None)  # the machine stays on

    def program(folder, *kill, **options):
        loggers = [
            JSONLinesLogger(folder / "log", every=2),
            CSVLogger(folder / "epochs"),
            CSVLogger(folder / "steps", every=1),
        ]
        saved = Checkpoints(folder / "saved", every=saved_every)
        fit(make(*loggers, *kill, checkpoints=saved), 3, evaluate_every=2, **options)
        tables = without_times(table(folder / "epochs")), table(folder / "steps")
        return without_times(objects(folder / "log")), *tables

    whole = program(tmp_path / "whole")
    assert len(whole[0]) == 4 + 3 + 3  # steps, epochs, evaluations within epochs
    for count in range(1, 10):
        folder = tmp_path / str(count)
        try:
            program(folder, Kill(event, count))
        except Killed:
            assert program(folder, resume="auto") == whole, count
        else:
            assert count > 3, "the event came at least once per epoch"
            break


def test_an_evaluation_is_not_lost_when_the_training_fails(tmp_path):
    class Fail(Callback):
        def on_step_end(self, trainer, step):
            if trainer.step == 3:
                raise RuntimeError

    trainer = make(JSONLinesLogger(tmp_path / "log"), Fail())
    with pytest.raises(RuntimeError):
        fit(trainer, evaluate_every=2)
    (row,) = objects(tmp_path / "log")
    assert (row["kind"], row["step"]) == ("evaluation", 2)


# ---- console ------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_plain_lines():
    stream = io.StringIO()
    fit(make(ConsoleLogger(every=2, stream=stream)), 2)
    number = r"\d\.\d{4}"
    step = rf"epoch \d/2 \| batch \d/3 \| loss {number} \| lr 0\.1 \| [\d,]+ samples/s"
    numbers = rf"loss {number}  accuracy {number}"
    epoch = rf"epoch \d/2 \| train: {numbers} \| validation: {numbers} \| lr 0\.1 \| \d\.\d s"
    lines = stream.getvalue().splitlines()
    patterns = [step, epoch, step, step, epoch]
    assert len(lines) == len(patterns)
    for line, pattern in zip(lines, patterns, strict=True):
        assert re.fullmatch(pattern, line), line
    assert lines[0].startswith("epoch 1/2 | batch 2/3")


def test_evaluations_within_an_epoch_have_a_line():
    stream = io.StringIO()
    fit(make(ConsoleLogger(stream=stream)), 1, evaluate_every=2)
    first, _ = stream.getvalue().splitlines()
    assert re.fullmatch(r"epoch 1/1 \| step 2 \| validation: loss \S+  accuracy \S+", first)


def test_in_a_terminal_steps_overwrite_one_another():
    terminal = Terminal()
    fit(make(ConsoleLogger(every=1, stream=terminal)), 2)
    lines = terminal.getvalue().split("\n")
    assert len(lines) == 3
    assert lines[2] == ""
    for line in lines[:2]:
        shown = line.split("\r")
        assert len(shown) == 4, "three steps and the epoch that takes their place"
        assert "validation" in shown[3]
        assert len(shown[3]) >= len(shown[2])


def test_a_shorter_line_leaves_nothing_of_the_longer_one():
    terminal = Terminal()
    logger = ConsoleLogger(stream=terminal)
    logger._print("a long line", stays=False)
    logger._print("short")
    assert terminal.getvalue() == "a long line\rshort      \n"


def test_the_reason_for_stopping(capsys):
    class Stop(Callback):
        def on_epoch_end(self, trainer, record):
            trainer.stop("it is good enough")

    fit(make(ConsoleLogger(), Stop()), 5)
    assert capsys.readouterr().out.splitlines()[-1] == "stopped in epoch 1: it is good enough"


# ---- TensorBoard --------------------------------------------------------------------------------


def scalars(folder):
    """All numbers as TensorBoard itself reads them: by name, a list of (step, value)."""
    accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator"
    ).EventAccumulator(str(folder))
    accumulator.Reload()
    return {
        tag: [(event.step, event.value) for event in accumulator.Scalars(tag)]
        for tag in accumulator.Tags()["scalars"]
    }


@pytest.fixture
def runs(tmp_path):
    pytest.importorskip("tensorboard")
    return tmp_path / "runs" / "first"


def test_tensorboard_reads_the_numbers(runs):
    history = fit(make(TensorBoardLogger(runs, every=2)), 2, evaluate_every=2)
    found = scalars(runs)
    losses = [record.train["loss"] for record in history.epochs]
    assert found["train/loss"] == list(zip([3, 6], np.float32(losses), strict=True))
    assert [step for step, _ in found["validation/accuracy"]] == [2, 3, 4, 6]
    assert [step for step, _ in found["step/loss"]] == [2, 4, 6]
    assert found["lr"] == [(3, np.float32(0.1)), (6, np.float32(0.1))]
    assert found["step/batch_size"] == [(2, 8), (4, 8), (6, 5)]


def test_tensorboard_forgets_what_comes_again(runs, tmp_path):
    complete = make(TensorBoardLogger(tmp_path / "whole", every=1))
    fit(complete, 4)
    fit(make(TensorBoardLogger(runs, every=1)), 3)
    fit(continued(complete, 1, TensorBoardLogger(runs, every=1)), 3)
    assert len(os.listdir(runs)) == 2
    found, right = scalars(runs), scalars(tmp_path / "whole")
    assert set(found) == set(right)
    for tag in set(right) - {"seconds"}:
        assert found[tag] == right[tag], tag


def test_tensorboard_files_can_be_read_while_the_training_runs(runs):
    counts = []

    class Look(Callback):
        def on_epoch_end(self, trainer, record):
            counts.append(len(scalars(runs)["train/loss"]))

    logger = TensorBoardLogger(runs)
    fit(make(logger, Look()), 2)
    assert counts == [1, 2]


def test_pictures_for_tensorboard(runs):
    pytest.importorskip("matplotlib")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    from tt_optim import plot_confusion_matrix

    logger = TensorBoardLogger(runs)
    fit(make(logger), 1)
    figure = plot_confusion_matrix(np.eye(3))
    logger.add_figure("confusion", figure, step=3)
    accumulator = EventAccumulator(str(runs))
    accumulator.Reload()
    (image,) = accumulator.Images("confusion")
    assert image.step == 3
    assert image.encoded_image_string.startswith(b"\x89PNG")
    header = image.encoded_image_string[16:24]
    assert (image.width, image.height) == tuple(
        int.from_bytes(header[i : i + 4], "big") for i in (0, 4)
    )
    assert scalars(runs)["train/loss"][0][0] == 3, "the numbers of this step are still there"


def test_without_the_library(monkeypatch):
    import builtins

    real = builtins.__import__

    def no_tensorboard(name, *args, **kwargs):
        if name.split(".")[0] == "tensorboard":
            raise ImportError("No module named 'tensorboard'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_tensorboard)
    with pytest.raises(ImportError, match=r"pip install 'tt-optim\[tensorboard\]'"):
        TensorBoardLogger("runs")
