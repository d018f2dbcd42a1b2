"""The small digits: 1,797 pictures of 8×8 pixels, part of this package.

Source: E. Alpaydin and C. Kaynak, "Optical recognition of handwritten digits", UCI Machine Learning
Repository, 1998, https://doi.org/10.24432/C50P49, licence CC BY 4.0; the test part, 8×8 counts (0 to
16) of ink in 4×4 blocks of the scanned bitmaps.  The texts beside the data say more.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from tt_tensor import Tensor
from tt_tensor.typing import Array

from .pictures import LabelledPictures

__all__ = ["Digits"]


class Digits(LabelledPictures):
    """Handwritten digits that are always there: no download, no file to look for.

    Of each class every fifth picture, in the order of the source, belongs to the test part: a fixed
    20 % with every class in its share.

    Args:
        train: the training part (1,442 pictures) or the test part (355).
        transform: applied to each picture, a (1, 8, 8) tensor of float32 in [0, 1].
        target_transform: applied to each class, an int.

    Attributes:
        data: (N, 8, 8), uint8, 0 to 16.
        targets: (N,), int64.

    Example:
        >>> from tt_data import Digits
        >>> train, test = Digits(train=True), Digits(train=False)
        >>> len(train), len(test), train[0][0].shape
        (1442, 355, (1, 8, 8))
    """

    classes: ClassVar[tuple[str, ...]] = tuple("0123456789")

    def __init__(
        self,
        train: bool = True,
        transform: Callable[[Tensor], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
    ) -> None:
        self.train = train
        pixels, labels = _read()
        held_out = np.zeros(len(labels), bool)
        for digit in range(10):
            held_out[np.flatnonzero(labels == digit)[4::5]] = True
        chosen = ~held_out if train else held_out
        super().__init__(pixels[chosen], labels[chosen], 16, transform, target_transform)


def _read() -> tuple[Array, Array]:
    """The pixels (1797, 8, 8), uint8, and the classes (1797,), int64."""
    from importlib.resources import files  # only here: it costs time to import

    packed = files("tt_data").joinpath("datasets", "digits.csv.gz").read_bytes()
    lines = gzip.decompress(packed).decode("ascii").split()
    # every line has the 64 pixels, row by row, and the class
    table = np.array(",".join(lines).split(","), dtype=np.float32).reshape(len(lines), 65)
    return table[:, :64].astype(np.uint8).reshape(-1, 8, 8), table[:, 64].astype(np.int64)
