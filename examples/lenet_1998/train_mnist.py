"""1998: LeNet-5 reads handwritten digits better than a multilayer perceptron of the same size.

LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
Proceedings of the IEEE 86 (1998): small filters that look everywhere for the same thing, pooling,
and the chain rule through it all.

    python examples/lenet_1998/train_mnist.py            # MNIST, minutes
    python examples/lenet_1998/train_mnist.py --resume   # go on where the last run was stopped
    python examples/lenet_1998/train_mnist.py --quick    # the embedded digits, blown up to 28×28

MNIST is looked for in TT_DATA_HOME (or the platform's cache folder) and downloaded if it is not
there.  Curves, the confusion matrix and the hardest mistakes are written as PNG files.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import tt_nn as nn
import tt_tensor as tt
from tt_data import MNIST, Digits, DownloadError, TensorDataset, data_home
from tt_data.transforms import RandomCrop
from tt_nn.models import LeNet5

sys.path.insert(0, str(Path(__file__).parents[1]))

from milestone import Result, report
from training import in_plain_words, options
from vision import Pictures, Plan, draw, final_accuracy, train

NAMES = [str(digit) for digit in range(10)]
FULL, QUICK = Plan(epochs=6, batch=64, peak=0.05), Plan(epochs=12, batch=32, peak=0.05)


class Enlarged(TensorDataset):
    """The embedded digits, 8×8, three times as large and in the middle of 28×28."""

    def __init__(self, part: Digits) -> None:
        pictures = nn.functional.interpolate(part.get_batch(range(len(part)))[0], scale_factor=3)
        self.data = nn.functional.pad(pictures, (2, 2, 2, 2))  # (N, 1, 28, 28)
        self.targets = part.targets
        super().__init__(self.data, self.targets)


def perceptron() -> nn.Sequential:
    """A multilayer perceptron of 61,225 weights; LeNet-5 has 61,706."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 77), nn.ReLU(), nn.Linear(77, 10))


def pictures(quick: bool) -> tuple[Pictures, str]:
    """What is to be read, and what to call it.

    Raises:
        DownloadError, OSError: MNIST is neither there nor to be had.
    """
    if quick:
        parts = Enlarged(Digits(train=True)), Enlarged(Digits(train=False))
        return Pictures(*parts, (0.3,), (0.35,)), f"UCI 8×8 enlarged, {len(parts[1])} held out"
    parts = MNIST(download=True), MNIST(train=False, download=True)
    shifted = RandomCrop(28, padding=2)
    return Pictures(*parts, (0.1307,), (0.3081,), shifted), f"MNIST, {len(parts[1]):,} test"


def run(quick: bool, folder: Path | None, resume: bool = False, seed: int = 0) -> list[Result]:
    """Train both networks on the same pictures; the convolutional one must be better."""
    name, needed = "1998 LeNet-5", 0.95 if quick else 0.989
    try:
        data, label = pictures(quick)
    except (DownloadError, ImportError, OSError) as error:
        home = data_home()
        why = (
            f"not run, as MNIST is not in {home} and could not be downloaded "
            f"({type(error).__name__}); put its four files into {home / 'mnist'}, or set TT_DATA_HOME"
        )
        return [Result(name, "none", None, needed, 0.0, why)]
    results: list[Result] = []
    rival = 0.0
    for title, network in (("     MLP of its size", perceptron), (name, LeNet5)):
        began = time.perf_counter()
        tt.manual_seed(seed)
        model = network()
        size = sum(p.numel() for p in model.parameters())
        print(f"\n{title.strip()}: {size:,} weights", flush=True)
        own = None if folder is None else folder / title.strip().replace(" ", "_")
        trainer = train(model, data, QUICK if quick else FULL, own, resume)
        score, seconds = final_accuracy(trainer.history), time.perf_counter() - began
        if own is not None:
            print(draw(own, trainer, data, NAMES))
        if network is perceptron:
            rival = score
            results.append(Result(title, label, score, 0.0, seconds))
        else:
            one_more = rival + 1 / len(data.test)  # it must read at least one picture more
            note = f"ahead of the MLP by {100 * (score - rival):.2f} points"
            results.append(Result(title, label, score, max(needed, one_more), seconds, note))
    return results


def main() -> int:
    """Train, compare, draw."""
    chosen = options(__doc__, "lenet_1998")
    return report(run(chosen.quick, chosen.out, chosen.resume, chosen.seed))


if __name__ == "__main__":
    sys.exit(in_plain_words(main))
