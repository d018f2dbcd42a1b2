"""The small digits: 1,797 pictures of 8×8 pixels, part of this package.

Source: E. Alpaydin and C. Kaynak, "Optical recognition of handwritten digits", UCI Machine Learning
Repository, 1998, licence CC BY 4.0; the test part, 8×8 counts (0 to 16) of ink in 4×4 blocks of the
scanned bitmaps.  The text beside the data says more.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from importlib.resources import files
from typing import ClassVar

import numpy as np

from tt_tensor import Tensor, from_numpy

from ..dataset import Dataset

__all__ = ["Digits"]


class Digits(Dataset):
    """Handwritten digits that are always there: no download, no file to look for.

    Of each class every fifth picture, in the order of the source, belongs to the test part: a fixed
    20 % with every class in its share.

    Args:
        train: the training part (1,442 pictures) or the test part (355).

    Attributes:
        data: (N, 8, 8), float32 in [0, 1].
        targets: (N,), int64.

    Example:
        >>> from tt_data import Digits
        >>> train, test = Digits(train=True), Digits(train=False)
        >>> len(train) + len(test), train[0][0].shape
        (1797, (1, 8, 8))
    """

    classes: ClassVar[tuple[str, ...]] = tuple("0123456789")

    def __init__(self, train: bool = True) -> None:
        content = files("tt_data").joinpath("datasets", "digits.csv.gz").read_bytes()
        table = np.array(
            [line.split(",") for line in gzip.decompress(content).decode("ascii").split()],
            np.float32,
        )
        labels = table[:, -1].astype(np.int64)
        held_out = np.zeros(len(labels), bool)
        for digit in range(10):
            held_out[np.flatnonzero(labels == digit)[4::5]] = True
        chosen = ~held_out if train else held_out
        self.train = train
        self.data = from_numpy(table[chosen, :-1].reshape(-1, 8, 8) / np.float32(16))
        self.targets = from_numpy(labels[chosen])

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.data[index].unsqueeze(0), self.targets[index].item()

    def get_batch(self, indices: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Many samples at once."""
        rows = np.asarray(indices, dtype=np.int64)
        return self.data[rows].unsqueeze(1), self.targets[rows]
