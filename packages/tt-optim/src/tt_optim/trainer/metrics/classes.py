"""From what a model gives and what would be right to two arrays of classes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tt_tensor import DTypeError, ShapeError, Tensor
from tt_tensor.typing import Array

__all__ = ["as_array", "check_range", "chosen_and_right", "count_samples", "scores_and_classes"]


def as_array(values: Any) -> Array:
    """A tensor's array; a list, a number or an array as one."""
    return values.array if isinstance(values, Tensor) else np.asarray(values)


def count_samples(target: Any) -> int:
    """How many samples a batch has: the length of its target (of several, the first's); else 1."""
    if isinstance(target, tuple) and target:
        return count_samples(target[0])
    if isinstance(target, list):
        return len(target)
    shape = getattr(target, "shape", None)
    return int(shape[0]) if shape else 1


def chosen_and_right(
    output: Any, target: Any, num_classes: int | None = None
) -> tuple[Array, Array]:
    """The classes that the model chose and those that would be right, both flat.

    Args:
        output: scores (N, C, ...), of which the largest decides, the first if several are equal;
            real scores (N,) or (N, 1, ...) for "yes or no", where above 0 says "yes", which is
            class 1; or classes as integers.
        target: classes (N, ...) or probabilities (N, C, ...), of which the largest is right; for
            "yes or no" and for classes as output, in the output's shape.
        num_classes: how many there are; None: as many as there are scores.

    Raises:
        ShapeError: the shapes do not fit.
        DTypeError: classes that are not integers.
        IndexError: a class below 0, or not below the number of classes.
    """
    output, target = as_array(output), as_array(target)
    if output.shape == target.shape and not _has_scores(output):
        is_score = output.dtype.kind == "f"
        chosen = (output > 0).astype(np.int64) if is_score else _integers(output, "output")
        right = (target > 0.5).astype(np.int64) if is_score else _integers(target, "target")
    else:
        scores, right = scores_and_classes(output, target)
        if num_classes not in (None, scores.shape[1]):
            raise ShapeError(
                f"output: expected scores (N, {num_classes}) for {num_classes} classes, not "
                f"{scores.shape}"
            )
        num_classes, chosen = scores.shape[1], scores.argmax(axis=1)
    check_range(chosen, num_classes, "output")
    check_range(right, num_classes, "target")
    return chosen.reshape(-1), right.reshape(-1)


def scores_and_classes(output: Any, target: Any) -> tuple[Array, Array]:
    """Scores (N, C, ...) and right classes (N, ...), checked to fit.

    Raises:
        ShapeError: they do not fit.
        DTypeError: classes that are not integers.
    """
    scores, right = as_array(output), as_array(target)
    if scores.shape == right.shape and _has_scores(scores):
        return scores, right.argmax(axis=1)
    if scores.ndim < 2 or scores.shape[1] < 2 or scores.ndim != right.ndim + 1:
        raise ShapeError(
            f"output {scores.shape} and target {right.shape} do not fit; expected scores (N, C) and "
            "classes (N,), or twice the same shape"
        )
    if scores.shape[0] != right.shape[0]:
        raise ShapeError(f"there are {scores.shape[0]} outputs for {right.shape[0]} targets")
    if scores.shape[2:] != right.shape[1:]:
        raise ShapeError(
            f"output {scores.shape} and target {right.shape}: the dimensions that follow the "
            "classes differ"
        )
    return scores, _integers(right, "target")


def _has_scores(output: Array) -> bool:
    """Whether the second dimension is one of scores for classes."""
    return output.dtype.kind == "f" and output.ndim >= 2 and output.shape[1] >= 2


def check_range(classes: Array, num_classes: int | None, name: str) -> None:
    """Check that each class is at least 0 and below ``num_classes`` (None: no upper limit).

    Raises:
        IndexError: one is not; it is named with its place.
    """
    wrong = classes < 0 if num_classes is None else (classes < 0) | (classes >= num_classes)
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        last = "" if num_classes is None else f" to {num_classes - 1}"
        raise IndexError(
            f"{name}: class {classes[place]} at {list(place)} is out of range; classes are 0{last}"
        )


def _integers(classes: Array, name: str) -> Array:
    if classes.dtype.kind not in "iub" and classes.size:
        raise DTypeError(f"{name}: expected classes as integers, not {classes.dtype}; use .long()")
    return classes.astype(np.int64, copy=False)
