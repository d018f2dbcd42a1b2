"""Early stopping: end a training that no longer improves, and take the best weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .callback import Callback

if TYPE_CHECKING:
    from .history import EpochRecord
    from .loop import Trainer

__all__ = ["EarlyStopping"]


class EarlyStopping(Callback):
    """Stops when a number has not improved for more than ``patience`` times.

    A number of a validation set is looked at after every evaluation, one of the training set after
    every epoch.

    Args:
        monitor: the number's name, such as "validation/accuracy"; by default the Trainer's
            ``monitor``.
        mode: "min" or "max": whether it is to become small or large.
        patience: how many times in a row without improvement are forgiven.
        min_delta: what is better by no more than this is no improvement.
        restore_best: at the end, put the weights back at which the number was best.

    Attributes:
        best: the best number so far.
        best_epoch: in which epoch that was.
        waited: how many times ago.

    Raises:
        ValueError: another ``mode``, a negative ``patience`` or ``min_delta``.

    Source: Prechelt, "Early stopping - but when?", 1998.

    Example:
        >>> from tt_optim import EarlyStopping
        >>> stopping = EarlyStopping("validation/accuracy", mode="max", patience=3)
    """

    def __init__(
        self,
        monitor: str | None = None,
        *,
        mode: str = "min",
        patience: int = 5,
        min_delta: float = 0.0,
        restore_best: bool = True,
    ) -> None:
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', not {mode!r}")
        if patience < 0 or not min_delta >= 0:
            raise ValueError(
                f"patience and min_delta must not be negative, they are {patience} and {min_delta}"
            )
        self.monitor, self.mode, self.patience = monitor, mode, patience
        self.min_delta, self.restore_best = min_delta, restore_best
        self.best = math.inf if mode == "min" else -math.inf
        self.best_epoch = self.waited = 0
        self._weights: dict[str, Any] | None = None

    def on_evaluation_end(self, trainer: Trainer, name: str, numbers: dict[str, float]) -> None:
        """Look at the number, if this evaluation brought it."""
        monitor = self.monitor or trainer.monitored
        if monitor.startswith(f"{name}/"):
            self._look(trainer, monitor)

    def on_epoch_end(self, trainer: Trainer, record: EpochRecord) -> None:
        """Look at the number, if it is one of the training set."""
        monitor = self.monitor or trainer.monitored
        if monitor.startswith("train/") or monitor not in trainer.latest:
            self._look(trainer, monitor)

    def on_fit_end(self, trainer: Trainer) -> None:
        """Put the best weights back, unless the training will be gone on with."""
        if self.restore_best and self._weights and trainer.status in ("stopped", "finished"):
            trainer.model.load_state_dict(self._weights["model"])
            if trainer.ema is not None:
                trainer.ema.load_state_dict(self._weights["ema"])

    def _look(self, trainer: Trainer, monitor: str) -> None:
        if monitor not in trainer.latest:
            known = ", ".join(trainer.latest)
            raise KeyError(f"monitor: there is no number {monitor!r}; there are {known}")
        value = trainer.latest[monitor]
        if self._improved(value):
            self.best, self.best_epoch, self.waited = value, trainer.epoch, 0
            if self.restore_best:
                self._weights = _weights_of(trainer)
            return
        self.waited += 1
        if self.waited > self.patience:
            trainer.stop(
                f"{monitor} has not improved {self.waited} times in a row; it was best in epoch "
                f"{self.best_epoch}, {self.best:.6g}"
            )

    def _improved(self, value: float) -> bool:
        """NaN is no improvement."""
        if self.mode == "min":
            return value < self.best - self.min_delta
        return value > self.best + self.min_delta

    def state_dict(self) -> dict[str, Any]:
        """The best number, when it was, and the weights that belong to it."""
        return {
            "best": self.best,
            "best_epoch": self.best_epoch,
            "waited": self.waited,
            "weights": self._weights,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue where :meth:`state_dict` was called."""
        self.best, self.best_epoch = float(state["best"]), int(state["best_epoch"])
        self.waited, self._weights = int(state["waited"]), state["weights"]


def _weights_of(trainer: Trainer) -> dict[str, Any]:
    """Copies of the model's weights and of their averages."""
    weights = {name: tensor.clone() for name, tensor in trainer.model.state_dict().items()}
    if trainer.ema is None:
        return {"model": weights}
    averages = {name: tensor.clone() for name, tensor in trainer.ema.averages.items()}
    return {"model": weights, "ema": {"steps": trainer.ema.steps, "averages": averages}}
