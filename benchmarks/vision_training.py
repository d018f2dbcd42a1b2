"""Training on pictures, side by side with PyTorch eager: steps, peak memory, and the data pipeline.

    nox -s bench                                   # writes its section of docs/benchmarks.md
    python benchmarks/vision_training.py           # prints it

Each library trains in a process of its own, as it would for its users, and this one has them make
their steps in turn, so that whatever happens to the machine happens to both.  The ratio of times is
PyTorch's divided by ours: above 1, ours is faster.  The ratio of memory is ours divided by PyTorch's.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
from data_pipeline import BATCH, pipeline_rate
from page import environment
from turns import Child, command_line

from tt_perf import race

Step = Callable[[], object]
SIZES = {"lenet": (64, 1, 28), "cnn": (128, 3, 32)}  # batch, channels, height = width

# what is measured, in words; how much of PyTorch's speed is the goal; and how many pairs of blocks
WORKLOADS = {
    "lenet": ("LeNet-5 step, batch 64, SGD with momentum", 0.55, 41),
    "cnn": ("CNN step, 6 convolutions 32-64-128, batch 128, Nesterov", 0.6, 15),
}
MEMORY_GOAL = 1.5
PIPELINE_GOAL = 5


# ---- the two libraries, each in its own process -------------------------------------------------


def ours(workload: str) -> Step:
    """A training step with the wheels of this repository."""
    import tt_nn as nn
    import tt_optim
    import tt_tensor as tt
    from tt_nn.models import VGG, LeNet5

    tt.keep_memory()
    x, y = (tt.from_numpy(array) for array in pictures(workload))
    model = LeNet5() if workload == "lenet" else VGG()
    optimizer = tt_optim.SGD(model.parameters(), **options(workload))
    criterion = nn.CrossEntropyLoss()

    def step() -> None:
        optimizer.zero_grad()
        criterion(model(x), y).backward()
        optimizer.step()

    return step


def theirs(workload: str) -> Step:
    """The same with PyTorch."""
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    x, y = (torch.from_numpy(array) for array in pictures(workload))
    model = their_lenet() if workload == "lenet" else their_cnn()
    optimizer = torch.optim.SGD(model.parameters(), **options(workload))
    criterion = torch.nn.CrossEntropyLoss()

    def step() -> None:
        optimizer.zero_grad()
        criterion(model(x), y).backward()
        optimizer.step()

    return step


def their_lenet() -> object:
    """LeNet-5 as in tt_nn.models."""
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def their_cnn() -> object:
    """The small VGG as in tt_nn.models."""
    from torch import nn

    layers, before = [], 3
    for width in (32, 64, 128):
        for _ in range(2):
            layers += [nn.Conv2d(before, width, 3, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            before = width
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(128 * 4 * 4, 10))


def pictures(workload: str) -> tuple[np.ndarray, np.ndarray]:
    """A batch of random pictures and classes."""
    batch, channels, size = SIZES[workload]
    rng = np.random.default_rng(0)
    x = rng.standard_normal((batch, channels, size, size), dtype=np.float32)
    return x, rng.integers(0, 10, batch)


def options(workload: str) -> dict[str, object]:
    """Of SGD, in both libraries."""
    if workload == "lenet":
        return {"lr": 0.01, "momentum": 0.9}
    return {"lr": 0.01, "momentum": 0.9, "nesterov": True, "weight_decay": 5e-4}


# ---- the section --------------------------------------------------------------------------------


def measure(repeats: float, threads: int) -> str:
    """The whole section; ``repeats`` scales how many pairs of blocks are measured."""
    times = ["| training step | ours, ms | PyTorch, ms | ratio | 95 % | goal |", "|---" * 6 + "|"]
    memory = ["| peak memory | ours, MB | PyTorch, MB | ratio | goal |", "|---" * 5 + "|"]
    missed: list[str] = []
    for workload, (name, goal, pairs) in WORKLOADS.items():
        with (
            Child(__file__, "ours", workload, threads) as mine,
            Child(__file__, "theirs", workload, threads) as other,
        ):
            a, b, result = race(mine, other, repeats=max(int(pairs * repeats), 3), min_time=0.05)
            mine_mb, other_mb = mine.memory, other.memory
            growth = f"{mine_mb - mine.before:.0f} and {other_mb - other.before:.0f} MB in training"
        low, high = result.interval
        print(f"{name}: {result}; {mine_mb:.0f} and {other_mb:.0f} MB, {growth}", flush=True)
        times.append(
            f"| {name} | {1e3 * a.median:.1f} | {1e3 * b.median:.1f} | {result.ratio:.2f} "
            f"| {low:.2f} to {high:.2f} | {goal} |"
        )
        share = mine_mb / other_mb
        memory.append(
            f"| {name}: {growth} | {mine_mb:.0f} | {other_mb:.0f} | {share:.2f} | {MEMORY_GOAL} |"
        )
        missed += [name] * (result.ratio < goal) + [f"memory of {name}"] * (share > MEMORY_GOAL)
        consumed = SIZES[workload][0] / a.median  # in the end, by the CNN
    pipeline, enough = measure_pipeline(consumed)
    missed += [] if enough else ["the data pipeline"]
    return "\n".join(
        [
            "## Training on pictures",
            "",
            "Written by `nox -s bench` (the program is `benchmarks/vision_training.py`). Each library is in a",
            f"process of its own with {threads} threads, ours with `keep_memory()`; steps in turn, medians. The",
            "ratio of times is PyTorch's divided by ours, that of memory ours divided by PyTorch's. Memory is",
            "the most that the whole process held; how much of it came with the training is in the first",
            "column.",
            "",
            *times,
            "",
            *memory,
            "",
            *pipeline,
            "",
            "Not reached here: " + ("; ".join(missed) or "none") + ".",
            "",
            environment(),
        ]
    )  # fmt: skip


def measure_pipeline(consumed: float) -> tuple[list[str], bool]:
    """The table of the loader, beside what the CNN's training consumes; and whether it is enough."""
    rows = [
        f"The loader, with batches of {BATCH} pictures of 32×32; the training of the CNN consumes "
        f"{consumed:.0f} pictures",
        f"per second, and the goal is {PIPELINE_GOAL} times as many with crops and flips.",
        "",
        "| augmentation | workers | pictures/s | times the need |",
        "|---" * 4 + "|",
    ]
    enough = True
    for name in ("crop, flip", "crop, flip, colours"):
        for workers in (0, 1):
            rate = pipeline_rate(name, workers)
            print(f"{name}, {workers} workers: {rate:,.0f} pictures/s", flush=True)
            rows.append(f"| {name} | {workers} | {rate:,.0f} | {rate / consumed:.0f} |")
            if name == "crop, flip" and rate < PIPELINE_GOAL * consumed:
                enough = False
    return rows, enough


if __name__ == "__main__":
    command_line(__doc__, measure, {"ours": ours, "theirs": theirs})
