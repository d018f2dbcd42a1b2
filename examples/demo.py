"""The main job: the milestones of this repository, one after the other, and the table.

python examples/demo.py
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [
    str(HERE),
    *(str(HERE / p) for p in ("perceptron_1957", "xor_1969", "mlp_1986", "lenet_1998", "gpt_2018")),
]

import minsky_xor_problem
import rosenblatt_perceptron
import simple_tinygpt
import train_digits
import train_mnist
from milestone import Result, report


def main() -> int:
    """Run everything; the exit code says whether what ran has passed."""
    results: list[Result] = []
    for title, program in (
        ("1957: the perceptron", rosenblatt_perceptron.run),
        ("1969: XOR", minsky_xor_problem.run),
        (
            "1986: a multilayer perceptron on the embedded digits",
            lambda: train_digits.run_digits()[0],
        ),
        ("1986: the same on MNIST", train_digits.run_mnist),
    ):
        print(f"\n== {title}", flush=True)
        results.append(program())
    print("\n== 1998: LeNet-5 against a perceptron of its size, on the embedded digits", flush=True)
    results += train_mnist.run(quick=True, folder=None)
    print("\n== 2018: a GPT on the embedded part of Shakespeare", flush=True)
    results.append(simple_tinygpt.run(quick=True, folder=None))
    return report(results)


if __name__ == "__main__":
    sys.exit(main())
