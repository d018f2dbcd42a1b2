"""1957: Rosenblatt's perceptron, the first machine that learned from its mistakes.

One unit: it says "yes" if w·x + b > 0.  For each example that it gets wrong, the rule moves the
weights towards the right answer, w ← w + (t - y) x.  If a line separates the two classes, this
comes to an end (the convergence theorem, 1962).  If none does, it never ends: XOR is the famous case.

F. Rosenblatt, "The perceptron: a probabilistic model for information storage and organization in
the brain", Psychological Review 65 (1958).

    python examples/perceptron_1957/rosenblatt_perceptron.py
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import tt_tensor as tt

sys.path.insert(0, str(Path(__file__).parents[1]))

from milestone import Result, report

CORNERS = tt.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
GATES = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "XOR": [0, 1, 1, 0]}


class Perceptron:
    """One threshold unit with the perceptron rule."""

    def __init__(self, inputs: int) -> None:
        self.weights = tt.zeros(inputs)
        self.bias = tt.zeros(())

    def predict(self, x: tt.Tensor) -> tt.Tensor:
        """1 where w·x + b > 0, else 0."""
        return (x @ self.weights + self.bias > 0).long()

    def learn(self, x: tt.Tensor, targets: tt.Tensor, epochs: int) -> int:
        """Apply the rule until nothing is wrong; returns the epochs that it took, or all of them."""
        for epoch in range(1, epochs + 1):
            mistakes = 0
            for i in range(len(x)):
                error = int(targets[i]) - int(self.predict(x[i]))
                if error:
                    self.weights += x[i] * error
                    self.bias += error
                    mistakes += 1
            if not mistakes:
                return epoch
        return epochs

    def accuracy(self, x: tt.Tensor, targets: tt.Tensor) -> float:
        """The share of right answers."""
        return float((self.predict(x) == targets).float().mean())


def separable_set(count: int = 200) -> tuple[tt.Tensor, tt.Tensor]:
    """Points in the plane on two sides of a line, with a gap between them."""
    generator = tt.Generator(1957)
    x = tt.rand(4 * count, 2, generator=generator) * 2 - 1
    side = x @ tt.tensor([1.0, 2.0]) - 0.3
    clear = side.abs() > 0.15
    return x[clear][:count], (side > 0).long()[clear][:count]


def run() -> Result:
    """Learn AND, OR and a separable set; show that XOR cannot be learned."""
    began = time.perf_counter()
    scores = {}
    for name, answers in GATES.items():
        targets = tt.tensor(answers)
        unit = Perceptron(2)
        epochs = unit.learn(CORNERS, targets, epochs=100)
        scores[name] = unit.accuracy(CORNERS, targets)
        ended = (
            f"no mistakes after {epochs} epochs"
            if scores[name] == 1
            else "still wrong after 100 epochs"
        )
        print(f"{name:>14}: {100 * scores[name]:5.1f} %  ({ended})")
    x, targets = separable_set()
    unit = Perceptron(2)
    epochs = unit.learn(x, targets, epochs=200)
    scores["set"] = unit.accuracy(x, targets)
    print(
        f"{'separable set':>14}: {100 * scores['set']:5.1f} %  (no mistakes after {epochs} epochs)"
    )
    learned = min(scores["AND"], scores["OR"], scores["set"])
    note = f"XOR stays at {100 * scores['XOR']:.0f} %: no line separates it"
    if scores["XOR"] > 0.75:  # impossible for one unit; then something else is broken
        learned, note = 0.0, "a single unit cannot have learned XOR"
    seconds = time.perf_counter() - began
    return Result("1957 perceptron", "AND, OR, 200 points", learned, 1.0, seconds, note)


if __name__ == "__main__":
    sys.exit(report([run()]))
