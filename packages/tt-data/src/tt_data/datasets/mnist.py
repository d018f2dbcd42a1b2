"""MNIST and Fashion-MNIST: 70,000 pictures of 28×28 grey pixels in ten classes.

MNIST (LeCun, Cortes and Burges, 1998) shows handwritten digits; Fashion-MNIST (Xiao, Rasul and
Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms", 2017;
MIT licence) shows clothes, which are harder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from tt_tensor import Tensor, from_numpy

from ..dataset import Dataset
from ..download import Resource, fetch
from ..home import data_home
from .idx import read_idx

__all__ = ["MNIST", "FashionMNIST"]


class MNIST(Dataset):
    """Handwritten digits: 60,000 to train on and 10,000 to test with.

    Args:
        root: the folder that holds (or will hold) the folder ``mnist``; by default
            :func:`tt_data.data_home`.
        train: the training part or the test part.
        transform: applied to each picture.
        target_transform: applied to each class.
        download: get the files if they are not there.

    Attributes:
        data: (N, 28, 28), uint8.
        targets: (N,), int64.

    Raises:
        FileNotFoundError: the files are not there and ``download`` is not set.
        DownloadError: they could not be downloaded.
        ValueError: a file is truncated or broken.

    A sample is the picture as a (1, 28, 28) tensor of float32 in [0, 1] and its class.
    """

    folder: ClassVar[str] = "mnist"
    mirrors: ClassVar[tuple[str, ...]] = (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    )
    checksums: ClassVar[dict[str, str]] = {
        "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    }
    classes: ClassVar[tuple[str, ...]] = tuple("0123456789")

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        train: bool = True,
        transform: Callable[[Tensor], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
        download: bool = False,
    ) -> None:
        home = data_home() if root is None else Path(root)
        self.train, self.transform, self.target_transform = train, transform, target_transform
        part = "train" if train else "t10k"
        images = self._file(home, f"{part}-images-idx3-ubyte", download)
        labels = self._file(home, f"{part}-labels-idx1-ubyte", download)
        self.data = from_numpy(read_idx(images))
        self.targets = from_numpy(read_idx(labels).astype(np.int64))
        if self.data.ndim != 3 or len(self.data) != len(self.targets):
            raise ValueError(
                f"{images}: {self.data.shape} pictures do not go with {len(self.targets)} labels"
            )

    def _file(self, home: Path, stem: str, download: bool) -> Path:
        name = stem + ".gz"
        for place in (home / self.folder / name, home / self.folder / stem):
            if place.is_file():
                return place
        if not download:
            raise FileNotFoundError(
                f"{type(self).__name__}: there is no {home / self.folder / name}; use download=True, "
                "or set TT_DATA_HOME to the folder that has it"
            )
        urls = tuple(mirror + name for mirror in self.mirrors)
        return fetch(Resource(name, self.checksums[name], urls), home / self.folder)

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        picture: Any = _to_unit(self.data[index].array)[0]
        target: Any = self.targets[index].item()
        if self.transform is not None:
            picture = self.transform(picture)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return picture, target

    def get_batch(self, indices: Sequence[int]) -> Any:
        """Many samples at once; used by :class:`DataLoader` where there are no transforms."""
        if self.transform is not None or self.target_transform is not None:
            from ..collate import default_collate

            return default_collate([self[i] for i in indices])
        rows = np.asarray(indices, dtype=np.int64)
        return _to_unit(self.data.array[rows]), self.targets[rows]


class FashionMNIST(MNIST):
    """Clothes in ten classes; the arguments are those of :class:`MNIST`."""

    folder: ClassVar[str] = "fashion-mnist"
    mirrors: ClassVar[tuple[str, ...]] = (
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    )
    checksums: ClassVar[dict[str, str]] = {
        "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    }
    classes: ClassVar[tuple[str, ...]] = (
        "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot",
    )  # fmt: skip


def _to_unit(pixels: Any) -> Tensor:
    """(..., 28, 28) bytes as (..., 1, 28, 28) numbers in [0, 1]."""
    pictures = pixels if pixels.ndim == 3 else pixels[None]
    return from_numpy(pictures[:, None].astype(np.float32) / np.float32(255))
