"""The main job: the milestones of this repository, one after the other, and the table.

python examples/demo.py
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [
    str(HERE),
    *(str(p) for p in (HERE / "perceptron_1957", HERE / "xor_1969", HERE / "mlp_1986")),
]

import minsky_xor_problem
import rosenblatt_perceptron
import train_digits
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
    return report(results)


if __name__ == "__main__":
    sys.exit(main())
