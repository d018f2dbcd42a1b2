"""Copies and conversions: ``clone``, ``to(dtype)``, and the values that an in-place copy leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..dtypes import DTypeLike, as_dtype
from ..errors import ShapeError
from ..inplace import write
from ..kernels.naive import convert as naive
from ..kernels.numpy import convert as kernels
from ..primitive import Primitive, Unary, array_of, wrap
from .create import check_device

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["cast", "clone"]

clone_p = Unary("clone", naive=naive.clone, numpy=kernels.clone)
contiguous_p = Unary("contiguous", naive=naive.clone, numpy=kernels.contiguous)
cast_p = Primitive("cast", params=("dtype",), naive=naive.cast, numpy=kernels.cast)
overwrite_p = Primitive(
    "overwrite", inputs=("input", "value"), naive=naive.overwrite, numpy=kernels.overwrite
)


def clone(input: Tensor) -> Tensor:
    """The same values in memory of their own; gradients flow through.

    Example:
        >>> import tt_tensor as tt
        >>> x = tt.tensor([1, 2])
        >>> y = x.clone()
        >>> y[0] = 9
        >>> x
        tensor([1, 2])
    """
    return clone_p(input)


def cast(input: Tensor, dtype: DTypeLike) -> Tensor:
    """Each element in another type, always a copy; :meth:`Tensor.to` avoids needless ones.

    Example:
        >>> import tt_tensor as tt
        >>> tt.tensor([1.9, -1.9]).to(tt.int64)
        tensor([ 1, -1])
    """
    out: Tensor = cast_p((input,), (as_dtype(dtype).numpy,))
    return out


def to(
    input: Tensor,
    *target: Any,
    dtype: DTypeLike | None = None,
    device: Any = None,
    copy: bool = False,
    non_blocking: bool = False,
) -> Tensor:
    """This tensor with another type: ``x.to(tt.float64)``, ``x.to(other)``, ``x.to("cpu")``.

    Args:
        input: any tensor.
        target: a type, a tensor that has the type wanted, or a device.
        dtype: the type by name.
        device: ``"cpu"``, the only one.
        copy: always give a copy.
        non_blocking: has no effect on a CPU.

    Returns:
        the tensor itself when there is nothing to change and ``copy`` is not set.

    Raises:
        DTypeError: an unknown type.
        DeviceError: a device other than ``"cpu"``.
    """
    for wish in target:
        if hasattr(wish, "node"):  # a tensor
            dtype = wish.dtype
        elif isinstance(wish, str) and wish.split(":")[0] in _DEVICES:
            device = wish
        else:
            dtype = wish
    check_device(device)
    if dtype is None or as_dtype(dtype).numpy is input.array.dtype:
        return clone(input) if copy else input
    return cast(input, as_dtype(dtype))


_DEVICES = {"cpu", "cuda", "mps", "xpu", "hip", "meta", "gpu", "tpu", "xla"}


def type_as(input: Tensor, other: Tensor) -> Tensor:
    """This tensor with the type of ``other``."""
    return input.to(other.dtype)


def copy_(input: Tensor, src: Tensor) -> Tensor:
    """Put the values of ``src``, broadcast and converted, into ``input``.

    Raises:
        ShapeError: ``src`` does not broadcast to the shape of ``input``.
    """
    value = src if hasattr(src, "node") else wrap(array_of(src))
    return write(input, _overwritten(input, value))


def fill_(input: Tensor, value: Any) -> Tensor:
    """Put one number into every element."""
    return write(input, _overwritten(input, wrap(array_of(value).astype(input.array.dtype))))


def zero_(input: Tensor) -> Tensor:
    """Put zero into every element."""
    return fill_(input, 0)


def _overwritten(input: Tensor, value: Tensor) -> Tensor:
    try:
        out: Tensor = overwrite_p((input, value))
    except ValueError:
        raise ShapeError(
            f"src of shape {value.shape} does not broadcast to the tensor's shape {input.shape}"
        ) from None
    return out
