"""How loss, accuracy and learning rate went over the epochs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from tt_tensor.typing import Array

from .figure import BLUE, GREY, INK, ORANGE, finish, new_figure, numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_training_curves"]


def plot_training_curves(
    loss: Any,
    validation_loss: Any = None,
    *,
    accuracy: Any = None,
    validation_accuracy: Any = None,
    lr: Any = None,
    step_loss: Any = None,
    best_epoch: int | None = None,
    title: str | None = None,
    path: str | os.PathLike[str] | None = None,
) -> Figure:
    """Curves over the epochs, one panel each for loss, accuracy and learning rate.

    Args:
        loss: of training, one number per epoch.
        validation_loss: the same for validation.
        accuracy: of training, shares from 0 to 1, one per epoch.
        validation_accuracy: the same for validation.
        lr: learning rates: one per epoch, or one per step, which are spread evenly over the epochs.
        step_loss: loss of each step, drawn thinly behind the epochs' means.
        best_epoch: the one to mark, from 1; by default the one of the best validation accuracy, or
            of the smallest loss where there is none.
        title: above everything.
        path: also write a PNG file.

    Returns:
        the figure.

    Raises:
        ImportError: matplotlib is not installed.
        ValueError: there is no epoch, the lengths differ, or there is no such best epoch.

    Example:
        >>> from tt_optim import plot_training_curves
        >>> figure = plot_training_curves([2.0, 1.5, 1.2], [1.9, 1.6, 1.7], lr=[0.1, 0.1, 0.01])
        >>> [axes.get_ylabel() for axes in figure.axes]
        ['loss', 'learning rate']
    """
    losses = _per_epoch(loss=loss, validation_loss=validation_loss)
    shares = _per_epoch(accuracy=accuracy, validation_accuracy=validation_accuracy)
    epochs = len(losses["loss"])
    for name, values in (losses | shares).items():
        if len(values) != epochs or not epochs:
            raise ValueError(f"{name}: {len(values)} numbers, but {epochs} epochs of loss")
    best = _best(losses, shares) if best_epoch is None else best_epoch
    if not 1 <= best <= epochs:
        raise ValueError(f"best_epoch must be from 1 to {epochs}, it is {best}")
    panels = 1 + bool(shares) + (lr is not None)
    figure = new_figure(4.3 * panels + 0.3, 3.6)
    axes = list(figure.subplots(1, panels, squeeze=False)[0])
    if step_loss is not None:
        steps = numbers(step_loss, "step_loss")
        axes[0].plot(_spread(len(steps), epochs), steps, color=BLUE, alpha=0.25, linewidth=0.8)
    _curves(axes[0], losses, "loss", best, "{:.3f}")
    if shares:
        percent = {name: 100 * values for name, values in shares.items()}
        _curves(axes[1], percent, "accuracy, %", best, "{:.1f} %")
    if lr is not None:
        _rates(axes[-1], numbers(lr, "lr"), epochs)
    for panel in axes:
        _tidy(panel, epochs)
    if title:
        figure.suptitle(title, fontsize=13, color=INK)
    return finish(figure, path)


def _per_epoch(**values: Any) -> dict[str, Array]:
    return {name: numbers(v, name) for name, v in values.items() if v is not None}


def _best(losses: dict[str, Array], shares: dict[str, Array]) -> int:
    """The best epoch, from 1, by what tells most of what there is; NaN is never best."""
    if "validation_accuracy" in shares:
        worse = -shares["validation_accuracy"]
    else:
        worse = losses.get("validation_loss", losses["loss"])
    return int(np.argmin(np.where(np.isnan(worse), np.inf, worse))) + 1


def _spread(count: int, epochs: int) -> Array:
    """Where the steps' ends lie on an axis of epochs, on which epoch n ends at n."""
    return np.arange(1, count + 1) * (epochs / max(count, 1))


def _curves(axes: Any, curves: dict[str, Array], label: str, best: int, style: str) -> None:
    """Training and validation in one panel, with the best epoch marked on the one that decides."""
    marker = "o" if len(next(iter(curves.values()))) <= 20 else None
    for name, values in curves.items():
        validation = name.startswith("validation")
        axes.plot(
            np.arange(1, len(values) + 1),
            values,
            color=ORANGE if validation else BLUE,
            linestyle="-" if validation else "--",
            marker=marker,
            markersize=3.5,
            linewidth=1.8,
            label="validation" if validation else "training",
        )
    decisive = list(curves.values())[-1]
    axes.axvline(best, color=GREY, linewidth=1, linestyle=":", zorder=0)
    axes.plot(
        best, decisive[best - 1], "o", markersize=9, markerfacecolor="none", markeredgecolor=INK,
        label=f"best epoch: {best} ({style.format(decisive[best - 1])})",
    )  # fmt: skip
    axes.set_ylabel(label)
    axes.legend(fontsize=9, frameon=False)


def _rates(axes: Any, rates: Array, epochs: int) -> None:
    axes.plot(_spread(len(rates), epochs), rates, color=INK, linewidth=1.8)
    axes.set_ylabel("learning rate")
    axes.set_ylim(bottom=0)


def _tidy(axes: Any, epochs: int) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_xlabel("epoch")
    axes.set_xlim(0, 1.04 * epochs)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
