"""1969: the XOR problem, which a single layer cannot solve and a hidden layer can.

Minsky and Papert, "Perceptrons", 1969, showed what one layer cannot compute; Rumelhart, Hinton and
Williams, "Learning representations by back-propagating errors", 1986, showed how to train the layer
that helps.

    python examples/xor_1969/minsky_xor_problem.py           # one layer: at most 3 of 4 right
    python examples/xor_1969/minsky_xor_problem.py --train   # and with a hidden layer: 4 of 4
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import tt_nn as nn
import tt_tensor as tt
from tt_optim import SGD

sys.path.insert(0, str(Path(__file__).parents[1]))

from milestone import Result, report

X = tt.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = tt.tensor([[0.0], [1.0], [1.0], [0.0]])


def train(model: nn.Module, steps: int, lr: float) -> float:
    """Gradient descent on all four cases; returns the share that is right in the end."""
    loss_of, optimizer = nn.BCEWithLogitsLoss(), SGD(model.parameters(), lr=lr, momentum=0.9)
    for step in range(1, steps + 1):
        optimizer.zero_grad()
        loss = loss_of(model(X), Y)
        loss.backward()
        optimizer.step()
        if step % (steps // 4) == 0:
            print(f"  step {step:>4}: loss {loss.item():.4f}")
    return float(((model(X) > 0) == (Y > 0.5)).float().mean())


def run(with_hidden_layer: bool = True) -> Result:
    """One layer, and if wanted a hidden one."""
    began = time.perf_counter()
    tt.manual_seed(1969)
    print("one layer:")
    single = train(nn.Linear(2, 1), steps=1000, lr=0.1)
    print(f"  {100 * single:.0f} % right: a line leaves at least one corner on the wrong side")
    note = f"one layer reaches {100 * single:.0f} %"
    if not with_hidden_layer:
        right = 1.0 if single <= 0.75 else 0.0
        return Result(
            "1969 XOR, one layer fails", "4 cases", right, 1.0, time.perf_counter() - began, note
        )
    print("a hidden layer of 8:")
    hidden = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    accuracy = train(hidden, steps=1000, lr=0.1)
    print(f"  {100 * accuracy:.0f} % right")
    if single > 0.75:
        accuracy, note = 0.0, "one layer cannot have solved XOR"
    return Result("1969 XOR", "4 cases", accuracy, 1.0, time.perf_counter() - began, note)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--train", action="store_true", help="also train a hidden layer")
    sys.exit(report([run(parser.parse_args().train)]))
