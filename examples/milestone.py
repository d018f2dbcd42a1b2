"""What every milestone reports: what was learned, on what, how well, how fast, and with which code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import tt_tensor as tt

WHEELS = ("tt-tensor", "tt-autograd", "tt-nn", "tt-optim", "tt-data", "tt-text", "tt-perf")


@dataclass(frozen=True)
class Result:
    """One line of the table.

    Attributes:
        milestone: the year and the name.
        data: the data set, and how much of it.
        score: how well: the share of right answers, or a loss; None if the milestone was not run.
        needed: what it takes to pass.
        seconds: how long it took.
        note: why it was not run, or what else is worth saying.
        measure: what the score is, "accuracy" or "loss"; of a loss, less is better.
    """

    milestone: str
    data: str
    score: float | None
    needed: float
    seconds: float
    note: str = ""
    measure: Literal["accuracy", "loss"] = "accuracy"

    @property
    def passed(self) -> bool:
        """Whether it was run and was good enough."""
        if self.score is None:
            return False
        return self.score <= self.needed if self.measure == "loss" else self.score >= self.needed

    def shown(self, number: float | None) -> str:
        """The score, or what is needed, for people."""
        if number is None:
            return "not run"
        return f"loss {number:.3f}" if self.measure == "loss" else f"{100 * number:.1f} %"


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
    rows = [("milestone", "data set", "score", "needed", "time", "")]
    for r in results:
        verdict = "passed" if r.passed else "-" if r.score is None else "FAILED"
        score, needed = r.shown(r.score), r.shown(r.needed)
        rows.append((r.milestone, r.data, score, needed, f"{r.seconds:.1f} s", verdict))
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
    return 0 if all(r.passed or r.score is None for r in results) else 1
