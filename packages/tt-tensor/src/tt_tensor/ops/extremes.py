"""The largest and the smallest: their values, and where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..kernels.naive import reduce as naive
from ..kernels.numpy import reduce as kernels
from ..primitive import Primitive
from .dims import count, dims_of, one_dim
from .gather import gather
from .rounding import maximum, minimum

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["ValuesAndIndices", "amax", "amin", "argmax", "argmin", "max", "min"]

_DIMS = ("dim", "keepdim")
amax_p = Primitive("amax", params=_DIMS, naive=naive.amax, numpy=kernels.amax)
amin_p = Primitive("amin", params=_DIMS, naive=naive.amin, numpy=kernels.amin)
argmax_p = Primitive("argmax", params=_DIMS, naive=naive.argmax, numpy=kernels.argmax)
argmin_p = Primitive("argmin", params=_DIMS, naive=naive.argmin, numpy=kernels.argmin)


class ValuesAndIndices(NamedTuple):
    """What :func:`max`, :func:`min`, :func:`sort` and :func:`topk` find, and where.

    Attributes:
        values: the elements.
        indices: their places along the dimension, int64.
    """

    values: Tensor
    indices: Tensor


def amax(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The largest element over ``dim``; its gradient is shared evenly by equal ones.

    Raises:
        ValueError: there is no element.

    Example:
        >>> import tt_tensor as tt
        >>> tt.amax(tt.tensor([[1, 5], [3, 2]]), 1)
        tensor([5, 3])
    """
    return _extreme(amax_p, "amax", input, dim, keepdim)


def amin(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The smallest element over ``dim``; its gradient is shared evenly by equal ones.

    Raises:
        ValueError: there is no element.
    """
    return _extreme(amin_p, "amin", input, dim, keepdim)


def max(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The largest element; along one dimension also where it is; of two tensors the larger.

    Args:
        input: any shape and type.
        dim: None for the largest of all; a dimension; or a tensor to compare with.
        keepdim: keep the reduced dimension with size 1.

    Returns:
        a tensor; with a dimension :class:`ValuesAndIndices`.

    Example:
        >>> import tt_tensor as tt
        >>> x = tt.tensor([[1.0, 5.0], [3.0, 2.0]])
        >>> x.max()
        tensor(5.)
        >>> x.max(1).indices
        tensor([1, 0])
    """
    if dim is None:
        return amax(input)
    if hasattr(dim, "node"):
        return maximum(input, dim)
    return _with_indices(argmax(input, dim, keepdim=True), input, dim, keepdim)


def min(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The smallest element; otherwise as :func:`max`.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([[1.0, 5.0], [3.0, 2.0]]).min(0).values
        tensor([1., 2.])
    """
    if dim is None:
        return amin(input)
    if hasattr(dim, "node"):
        return minimum(input, dim)
    return _with_indices(argmin(input, dim, keepdim=True), input, dim, keepdim)


def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the largest element is: along ``dim``, or in the flattened tensor.

    Raises:
        ValueError: there is no element.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([[1, 5], [3, 2]]).argmax(0), tt.tensor([[1, 5], [3, 2]]).argmax()
        (tensor([1, 0]), tensor(1))
    """
    return _place(argmax_p, "argmax", input, dim, keepdim)


def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the smallest element is; otherwise as :func:`argmax`."""
    return _place(argmin_p, "argmin", input, dim, keepdim)


def _extreme(primitive: Primitive, name: str, input: Tensor, dim: Any, keepdim: bool) -> Tensor:
    dims = dims_of(dim, input.ndim)
    if count(input.shape, dims) == 0:
        raise ValueError(
            f"{name}: there is no element to choose in a tensor of shape {input.shape}"
        )
    out: Tensor = primitive((input,), (dims, keepdim))
    return out


def _place(primitive: Primitive, name: str, input: Tensor, dim: Any, keepdim: bool) -> Tensor:
    if dim is None:
        flat = input.reshape(-1)
        out = _place(primitive, name, flat, 0, False)
        return out.reshape((1,) * input.ndim) if keepdim else out
    d = one_dim(dim, input.ndim)
    if input.ndim and input.shape[d] == 0:
        raise ValueError(
            f"{name}: there is no element to choose in a tensor of shape {input.shape}"
        )
    found: Tensor = primitive((input,), (d, keepdim))
    return found


def _with_indices(places: Tensor, input: Tensor, dim: int, keepdim: bool) -> ValuesAndIndices:
    """The elements at ``places`` along ``dim``, through ``gather``, which knows the gradient."""
    if input.ndim == 0:
        return ValuesAndIndices(input.clone(), places)
    values = gather(input, dim, places)
    if not keepdim:
        values, places = values.squeeze(dim), places.squeeze(dim)
    return ValuesAndIndices(values, places)
