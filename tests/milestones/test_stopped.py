"""A program that is stopped says in its own words how to go on, and what it says works."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "examples" / "lenet_1998" / "train_mnist.py"
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
    lines = (folder / "1998_LeNet-5" / "log.csv").read_text().splitlines()
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

    without = start(str(tmp_path / "stopped"))  # checkpoints are not written over
    _, words = without.communicate()
    assert without.returncode == 2
    assert "Traceback" not in words
    assert words.splitlines()[-2].endswith("--resume")

    resumed = start(str(tmp_path / "stopped"), "--resume")
    resumed.communicate()
    assert resumed.returncode == 0
    assert numbers(tmp_path / "stopped") == numbers(tmp_path / "whole")
