"""Two libraries, each in a process of its own, that make their steps in turn."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable

__all__ = ["Child", "serve"]


def peak_memory() -> float:
    """The most that this process has held so far, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB on Linux
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def serve(step: Callable[[], object]) -> None:
    """Make a step whenever a line comes in; each time tell the peak memory."""
    print(peak_memory(), flush=True)
    for _ in sys.stdin:
        step()
        print(peak_memory(), flush=True)


class Child:
    """A process that makes one step whenever it is called.

    Args:
        program: is started with ``--serve library workload`` and then calls :func:`serve`.
        library: "ours" or "theirs".
        workload: what a step is.
        threads: that the library may use.

    Attributes:
        before: the peak memory before the first step, in MB.
        memory: the peak memory so far.
    """

    def __init__(self, program: str, library: str, workload: str, threads: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, program, "--serve", library, workload],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": str(threads)},
        )
        self.before = self.memory = self._answer()

    def __call__(self) -> None:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.memory = self._answer()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def _answer(self) -> float:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args[-2:]} ended early, see above")
        return float(line)
