"""ImageFolder: pictures of your own, sorted into folders by their class."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tt_tensor import Tensor

from ..dataset import Dataset
from .image_file import read_image

__all__ = ["ImageFolder"]

ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")


class ImageFolder(Dataset[tuple[Any, Any]]):
    """Image files in folders that are named after their classes::

        root/cat/0001.jpg
        root/cat/more/0002.png
        root/dog/whatever.webp

    The classes are numbered in the order of their names, the pictures in the order of their paths.
    Folders and files whose names begin with a dot are left out. A picture is read when it is asked for.

    Args:
        root: the folder of the classes' folders.
        transform: applied to each picture, a (3, H, W) tensor of float32 in [0, 1]; where pictures
            differ in size, it has to make them equal before they can be batched.
        target_transform: applied to each class, an int.
        loader: reads a picture; by default :func:`read_image`, which needs Pillow
            (``pip install 'tt-data[images]'``).
        is_valid_file: says of a path whether it is a picture; by default its ending does.
        allow_empty: classes without pictures are no error.

    Attributes:
        classes: the names of the classes.
        class_to_idx: from a class's name to its number.
        samples: the path and the class's number of every picture.
        targets: the numbers alone.

    Raises:
        FileNotFoundError: no such folder, no folders in it, or a class without pictures.
        ValueError: a picture is broken, truncated or far too large; raised when it is asked for.
        ImportError: Pillow is missing; raised when a picture is asked for.

    Example:
        >>> from tt_data import ImageFolder
        >>> data = ImageFolder("pictures/train")           # doctest: +SKIP
        >>> data.classes, len(data)                        # doctest: +SKIP
        (['cat', 'dog'], 200)
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        transform: Callable[[Tensor], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
        loader: Callable[[str], Any] = read_image,
        is_valid_file: Callable[[str], bool] | None = None,
        allow_empty: bool = False,
    ) -> None:
        self.root = Path(root).expanduser()
        self.transform, self.target_transform, self.loader = transform, target_transform, loader
        self.classes = _classes(self.root)
        self.class_to_idx = {name: number for number, name in enumerate(self.classes)}
        self.samples: list[tuple[str, int]] = []
        for name, number in self.class_to_idx.items():
            paths = _pictures(self.root / name, is_valid_file or _has_known_ending)
            if not paths and not allow_empty:
                raise FileNotFoundError(
                    f"root: there is no picture in {self.root / name} (endings: "
                    f"{', '.join(ENDINGS)}); remove the folder, or use allow_empty=True"
                )
            self.samples += [(path, number) for path in paths]
        self.targets = [number for _, number in self.samples]

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        path, number = self.samples[index]
        picture: Any = self.loader(path)
        target: Any = number
        if self.transform is not None:
            picture = self.transform(picture)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return picture, target

    def __repr__(self) -> str:
        return f"ImageFolder({len(self)} pictures in {len(self.classes)} classes)"


def _classes(root: Path) -> list[str]:
    if not root.is_dir():
        raise FileNotFoundError(f"root: {root} is not a folder")
    names = sorted(e.name for e in root.iterdir() if e.is_dir() and not e.name.startswith("."))
    if not names:
        raise FileNotFoundError(f"root: {root} has no folders; there must be one for each class")
    return names


def _pictures(folder: Path, is_picture: Callable[[str], bool]) -> list[str]:
    """The paths of all pictures in a folder and the folders in it, sorted."""
    found = []
    for where, inner, files in os.walk(folder):
        inner[:] = [name for name in inner if not name.startswith(".")]
        paths = (os.path.join(where, name) for name in files if not name.startswith("."))
        found += [path for path in paths if is_picture(path)]
    return sorted(found)


def _has_known_ending(path: str) -> bool:
    return path.lower().endswith(ENDINGS)
