"""CIFAR-10 and CIFAR-100: 60,000 colour pictures of 32×32 pixels in 10 or 100 classes.

Krizhevsky, "Learning multiple layers of features from tiny images", 2009,
https://www.cs.toronto.edu/~kriz/cifar.html.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np

from tt_tensor import Tensor
from tt_tensor.typing import Array

from ..download import Resource, fetch
from ..errors import DownloadError
from ..home import data_folders, data_home
from ..lock import alone_in
from .cifar_files import read_binary, read_python
from .pictures import LabelledPictures, check_labels

__all__ = ["CIFAR10", "CIFAR100"]

HOME = "https://www.cs.toronto.edu/~kriz/"
Reader = Callable[[Path, tuple[str, ...], str], tuple[Array, Array]]


class Layout(NamedTuple):
    """One of the two ways in which the files are given away."""

    archive: str
    folder: str  # in the archive
    train: tuple[str, ...]
    test: tuple[str, ...]
    labels: tuple[str, ...]
    read: Reader


class CIFAR10(LabelledPictures):
    """Aeroplanes, cars, animals and ships: 50,000 to train on and 10,000 to test with.

    Args:
        root: a folder with ``cifar-10-batches-bin/`` or ``cifar-10-batches-py/``, or with an archive
            of either, which is then unpacked. They are looked for here, in ``TT_DATA_HOME`` and in
            the platform's cache folder.
        train: the training part or the test part.
        transform: applied to each picture, a (3, 32, 32) tensor of float32 in [0, 1].
        target_transform: applied to each class, an int.
        download: get what is not there, or broken, into ``root`` or :func:`tt_data.data_home`
            (162 MB, and 176 MB unpacked).

    Attributes:
        data: (N, 3, 32, 32), uint8.
        targets: (N,), int64.
        classes: the names of the classes.

    Raises:
        FileNotFoundError: the files are not there and ``download`` is not set.
        DownloadError: they could not be downloaded.
        ValueError: a file is truncated or broken, or a label is none of the classes.

    Example:
        >>> from tt_data import CIFAR10
        >>> CIFAR10(train=False, download=True)        # doctest: +SKIP
        CIFAR10(10000 pictures of 32×32)
    """

    layouts: ClassVar[tuple[Layout, ...]] = (
        Layout(
            "cifar-10-binary.tar.gz", "cifar-10-batches-bin",
            tuple(f"data_batch_{i}.bin" for i in range(1, 6)), ("test_batch.bin",),
            ("labels",), read_binary,
        ),
        Layout(
            "cifar-10-python.tar.gz", "cifar-10-batches-py",
            tuple(f"data_batch_{i}" for i in range(1, 6)), ("test_batch",),
            ("labels",), read_python,
        ),
    )  # fmt: skip
    checksum: ClassVar[str] = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
    mirrors: ClassVar[tuple[str, ...]] = (HOME,)
    label: ClassVar[str] = "labels"
    classes: tuple[str, ...] = (
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    )  # fmt: skip

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        train: bool = True,
        transform: Callable[[Tensor], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
        download: bool = False,
    ) -> None:
        self.train = train
        data, targets = self._find(root, download)
        super().__init__(data, targets, 255, transform, target_transform)

    def _find(self, root: str | os.PathLike[str] | None, download: bool) -> tuple[Array, Array]:
        """Pictures and classes from the first folder that has them, or downloaded."""
        homes = data_folders(root)
        try:
            for home, layout in product(homes, self.layouts):
                if (folder := _unpacked(home, layout)) is not None:
                    return self._read(folder, layout)
        except (ValueError, FileNotFoundError):
            if not download:
                raise
        layout = self.layouts[0]
        if not download:
            raise FileNotFoundError(
                f"{type(self).__name__}: neither a folder {layout.folder} nor an archive "
                f"{layout.archive} is in any of {', '.join(map(str, homes))}; use download=True, or "
                "set TT_DATA_HOME to the folder that has it"
            )
        home = data_home() if root is None else Path(root).expanduser()
        archive = self._fetch(layout.archive, home)
        with alone_in(home):
            _extract(archive, home)
        return self._read(home / layout.folder, layout)

    def _fetch(self, name: str, folder: Path) -> Path:
        urls = tuple(mirror + name for mirror in self.mirrors)
        try:
            return fetch(Resource(name, self.checksum, urls), folder)
        except DownloadError as error:
            raise DownloadError(
                f"{error}\nOr set TT_DATA_HOME to a folder that has {name}, or what is in it."
            ) from error

    def _read(self, folder: Path, layout: Layout) -> tuple[Array, Array]:
        """All files of the part as one array."""
        pictures, labels = [], []
        for name in layout.train if self.train else layout.test:
            if not (folder / name).is_file():
                raise FileNotFoundError(f"{type(self).__name__}: {folder / name} is missing")
            some, numbers = layout.read(folder / name, layout.labels, self.label)
            check_labels(numbers, len(self.classes), folder / name)
            pictures.append(some)
            labels.append(numbers)
        return np.concatenate(pictures), np.concatenate(labels)


class CIFAR100(CIFAR10):
    """One hundred classes with 500 pictures each to train on; the arguments are those of :class:`CIFAR10`.

    The files are in ``cifar-100-binary/`` or ``cifar-100-python/``.

    Args:
        coarse: use the 20 groups of classes (fish, flowers, people, ...) as classes.
    """

    layouts: ClassVar[tuple[Layout, ...]] = (
        Layout(
            "cifar-100-binary.tar.gz", "cifar-100-binary", ("train.bin",), ("test.bin",),
            ("coarse_labels", "fine_labels"), read_binary,
        ),
        Layout(
            "cifar-100-python.tar.gz", "cifar-100-python", ("train",), ("test",),
            ("coarse_labels", "fine_labels"), read_python,
        ),
    )  # fmt: skip
    checksum: ClassVar[str] = "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"
    fine: ClassVar[tuple[str, ...]] = (
        "apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle",
        "bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle",
        "chair", "chimpanzee", "clock", "cloud", "cockroach", "couch", "crab", "crocodile", "cup",
        "dinosaur", "dolphin", "elephant", "flatfish", "forest", "fox", "girl", "hamster", "house",
        "kangaroo", "keyboard", "lamp", "lawn_mower", "leopard", "lion", "lizard", "lobster", "man",
        "maple_tree", "motorcycle", "mountain", "mouse", "mushroom", "oak_tree", "orange", "orchid",
        "otter", "palm_tree", "pear", "pickup_truck", "pine_tree", "plain", "plate", "poppy",
        "porcupine", "possum", "rabbit", "raccoon", "ray", "road", "rocket", "rose", "sea", "seal",
        "shark", "shrew", "skunk", "skyscraper", "snail", "snake", "spider", "squirrel", "streetcar",
        "sunflower", "sweet_pepper", "table", "tank", "telephone", "television", "tiger", "tractor",
        "train", "trout", "tulip", "turtle", "wardrobe", "whale", "willow_tree", "wolf", "woman",
        "worm",
    )  # fmt: skip
    groups: ClassVar[tuple[str, ...]] = (
        "aquatic_mammals", "fish", "flowers", "food_containers", "fruit_and_vegetables",
        "household_electrical_devices", "household_furniture", "insects", "large_carnivores",
        "large_man-made_outdoor_things", "large_natural_outdoor_scenes",
        "large_omnivores_and_herbivores", "medium_mammals", "non-insect_invertebrates", "people",
        "reptiles", "small_mammals", "trees", "vehicles_1", "vehicles_2",
    )  # fmt: skip

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        train: bool = True,
        transform: Callable[[Tensor], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
        download: bool = False,
        *,
        coarse: bool = False,
    ) -> None:
        # which label is read, and what its numbers mean
        self.label = "coarse_labels" if coarse else "fine_labels"  # type: ignore[misc]
        self.classes = self.groups if coarse else self.fine
        super().__init__(root, train, transform, target_transform, download)


def _unpacked(home: Path, layout: Layout) -> Path | None:
    """The folder with the files of a layout, if it, or its archive, is in ``home``."""
    if (home / layout.folder).is_dir():
        return home / layout.folder
    if not (home / layout.archive).is_file():
        return None
    # beside the archive; if nobody may write there, where data sets live
    place = home if os.access(home, os.W_OK) else data_home()
    place.mkdir(parents=True, exist_ok=True)
    with alone_in(place):
        if not (place / layout.folder).is_dir():  # perhaps another process was here before us
            _extract(home / layout.archive, place)
    return place / layout.folder


def _extract(archive: Path, folder: Path) -> None:
    from ..archive import extract  # only here: it costs time to import

    extract(archive, folder)
