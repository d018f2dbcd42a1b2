"""Real programs that are really killed: what is on the disk is whole, and the numbers are the same."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tt_optim import Checkpoints, read_checkpoint

PROGRAM = Path(__file__).with_name("program_to_kill.py")
WINDOWS = sys.platform == "win32"


def start(folder, pause=0.0, *die_at):
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(folder), str(pause), *map(str, die_at)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def fingerprint(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.split("fingerprint ")[1]


def wait_for_step(process):
    """Read until the next step of this run is done."""
    line = process.stdout.readline()
    assert line.startswith("step"), process.stderr.read()
    return int(line.split()[1])


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    return fingerprint(start(tmp_path_factory.mktemp("whole")))


def test_killed_at_random_moments_and_resumed_it_comes_to_the_same_numbers(tmp_path, uninterrupted):
    moments = random.Random(0)
    for _ in range(5):
        process = start(tmp_path, pause=0.02)
        for _ in range(moments.randint(1, 9)):
            wait_for_step(process)
        time.sleep(moments.uniform(0, 0.03))
        process.kill()  # kill -9: no chance to do anything about it
        assert "fingerprint" not in process.communicate()[0], "60 steps take longer than a second"
        for path in Checkpoints(tmp_path).paths():
            read_checkpoint(path)  # each that is there is whole
    process = start(tmp_path)
    assert wait_for_step(process) > 3, "it goes on, it does not begin again"
    assert fingerprint(process) == uninterrupted
    assert not list(tmp_path.glob(".*.part")), "what was half-written is cleared away"


@pytest.mark.skipif(WINDOWS, reason="signals are another matter there")
@pytest.mark.parametrize(("call", "count"), [("fsync", 9), ("replace", 5), ("unlink", 3)])
def test_killed_in_the_midst_of_saving(call, count, tmp_path, uninterrupted):
    process = start(tmp_path, 0, call, count)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    paths = Checkpoints(tmp_path).paths()
    assert len(paths) >= 2
    assert all(read_checkpoint(path)["place"]["step"] for path in paths)
    assert len(list(tmp_path.glob(".*.part"))) == (call != "unlink")
    assert fingerprint(start(tmp_path)) == uninterrupted


@pytest.mark.skipif(WINDOWS, reason="signals are another matter there")
def test_ctrl_c_finishes_the_step_saves_and_says_how_to_go_on(tmp_path, uninterrupted):
    process = start(tmp_path, pause=0.05)
    wait_for_step(process)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "KeyboardInterrupt" in err
    step = int(out.split()[-1])
    epoch, batch = (step - 1) // 20 + 1, (step - 1) % 20 + 1
    path = tmp_path / f"step-{step:08d}.safetensors"
    words = (
        "\nCtrl-C: finishing this step, then saving. Press Ctrl-C again to stop at once.\n"
        f"Stopped in epoch {epoch} of 3, after batch {batch} of 20; all is saved in {path}.\n"
        "To go on as if nothing had happened, run the same program with\n"
        '    trainer.fit(..., resume="auto")\n'
    )
    assert words in err
    assert fingerprint(start(tmp_path)) == uninterrupted


@pytest.mark.skipif(WINDOWS, reason="signals are another matter there")
def test_a_second_ctrl_c_stops_at_once(tmp_path):
    process = start(tmp_path, pause=30)
    wait_for_step(process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None, "the first one waits for the step"
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - began < 10
    assert "Stopped in" not in err
    assert "KeyboardInterrupt" in err
    assert Checkpoints(tmp_path).paths() == []
