"""Worker processes: fetching batches ahead, in the same order as without them.

The parent hands out the numbers of batches and puts the results back into order.  Workers are
daemons with a pipe to the parent: when the parent ends, for whatever reason, they end; and when the
loop is left early, the generator's end stops them.
"""

from __future__ import annotations

import contextlib
import queue
import sys
import traceback
from collections.abc import Iterator
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from tt_tensor import manual_seed

if TYPE_CHECKING:
    from .dataloader import DataLoader

__all__ = ["WorkerError", "batches_from_workers"]


class WorkerError(RuntimeError):
    """A worker failed; the message has its traceback."""


def batches_from_workers(loader: DataLoader, indices: list[Any], seed: int) -> Iterator[Any]:
    """The batches of ``indices``, in their order, fetched by worker processes.

    Raises:
        WorkerError: fetching failed, or a worker died.
        TimeoutError: a batch took longer than the loader's timeout.
    """
    # fork shares the dataset's memory at once; elsewhere it is sent over
    context: Any = get_context("fork" if sys.platform == "linux" else "spawn")
    tasks, results = context.Queue(), context.Queue()
    workers = [
        context.Process(target=_work, args=(loader, i, tasks, results, seed), daemon=True)
        for i in range(loader.num_workers)
    ]
    for worker in workers:
        worker.start()
    try:
        ahead = loader.prefetch_factor * loader.num_workers
        for number in range(min(ahead, len(indices))):
            tasks.put((number, indices[number]))
        waiting: dict[int, Any] = {}
        for number in range(len(indices)):
            while number not in waiting:
                arrived, value = _next_result(results, workers, loader.timeout)
                waiting[arrived] = value
            if number + ahead < len(indices):
                tasks.put((number + ahead, indices[number + ahead]))
            value = waiting.pop(number)
            if isinstance(value, _Failure):
                raise WorkerError(f"a worker failed on batch {number}:\n{value.text}")
            yield value
    finally:
        _stop(workers, tasks, results)


class _Failure:
    """What a worker sends when fetching raised an exception."""

    def __init__(self, text: str) -> None:
        self.text = text


def _work(loader: DataLoader, number: int, tasks: Any, results: Any, seed: int) -> None:
    """A worker's life: fetch what is asked for until there is nothing more."""
    with contextlib.suppress(KeyboardInterrupt):  # the parent reports the interruption
        if loader.worker_init_fn is not None:
            loader.worker_init_fn(number)
        while (task := tasks.get()) is not None:
            which, index = task
            manual_seed(seed + which)  # by batch, not by worker: the same for any number of workers
            try:
                value = loader.fetch(index)
            except Exception:
                value = _Failure(traceback.format_exc())
            results.put((which, value))


def _next_result(results: Any, workers: list[Any], timeout: float) -> Any:
    """Wait for a result, but not for a dead worker."""
    waited = 0.0
    while True:
        try:
            return results.get(timeout=0.5 if not timeout else min(timeout, 0.5))
        except queue.Empty:
            waited += 0.5
            dead = [w for w in workers if not w.is_alive()]
            if dead:
                raise WorkerError(
                    f"worker process {dead[0].pid} died (exit code {dead[0].exitcode}); "
                    "was it out of memory?"
                ) from None
            if timeout and waited >= timeout:
                raise TimeoutError(
                    f"no batch within {timeout} s; see the argument timeout"
                ) from None


def _stop(workers: list[Any], tasks: Any, results: Any) -> None:
    """Leave no process behind."""
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(timeout=5)
        if worker.is_alive():
            worker.kill()
            worker.join()
    for channel in (tasks, results):
        channel.cancel_join_thread()
        channel.close()
