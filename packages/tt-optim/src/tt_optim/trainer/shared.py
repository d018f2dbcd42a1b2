"""What all parts of the Trainer share: its attributes, and how listeners are told an event.

The Trainer is one class in several files, each with the methods of one subject: :mod:`step`,
:mod:`evaluation`, :mod:`epoch`, :mod:`checkpoint.state`, :mod:`checkpoint.resume` and, with the
public description, :mod:`loop`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tt_nn import Module
from tt_tensor import Tensor

from ..lr_scheduler import LRScheduler, ReduceLROnPlateau
from ..optimizer import Optimizer
from .batches import Batches
from .callback import Callback
from .ema import EMA
from .history import History
from .interrupt import InterruptSwitch
from .metrics import MetricLike, Scores

if TYPE_CHECKING:
    from .checkpoint import Checkpoints

__all__ = ["Shared"]


class Shared:
    """The attributes of a :class:`Trainer`, which describes the public ones."""

    # what is trained, and how
    model: Module
    loss: Callable[[Any, Any], Tensor]
    optimizer: Optimizer
    metrics: dict[str, MetricLike]
    scheduler: LRScheduler | ReduceLROnPlateau | None
    step_scheduler: str
    monitor: str | None
    accumulate: int
    clip_norm: float | None
    clip_value: float | None
    ema: EMA | None
    callbacks: list[Callback]
    checkpoints: Checkpoints | None

    # where the training is
    run: str
    status: str
    stop_reason: str
    resumed_from: str | None
    epoch: int
    epochs: int
    batch: int
    batches: int | None
    step: int
    grad_norm: float | None
    scores: Scores
    latest: dict[str, float]
    history: History

    # for this call of fit
    _train: Batches
    _sets: dict[str, Batches]
    _evaluate_every: int | None
    _listeners: list[Callback]
    _interrupt: InterruptSwitch

    # further details of the place
    _first: int  # how many epochs were done before this call of fit
    _under_way: bool  # whether an epoch has begun and is not in the history yet
    _drained: bool  # whether all of its batches are done
    _seconds: float  # that it has taken before this program resumed it
    _random_at_start: dict[str, Any]  # the default generator's state when it began
    _evaluated: tuple[int, dict[str, float]]  # at which step, and what a record keeps of it

    def tell(self, event: str, *news: Any) -> None:
        """Call this event's method of everyone who listens."""
        for listener in self._listeners:
            getattr(listener, event)(self, *news)

    @property
    def monitored(self) -> str:
        """The name of the number that tells better from worse."""
        return self.monitor or f"{next(iter(self._sets), 'train')}/loss"

    def evaluated_now(self) -> bool:
        """Whether the latest numbers of the validation sets belong to the weights as they are."""
        return self._evaluated[0] == self.step
