"""Diagonals and triangles of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import ShapeError
from ..kernels.naive import diagonal as naive
from ..kernels.numpy import diagonal as kernels
from ..primitive import Primitive
from .convert import clone
from .create_like import new_zeros
from .dims import one_dim
from .indexing import view_scatter
from .reduce import sum as sum_

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["diag", "diagonal", "trace", "tril", "triu"]

diagonal_p = Primitive(
    "diagonal",
    params=("offset", "dim1", "dim2"),
    naive=naive.diagonal,
    numpy=kernels.diagonal,
    view=True,
)
tril_p = Primitive("tril", params=("diagonal",), naive=naive.tril, numpy=kernels.tril)
triu_p = Primitive("triu", params=("diagonal",), naive=naive.triu, numpy=kernels.triu)


def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The view of the elements ``x[i, i + offset]`` of every matrix in (dim1, dim2).

    Args:
        input: at least two dimensions.
        offset: 0 for the main diagonal, positive above it, negative below.
        dim1: the dimension of the rows.
        dim2: the dimension of the columns.

    Returns:
        the other dimensions in their order, then the diagonal.

    Raises:
        IndexError: there is no such dimension.
        ShapeError: ``dim1`` and ``dim2`` are the same.

    Example:
        >>> import tt_tensor as tt
        >>> tt.diagonal(tt.arange(9).reshape(3, 3), 1)
        tensor([1, 5])
    """
    a, b = one_dim(dim1, input.ndim), one_dim(dim2, input.ndim)
    if a == b:
        raise ShapeError(f"diagonal: dim1={dim1} and dim2={dim2} are the same dimension")
    out: Tensor = diagonal_p((input,), (int(offset), a, b))
    return out


def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """A vector as the diagonal of a matrix of zeros; of a matrix the diagonal, as a copy.

    Args:
        input: (n,) or (n, m).
        diagonal: 0 for the main diagonal, positive above it, negative below.

    Raises:
        ShapeError: another number of dimensions.

    Example:
        >>> import tt_tensor as tt
        >>> tt.diag(tt.tensor([1, 2]))
        tensor([[1, 0],
                [0, 2]])
    """
    if input.ndim == 2:
        return clone(diagonal_p((input,), (diagonal, 0, 1)))
    if input.ndim != 1:
        raise ShapeError(f"diag: expected a vector or a matrix, not {input.ndim} dimensions")
    size = input.shape[0] + abs(diagonal)
    return view_scatter(new_zeros(input, (size, size)), input, ((diagonal_p, (diagonal, 0, 1)),))


def trace(input: Tensor) -> Tensor:
    """The sum of a matrix's diagonal.

    Raises:
        ShapeError: not a matrix.

    Example:
        >>> import tt_tensor as tt
        >>> tt.trace(tt.tensor([[1, 2], [3, 4]]))
        tensor(5)
    """
    if input.ndim != 2:
        raise ShapeError(f"trace: input must be a matrix, but its shape is {tuple(input.shape)}")
    return sum_(diagonal(input))


def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """The lower triangle of every matrix, with zeros above the diagonal.

    Args:
        input: (..., n, m).
        diagonal: 0 keeps the main diagonal and what is below; 1 also the one above it, and so on.

    Raises:
        ShapeError: fewer than two dimensions.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tril(tt.ones(2, 2))
        tensor([[1., 0.],
                [1., 1.]])
    """
    out: Tensor = tril_p((_matrices("tril", input),), (diagonal,))
    return out


def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """The upper triangle of every matrix, with zeros below the diagonal.

    Args:
        input: (..., n, m).
        diagonal: 0 keeps the main diagonal and what is above; 1 begins above it, and so on.

    Raises:
        ShapeError: fewer than two dimensions.

    Example:
        >>> import tt_tensor as tt
        >>> tt.triu(tt.ones(2, 2), 1)
        tensor([[0., 1.],
                [0., 0.]])
    """
    out: Tensor = triu_p((_matrices("triu", input),), (diagonal,))
    return out


def _matrices(name: str, input: Tensor) -> Tensor:
    if input.ndim < 2:
        raise ShapeError(f"{name}: expected at least 2 dimensions, not {input.ndim}")
    return input
