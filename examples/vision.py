"""What the programs of 1998 and 2012 share: a training that can be resumed, and its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import tt_nn as nn
import tt_tensor as tt
from tt_autograd import no_grad
from tt_data import DataLoader, Subset
from tt_data.transforms import Normalize, Transform
from tt_optim import (
    SGD,
    Checkpoints,
    ConfusionMatrix,
    CSVLogger,
    History,
    OneCycleLR,
    Trainer,
    accuracy,
    hardest_mistakes,
    plot_confusion_matrix,
    plot_mistakes,
    plot_training_curves,
)


@dataclass(frozen=True)
class Plan:
    """How a network is trained: SGD with Nesterov's momentum and one cycle of the learning rate.

    Attributes:
        epochs: how often all pictures are seen.
        batch: how many pictures make a step.
        peak: the highest learning rate.
        decay: the weight decay.
        shuffle: whether each epoch has an order of its own.
    """

    epochs: int
    batch: int
    peak: float
    decay: float = 5e-4
    shuffle: bool = True


class Pictures:
    """A data set in memory, ready for training and for testing.

    The training part is sorted by class, as pictures in a folder per class are: whoever forgets to
    shuffle learns one class after the other, and forgets it again.

    Args:
        train: a data set with ``data``, ``targets`` and ``get_batch``.
        test: the same, for testing.
        mean: of each channel.
        deviation: of each channel.
        augment: changes the pictures of a training batch at random.
        only: use so many of the training pictures (the first of each class alike).
    """

    def __init__(
        self,
        train: Any,
        test: Any,
        mean: tuple[float, ...],
        deviation: tuple[float, ...],
        augment: Transform | None = None,
        only: int | None = None,
    ) -> None:
        self.train, self.test, self.augment = train, test, augment
        self.normalize = Normalize(mean, deviation)
        classes = train.targets.numpy()
        order = np.argsort(classes, kind="stable")
        if only is not None:
            each = only // (int(classes.max()) + 1)
            order = np.concatenate([order[classes[order] == c][:each] for c in np.unique(classes)])
        self.order = [int(i) for i in order]

    def for_training(self, batch: int, shuffle: bool) -> DataLoader:
        """Batches of changed pictures."""
        return DataLoader(
            Subset(self.train, self.order),
            batch,
            shuffle=shuffle,
            drop_last=True,
            batch_transform=self._changed,
        )

    def for_testing(self) -> DataLoader:
        """Batches of the pictures as they are."""
        return DataLoader(self.test, 1000, batch_transform=self._plain)

    def _changed(self, pictures: tt.Tensor, classes: tt.Tensor) -> tuple[tt.Tensor, tt.Tensor]:
        return self.normalize(self.augment(pictures) if self.augment else pictures), classes

    def _plain(self, pictures: tt.Tensor, classes: tt.Tensor) -> tuple[tt.Tensor, tt.Tensor]:
        return self.normalize(pictures), classes


def train(
    model: nn.Module, pictures: Pictures, plan: Plan, folder: Path | None, resume: bool = False
) -> Trainer:
    """Train, with checkpoints in ``folder`` if there is one; returns the trainer, which knows all."""
    tt.keep_memory()  # new arrays take the place of old ones: LeNet-5 is 1.6 times as fast (on Linux)
    batches = pictures.for_training(plan.batch, plan.shuffle)
    optimizer = SGD(
        model.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=plan.decay
    )
    trainer = Trainer(
        model,
        nn.CrossEntropyLoss(),
        optimizer,
        metrics={"accuracy": accuracy},
        scheduler=OneCycleLR(
            optimizer, plan.peak, epochs=plan.epochs, steps_per_epoch=len(batches)
        ),
        step_scheduler="batch",
        checkpoints=None if folder is None else Checkpoints(folder / "checkpoints", every=100),
        callbacks=[] if folder is None else [CSVLogger(folder / "log.csv")],
    )
    trainer.fit(
        batches, plan.epochs, validation=pictures.for_testing(), resume="auto" if resume else None
    )
    return trainer


def draw(folder: Path, trainer: Trainer, pictures: Pictures, names: list[str]) -> str:
    """Curves, confusion matrix and the hardest mistakes as PNG files; says where they are."""
    history, model, test = trainer.history, trainer.model, pictures.for_testing()
    try:
        plot_training_curves(
            history.column("loss"),
            history.column("loss", "validation"),
            accuracy=history.column("accuracy"),
            validation_accuracy=history.column("accuracy", "validation"),
            path=folder / "curves.png",
        )
        plot_confusion_matrix(confusion(model, test), names, path=folder / "confusion.png")
        hard = hardest_mistakes(model, test, 30)
        plain = pictures.test.get_batch(hard.index.tolist())[0].numpy()
        plot_mistakes(
            plain, hard.true, hard.predicted, hard.probability, names, path=folder / "mistakes.png"
        )
    except ImportError as error:
        return f"no pictures: {error}"
    return f"pictures: {folder}/curves.png, confusion.png, mistakes.png"


@no_grad()
def confusion(model: nn.Module, batches: DataLoader) -> Any:
    """How often each class (row) is taken for each (column)."""
    model.eval()
    matrix = ConfusionMatrix(10)
    for x, classes in batches:
        matrix.update(model(x), classes)
    return matrix.compute()


def final_accuracy(history: History) -> float:
    """The accuracy on the test pictures after the last epoch."""
    return history.column("accuracy", "validation")[-1]
