"""Convolutions layer by layer, side by side with PyTorch eager and with the textbook's way.

    nox -s bench                                   # writes its section of docs/benchmarks.md
    python benchmarks/convolution.py               # prints it

The textbook's way writes down the windows of the whole batch as columns (`unfold`) and multiplies.
One thread each and its processor time, which other programs on the machine disturb little; everybody
in turn, medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # read when NumPy and PyTorch are imported

import numpy as np
import torch
from page import environment, write_section

import tt_nn.functional as F
import tt_tensor as tt

# batch, channels in and out, image, kernel, padding
LAYERS = (
    ("LeNet-5, first", 64, 1, 6, 28, 5, 2),
    ("LeNet-5, second", 64, 6, 16, 14, 5, 0),
    ("CNN, first", 128, 3, 32, 32, 3, 1),
    ("CNN, second", 128, 32, 32, 32, 3, 1),
    ("CNN, third", 128, 32, 64, 16, 3, 1),
    ("CNN, fourth", 128, 64, 64, 16, 3, 1),
    ("CNN, fifth", 128, 64, 128, 8, 3, 1),
    ("CNN, sixth", 128, 128, 128, 8, 3, 1),
)
Call = Callable[[], object]


def calls(
    batch: int, inputs: int, outputs: int, size: int, kernel: int, padding: int
) -> list[Call]:
    """Forward by the textbook, by us and by PyTorch; forward and backward by us and by PyTorch."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((batch, inputs, size, size)).astype(np.float32)
    if inputs > 3:  # as a convolution before this one leaves it
        x = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    w = rng.standard_normal((outputs, inputs, kernel, kernel)).astype(np.float32)
    learns = inputs > 3  # the pictures themselves want no gradient
    our_x, our_w = tt.from_numpy(x).requires_grad_(learns), tt.from_numpy(w).requires_grad_()
    their_x = torch.from_numpy(np.ascontiguousarray(x)).requires_grad_(learns)
    their_w = torch.from_numpy(w).requires_grad_()
    flow = F.conv2d(our_x, our_w, padding=padding).detach()
    their_flow = torch.from_numpy(np.ascontiguousarray(flow.numpy()))

    def textbook() -> object:
        return our_w.detach().reshape(outputs, -1) @ F.unfold(our_x.detach(), kernel, 1, padding)

    def ours() -> tt.Tensor:
        return F.conv2d(our_x, our_w, padding=padding)

    def theirs() -> torch.Tensor:
        return torch.nn.functional.conv2d(their_x, their_w, padding=padding)

    return [
        textbook,
        ours,
        theirs,
        lambda: ours().backward(flow),
        lambda: theirs().backward(their_flow),
    ]


def milliseconds(functions: list[Call], repeats: int) -> list[float]:
    """The medians of the functions' processor time, taken in turn."""
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(repeats + 2):
        for function, taken in zip(functions, times, strict=True):
            start = time.thread_time()
            function()
            taken.append(1e3 * (time.thread_time() - start))
    return [statistics.median(taken[2:]) for taken in times]  # the first two warm up


def measure(repeats: int) -> str:
    """The whole section."""
    rows = [
        "| layer | forward: textbook, ms | ours | PyTorch | ratio | both ways: ours | PyTorch | ratio |",
        "|---" * 8 + "|",
    ]
    for name, batch, inputs, outputs, size, kernel, padding in LAYERS:
        functions = calls(batch, inputs, outputs, size, kernel, padding)
        textbook, ours, theirs, our_step, their_step = milliseconds(functions, repeats)
        rows.append(
            f"| {name}: {inputs} to {outputs}, {size}×{size} | {textbook:.2f} | {ours:.2f} | {theirs:.2f} "
            f"| {theirs / ours:.2f} | {our_step:.2f} | {their_step:.2f} | {their_step / our_step:.2f} |"
        )
        print(rows[-1], flush=True)
    return "\n".join(
        [
            "## Convolutions",
            "",
            "Written by `nox -s bench` (the program is `benchmarks/convolution.py`). Forward, and forward with",
            "all gradients; float32, one thread each and its processor time, everybody in turn, medians. The",
            "textbook's way writes down the windows of the whole batch and multiplies. The ratio is PyTorch's",
            "time divided by ours: above 1, ours is faster.",
            "",
            *rows,
            "",
            environment(),
        ]
    )  # fmt: skip


def main() -> None:
    """Measure and print, or write the section."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="write the section into this page"
    )
    parser.add_argument("--repeats", type=float, default=1.0, help="scale the number of rounds")
    given = parser.parse_args()
    torch.set_num_threads(1)
    tt.keep_memory()
    section = measure(max(int(15 * given.repeats), 3))
    if given.write:
        write_section(given.write, section)
    else:
        print(section)


if __name__ == "__main__":
    main()
