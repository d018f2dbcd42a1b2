"""Two libraries, each in a process of its own, that make their steps in turn."""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from page import write_section

__all__ = ["Child", "command_line"]


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


def command_line(
    description: str | None,
    measure: Callable[[float, int], str],
    libraries: Mapping[str, Callable[[str], Callable[[], object]]],
) -> None:
    """What a program of two libraries does: measure and print or write; or serve as one of them.

    Args:
        description: of the program.
        measure: from a factor for the number of blocks and the number of threads, the section.
        libraries: "ours" and "theirs"; each makes the step of a workload.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="write the section into this page"
    )
    parser.add_argument("--repeats", type=float, default=1.0, help="scale the number of blocks")
    parser.add_argument("--threads", type=int, default=2, help="of each library")
    parser.add_argument("--serve", nargs=2, metavar=("LIBRARY", "WORKLOAD"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        library, workload = given.serve
        serve(libraries[library](workload))
        return
    section = measure(given.repeats, given.threads)
    if given.write:
        write_section(given.write, section)
    else:
        print(section)
