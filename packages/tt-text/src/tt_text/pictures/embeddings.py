"""Embeddings as a picture: many dimensions seen from the side where they differ most."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tt_tensor import ShapeError, Tensor, from_numpy

from .figure import BLUE, GREY, INK, finish, literal, new_figure, shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_embeddings", "principal_components"]


def principal_components(vectors: Tensor, count: int = 2) -> tuple[Tensor, Tensor]:
    """Project vectors to the directions in which they differ most.

    With the mean vector subtracted, X = U S Vᵀ; the coordinates are X V, along the first columns of V.
    Their sign is chosen so that the largest element of each direction is positive.

    Args:
        vectors: (N, D).
        count: how many directions.

    Returns:
        The coordinates (N, count), and each direction's share of the variance (count,).

    Raises:
        ShapeError: not (N, D) with N ≥ 2.
        ValueError: more directions than there are.

    Source: Pearson, "On lines and planes of closest fit to systems of points in space", 1901.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import principal_components
        >>> x = tt.tensor([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
        >>> principal_components(x, 1)[1]
        tensor([1.])
    """
    x = vectors.array
    if x.ndim != 2 or len(x) < 2:
        raise ShapeError(f"vectors: expected (N, D) with N ≥ 2, but the shape is {x.shape}")
    if not 1 <= count <= min(x.shape):
        raise ValueError(f"count must be between 1 and {min(x.shape)}, not {count}")
    centred = x.astype(np.float64) - x.mean(0, dtype=np.float64)
    _, s, directions = np.linalg.svd(centred, full_matrices=False)
    first = directions[:count]  # (count, D)
    largest = np.take_along_axis(first, np.abs(first).argmax(1)[:, None], 1)
    first = first * np.where(largest < 0, -1.0, 1.0)
    total = float(s @ s)
    shares = s[:count] ** 2 / total if total else np.zeros(count)
    return from_numpy((centred @ first.T).astype(x.dtype)), from_numpy(shares.astype(x.dtype))


def plot_embeddings(
    vectors: Tensor,
    tokens: Sequence[str],
    *,
    title: str | None = None,
    path: str | os.PathLike[str] | None = None,
) -> Figure:
    """Each token where its vector lies, on the plane of the first two principal components.

    Args:
        vectors: (N, D), such as the weight of an embedding.
        tokens: the N pieces of text; of many thousands, choose some of both before.
        title: above the picture.
        path: also write a PNG file.

    Returns:
        The figure.

    Raises:
        ImportError: matplotlib is not installed.
        ShapeError: another number of tokens than of vectors.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import plot_embeddings
        >>> figure = plot_embeddings(tt.randn(3, 8), ["a", "b", "c"])
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['a', 'b', 'c']
    """
    if vectors.ndim != 2 or len(tokens) != len(vectors.array):
        raise ShapeError(f"vectors: expected ({len(tokens)}, D), but the shape is {vectors.shape}")
    places, shares = principal_components(vectors.detach(), 2)
    figure = new_figure(7, 6.4)
    axes = figure.subplots()
    x, y = places.array.T
    axes.scatter(x, y, s=260 if max(map(len, tokens)) == 1 else 8, color=BLUE, alpha=0.15, lw=0)
    literal(_labels(axes, x, y, tokens))
    axes.margins(0.06)
    for name, share in zip(("x", "y"), shares.tolist(), strict=True):
        number = 1 if name == "x" else 2
        label = f"component {number} ({100 * share:.0f} % of the variance)"
        axes.set(**{f"{name}label": label})
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(color=GREY, labelcolor=GREY, labelsize=8)
    axes.set_title(title or "", color=INK)
    return finish(figure, path)


def _labels(axes: Any, x: Any, y: Any, tokens: Sequence[str]) -> list[Any]:
    size = float(np.clip(14 - len(tokens) / 30, 6, 11))
    return [
        axes.text(a, b, shown(token), fontsize=size, color=INK, ha="center", va="center")
        for a, b, token in zip(x.tolist(), y.tolist(), tokens, strict=True)
    ]
