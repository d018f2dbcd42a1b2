"""The curve of a learning-rate finder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from tt_tensor.typing import Array

from .figure import BLUE, GREY, INK, ORANGE, finish, new_figure, numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_lr_finder"]


def plot_lr_finder(
    lrs: Any,
    losses: Any,
    suggestion: float | None = None,
    *,
    smoothed: Any = None,
    title: str | None = None,
    path: str | os.PathLike[str] | None = None,
) -> Figure:
    """The loss over a growing learning rate, which is drawn logarithmically.

    Args:
        lrs: learning rates, above 0.
        losses: the loss at each.
        suggestion: the learning rate to mark.
        smoothed: a smooth version of the losses, drawn in front.
        title: above the curve.
        path: also write a PNG file.

    Returns:
        the figure.

    Raises:
        ImportError: matplotlib is not installed.
        ValueError: there is no rate, one is not above 0, or there are not as many losses.

    Example:
        >>> from tt_optim import plot_lr_finder
        >>> figure = plot_lr_finder([0.01, 0.1, 1.0], [2.3, 1.8, 9.0], suggestion=0.1)
        >>> figure.axes[0].get_xscale()
        'log'
    """
    rates, raw = numbers(lrs, "lrs"), numbers(losses, "losses")
    smooth = raw if smoothed is None else numbers(smoothed, "smoothed")
    for name, values in (("losses", raw), ("smoothed", smooth)):
        if len(values) != len(rates):
            raise ValueError(f"{name}: {len(values)} numbers for {len(rates)} learning rates")
    if not rates.size or not (rates > 0).all():
        raise ValueError("lrs: expected at least one learning rate, and all above 0")
    figure = new_figure(6.4, 4.0)
    axes = figure.subplots()
    if smoothed is not None:
        axes.plot(rates, raw, color=BLUE, alpha=0.3, linewidth=1, label="loss")
    axes.plot(
        rates,
        smooth,
        color=BLUE,
        linewidth=2,
        label="loss, smoothed" if smoothed is not None else "loss",
    )
    if suggestion is not None:
        _mark(axes, rates, smooth, suggestion)
    axes.set_xscale("log")
    axes.set_ylim(*_window(smooth))
    axes.set_xlabel("learning rate")
    axes.set_ylabel("loss")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=9, frameon=False, loc="upper left")
    axes.set_title(title or "Learning-rate finder", color=INK)
    return finish(figure, path)


def _mark(axes: Any, rates: Array, losses: Array, suggestion: float) -> None:
    loss = np.interp(np.log(suggestion), np.log(rates), losses)
    axes.axvline(suggestion, color=GREY, linewidth=1, linestyle=":", zorder=0)
    axes.plot(
        suggestion, loss, "o", color=ORANGE, markersize=8, label=f"suggested: {suggestion:.2g}"
    )


def _window(losses: Array) -> tuple[float, float]:
    """What of the loss is worth looking at: the end, where it explodes, would press the rest flat."""
    finite = losses[np.isfinite(losses)]
    if not finite.size:
        return 0.0, 1.0
    low, start = float(finite.min()), float(finite[0])
    span = max(start - low, 0.1 * abs(start), 1e-6)
    return low - 0.15 * span, min(float(finite.max()), start + 0.8 * span) + 0.1 * span
