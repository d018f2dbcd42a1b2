"""What is shown while a training runs: plain lines, a live bar, or nothing."""

import builtins
import io
import sys

import pytest

import tt_nn as nn
import tt_tensor as tt
from tt_optim import (
    SGD,
    Checkpoints,
    EarlyStopping,
    PlainProgress,
    RichProgress,
    SilentProgress,
    Trainer,
)
from tt_optim.trainer.progress import choose_progress

BATCHES = [(tt.ones(4, 2), tt.ones(4, 1)), (tt.zeros(4, 2), tt.ones(4, 1))]


def make():
    model = nn.Linear(2, 1)
    return Trainer(model, nn.MSELoss(), SGD(model.parameters(), lr=0.1))


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_without_a_terminal_there_is_one_line_per_epoch(capsys):
    make().fit(BATCHES, epochs=10, validation=BATCHES)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[0].startswith("epoch  1/10  |  train: loss ")
    assert "validation: loss" in lines[9]


def test_silence(capsys):
    make().fit(BATCHES, epochs=2, progress=False)
    make().fit(BATCHES, epochs=2, progress=SilentProgress())
    assert capsys.readouterr().out == ""


def test_lines_say_where_a_training_goes_on_and_why_it_stops(tmp_path, capsys):
    def train(epochs, **options):
        trainer = make()
        trainer.checkpoints = Checkpoints(tmp_path)
        trainer.callbacks = [EarlyStopping(patience=0, min_delta=100)]
        trainer.fit(BATCHES, epochs, resume="auto", **options)

    train(1)
    assert capsys.readouterr().out.count("\n") == 1
    train(3)
    first, second, last = capsys.readouterr().out.splitlines()
    assert first == f"going on from {tmp_path}: epoch 1, after batch 2"
    assert second.startswith("epoch 2/3")
    assert last.startswith("stopped: train/loss has not improved 1 times in a row; it was best in")
    train(3, progress=SilentProgress())
    assert capsys.readouterr().out == ""


def test_a_display_of_ones_own_hears_everything():
    heard = []

    class Listener:
        def start(self, epochs):
            heard.append(("start", epochs))

        def epoch(self, number, batches):
            heard.append(("epoch", number, batches))

        def batch(self, loss):
            heard.append("batch")

        def done(self, record):
            heard.append(("done", record.epoch))

        def stop(self):
            heard.append("stop")

    trainer = make()
    trainer.fit(BATCHES, epochs=1, progress=Listener())
    assert heard == [("start", 1), ("epoch", 1, 2), "batch", "batch", ("done", 1), "stop"]
    heard.clear()
    with pytest.raises(ValueError, match="no batch"):
        trainer.fit(iter(()), epochs=1, progress=Listener())
    assert heard == [("start", 2), ("epoch", 2, None), "stop"]


def test_a_terminal_gets_a_live_bar_with_the_loss(monkeypatch):
    pytest.importorskip("rich")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    display = choose_progress(True)
    assert isinstance(display, RichProgress)
    make().fit(BATCHES, epochs=2, progress=display)
    text = terminal.getvalue()
    assert "epoch 1/2  |  train: loss" in text
    assert "epoch 2/2  |  train: loss" in text
    assert "1/2" in text


def test_a_live_bar_without_a_known_length(monkeypatch):
    pytest.importorskip("rich")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    make().fit(iter(BATCHES), epochs=1)
    assert "epoch 1/1" in terminal.getvalue()


def test_without_the_library_a_terminal_gets_lines(monkeypatch):
    real = builtins.__import__

    def no_rich(name, *args, **kwargs):
        if name.split(".")[0] == "rich":
            raise ImportError("No module named 'rich'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setattr(builtins, "__import__", no_rich)
    assert isinstance(choose_progress(True), PlainProgress)
    with pytest.raises(ImportError, match=r"pip install 'tt-optim\[progress\]'"):
        RichProgress()
