"""2012: a deep convolutional network tells cats from dogs, on CIFAR-10.

Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks",
NeurIPS 2012: more layers, rectifiers, and pictures that are shifted and mirrored at random.  This
network is smaller (six convolutions) and has batch normalisation, which came in 2015; it learns
CIFAR-10 on a processor in minutes.

    python examples/alexnet_2012/train_cnn.py            # CIFAR-10, four epochs
    python examples/alexnet_2012/train_cnn.py --resume   # go on where the last run was stopped
    python examples/alexnet_2012/train_cnn.py --quick    # 5,000 of its pictures and a smaller network

CIFAR-10 is looked for in TT_DATA_HOME (or the platform's cache folder) and downloaded if it is not
there.  Curves, the confusion matrix and the hardest mistakes are written as PNG files.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import tt_tensor as tt
from tt_data import CIFAR10, DownloadError, data_home
from tt_data.transforms import Compose, RandomCrop, RandomHorizontalFlip
from tt_nn.models import VGG

sys.path.insert(0, str(Path(__file__).parents[1]))

from milestone import Result, report
from training import in_plain_words, options
from vision import Pictures, Plan, draw, final_accuracy, train

MEAN, DEVIATION = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
FULL, QUICK = Plan(epochs=4, batch=128, peak=0.2), Plan(epochs=6, batch=50, peak=0.1)
SMALL = ((16,), (32,), (64,))


def run(quick: bool, folder: Path | None, resume: bool = False, seed: int = 0) -> Result:
    """Train the network and draw what it does."""
    name, needed = "2012 CNN", 0.45 if quick else 0.80
    began = time.perf_counter()
    try:
        parts = CIFAR10(download=True), CIFAR10(train=False, download=True)
    except (DownloadError, ImportError, OSError) as error:
        home = data_home()
        why = (
            f"not run, as CIFAR-10 is not in {home} and could not be downloaded "
            f"({type(error).__name__}); put its archive cifar-10-binary.tar.gz into {home}, or set "
            "TT_DATA_HOME"
        )
        return Result(name, "none", None, needed, 0.0, why)
    augment = Compose([RandomCrop(32, padding=4), RandomHorizontalFlip()])
    data = Pictures(*parts, MEAN, DEVIATION, augment, only=5000 if quick else None)
    tt.manual_seed(seed)
    model = VGG(SMALL) if quick else VGG()
    size = sum(p.numel() for p in model.parameters())
    print(f"{len(data.order):,} pictures to learn from, {size:,} weights", flush=True)
    trainer = train(model, data, QUICK if quick else FULL, folder, resume)
    if folder is not None:
        print(draw(folder, trainer, data, list(parts[0].classes)))
    score, seconds = final_accuracy(trainer.history), time.perf_counter() - began
    return Result(name, f"CIFAR-10, {len(parts[1]):,} test", score, needed, seconds)


def main() -> int:
    """Train, test, draw."""
    chosen = options(__doc__, "alexnet_2012")
    return report([run(chosen.quick, chosen.out, chosen.resume, chosen.seed)])


if __name__ == "__main__":
    sys.exit(in_plain_words(main))
