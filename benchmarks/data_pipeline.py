"""How many augmented pictures a loader gives per second, beside what a training step consumes.

    python benchmarks/data_pipeline.py             # prints the table

Pictures of the size of CIFAR-10, batches of 128, cropped with padding 4, mirrored and normalised.  The
training in examples/ takes one such batch in 0.6 to 1 second on two cores; the goal is to deliver at
least five in that time.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

import tt_tensor as tt
from tt_data import DataLoader, TensorDataset
from tt_data.transforms import (
    ColorJitter,
    Compose,
    Normalize,
    RandomCrop,
    RandomHorizontalFlip,
    RandomRotation,
    ToTensor,
)

PICTURES, BATCH, ROUNDS = 12_800, 128, 5
CONSUMED = BATCH / 0.6  # pictures per second, at the faster end
SHIFT = [RandomCrop(32, padding=4), RandomHorizontalFlip()]
NUMBERS = [ToTensor(), Normalize([0.49, 0.48, 0.45], [0.25, 0.24, 0.26])]
AUGMENTATIONS = {
    "none": NUMBERS,
    "crop, flip": [*SHIFT, *NUMBERS],
    "crop, flip, rotation": [*SHIFT, RandomRotation(15), *NUMBERS],
    "crop, flip, colours": [*SHIFT, ColorJitter(0.2, 0.2, 0.2, 0.1), *NUMBERS],
}


def pictures_per_second(loader: DataLoader) -> float:
    """The median over some epochs."""
    rates = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        count = sum(len(x) for x, _ in loader)
        rates.append(count / (time.perf_counter() - start))
    return statistics.median(rates)


def pipeline_rate(augmentation: str, workers: int) -> float:
    """Pictures per second with one of the augmentations and so many worker processes."""
    rng = np.random.default_rng(0)
    pixels = tt.from_numpy(rng.integers(0, 256, (PICTURES, 3, 32, 32), dtype=np.uint8))
    change = Compose(AUGMENTATIONS[augmentation])
    loader = DataLoader(
        TensorDataset(pixels, tt.from_numpy(rng.integers(0, 10, PICTURES))),
        BATCH,
        shuffle=True,
        num_workers=workers,
        persistent_workers=workers > 0,
        batch_transform=lambda x, y: (change(x), y),
    )
    return pictures_per_second(loader)


def main() -> None:
    print(f"{'augmentation':24} workers  pictures/s  ms per batch  times the training's need")
    for name in AUGMENTATIONS:
        for workers in (0, 1, 2):
            rate = pipeline_rate(name, workers)
            print(
                f"{name:24} {workers:7} {rate:11,.0f} {1000 * BATCH / rate:13.2f} {rate / CONSUMED:10.0f}"
            )


if __name__ == "__main__":
    main()
