"""Worker processes: the same batches, errors that arrive, and nothing left behind."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

import tt_tensor as tt
from tt_data import DataLoader, Dataset, TensorDataset, WorkerError
from tt_data.transport import SHARED_FROM

forks = pytest.mark.skipif(
    sys.platform != "linux", reason="these datasets are local classes, which only fork takes along"
)
pytestmark = forks


class Numbers(Dataset):
    def __init__(self, count=23):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        return i


class Noisy(Numbers):
    """Random numbers of each kind that a transform may draw."""

    def __getitem__(self, i):
        return i, tt.rand(2), np.full(SHARED_FROM, i, np.uint8)


class Failing(Numbers):
    def __init__(self, error):
        super().__init__()
        self.error = error

    def __getitem__(self, i):
        if i == 7:
            raise self.error
        return i


def epochs(data, **options):
    """Two rounds through a loader, and what the default generator gives afterwards."""
    tt.manual_seed(4)
    loader = DataLoader(data, batch_size=4, shuffle=True, **options)
    rounds = [
        [(i.tolist(), r.tolist(), x.numpy()[:, ::9999].tolist()) for i, r, x in loader]
        for _ in range(2)
    ]
    return rounds, tt.rand(3).tolist()


@pytest.mark.parametrize("persistent", [False, True])
@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("prefetch", [1, 3])
def test_any_number_of_workers_gives_the_same_batches(workers, persistent, prefetch):
    alone = epochs(Noisy())
    options = {"persistent_workers": persistent, "prefetch_factor": prefetch}
    assert epochs(Noisy(), num_workers=workers, **options) == alone
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_batches_than_workers(count):
    assert [b.tolist() for b in DataLoader(Numbers(count), num_workers=3)] == [
        [i] for i in range(count)
    ]


def test_endless_samplers_are_read_only_as_far_as_needed():
    def endless():
        while True:
            yield 3

    batches = iter(DataLoader(Numbers(), 2, sampler=endless(), num_workers=2))
    assert [next(batches).tolist() for _ in range(9)] == [[3, 3]] * 9
    batches.close()


def test_large_batches_are_whole_and_may_be_changed():
    data = TensorDataset(tt.arange(400_000).reshape(4, 100_000), tt.arange(4))
    for i, (x, y) in enumerate(DataLoader(data, num_workers=2)):
        assert x.tolist() == [list(range(i * 100_000, (i + 1) * 100_000))]
        x += 1  # it is ours
        assert x.array.flags.writeable
        assert y.tolist() == [i]


def test_more_batches_are_prepared_than_a_pipe_holds(tmp_path):
    class Large(Numbers):
        def __getitem__(self, i):
            (tmp_path / str(i)).touch()
            return np.zeros(300_000)

    batches = iter(DataLoader(Large(), None, num_workers=2, prefetch_factor=4))
    next(batches)
    deadline = time.monotonic() + 20
    while len(list(tmp_path.iterdir())) < 9 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(list(tmp_path.iterdir())) == 9  # the one taken, and 2 × 4 ahead
    batches.close()


def test_huge_lists_of_indices_and_huge_batches_do_not_block_each_other():
    data = TensorDataset(tt.arange(300_000))
    loader = DataLoader(data, 100_000, num_workers=1, prefetch_factor=3)
    assert [len(x) for (x,) in loader] == [100_000] * 3


def test_workers_do_not_repeat_each_others_random_numbers():
    class Dice(Numbers):
        def __getitem__(self, i):
            return random.random(), np.random.random()  # noqa: NPY002 # what users' transforms do

    pythons, numpys = zip(*DataLoader(Dice(), None, num_workers=3), strict=True)
    assert len(set(pythons)) == len(set(numpys)) == 23


# ---- errors


@pytest.mark.parametrize("persistent", [False, True])
def test_an_exception_arrives_as_it_was_with_the_workers_traceback(persistent):
    loader = DataLoader(Failing(KeyError("seven")), 2, num_workers=2, persistent_workers=persistent)
    with pytest.raises(KeyError, match="seven") as raised:
        list(loader)
    report = raised.value.__cause__
    assert isinstance(report, WorkerError)
    assert "in worker 1" in str(report)
    assert "__getitem__" in str(report)
    assert multiprocessing.active_children() == []


def test_an_exception_that_cannot_be_sent_is_told():
    class Local(Exception):
        def __init__(self, a, b):
            super().__init__("the reason")

    with pytest.raises(WorkerError, match=r"(?s)Traceback.*the reason"):
        list(DataLoader(Failing(Local(1, 2)), 2, num_workers=2))


def test_a_batch_that_cannot_be_sent_is_an_error_and_no_hang():
    loader = DataLoader(Numbers(), 2, collate_fn=lambda batch: lambda: 0, num_workers=1)
    with pytest.raises(TypeError, match=r"type function cannot be sent .*use num_workers=0"):
        list(loader)


def test_a_worker_that_dies_is_noticed():
    class Dying(Numbers):
        def __getitem__(self, i):
            os._exit(3)

    with pytest.raises(WorkerError, match="died with exit code 3"):
        list(DataLoader(Dying(), 2, num_workers=2))


def test_a_worker_that_is_killed_is_noticed():
    class Killed(Numbers):
        def __getitem__(self, i):
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(WorkerError, match=r"by signal 9.*memory"):
        list(DataLoader(Killed(), 2, num_workers=1, persistent_workers=True))
    assert multiprocessing.active_children() == []


def test_a_worker_that_hangs_times_out():
    class Slow(Numbers):
        def __getitem__(self, i):
            time.sleep(60)

    with pytest.raises(TimeoutError, match=r"no batch within 0\.3 s"):
        list(DataLoader(Slow(), 2, num_workers=1, timeout=0.3))
    assert multiprocessing.active_children() == []


def test_worker_init_fn_is_called_in_each_worker(tmp_path):
    def init(number):
        (tmp_path / str(number)).touch()
        return "anything"

    list(DataLoader(Numbers(), 2, num_workers=2, worker_init_fn=init))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["0", "1"]


def test_an_error_in_worker_init_fn_arrives():
    def init(number):
        raise OSError("no such camera")

    with pytest.raises(OSError, match="no such camera"):
        list(DataLoader(Numbers(), 2, num_workers=2, worker_init_fn=init))


# ---- processes


@pytest.mark.parametrize("persistent", [False, True])
def test_an_epoch_left_early_leaves_no_process_behind(persistent):
    loader = DataLoader(Numbers(), 2, num_workers=2, persistent_workers=persistent)
    for _ in loader:
        assert len(multiprocessing.active_children()) == 2
        break
    assert multiprocessing.active_children() == []
    assert len(list(loader)) == 12  # and the loader goes on


def test_persistent_workers_stay_and_go_with_the_loader():
    class Who(Numbers):
        def __getitem__(self, i):
            return os.getpid()

    loader = DataLoader(Who(), None, num_workers=2, persistent_workers=True)
    first = set(loader)
    assert set(loader) == first
    inner = [set(loader) for _ in loader]  # a loop within a loop gets workers of its own
    assert all(pids.isdisjoint(first) for pids in inner[:1])
    del loader
    assert multiprocessing.active_children() == []


PROGRAM = """
    import os, sys, time
    import tt_tensor as tt
    from tt_data import DataLoader, Dataset

    class Numbers(Dataset):
        def __len__(self): return 1000
        def __getitem__(self, i): return os.getpid(), tt.rand(1)

    if __name__ == "__main__":
        tt.manual_seed(0)
        {body}
"""


def program(tmp_path, body):
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(PROGRAM).replace("{body}", body))
    return subprocess.Popen(
        [sys.executable, "-W", "error", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def gone(pid):
    """Whether a process ends soon; a zombie that nobody buries has ended."""
    for _ in range(500):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


HOLD = (
    "batches = iter(DataLoader(Numbers(), 2, num_workers=3)); "
    "print(*{p for _ in range(3) for p in next(batches)[0].tolist()}, flush=True); {then}"
)


def test_workers_end_when_their_parent_is_killed(tmp_path):
    with program(tmp_path, HOLD.replace("{then}", "time.sleep(60)")) as parent:
        pids = parent.stdout.readline().split()
        parent.kill()
    assert len(pids) == 3
    assert all(gone(pid) for pid in pids)


def test_ctrl_c_ends_everything_quietly(tmp_path):
    with program(tmp_path, HOLD.replace("{then}", "time.sleep(60)")) as parent:
        pids = parent.stdout.readline().split()
        for pid in (*pids, parent.pid):  # a terminal sends it to all of them
            os.kill(int(pid), signal.SIGINT)
        errors = parent.communicate(timeout=30)[1]
    assert all(gone(pid) for pid in pids)
    assert errors.count("KeyboardInterrupt") == 1


def test_a_program_may_end_in_the_middle_of_an_epoch(tmp_path):
    with program(tmp_path, HOLD.replace("{then}", "sys.exit(0)")) as parent:
        pids = parent.stdout.readline().split()
        errors = parent.communicate(timeout=30)[1]
    assert parent.returncode == 0
    assert errors == ""
    assert all(gone(pid) for pid in pids)


def test_spawned_workers_give_the_same_batches(tmp_path):
    body = (
        "run = lambda **k: [r.tolist() for _, r in DataLoader(Numbers(), 400, **k)]; "
        "a = run(); tt.manual_seed(0); "
        "b = run(num_workers=2, multiprocessing_context='spawn'); assert a == b; print('same')"
    )
    with program(tmp_path, body) as parent:
        out, errors = parent.communicate(timeout=60)
    assert (out, errors) == ("same\n", "")
