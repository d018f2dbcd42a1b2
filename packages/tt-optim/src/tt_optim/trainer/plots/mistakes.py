"""A grid of samples that a model got wrong."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tt_tensor import ShapeError, Tensor
from tt_tensor.typing import Array

from .figure import INK, ORANGE, finish, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_mistakes"]

DEFAULT_TITLE = "true class above, predicted class below"


def plot_mistakes(
    images: Any,
    true: Any,
    predicted: Any,
    probability: Any,
    class_names: Sequence[str] | None = None,
    *,
    columns: int = 6,
    title: str | None = None,
    path: str | os.PathLike[str] | None = None,
) -> Figure:
    """Images, each with its class and the class that it was taken for.

    Args:
        images: (N, H, W) or (N, C, H, W) with C = 1 or 3: bytes, or floats from 0 to 1; an image of
            floats beyond that (normalised, say) is stretched from its darkest to its brightest.
        true: the images' classes (N,).
        predicted: what they were taken for (N,).
        probability: how sure the model was of that, from 0 to 1 (N,).
        class_names: names of all classes; by default their numbers.
        columns: how many images stand in a row.
        title: above the grid; by default it says what stands above and below an image.
        path: also write a PNG file.

    Returns:
        the figure.

    Raises:
        ImportError: matplotlib is not installed.
        ShapeError: not images, or not as many classes and probabilities as images.
        ValueError: ``columns`` is below 1.

    Example:
        >>> import numpy as np
        >>> from tt_optim import plot_mistakes
        >>> images = np.random.default_rng(0).random((2, 3, 8, 8))
        >>> figure = plot_mistakes(images, [0, 1], [1, 0], [0.9, 0.8], ["cat", "dog"])
        >>> figure.axes[0].get_title()
        'cat'
    """
    pictures, rows = _pictures(images), list(zip(true, predicted, probability, strict=False))
    for name, values in (("true", true), ("predicted", predicted), ("probability", probability)):
        if len(values) != len(pictures):
            raise ShapeError(f"{name}: {len(values)} values for {len(pictures)} images")
    if columns < 1:
        raise ValueError(f"columns must be at least 1, it is {columns}")
    height = max(-(-len(pictures) // columns), 1)
    figure, grid = _grid(height, columns)
    for axes, picture, (right, wrong, sure) in zip(grid, pictures, rows, strict=False):
        axes.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        above, below = _name(right, class_names), _name(wrong, class_names)
        below += f" ({100 * float(sure):.0f} %)"
        axes.set_title(above, fontsize=min(9, 170 / len(above)), color=INK, pad=3)
        axes.text(
            0.5, -0.04, below, transform=axes.transAxes, ha="center", va="top",
            fontsize=min(9, 150 / len(below)), color=ORANGE, weight="bold",
        )  # fmt: skip
    figure.suptitle(
        title or DEFAULT_TITLE, fontsize=11, color=INK, y=1 - 0.1 / figure.get_figheight()
    )
    return finish(figure, path)


def _grid(height: int, columns: int) -> tuple[Figure, Array]:
    """An empty figure with so many places, all of one size whatever is written around them."""
    inches = 1.8 * height + 0.5
    figure = new_figure(1.45 * columns + 0.3, inches, constrained=False)
    top, bottom = 1 - 0.65 / inches, 0.3 / inches
    figure.subplots_adjust(left=0.02, right=0.98, top=top, bottom=bottom, wspace=0.15, hspace=0.4)
    grid = figure.subplots(height, columns, squeeze=False).reshape(-1)
    for axes in grid:
        axes.set_axis_off()
    return figure, grid


def _pictures(images: Any) -> Array:
    """Images as matplotlib wants them: (N, H, W) or (N, H, W, 3), from 0 to 1."""
    array = np.asarray(images.numpy() if isinstance(images, Tensor) else images)
    if array.ndim == 4 and array.shape[1] == 3:
        array = array.transpose(0, 2, 3, 1)  # (N, 3, H, W) -> (N, H, W, 3)
    elif array.ndim == 4 and array.shape[1] == 1:
        array = array[:, 0]  # (N, 1, H, W) -> (N, H, W)
    elif array.ndim != 3:
        raise ShapeError(
            f"images: expected (N, H, W) or (N, C, H, W) with C = 1 or 3, not {array.shape}"
        )
    if array.dtype == np.uint8:
        return array / np.float32(255)
    flat = array.astype(np.float64).reshape(len(array), -1)  # (N, all pixels)
    for pixels in flat:
        low, high = pixels.min(), pixels.max()
        if low < 0 or high > 1:
            pixels -= low
            pixels /= max(high - low, 1e-12)
    return flat.reshape(array.shape)


def _name(label: Any, class_names: Sequence[str] | None) -> str:
    return str(int(label)) if class_names is None else str(class_names[int(label)])
