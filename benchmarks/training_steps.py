"""Training steps, side by side with PyTorch eager: one process, blocks in turn, medians with spread.

    nox -s bench                                   # writes docs/benchmarks.md
    python benchmarks/training_steps.py            # prints the table

Each workload is written twice, once per library, with the same sizes and the same optimizer.  Blocks
of the two alternate, so that whatever happens to the machine happens to both; the ratio is the median
over pairs of blocks (PyTorch's time / ours: above 1, ours is faster), with a 95 % interval.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from page import environment, write_section

import tt_nn as nn
import tt_optim
import tt_tensor as tt
from tt_perf import race

THREADS = 2
Step = Callable[[], object]


def xor() -> tuple[Step, Step]:
    """A 2-8-1 network on the four cases of XOR, SGD."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    y = np.array([[0], [1], [1], [0]], np.float32)
    ours = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1), nn.Sigmoid())
    theirs = torch.nn.Sequential(
        torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1), torch.nn.Sigmoid()
    )
    return (
        our_step(ours, nn.MSELoss(), tt_optim.SGD(ours.parameters(), lr=0.5), x, y),
        their_step(theirs, torch.nn.MSELoss(), torch.optim.SGD(theirs.parameters(), lr=0.5), x, y),
    )


def mlp() -> tuple[Step, Step]:
    """A 784-128-64-10 network, batch 64, cross-entropy, Adam."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((64, 784)).astype(np.float32)
    y = rng.integers(0, 10, 64)
    sizes = ((784, 128), (128, 64), (64, 10))

    def network(library: object) -> object:
        layers = []
        for i, (a, b) in enumerate(sizes):
            layers += [library.ReLU()] if i else []
            layers.append(library.Linear(a, b))
        return library.Sequential(*layers)

    ours, theirs = network(nn), network(torch.nn)
    return (
        our_step(ours, nn.CrossEntropyLoss(), tt_optim.Adam(ours.parameters()), x, y),
        their_step(
            theirs, torch.nn.CrossEntropyLoss(), torch.optim.Adam(theirs.parameters()), x, y
        ),
    )


def chain(weights_learn: bool) -> tuple[Step, Step]:
    """40 operations on 4×4 tensors, forward and backward: 10 × (add, mul, relu, matmul)."""
    rng = np.random.default_rng(0)
    a, b = rng.random((4, 4)).astype(np.float32), (rng.random((4, 4)) * 0.3).astype(np.float32)

    def step(library: object) -> Step:
        x = library.tensor(a).requires_grad_()
        w = library.tensor(b).requires_grad_(weights_learn)
        start = library.ones(4, 4)

        def run() -> None:
            z = x
            for _ in range(10):
                z = z + w
                z = z * w
                z = library.relu(z)
                z = z @ w
            x.grad = w.grad = None
            z.backward(start)

        return run

    return step(tt), step(torch)


def our_step(model: object, loss_of: object, optimizer: object, x: object, y: object) -> Step:
    """One training step with the wheels of this repository."""
    inputs, targets = tt.from_numpy(x), tt.from_numpy(y)

    def run() -> None:
        optimizer.zero_grad()
        loss_of(model(inputs), targets).backward()
        optimizer.step()

    return run


def their_step(model: object, loss_of: object, optimizer: object, x: object, y: object) -> Step:
    """One training step with PyTorch."""
    inputs, targets = torch.from_numpy(x), torch.from_numpy(y)

    def run() -> None:
        optimizer.zero_grad()
        loss_of(model(inputs), targets).backward()
        optimizer.step()

    return run


WORKLOADS: tuple[tuple[str, Callable[[], tuple[Step, Step]], float], ...] = (
    ("XOR step: 2-8-1, batch 4, SGD", xor, 5.0),
    ("MLP step: 784-128-64-10, batch 64, Adam", mlp, 1.5),
    ("40-operation chain, 4×4, constant weights", lambda: chain(False), 1.5),
    ("40-operation chain, 4×4, learned weights", lambda: chain(True), 1.5),
)


def import_times(repeats: int = 9) -> tuple[float, float]:
    """Seconds to start Python and import NumPy, and what the whole chain takes beyond that."""
    programs = ("import numpy", "import numpy, tt_optim, tt_data, tt_text, tt_perf")
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for program, seconds in zip(programs, times, strict=True):
            code = (
                f"import time; t = time.perf_counter(); {program}; print(time.perf_counter() - t)"
            )
            out = subprocess.run(
                [sys.executable, "-c", code], check=True, capture_output=True, text=True
            )
            seconds.append(float(out.stdout))
    beyond = [b - a for a, b in zip(*times, strict=True)]
    return statistics.median(times[0]), statistics.median(beyond)


def measure(repeats: int) -> str:
    """The page's first part."""
    torch.set_num_threads(THREADS)
    missed = []
    rows = [
        "| workload | ours, µs | PyTorch, µs | ratio | 95 % | goal |",
        "|---|---|---|---|---|---|",
    ]
    for name, make, goal in WORKLOADS:
        ours, theirs, result = race(*make(), repeats=repeats, warmup=50, min_time=0.01)
        print(f"{name}: {result}", flush=True)
        a, b = ours.median * 1e6, theirs.median * 1e6
        spread = f"{result.interval[0]:.2f} to {result.interval[1]:.2f}"
        if result.ratio < goal:
            missed.append(name)
        rows.append(f"| {name} | {a:.1f} | {b:.1f} | {result.ratio:.2f} | {spread} | {goal} |")
    numpy_time, beyond = import_times()
    print(
        f"import of the whole chain beyond NumPy's {1e3 * numpy_time:.0f} ms: {1e3 * beyond:.0f} ms"
    )
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `nox -s bench` (the program is `benchmarks/training_steps.py`).",
            "",
            f"Backend `{tt.get_backend()}`, float32, {THREADS} threads, PyTorch {torch.__version__} eager in the",
            "same process, blocks in turn, medians. The ratio is PyTorch's time divided by ours: above 1, ours",
            "is faster. The goal is the one set before the work began.",
            "",
            *rows,
            "",
            "Below the goal here: " + ("; ".join(missed) or "none") + ".",
            "",
            f"Importing the whole chain takes {1e3 * beyond:.0f} ms beyond NumPy's own "
            f"{1e3 * numpy_time:.0f} ms (goal: 150 ms).",
            "",
            environment(),
        ]
    )


def main() -> None:
    """Measure and print, or write the page's first part."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write it into this page")
    parser.add_argument("--repeats", type=int, default=41, help="pairs of blocks per workload")
    options = parser.parse_args()
    page = measure(options.repeats)
    if options.write:
        write_section(options.write, page)
    else:
        print(page)


if __name__ == "__main__":
    main()
