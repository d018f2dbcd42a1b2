"""The confusion matrix as a picture."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tt_tensor import ShapeError

from .figure import INK, class_labels, finish, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_confusion_matrix"]

MOST_NUMBERS = 20  # classes; with more the numbers would not fit into the cells


def plot_confusion_matrix(
    matrix: Any,
    class_names: Sequence[str] | None = None,
    *,
    title: str | None = None,
    path: str | os.PathLike[str] | None = None,
) -> Figure:
    """What each class is taken for: each row's shares in percent, empty where there is nothing.

    Args:
        matrix: counts (C, C), true classes in rows, as :class:`ConfusionMatrix` gives.
        class_names: C names; by default the numbers.
        title: above the matrix; by default the share of all samples that are right.
        path: also write a PNG file.

    Returns:
        the figure.

    Raises:
        ImportError: matplotlib is not installed.
        ShapeError: the matrix is not square.
        ValueError: another number of names, or counts that are negative.

    Example:
        >>> from tt_optim import plot_confusion_matrix
        >>> figure = plot_confusion_matrix([[8, 2], [1, 9]], ["cat", "dog"])
        >>> figure.axes[0].get_title()
        '85.0 % of 20 samples are right'
    """
    counts = np.asarray(matrix, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise ShapeError(f"matrix: expected counts (C, C), not an array {counts.shape}")
    if not (counts >= 0).all():
        raise ValueError("matrix: counts must not be negative or NaN")
    labels = class_labels(class_names, len(counts))
    percent = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-300)
    size = float(np.clip(1.8 + 0.55 * len(counts), 3.6, 11))
    figure = new_figure(size + 0.8, size)
    from matplotlib.colors import PowerNorm

    axes = figure.subplots()
    # the root of a share makes the colours of few mistakes differ from those of none
    image = axes.imshow(percent, cmap="Blues", norm=PowerNorm(0.5, vmin=0, vmax=100))
    if len(counts) <= MOST_NUMBERS:
        _write_numbers(axes, percent)
    _name_classes(axes, labels)
    bar = figure.colorbar(image, ax=axes, fraction=0.045, pad=0.02)
    bar.set_label("share of the true class, %")
    bar.set_ticks([0, 1, 5, 10, 20, 40, 60, 80, 100])
    bar.outline.set_visible(False)
    total = counts.sum()
    right = 100 * counts.trace() / total if total else 0.0
    axes.set_title(title or f"{right:.1f} % of {total:,.0f} samples are right", color=INK)
    return finish(figure, path)


def _write_numbers(axes: Any, percent: Any) -> None:
    """Each share in its cell, white on dark cells."""
    for (row, column), value in np.ndenumerate(percent):
        if value > 0:
            text = f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"
            color = "white" if value > 51 else "black"  # what has more contrast to the cell
            weight = "bold" if row == column else "normal"
            axes.text(
                column, row, text, ha="center", va="center", color=color, fontsize=9, weight=weight
            )


def _name_classes(axes: Any, labels: list[str]) -> None:
    every = -(-len(labels) // 50)  # of very many classes, not each can be named
    places = range(0, len(labels), every)
    shown = [labels[i] for i in places]
    small = 7 if len(labels) > MOST_NUMBERS else 9.5
    upright = max(map(len, shown)) > 3 or len(labels) > MOST_NUMBERS
    turn = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if upright else {}
    axes.set_xticks(places, shown, fontsize=small, **turn)
    axes.set_yticks(places, shown, fontsize=small)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
