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
BARE = (
    "linear", "tanh", "sigmoid", "mse_loss", "mse_loss_grad", "sigmoid_grad", "tanh_grad", "sgd_step",
)  # fmt: skip


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


def bare_xor() -> Step:
    """The kernels of XOR's step on bare arrays: no tensors, no record, no modules, no checks.

    It is what the framework's own share of a step is to be compared with, and the least that a step
    could take with these kernels.
    """
    kernel = {name: tt.lookup(name).kernels["numpy"] for name in BARE}
    linear, mse, mse_grad = kernel["linear"], kernel["mse_loss"], kernel["mse_loss_grad"]
    rng = np.random.default_rng(0)
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    y = np.array([[0], [1], [1], [0]], np.float32)
    w, v = (rng.standard_normal(shape).astype(np.float32) for shape in ((8, 2), (1, 8)))
    b, c = np.zeros(8, np.float32), np.zeros(1, np.float32)
    one = np.ones((), np.float32)

    def step() -> None:
        hidden = kernel["tanh"](linear(x, w, b))
        out = kernel["sigmoid"](linear(hidden, v, c))
        mse(out, y, "mean")
        grad = kernel["sigmoid_grad"](mse_grad(one, out, y, "mean"), out)
        changes = [(v, np.dot(grad.T, hidden)), (c, np.add.reduce(grad, 0))]
        grad = kernel["tanh_grad"](np.dot(grad, v), hidden)
        changes += [(w, np.dot(grad.T, x)), (b, np.add.reduce(grad, 0))]
        for parameter, change in changes:
            kernel["sgd_step"](parameter, None, change, 0.5, 0, 0, 0, False, False, False)

    return step


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
    bare, theirs, most = race(bare_xor(), xor()[1], repeats=repeats, warmup=50, min_time=0.01)
    print(f"XOR's kernels on bare arrays: {most}", flush=True)
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
            "XOR's NumPy kernels alone, called on bare arrays without tensors, record and modules,",
            f"take {1e6 * bare.median:.1f} µs, against {1e6 * theirs.median:.1f} of PyTorch's whole step: with",
            f"these kernels no framework could be more than {most.ratio:.1f} times as fast.",
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
