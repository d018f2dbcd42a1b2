"""A program that is stopped says in its own words how to go on, and what it says works."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "examples" / "lenet_1998" / "train_mnist.py"
sys.path[:0] = [str(ROOT / "examples")]

from training import in_plain_words, run_folder  # noqa: E402 # found by the line above

from tt_optim import CheckpointError  # noqa: E402

WITH_CTRL_C = (  # what a terminal gives; a program started in the background ignores the signal
    "import runpy, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "del sys.argv[0]; runpy.run_path(sys.argv[0], run_name='__main__')"
)


def start(folder, *more):
    return subprocess.Popen(
        [sys.executable, "-u", "-c", WITH_CTRL_C, str(PROGRAM), "--quick", "--out", folder, *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )


def numbers(folder):
    """The log of the training without the column of seconds."""
    lines = (folder / "run-001" / "1998_LeNet-5" / "log.csv").read_text().splitlines()
    return [[cell for i, cell in enumerate(line.split(",")) if i != 3] for line in lines]


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_ctrl_c_then_the_command_that_was_told(tmp_path):
    whole = start(str(tmp_path / "whole"))
    whole.communicate()
    assert whole.returncode == 0

    stopped = start(str(tmp_path / "stopped"))
    for line in stopped.stdout:
        if line.startswith("1998 LeNet-5"):
            for _ in range(2):  # in the third epoch
                stopped.stdout.readline()
            stopped.send_signal(signal.SIGINT)
            break
    _, words = stopped.communicate()
    assert stopped.returncode == 130
    assert "Traceback" not in words
    command = words.strip().splitlines()[-1].split()
    assert [*command[:3], command[-1]] == ["python", str(PROGRAM), "--quick", "--resume"]

    resumed = start(str(tmp_path / "stopped"), "--resume")
    resumed.communicate()
    assert resumed.returncode == 0
    assert numbers(tmp_path / "stopped") == numbers(tmp_path / "whole")


def test_each_run_has_a_folder_and_the_newest_is_gone_on_with(tmp_path):
    assert run_folder(tmp_path, resume=True) == run_folder(tmp_path, resume=False)
    for name in ("run-001", "run-009", "notes"):
        (tmp_path / name).mkdir()
    assert run_folder(tmp_path, resume=True).name == "run-009"
    assert run_folder(tmp_path, resume=False).name == "run-010"


def test_a_checkpoint_that_does_not_fit_is_no_traceback(capsys):
    def program():
        raise CheckpointError("the model has other layers; nothing was loaded")

    assert in_plain_words(program) == 2
    assert "other layers; nothing was loaded\nTo begin anew" in capsys.readouterr().err
