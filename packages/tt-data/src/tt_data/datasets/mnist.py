"""MNIST and Fashion-MNIST: 70,000 pictures of 28×28 grey pixels in ten classes.

MNIST (LeCun, Cortes and Burges, "The MNIST database of handwritten digits", 1998) shows digits;
Fashion-MNIST (Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
learning algorithms", 2017; MIT licence) shows clothes, which are harder.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from tt_tensor import Tensor
from tt_tensor.typing import Array

from ..download import Resource, fetch
from ..errors import DownloadError
from ..home import data_folders, data_home
from .idx import read_idx
from .pictures import LabelledPictures, check_labels

__all__ = ["MNIST", "FashionMNIST"]


class MNIST(LabelledPictures):
    """Handwritten digits: 60,000 to train on and 10,000 to test with.

    Args:
        root: a folder with the files in ``mnist/``, or in ``MNIST/raw/``, where torchvision has them.
            They are looked for here, in ``TT_DATA_HOME`` and in the platform's cache folder.
        train: the training part or the test part.
        transform: applied to each picture, a (1, 28, 28) tensor of float32 in [0, 1].
        target_transform: applied to each class, an int.
        download: get files that are not there, or broken, into ``root`` or
            :func:`tt_data.data_home`.

    Attributes:
        data: (N, 28, 28), uint8.
        targets: (N,), int64.

    Raises:
        FileNotFoundError: the files are not there and ``download`` is not set.
        DownloadError: they could not be downloaded.
        ValueError: a file is truncated or broken, or a label is none of the classes.

    Example:
        >>> from tt_data import MNIST
        >>> MNIST(train=False, download=True)        # doctest: +SKIP
        MNIST(10000 pictures of 28×28)
    """

    folders: ClassVar[tuple[str, ...]] = ("mnist", "MNIST/raw")
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
        self.train = train
        part = "train" if train else "t10k"
        data = self._read(f"{part}-images-idx3-ubyte.gz", root, download)
        labels = self._read(f"{part}-labels-idx1-ubyte.gz", root, download)
        if data.ndim != 3 or labels.shape != data.shape[:1]:
            raise ValueError(
                f"{type(self).__name__}: pictures of shape {data.shape} do not go with labels of "
                f"shape {labels.shape}; get the {part} files again"
            )
        check_labels(labels, len(self.classes), f"{type(self).__name__}, {part} labels")
        super().__init__(data, labels.astype(np.int64), 255, transform, target_transform)

    def _read(self, name: str, root: str | os.PathLike[str] | None, download: bool) -> Array:
        """What is in a file, from the first folder that has it, or downloaded."""
        folders = [home / folder for home in data_folders(root) for folder in self.folders]
        names = (name, name.removesuffix(".gz"))
        for path in (folder / n for folder in folders for n in names):
            if path.is_file():
                try:
                    return read_idx(path)
                except ValueError:
                    if not download:
                        raise
        if not download:
            raise FileNotFoundError(
                f"{type(self).__name__}: {name} is in none of {', '.join(map(str, folders))}; use "
                "download=True, or set TT_DATA_HOME to the folder that has it"
            )
        home = data_home() if root is None else Path(root).expanduser()
        return read_idx(self._fetch(name, home / self.folders[0]))

    def _fetch(self, name: str, folder: Path) -> Path:
        urls = tuple(mirror + name for mirror in self.mirrors)
        try:
            return fetch(Resource(name, self.checksums[name], urls), folder)
        except DownloadError as error:
            place = f"{self.folders[0]}/{name}"
            raise DownloadError(
                f"{error}\nOr set TT_DATA_HOME to a folder that has {place}."
            ) from error


class FashionMNIST(MNIST):
    """Clothes in ten classes, 60,000 and 10,000; the arguments are those of :class:`MNIST`.

    The files are in the folder ``fashion-mnist/``, or ``FashionMNIST/raw/``.
    """

    folders: ClassVar[tuple[str, ...]] = ("fashion-mnist", "FashionMNIST/raw")
    mirrors: ClassVar[tuple[str, ...]] = (
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
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
