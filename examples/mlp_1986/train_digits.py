"""1986: a multilayer perceptron reads handwritten digits.

Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", Nature 323
(1986): layers of weights, a nonlinearity between them, and the chain rule.

    python examples/mlp_1986/train_digits.py                  # the embedded 8×8 digits, and MNIST
    python examples/mlp_1986/train_digits.py --data digits    # only the embedded ones
    python examples/mlp_1986/train_digits.py --draw my.txt    # then read a digit that you drew

A drawing is a text file: spaces and dots are paper, anything else is ink.  MNIST is looked for in
TT_DATA_HOME (or the platform's cache folder) and downloaded if it is not there.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

import tt_nn as nn
import tt_tensor as tt
from tt_data import MNIST, DataLoader, Dataset, Digits, DownloadError, data_home
from tt_optim import Adam, OneCycleLR, Trainer, accuracy

sys.path.insert(0, str(Path(__file__).parents[1]))

from milestone import Result, report


def network(pixels: int, *hidden: int) -> nn.Sequential:
    """A multilayer perceptron from pixels to ten scores."""
    layers: list[nn.Module] = [nn.Flatten()]
    for before, after in zip((pixels, *hidden[:-1]), hidden, strict=True):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(hidden[-1], 10))


def train(
    model: nn.Module, data: Dataset, test: Dataset, batch: int, epochs: int, peak: float
) -> float:
    """Train with Adam and one cycle of the learning rate; returns the accuracy on the test part."""
    loader = DataLoader(data, batch_size=batch, shuffle=True)
    held_out = DataLoader(test, batch_size=1000)
    optimizer = Adam(model.parameters())
    trainer = Trainer(
        model,
        nn.CrossEntropyLoss(),
        optimizer,
        metrics={"accuracy": accuracy},
        scheduler=OneCycleLR(optimizer, peak, epochs=epochs, steps_per_epoch=len(loader)),
        step_scheduler="batch",
    )
    history = trainer.fit(loader, epochs, validation=held_out)
    return history.column("accuracy", "validation")[-1]


def run_digits() -> tuple[Result, nn.Module]:
    """The embedded digits: 80 % to learn from, 20 % held out."""
    began = time.perf_counter()
    tt.manual_seed(1986)
    data, test = Digits(train=True), Digits(train=False)
    print(f"digits: {len(data)} pictures of 8×8 to learn from, {len(test)} held out (embedded)")
    model = network(64, 64, 32)
    score = train(model, data, test, batch=32, epochs=20, peak=0.01)
    seconds = time.perf_counter() - began
    return Result("1986 MLP, digits", f"UCI 8×8, {len(test)} held out", score, 0.95, seconds), model


def run_mnist() -> Result:
    """MNIST, if it is there or can be had."""
    name = "1986 MLP, MNIST"
    began = time.perf_counter()
    tt.manual_seed(1986)
    try:
        data, test = MNIST(download=True), MNIST(train=False, download=True)
    except (DownloadError, ImportError, OSError) as error:
        home = data_home()
        why = (
            f"not run, as MNIST is not in {home} and could not be downloaded "
            f"({type(error).__name__}); put its four files into {home / 'mnist'}, or set TT_DATA_HOME"
        )
        return Result(name, "none", None, 0.975, time.perf_counter() - began, why)
    print(
        f"MNIST: {len(data)} pictures of 28×28 to learn from, {len(test)} to test (from {data_home()})"
    )
    score = train(network(784, 128, 64), data, test, batch=64, epochs=6, peak=0.004)
    return Result(name, f"MNIST, {len(test):,} test", score, 0.975, time.perf_counter() - began)


def read_drawing(path: Path) -> tt.Tensor:
    """A drawing as a picture of 8×8: cut to its ink, and averaged over blocks.

    Raises:
        ValueError: there is no ink.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    width = max((len(line) for line in lines), default=0)
    ink = np.array([[c not in " ." for c in line.ljust(width)] for line in lines], dtype=np.float32)
    if not ink.any():
        raise ValueError(f"{path}: the drawing has no ink; use any character but space and dot")
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = ink.shape
    picture = np.zeros((8, 8), np.float32)
    for i in range(8):
        for j in range(8):
            picture[i, j] = ink[
                i * height // 8 : max((i + 1) * height // 8, i * height // 8 + 1),
                j * width // 8 : max((j + 1) * width // 8, j * width // 8 + 1),
            ].mean()
    return tt.from_numpy(picture)


def main() -> int:
    """Train on what was asked for, and read the drawing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", choices=("digits", "mnist", "both"), default="both")
    parser.add_argument("--draw", type=Path, metavar="FILE", help="a digit drawn as text")
    options = parser.parse_args()
    results = []
    if options.data != "mnist" or options.draw:
        result, model = run_digits()
        results.append(result)
        if options.draw:
            chances = tt.softmax(model(read_drawing(options.draw).unsqueeze(0)), dim=1)[0]
            best = int(chances.argmax())
            print(f"your drawing looks like a {best} ({100 * float(chances[best]):.0f} % sure)")
    if options.data != "digits":
        results.append(run_mnist())
    return report(results)


if __name__ == "__main__":
    sys.exit(main())
