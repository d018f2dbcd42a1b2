"""Reading one image file with Pillow (``pip install 'tt-data[images]'``)."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from tt_tensor import Tensor, from_numpy

__all__ = ["read_image"]

LARGEST = 1 << 26  # pixels: 8,192 × 8,192, which are 800 MB of float32


def read_image(path: str | os.PathLike[str], mode: str = "RGB", largest: int = LARGEST) -> Tensor:
    """The picture in a file of any format that Pillow knows (JPEG, PNG, WebP, TIFF, ...).

    Args:
        path: the file.
        mode: ``"RGB"`` for colours, ``"L"`` for grey; whatever the file has is converted.
        largest: how many pixels it may have. A small file can claim to be a picture that fills the
            memory, so its size is looked at before anything is unpacked.

    Returns:
        (3, H, W), or (1, H, W) for grey, float32 in [0, 1].

    Raises:
        ValueError: the file is broken or truncated, no picture, or one with too many pixels.
        FileNotFoundError: it is not there.
        ImportError: Pillow is missing.
    """
    if mode not in ("RGB", "L"):
        raise ValueError(f"mode: 'RGB' or 'L', not {mode!r}")
    image = _pillow()
    try:
        with warnings.catch_warnings(), Path(path).open("rb") as file:
            warnings.simplefilter(
                "ignore"
            )  # of odd metadata, and of sizes that we look at ourselves
            with image.open(file) as opened:
                width, height = opened.size
                if width * height <= largest:
                    pixels = _pixels(opened, mode)
    except (FileNotFoundError, PermissionError, IsADirectoryError):
        raise
    except image.DecompressionBombError as error:
        raise ValueError(f"{path}: {error}") from error
    except Exception as error:  # each format has errors of its own
        raise ValueError(
            f"{path}: the image is broken or truncated, or no image at all ({error}); replace or "
            "remove it"
        ) from error
    if width * height > largest:
        raise ValueError(
            f"{path}: an image of {width}×{height} pixels, more than {largest} are not unpacked"
        )
    return from_numpy(pixels)


def _pixels(opened: Any, mode: str) -> Any:
    """The pixels with the channels first, (C, H, W), float32 in [0, 1]."""
    if opened.mode in ("I", "F"):
        raise ValueError("its numbers have 32 bits and no known range; save it with 8 or 16")
    if opened.mode.startswith("I;16"):  # Pillow would make white of all above 255
        grey = np.divide(np.asarray(opened), np.float32(65535), dtype=np.float32)
        return np.stack([grey] * len(mode))  # "RGB" has three letters, "L" has one
    pixels = np.divide(np.asarray(opened.convert(mode)), np.float32(255), dtype=np.float32)
    # (H, W) -> (1, H, W), or (H, W, 3) -> (3, H, W)
    return pixels[None] if pixels.ndim == 2 else np.ascontiguousarray(np.moveaxis(pixels, -1, 0))


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(
            "image files need the library Pillow: pip install 'tt-data[images]'"
        ) from None
    return Image
