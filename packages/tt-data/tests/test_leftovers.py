"""However an epoch ends: no process, no shared memory and no open file is left behind."""

import gc
import multiprocessing
import os
import signal
import sys
import time
from multiprocessing import resource_tracker
from pathlib import Path

import numpy as np
import pytest

import tt_tensor as tt
from tt_data import DataLoader, Dataset, WorkerError, transport

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="looks into /proc, and the datasets are local classes"
)


class Large(Dataset):
    """Batches large enough for shared memory."""

    def __init__(self, count=60):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        return np.full(transport.SHARED_FROM, index, np.uint8), os.getpid()


def open_files():
    """What this process has open, but for what comes and goes with reading the list."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found.append(os.readlink(entry))
        except FileNotFoundError:
            continue
    return sorted(name for name in found if not name.startswith("/proc"))


def shared_memory():
    return sorted(os.listdir("/dev/shm")) if Path("/dev/shm").is_dir() else []


@pytest.fixture(autouse=True)
def nothing_is_left():
    resource_tracker.ensure_running()  # Python's own; "spawn" needs it, and it stays
    before = open_files(), shared_memory()
    yield
    gc.collect()  # errors hold on to what they went through
    assert multiprocessing.active_children() == []
    deadline = time.monotonic() + 5  # what other programs have in /dev/shm comes and goes
    while (open_files(), shared_memory()) != before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert open_files() == before[0]
    assert shared_memory() == before[1]


def loader(persistent):
    return DataLoader(Large(), 2, shuffle=True, num_workers=2, persistent_workers=persistent)


either = pytest.mark.parametrize("persistent", [False, True])


@either
def test_a_whole_epoch(persistent):
    data = loader(persistent)
    assert len(list(data)) == 30
    assert len(list(data)) == 30


@either
def test_break(persistent):
    data = loader(persistent)
    for _ in data:
        break


@either
def test_an_exception_in_the_loop(persistent):
    data = loader(persistent)

    def train():
        for i, _ in enumerate(data):
            if i == 3:
                raise ZeroDivisionError("in the loop")

    with pytest.raises(ZeroDivisionError):
        train()
    assert multiprocessing.active_children() == []  # even now, while the error is looked at


@either
def test_ctrl_c_in_the_loop(persistent):
    data = loader(persistent)

    def train():
        for i, _ in enumerate(data):
            if i == 3:
                signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        train()
    assert multiprocessing.active_children() == []


def test_ctrl_c_while_a_batch_is_waited_for():
    class Slow(Large):
        def __getitem__(self, index):
            time.sleep(30)

    batches = iter(DataLoader(Slow(), 2, num_workers=2))
    previous = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(KeyboardInterrupt):
            next(batches)
    finally:
        signal.signal(signal.SIGALRM, previous)


@either
def test_an_iterator_that_is_closed(persistent):
    data = loader(persistent)
    batches = iter(data)
    next(batches)
    batches.close()
    assert multiprocessing.active_children() == []
    assert list(batches) == []


@either
def test_an_iterator_that_is_forgotten(persistent):
    data = loader(persistent)
    batches = iter(data)
    next(batches)
    del batches


@either
def test_an_iterator_that_was_never_asked(persistent):
    data = loader(persistent)
    iter(data)


def test_an_exception_in_a_transform():
    class Failing(Large):
        def __getitem__(self, index):
            if index == 20:
                raise KeyError(index)
            return super().__getitem__(index)

    with pytest.raises(KeyError):
        list(DataLoader(Failing(), 2, num_workers=2))


@either
def test_a_worker_that_is_killed_from_outside(persistent):
    data = loader(persistent)
    batches = iter(data)
    _, pids = next(batches)
    os.kill(int(pids[0]), signal.SIGKILL)
    with pytest.raises(WorkerError, match="died by signal 9"):
        list(batches)
    assert len(list(data)) == 30  # the next epoch has new workers


def test_workers_that_cannot_be_started():
    data = Large()
    data.transform = lambda picture: picture  # cannot be sent to a fresh Python
    loader = DataLoader(data, 2, num_workers=2, multiprocessing_context="spawn")
    with pytest.raises((AttributeError, TypeError, OSError)) as raised:
        list(loader)
    assert "lambda" in str(raised.value)


@either
def test_an_epoch_that_goes_on_elsewhere_leaves_nothing_either(persistent):
    data = loader(persistent)
    tt.manual_seed(0)
    for i, _ in enumerate(data):
        if i == 4:
            break
    state = data.state_dict()
    other = DataLoader(Large(), 2, shuffle=True, num_workers=1)
    other.load_state_dict(state)
    assert len(list(other)) == 25


# ---- the memory itself


def test_what_cannot_be_sent_is_closed():
    here, there = multiprocessing.Pipe()
    there.close()
    with pytest.raises(ConnectionError):
        transport.send(here, transport.pack(np.zeros(transport.SHARED_FROM)))
    here.close()


def test_memory_that_cannot_be_had_is_done_without(monkeypatch):
    def refuse(name):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(os, "memfd_create", refuse)
    batches = [x for x, _ in DataLoader(Large(6), 2, num_workers=1)]
    assert [x.numpy()[:, -1].tolist() for x in batches] == [[0, 1], [2, 3], [4, 5]]


def test_memory_that_is_full_is_given_back(monkeypatch):
    class Full:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

        def write(self, view):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(transport, "open", lambda *_, **__: Full(), raising=False)
    parcel = transport.pack(np.zeros(transport.SHARED_FROM))
    assert parcel.memory is None


def test_large_batches_do_go_through_shared_memory():
    parcel = transport.pack([np.arange(transport.SHARED_FROM), np.ones(3)])
    assert parcel.memory is not None
    assert len(parcel.pickled) < 1000
    here, there = multiprocessing.Pipe()
    transport.send(here, parcel)
    long, short = transport.receive(there)
    assert np.array_equal(long, np.arange(transport.SHARED_FROM))
    assert short.tolist() == [1, 1, 1]
    long += 1
    here.close()
    there.close()
    assert transport.pack(np.zeros(10)).memory is None
