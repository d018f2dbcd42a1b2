"""A text in colours: which of its tokens surprised the model."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tt_tensor import ShapeError, Tensor

from .figure import INK, finish, literal, new_figure, shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_token_losses"]

LINE = 0.24  # inches
COLUMN = 0.088


def plot_token_losses(
    tokens: Sequence[str],
    losses: Any,
    *,
    width: int = 72,
    title: str | None = None,
    path: str | os.PathLike[str] | None = None,
) -> Figure:
    """A text whose background tells how unexpected each token was.

    Args:
        tokens: the T pieces of text.
        losses: (T,) in nats; or (T - 1,) as :func:`token_losses` gives: then the first is not
            coloured.
        width: characters per line.
        title: above the picture.
        path: also write a PNG file.

    Returns:
        The figure.

    Raises:
        ImportError: matplotlib is not installed.
        ShapeError: another number of losses.
        ValueError: there is no token, or the width is below 1.

    Example:
        >>> from tt_text import plot_token_losses
        >>> figure = plot_token_losses(["to", " be", " or"], [1.0, 3.0])
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['to', '·be', '·or']
    """
    values = np.asarray(losses.array if isinstance(losses, Tensor) else losses, np.float64)
    if not tokens or width < 1:
        raise ValueError("tokens: there must be at least one, and width must be at least 1")
    if values.shape not in ((len(tokens),), (len(tokens) - 1,)):
        raise ShapeError(
            f"losses: expected ({len(tokens)},), or one fewer, but the shape is {values.shape}"
        )
    values = np.concatenate([np.full(len(tokens) - len(values), np.nan), values])
    places = list(laid_out(tokens, width))
    lines = places[-1][0] + 1
    used = max(max(column + len(part) for _, column, part, _ in places), 24)
    figure = new_figure(used * COLUMN + 1.4, lines * LINE + (0.9 if title else 0.6))
    axes = figure.subplots()
    axes.set(xlim=(0, used), ylim=(lines, 0))
    axes.axis("off")
    highest = max(math.ceil(float(np.nanmax(values, initial=0))), 1)
    colours = _draw(axes, places, values, highest)
    bar = figure.colorbar(colours, ax=axes, fraction=0.03, pad=0.02)
    bar.set_label("loss, nats")
    bar.outline.set_visible(False)
    axes.set_title(title or "", color=INK, loc="left")
    return finish(figure, path)


def laid_out(tokens: Sequence[str], width: int) -> Iterator[tuple[int, int, str, int]]:
    """Pieces of lines: ``(line, column, text, which token)``.

    A line is full at ``width`` characters, or ends with a line of the text.
    """
    line = column = 0
    for number, token in enumerate(tokens):
        for piece in token.splitlines(keepends=True):
            rest = shown(piece)
            while rest:
                if column == width:
                    line, column = line + 1, 0
                part, rest = rest[: width - column], rest[width - column :]
                yield line, column, part, number
                column += len(part)
            if piece.endswith(("\n", "\r")):
                line, column = line + 1, 0


def _draw(axes: Any, places: list[tuple[int, int, str, int]], values: Any, highest: int) -> Any:
    """A rectangle and a text for each piece; returns what knows the colours."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize
    from matplotlib.patches import Rectangle

    colours = ScalarMappable(Normalize(0, highest), "Oranges")
    texts = []
    for line, column, part, number in places:
        loss = values[number]
        face = "white" if np.isnan(loss) else colours.to_rgba(loss)
        axes.add_patch(Rectangle((column, line + 0.03), len(part), 0.94, facecolor=face, lw=0))
        dark = loss > 0.7 * highest
        texts.append(
            axes.text(
                column + len(part) / 2,
                line + 0.55,
                part,
                family="monospace",
                fontsize=9,
                color="white" if dark else INK,
                ha="center",
                va="center",
            )
        )
    literal(texts)
    return colours
