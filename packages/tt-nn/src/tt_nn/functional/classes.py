"""Targets that are classes: checked, laid out in rows, weighted, and their losses reduced."""

from __future__ import annotations

import math

import numpy as np

from tt_tensor import DTypeError, ShapeError, Tensor, index_select, movedim, ones, reshape, where
from tt_tensor.typing import Array

from .checks import check_tensor

__all__ = ["as_rows", "check_weight", "count", "reduce_rows", "row_weights"]


def as_rows(input: Tensor, target: Tensor, ignore_index: int) -> tuple[Tensor, Tensor, int | None]:
    """Scores as (rows, C), classes as (rows,), and the class to ignore: None if it cannot occur.

    Raises:
        TypeError: an argument is not a tensor.
        ShapeError: the target's shape does not fit.
        IndexError: a class below 0 or not below C.
        DTypeError: the scores are not floating point, or the classes not integers.
    """
    _check_types(input, target)
    shape = input.array.shape
    expected = shape[:1] + shape[2:] if len(shape) > 1 else ()
    if target.array.shape != expected or not shape:
        raise ShapeError(
            f"target: for scores of shape {shape} the classes must have shape {expected}, not "
            f"{target.shape}"
        )
    classes = shape[1] if len(shape) > 1 else shape[0]
    ignored = _check_range(target.array, classes, ignore_index)
    if len(shape) == 2:
        return input, target, ignored
    # (C,) -> (1, C); (N, C, d1, ...) -> (N, d1, ..., C) -> (rows, C)
    rows = target.array.size
    scores = movedim(input, 1, -1).reshape(rows, classes) if len(shape) > 2 else input.unsqueeze(0)
    return scores, target.reshape(-1), ignored


def _check_types(input: Tensor, target: Tensor) -> None:
    check_tensor("input", input)
    check_tensor("target", target)
    if input.array.dtype.kind != "f":
        raise DTypeError(f"input: scores must be floating point, not {input.dtype}; use .float()")
    if target.array.dtype.kind not in "iu":
        raise DTypeError(f"target: classes must be integers, not {target.dtype}; use .long()")


def _check_range(target: Array, classes: int, ignore_index: int) -> int | None:
    """The class to ignore, or None if no target can be it."""
    if not target.size:
        return None
    if target.min() >= 0 and target.max() < classes:
        return ignore_index if 0 <= ignore_index < classes else None
    wrong = ((target < 0) | (target >= classes)) & (target != ignore_index)
    if wrong.any():
        raise IndexError(
            f"target: class {target[wrong][0]} is out of range for {classes} classes; they are "
            f"counted from 0 to {classes - 1}"
        )
    return ignore_index


def check_weight(weight: Tensor | None, classes: int) -> None:
    """Refuse class weights of another shape than (C,).

    Raises:
        ShapeError: it has one.
    """
    if weight is not None and weight.shape != (classes,):
        raise ShapeError(
            f"weight: one number per class is needed, shape ({classes},), not {weight.shape}"
        )


def count(classes: Tensor, ignored: int | None) -> float:
    """What a mean divides by: how many targets count; NaN if there are none."""
    array = classes.array
    counted = array.size if ignored is None else int(np.count_nonzero(array != ignored))
    return float(counted) if counted else math.nan


def row_weights(
    like: Tensor, classes: Tensor, ignored: int | None, weight: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Classes that can be used as indices, and how much each row counts."""
    if ignored is None:
        safe, counts = classes, ones(classes.shape, dtype=like.dtype)
    else:
        kept = classes != ignored
        safe, counts = where(kept, classes, 0), kept.to(like.dtype)
    return safe, counts if weight is None else counts * index_select(weight, 0, safe)


def reduce_rows(losses: Tensor, weights: Tensor, reduction: str, shape: tuple[int, ...]) -> Tensor:
    """The losses in the target's shape, their sum, or their mean weighted by ``weights``."""
    if reduction == "none":
        return reshape(losses, shape)
    total = losses.sum()
    if reduction == "sum":
        return total
    divisor = weights.sum()
    # a mean of nothing is NaN, but has no gradient that would spoil the weights
    return total / divisor if divisor.item() else total * 0.0 + math.nan
