"""What the data sets of labelled pictures have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tt_tensor import Tensor, from_numpy
from tt_tensor.typing import Array

from ..dataset import Dataset

__all__ = ["LabelledPictures", "check_labels"]


class LabelledPictures(Dataset[tuple[Any, Any]]):
    """Pictures and their classes, all in memory.

    Args:
        data: the pixels, (N, H, W) if they are grey or (N, C, H, W), as they are stored.
        targets: the classes, (N,), int64.
        white: the largest value of a pixel; samples are divided by it.
        transform: applied to each picture, a (C, H, W) tensor of float32 in [0, 1]; one with the
            attribute ``batched``, as those of :mod:`tt_data.transforms` have it, is applied to all
            pictures of a batch at once.
        target_transform: applied to each class, an int.
    """

    def __init__(
        self,
        data: Array,
        targets: Array,
        white: float,
        transform: Callable[[Tensor], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
    ) -> None:
        self.data, self.targets = from_numpy(data), from_numpy(targets)
        self.white, self.grey = white, data.ndim == 3
        self.transform, self.target_transform = transform, target_transform

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        picture: Any = self._pictures(self.data.array[index])
        target: Any = int(self.targets.array[index])
        if self.transform is not None:
            picture = self.transform(picture)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return picture, target

    def get_batch(self, indices: Sequence[int]) -> Any:
        """Many samples at once, unless there are transforms that want them one by one."""
        at_once = self.transform is None or getattr(self.transform, "batched", False)
        if not at_once or self.target_transform is not None:
            return super().get_batch(indices)
        rows = np.asarray(indices, dtype=np.int64)
        pictures: Any = self._pictures(self.data.array[rows])
        if self.transform is not None:
            pictures = self.transform(pictures)
        return pictures, from_numpy(self.targets.array[rows])

    def _pictures(self, pixels: Array) -> Tensor:
        """Pixels as pictures in [0, 1]; grey ones (..., H, W) get a channel, (..., 1, H, W)."""
        scaled = np.divide(pixels, np.float32(self.white), dtype=np.float32)
        return from_numpy(np.expand_dims(scaled, -3) if self.grey else scaled)

    def __repr__(self) -> str:
        height, width = self.data.shape[-2:]
        return f"{type(self).__name__}({len(self)} pictures of {height}×{width})"


def check_labels(labels: Array, classes: int, where: object) -> None:
    """Make sure that labels are numbers of classes.

    Raises:
        ValueError: one is not; the error says where it stands.
    """
    wrong = np.flatnonzero((labels < 0) | (labels >= classes))
    if wrong.size:
        raise ValueError(
            f"{where}: picture {wrong[0]} has the label {labels[wrong[0]]}, but there are only "
            f"{classes} classes; the file is broken, get it again"
        )
