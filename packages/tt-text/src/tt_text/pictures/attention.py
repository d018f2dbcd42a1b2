"""Attention as pictures: who looks where."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tt_tensor import ShapeError, Tensor

from .figure import INK, finish, literal, new_figure, shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_attention"]

MOST_LABELS = 64


def plot_attention(
    weights: Any,
    tokens: Sequence[str],
    *,
    title: str | None = None,
    path: str | os.PathLike[str] | None = None,
) -> Figure:
    """The attention weights of each head: a row per token that looks, a column per token seen.

    Args:
        weights: (H, L, L) of one layer and one text, or (L, L), as :func:`attention_weights` or
            :func:`watch_attention` give.
        tokens: the L pieces of text.
        title: above the picture.
        path: also write a PNG file.

    Returns:
        The figure.

    Raises:
        ImportError: matplotlib is not installed.
        ShapeError: the weights have another shape.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import plot_attention
        >>> figure = plot_attention(tt.eye(3), ["to", " be", " or"])
        >>> len(figure.axes)
        2
    """
    maps = np.asarray(weights.array if isinstance(weights, Tensor) else weights, np.float64)
    maps = maps[None] if maps.ndim == 2 else maps
    length = len(tokens)
    if maps.ndim != 3 or not maps.size or maps.shape[1:] != (length, length):
        raise ShapeError(
            f"weights: expected (heads, {length}, {length}) for {length} tokens, but the shape is "
            f"{maps.shape}"
        )
    columns = math.ceil(math.sqrt(len(maps)))
    rows = math.ceil(len(maps) / columns)
    side = float(np.clip(0.9 + 0.17 * length, 2.4, 9))  # inches per head
    figure = new_figure(columns * side + 0.9, rows * side + (0.5 if title else 0.2))
    from matplotlib.colors import PowerNorm

    colours = PowerNorm(0.5, 0, 1)  # by the root, so that small weights can be seen
    grid = figure.subplots(rows, columns, squeeze=False)
    for head, axes in enumerate(grid.flat):
        if head >= len(maps):
            axes.set_visible(False)
            continue
        image = axes.imshow(maps[head], cmap="Blues", norm=colours)
        axes.set_title(f"head {head}" if len(maps) > 1 else "", fontsize=9, color=INK)
        below = head + columns >= len(maps)  # nothing stands under this one
        _name_tokens(axes, tokens, left=head % columns == 0, below=below)
    bar = figure.colorbar(image, ax=grid, fraction=0.03, pad=0.02)
    bar.set_label("weight")
    bar.outline.set_visible(False)
    if title:
        figure.suptitle(title, color=INK)
    return finish(figure, path)


def _name_tokens(axes: Any, tokens: Sequence[str], *, left: bool, below: bool) -> None:
    """The tokens at the edges; of very many, not each."""
    places = range(0, len(tokens), -(-len(tokens) // MOST_LABELS))
    names = [shown(tokens[i]) for i in places]
    one = max(map(len, names)) == 1  # characters need not be turned
    style = {"fontsize": 8, "family": "monospace"}
    axes.set_xticks(places, names if below else [], rotation=0 if one else 90, **style)
    axes.set_yticks(places, names if left else [], **style)
    literal([*axes.get_xticklabels(), *axes.get_yticklabels()])
    axes.tick_params(length=0)
    axes.spines[:].set_color("#DDDDDD")
    if left:
        axes.set_ylabel("looks", fontsize=8)
    if below:
        axes.set_xlabel("is seen", fontsize=8)
