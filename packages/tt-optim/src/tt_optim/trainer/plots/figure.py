"""What all pictures share: an empty figure, its colours, and how it gets to the disk."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tt_tensor import ShapeError, Tensor
from tt_tensor.files import write_atomically
from tt_tensor.typing import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "BLUE",
    "GREY",
    "INK",
    "ORANGE",
    "class_labels",
    "finish",
    "new_figure",
    "numbers",
    "save_figure",
]

# two of the eight colours by Okabe & Ito ("Color universal design", 2008), which people with any kind
# of colour blindness can tell apart; their lightness differs too, so that grey copies can be read
BLUE, ORANGE = "#0072B2", "#D55E00"
INK, GREY = "#222222", "#8A8A8A"


def new_figure(width: float, height: float, *, constrained: bool = True) -> Figure:
    """An empty figure of so many inches, with a canvas of its own that needs no screen.

    Args:
        width: in inches.
        height: in inches.
        constrained: everything finds its place by itself.

    Raises:
        ImportError: matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "a picture needs the library matplotlib: pip install 'tt-optim[plot]'"
        ) from error
    figure = Figure(figsize=(width, height), dpi=100, facecolor="white")
    FigureCanvasAgg(figure)
    if constrained:
        figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.1)
    return figure


def finish(figure: Figure, path: str | os.PathLike[str] | None) -> Figure:
    """Settle the layout, and write the figure if that is wanted.

    Where an axis's label stands follows from its tick labels when they are drawn: the first layout
    does not know it yet and would cut it off, so everything is laid out once before.
    """
    figure.draw_without_rendering()
    if path is not None:
        save_figure(figure, path)
    return figure


def save_figure(figure: Figure, path: str | os.PathLike[str], *, dpi: float = 100) -> None:
    """Write a figure as PNG, in one atomic step.

    Args:
        figure: what a ``plot_`` function gave.
        path: where to; a picture that is there stays until the new one is on the disk as a whole.
        dpi: pixels per inch.

    Raises:
        ValueError: the name ends in something else than ".png".
        OSError: the file cannot be written; what was there before is intact.
    """
    path = Path(path)
    if path.suffix.lower() != ".png":
        raise ValueError(f"path: expected a name that ends in '.png', not {path.name!r}")
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=dpi)
    write_atomically(path, picture.getvalue())


def numbers(values: Any, name: str) -> Array:
    """A sequence of numbers as a float64 array (n,).

    Raises:
        ShapeError: it has another number of dimensions.
    """
    array = np.asarray(values.numpy() if isinstance(values, Tensor) else values, dtype=np.float64)
    if array.ndim != 1:
        raise ShapeError(f"{name}: expected a sequence of numbers, not an array {array.shape}")
    return array


def class_labels(class_names: Sequence[str] | None, classes: int) -> list[str]:
    """The classes' names; without names, their numbers.

    Raises:
        ValueError: there are more or fewer names than classes.
    """
    if class_names is None:
        return [str(c) for c in range(classes)]
    if len(class_names) != classes:
        raise ValueError(f"class_names: {len(class_names)} names for {classes} classes")
    return [str(name) for name in class_names]
