"""What every milestone reports: what was learned, on what, how well, how fast, and with which code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import tt_tensor as tt

WHEELS = ("tt-tensor", "tt-autograd", "tt-nn", "tt-optim", "tt-data", "tt-text", "tt-perf")


@dataclass(frozen=True)
class Result:
    """One line of the table.

    Attributes:
        milestone: the year and the name.
        data: the data set, and how much of it.
        accuracy: the share of right answers; None if the milestone was not run.
        needed: what it takes to pass.
        seconds: how long it took.
        note: why it was not run, or what else is worth saying.
    """

    milestone: str
    data: str
    accuracy: float | None
    needed: float
    seconds: float
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether it was run and was good enough."""
        return self.accuracy is not None and self.accuracy >= self.needed


def versions() -> str:
    """The installed wheels with their versions."""
    found = []
    for wheel in WHEELS:
        try:
            found.append(f"{wheel} {version(wheel)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def table(results: Sequence[Result]) -> str:
    """The results as aligned text, with the backend and the versions that ran."""
    rows = [("milestone", "data set", "accuracy", "needed", "time", "")]
    for r in results:
        accuracy = "not run" if r.accuracy is None else f"{100 * r.accuracy:.1f} %"
        verdict = "passed" if r.passed else "-" if r.accuracy is None else "FAILED"
        rows.append(
            (
                r.milestone,
                r.data,
                accuracy,
                f"{100 * r.needed:.1f} %",
                f"{r.seconds:.1f} s",
                verdict,
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(6)]
    lines = [
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines.insert(1, "-" * max(len(line) for line in lines))
    notes = [f"{r.milestone}: {r.note}" for r in results if r.note]
    ran = [
        f"backend: {tt.get_backend()}",
        f"wheels: {versions()}",
        f"Python {sys.version.split()[0]}",
    ]
    return "\n".join([*lines, "", *notes, *ran])


def report(results: Sequence[Result]) -> int:
    """Print the table; the exit code says whether everything that ran has passed."""
    print()
    print(table(results))
    return 0 if all(r.passed or r.accuracy is None for r in results) else 1
