"""Batches in which pictures are mixed with one another, and so are their classes.

The targets become probabilities of classes, (N, num_classes), which ``cross_entropy`` takes as it takes
numbers of classes.  In a loader:

    DataLoader(data, 128, shuffle=True, batch_transform=partial(mixup, num_classes=10))
"""

from __future__ import annotations

import math

import numpy as np

from tt_tensor import DTypeError, Generator, ShapeError, Tensor, default_generator, from_numpy
from tt_tensor.typing import Array

from .transforms import Cutout

__all__ = ["cutmix", "cutout", "mixup"]


def mixup(
    inputs: Tensor,
    targets: Tensor,
    num_classes: int | None = None,
    alpha: float = 0.2,
    generator: Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Each sample is mixed with another one of the batch: ``λ·a + (1 − λ)·b``, targets alike.

    λ is drawn once for the batch, from Beta(alpha, alpha): the smaller alpha, the nearer to 0 or 1
    (Zhang et al., "mixup: beyond empirical risk minimization", 2018).

    Args:
        inputs: (N, ...), floating point.
        targets: classes (N,), or probabilities of classes (N, num_classes).
        num_classes: how many classes there are; needed where targets are classes.
        alpha: positive.
        generator: where is drawn from; the default generator if None.

    Returns:
        the mixed inputs, and their targets as probabilities (N, num_classes).

    Raises:
        ValueError: alpha that is not positive, a class out of range, num_classes missing.
        ShapeError: not as many targets as inputs.
        DTypeError: inputs that are not floating point, or targets that are no targets.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data import mixup
        >>> x, t = mixup(tt.rand(4, 3, 8, 8), tt.tensor([0, 1, 2, 1]), num_classes=3)
        >>> x.shape, t.shape
        ((4, 3, 8, 8), (4, 3))
    """
    a = inputs.array
    if a.dtype.kind != "f":
        raise DTypeError(
            f"inputs: must be floating point, they are {inputs.dtype}; scale pixels with ToTensor()"
        )
    chances = _probabilities(inputs, targets, num_classes)
    rng = (generator or default_generator()).numpy
    share, partner = _share(rng, alpha), rng.permutation(len(a))
    mixed = share * a + (1 - share) * a[partner]
    return from_numpy(mixed.astype(a.dtype, copy=False)), _mixed(chances, share, partner)


def cutmix(
    inputs: Tensor,
    targets: Tensor,
    num_classes: int | None = None,
    alpha: float = 1.0,
    generator: Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """A rectangle of each picture is taken from another picture of the batch.

    The rectangle covers the share 1 − λ of the picture, λ drawn from Beta(alpha, alpha), around a
    random middle; it is the same for the whole batch.  The targets are mixed by the areas that are
    really seen, as some of the rectangle may lie outside (Yun et al., "CutMix: regularization strategy
    to train strong classifiers with localizable features", 2019).

    Args:
        inputs: (N, C, H, W).
        targets, num_classes, alpha, generator: as for :func:`mixup`.

    Returns:
        the mixed inputs, and their targets as probabilities (N, num_classes).

    Raises:
        ValueError, ShapeError, DTypeError: as :func:`mixup`; any dtype of inputs will do.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_data import cutmix
        >>> x, t = cutmix(tt.rand(4, 3, 8, 8), tt.tensor([0, 1, 2, 1]), num_classes=3)
        >>> t.sum(dim=1)
        tensor([1., 1., 1., 1.])
    """
    if inputs.ndim != 4:
        raise ShapeError(f"inputs: must be pictures (N, C, H, W), their shape is {inputs.shape}")
    chances = _probabilities(inputs, targets, num_classes)
    rng = (generator or default_generator()).numpy
    share, partner = _share(rng, alpha), rng.permutation(len(inputs))
    rows = _side(rng, inputs.shape[2], math.sqrt(1 - share))
    columns = _side(rng, inputs.shape[3], math.sqrt(1 - share))
    mixed = inputs.array.copy()
    mixed[:, :, rows, columns] = inputs.array[partner][:, :, rows, columns]
    covered = (rows.stop - rows.start) * (columns.stop - columns.start)
    seen = 1 - covered / (inputs.shape[2] * inputs.shape[3])
    return from_numpy(mixed), _mixed(chances, seen, partner)


def cutout(pictures: Tensor, length: int, fill: float = 0) -> Tensor:
    """Pictures (..., C, H, W) with a square covered, see :class:`tt_data.transforms.Cutout`."""
    return Cutout(length, fill)(pictures)


def _share(rng: np.random.Generator, alpha: float) -> float:
    """λ"""
    if not alpha > 0:
        raise ValueError(f"alpha: must be positive, it is {alpha}")
    return float(rng.beta(alpha, alpha))


def _side(rng: np.random.Generator, size: int, share: float) -> slice:
    """Which rows (or columns) a rectangle with this share of them covers."""
    length, middle = int(size * share), int(rng.integers(size))
    first = middle - length // 2
    return slice(max(first, 0), min(first + length, size))


def _mixed(chances: Array, share: float, partner: Array) -> Tensor:
    mixed = share * chances + (1 - share) * chances[partner]
    return from_numpy(mixed.astype(chances.dtype, copy=False))


def _probabilities(inputs: Tensor, targets: Tensor, num_classes: int | None) -> Array:
    """The targets as (N, num_classes), of the dtype of the inputs, or float32."""
    kind = inputs.array.dtype if inputs.array.dtype.kind == "f" else np.dtype(np.float32)
    values = targets.array
    if inputs.ndim == 0 or values.ndim not in (1, 2) or len(values) != len(inputs):
        raise ShapeError(
            f"targets: {inputs.shape} inputs need as many classes (N,) or rows of probabilities "
            f"(N, num_classes), the shape is {targets.shape}"
        )
    if values.ndim == 2 and values.dtype.kind == "f":
        return values.astype(kind, copy=False)
    if values.ndim == 2 or values.dtype.kind not in "iu":
        raise DTypeError(
            f"targets: classes (N,) are whole numbers, probabilities (N, num_classes) floating point; "
            f"these are {targets.dtype} of shape {targets.shape}"
        )
    if num_classes is None:
        raise ValueError("num_classes: how many classes are there? It is needed to mix them")
    if len(values) and not 0 <= values.min() <= values.max() < num_classes:
        raise ValueError(
            f"targets: classes must lie between 0 and {num_classes - 1}, they go from {values.min()} "
            f"to {values.max()}"
        )
    return np.eye(num_classes, dtype=kind)[values]
