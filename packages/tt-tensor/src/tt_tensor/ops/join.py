"""Joining tensors, and taking them apart."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..dtypes import promote_types
from ..errors import ShapeError
from ..kernels.naive import join as naive
from ..kernels.numpy import join as kernels
from ..primitive import Primitive, array_of
from .dims import one_dim
from .indexing import narrow, select
from .shape import reshape, unsqueeze

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["cat", "chunk", "concat", "hstack", "meshgrid", "split", "stack", "unbind", "vstack"]

cat_p = Primitive("cat", inputs=("*tensors",), params=("dim",), naive=naive.cat, numpy=kernels.cat)


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """The tensors one after the other along an existing dimension.

    Args:
        tensors: at least one; their shapes agree but for ``dim``, their types are promoted.
        dim: the dimension that grows.

    Raises:
        ValueError: there is no tensor.
        ShapeError: one does not fit; the message names its position.

    Example:
        >>> import tt_tensor as tt
        >>> tt.cat([tt.tensor([1, 2]), tt.tensor([3])])
        tensor([1, 2, 3])
    """
    parts = list(tensors)
    if not parts:
        raise ValueError("tensors: there must be at least one")
    # an empty vector goes with everything, as in PyTorch
    parts = [x for x in parts if tuple(x.shape) != (0,)] or parts[:1]
    first = parts[0]
    if first.ndim == 0:
        raise ShapeError("cat: tensors without dimensions cannot be joined; use stack")
    d = one_dim(dim, first.ndim)
    for k, x in enumerate(parts):
        if x.ndim != first.ndim or any(
            n != m for i, (n, m) in enumerate(zip(x.shape, first.shape, strict=True)) if i != d
        ):
            raise ShapeError(
                f"cat: tensors[{k}] of shape {tuple(x.shape)} does not fit tensors[0] of shape "
                f"{tuple(first.shape)} along dimension {d}; all other sizes must agree"
            )
    if any(array_of(x).dtype != array_of(first).dtype for x in parts):
        common = functools.reduce(promote_types, [x.dtype for x in parts])
        parts = [x.to(common) for x in parts]
    out: Tensor = cat_p(tuple(parts), (d,))
    return out


concat = cat


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """The tensors side by side along a new dimension.

    Raises:
        ValueError: there is no tensor.
        ShapeError: their shapes differ.

    Example:
        >>> import tt_tensor as tt
        >>> tt.stack([tt.tensor([1, 2]), tt.tensor([3, 4])], dim=1)
        tensor([[1, 3],
                [2, 4]])
    """
    if not tensors:
        raise ValueError("tensors: there must be at least one")
    shape = tensors[0].shape
    for k, x in enumerate(tensors):
        if x.shape != shape:
            raise ShapeError(f"stack: tensors[{k}] has shape {x.shape}, tensors[0] has {shape}")
    return cat([unsqueeze(x, dim) for x in tensors], one_dim(dim, len(shape) + 1))


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Side by side: along the second dimension, or the only one."""
    parts = [reshape(x, 1) if x.ndim == 0 else x for x in tensors]
    return cat(parts, 0 if parts[0].ndim == 1 else 1)


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """On top of each other: as rows of a matrix."""
    return cat([reshape(x, 1, -1) if x.ndim < 2 else x for x in tensors], 0)


def split(tensor: Tensor, split_size: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of successive pieces along ``dim``.

    Args:
        tensor: any tensor.
        split_size: the size of every piece (the last may be smaller), or a list of their sizes.
        dim: the dimension that is cut.

    Raises:
        ValueError: a size that is not positive, or sizes that do not add up.

    Example:
        >>> import tt_tensor as tt
        >>> tt.split(tt.arange(5), 2)
        (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    d = one_dim(dim, tensor.ndim)
    total = tensor.shape[d]
    if isinstance(split_size, (list, tuple)):
        sizes = [int(n) for n in split_size]
    else:
        if split_size < 1:
            raise ValueError(f"split_size: it must be positive, not {split_size}")
        sizes = [min(split_size, total - i) for i in range(0, total, split_size)] or [0]
    if sum(sizes) != total or any(n < 0 for n in sizes):
        raise ValueError(f"split_size: {sizes} do not add up to {total}, the size of dimension {d}")
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    return tuple(narrow(tensor, d, i, n) for i, n in zip(starts, sizes, strict=True))


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of at most ``chunks`` equal pieces along ``dim``; the last may be smaller.

    Example:
        >>> import tt_tensor as tt
        >>> [len(piece) for piece in tt.chunk(tt.arange(7), 3)]
        [3, 3, 1]
    """
    if chunks < 1:
        raise ValueError(f"chunks: it must be positive, not {chunks}")
    total = input.shape[one_dim(dim, input.ndim)]
    return split(input, max(-(-total // chunks), 1), dim)


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of all slices along ``dim``."""
    return tuple(select(input, dim, i) for i in range(input.shape[one_dim(dim, input.ndim)]))


def meshgrid(*tensors: Tensor, indexing: str = "ij") -> tuple[Tensor, ...]:
    """The coordinates of a grid: each vector repeated along all other vectors.

    Args:
        tensors: vectors.
        indexing: "ij" for rows first, "xy" for the order of pictures.

    Example:
        >>> import tt_tensor as tt
        >>> tt.meshgrid(tt.tensor([1, 2]), tt.tensor([3, 4]))[0]
        tensor([[1, 1],
                [2, 2]])
    """
    if indexing not in ("ij", "xy"):
        raise ValueError(f"indexing must be 'ij' or 'xy', not {indexing!r}")
    swap = indexing == "xy" and len(tensors) > 1
    vectors = [tensors[1], tensors[0], *tensors[2:]] if swap else list(tensors)
    shape = tuple(len(v) for v in vectors)
    grids = [
        reshape(v, [-1 if i == k else 1 for i in range(len(vectors))]).expand(shape)
        for k, v in enumerate(vectors)
    ]
    if swap:
        grids = [grids[1], grids[0], *grids[2:]]
    return tuple(grids)
