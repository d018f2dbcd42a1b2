"""What all pictures share: an empty figure, how text is shown in it, how it gets to the disk."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tt_tensor.files import write_atomically

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BLUE", "GREY", "INK", "finish", "literal", "new_figure", "shown"]

BLUE, INK, GREY = "#0072B2", "#222222", "#8A8A8A"
VISIBLE = str.maketrans({" ": "·", "\n": "↵", "\t": "→", "\r": "↵"})


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches, with a canvas of its own that needs no screen.

    Raises:
        ImportError: matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "a picture needs the library matplotlib: pip install 'tt-text[plot]'"
        ) from error
    figure = Figure(figsize=(width, height), dpi=100, facecolor="white")
    FigureCanvasAgg(figure)
    figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.1)
    return figure


def shown(text: str) -> str:
    """A piece of text in which spaces and ends of lines can be seen."""
    return text.translate(VISIBLE)


def literal(texts: Iterable[Any]) -> None:
    """Show dollar signs in these texts as they are: they do not begin a formula."""
    for text in texts:
        text.set_parse_math(False)


def finish(figure: Figure, path: str | os.PathLike[str] | None) -> Figure:
    """Settle the layout, and write the figure as PNG if that is wanted.

    The first layout does not know yet how long tick labels are, so everything is laid out twice.

    Raises:
        ValueError: the name ends in something else than ".png".
        OSError: the file cannot be written; what was there before is intact.
    """
    with warnings.catch_warnings():
        # the font has no emojis, say; they are drawn as boxes
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
        figure.draw_without_rendering()
        if path is not None:
            target, picture = Path(path), io.BytesIO()
            if target.suffix.lower() != ".png":
                raise ValueError(f"path: expected a name that ends in '.png', not {target.name!r}")
            figure.savefig(picture, format="png")
            write_atomically(target, picture.getvalue())
    return figure
