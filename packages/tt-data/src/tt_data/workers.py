"""Worker processes: batches made ahead, and handed over in the same order as without them.

    parent                                             worker w of n
    batch i belongs to worker i % n   -- (i, index) --> a thread receives tasks
    takes the batches in turn         <--- batch i ---  makes them one by one; a thread sends them

Because the batches go round the workers in turn, the parent takes one from each in the same turn,
and there is nothing to sort.  The two threads keep the worker's hands free: it goes on with the next
batch while nobody has taken the last one, and neither side ever waits for the other to read.

A worker ends when it is told so, because a loop is over or was left, or when its pipe is closed, because
the parent died.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import random
import signal
import sys
import threading
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import finalize

import numpy as np

from .batches import BatchMaker
from .errors import WorkerError
from .transport import Parcel, pack, receive, send

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from .dataloader import DataLoader

__all__ = ["WorkerPool"]

POLITE, IMPATIENT = 0.5, 5.0  # seconds for a worker to end by itself, and after being told to


class _Failure(NamedTuple):
    """What a worker sends instead of a batch when an exception was raised."""

    error: Exception | None  # None if the exception itself cannot be sent
    text: str


class _Worker(NamedTuple):
    process: BaseProcess
    pipe: Connection


class WorkerPool:
    """The worker processes of one loader.

    Args:
        loader: says how many there are, what they do, and how long to wait for them.
    """

    def __init__(self, loader: DataLoader) -> None:
        self.ahead = loader.num_workers * loader.prefetch_factor
        self.timeout = loader.timeout
        self.workers: list[_Worker] = []
        # runs at stop(), when the pool is forgotten, or at the end of the program
        self.stop = finalize(self, _stop, self.workers, os.getpid())
        context: Any = loader.multiprocessing_context
        if context is None or isinstance(context, str):
            # fork: the dataset is there at once and may be anything; elsewhere it is sent over
            context = get_context(context or ("fork" if sys.platform == "linux" else "spawn"))
        try:
            for number in range(loader.num_workers):
                self.workers.append(_start(context, loader, number, self.workers))
        except BaseException:
            self.stop()
            raise

    def batches(self, tasks: Iterator[tuple[int, Any]]) -> Iterator[Any]:
        """The batches of ``tasks``, pairs of a seed and indices, in their order.

        Raises:
            WorkerError: a worker died, or raised what cannot be sent.
            TimeoutError: a batch took longer than the loader's timeout.
            Exception: whatever a worker raised, with its traceback as the cause.
        """
        turn = cycle(self.workers)
        owing: deque[_Worker] = deque()  # who has the next batches, in order
        for task in islice(tasks, self.ahead):
            owing.append(_hand_out(next(turn), task))
        while owing:
            value = self._take(owing.popleft())
            for task in islice(tasks, 1):
                owing.append(_hand_out(next(turn), task))
            yield value

    def _take(self, worker: _Worker) -> Any:
        """The next batch of a worker, or its error."""
        ready = wait([worker.pipe, worker.process.sentinel], self.timeout or None)
        if not ready:
            raise TimeoutError(
                f"no batch within {self.timeout} s from worker {worker.process.name}; "
                "raise the loader's timeout, or find out what its dataset waits for"
            )
        if worker.pipe not in ready:
            raise _death(worker)
        try:
            value = receive(worker.pipe)
        except (EOFError, ConnectionError):
            raise _death(worker) from None
        if isinstance(value, _Failure):
            report = WorkerError(f"in worker {worker.process.name}:\n\n{value.text}")
            if value.error is None:
                raise report
            raise value.error from report
        return value


def _start(context: Any, loader: DataLoader, number: int, before: list[_Worker]) -> _Worker:
    """Start a worker, with a pipe to it."""
    ours, theirs = context.Pipe()
    # a forked process has copies of all our pipes; if it kept them open, the workers before it would
    # not notice our end
    inherited = [w.pipe for w in before] + [ours] if context.get_start_method() == "fork" else []
    process = context.Process(
        target=_work,
        args=(number, theirs, inherited, loader.maker, loader.worker_init_fn),
        name=str(number),
        daemon=True,
    )
    with warnings.catch_warnings():
        # Python warns of fork beside threads; those of BLAS, which are meant, are made for it
        warnings.filterwarnings("ignore", "This process", DeprecationWarning)
        process.start()
    theirs.close()
    return _Worker(process, ours)


def _hand_out(worker: _Worker, task: tuple[int, Any]) -> _Worker:
    try:
        send(worker.pipe, pack(task))
    except ConnectionError:
        raise _death(worker) from None
    return worker


def _death(worker: _Worker) -> WorkerError:
    worker.process.join(IMPATIENT)
    code = worker.process.exitcode
    how = f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"
    return WorkerError(
        f"worker {worker.process.name} (process {worker.process.pid}) died {how}; the system ends "
        "processes when memory runs out: try fewer workers, or num_workers=0 to see what happens"
    )


def _stop(workers: list[_Worker], owner: int) -> None:
    """Leave no process behind: ask, tell, force."""
    if os.getpid() != owner:  # a fork's copy of the pool
        return
    for worker in workers:
        with contextlib.suppress(OSError):  # it may be dead
            send(worker.pipe, pack(None))
        worker.pipe.close()
    _wait_for(workers, POLITE)
    for worker in workers:
        worker.process.terminate()
    _wait_for(workers, IMPATIENT)
    for worker in workers:
        worker.process.kill()
        worker.process.join()
        worker.process.close()
    workers.clear()


def _wait_for(workers: list[_Worker], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for worker in workers:
        worker.process.join(max(0.0, deadline - time.monotonic()))


# ---- in the worker


def _work(
    number: int,
    pipe: Connection,
    inherited: list[Connection],
    maker: BatchMaker,
    init: Callable[[int], None] | None,
) -> None:
    """A worker's life: make batches until there are no more tasks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    for other in inherited:
        other.close()
    tasks: queue.SimpleQueue[Any] = queue.SimpleQueue()
    batches: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_receive_tasks, args=(pipe, tasks), daemon=True).start()
    threading.Thread(target=_send_batches, args=(pipe, batches), daemon=True).start()
    failed = None if init is None else _attempt(_begin, init, number)
    while (task := tasks.get()) is not None:
        seed, index = task
        batches.put(failed or _attempt(_make, maker, index, seed))


def _begin(init: Callable[[int], None], number: int) -> None:
    init(number)  # whatever it returns is nobody's business


def _make(maker: BatchMaker, index: Any, seed: int) -> Parcel:
    """A batch, packed: what cannot be sent is noticed here, where an error can be told."""
    random.seed(seed)
    np.random.seed(seed % (1 << 32))  # noqa: NPY002 # for transforms that use it: forks share a state
    batch = maker.make(index, seed)
    try:
        return pack(batch)
    except (pickle.PicklingError, AttributeError, TypeError, RuntimeError) as error:
        raise TypeError(
            f"a batch of type {type(batch).__name__} cannot be sent from a worker ({error}); let "
            "collate_fn give tensors, arrays and plain values, or use num_workers=0"
        ) from error


def _attempt(call: Callable[..., Parcel | None], *args: Any) -> Parcel | None:
    """What a call returns; or the exception that it raised, packed."""
    try:
        return call(*args)
    except Exception as error:
        text = traceback.format_exc()
        try:  # some exceptions cannot be pickled, and others not be restored
            pickle.loads(pickle.dumps(error))
        except Exception:
            return pack(_Failure(None, text))
        return pack(_Failure(error, text))


def _receive_tasks(pipe: Connection, tasks: queue.SimpleQueue[Any]) -> None:
    with contextlib.suppress(EOFError, OSError):
        while (task := receive(pipe)) is not None:
            tasks.put(task)
    with contextlib.suppress(queue.Empty):
        while True:
            tasks.get_nowait()  # what was not begun is not wanted any more
    tasks.put(None)


def _send_batches(pipe: Connection, batches: queue.SimpleQueue[Any]) -> None:
    with contextlib.suppress(OSError):
        while True:
            send(pipe, batches.get())
