"""The class Tensor: an ndarray, room for a gradient, and operators that delegate.

A tensor's slots are all that it is:

``array``
    the ndarray that holds (or views) the values;
``node``
    None, or what the tape knows of where the tensor comes from (:mod:`tt_tensor.gradients`);
``grad``
    None, or the gradient that the last backward passes have accumulated;
``storage``
    None, or the version counter that it shares with its views;
``view_of``
    None, or the tensor, primitive and parameters whose view it is.

What can be *done* with tensors stands in ``ops/``, one file per family; the methods below are
those functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import gradients, primitive
from .dtypes import FROM_NUMPY, as_dtype, dtype, native
from .errors import DTypeError, GradientError
from .methods import Methods
from .operators import Operators
from .ops import indexing
from .primitive import Storage, storage_of, wrap
from .typing import Array

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .primitive import Primitive

__all__ = ["Tensor"]


class Tensor(Operators, Methods):
    """An n-dimensional array of numbers of one type, with room for a gradient.

    ``Tensor(data)`` makes a floating-point tensor of the default type from nested lists or arrays,
    ``Tensor(2, 3)`` one of zeros in this shape, as PyTorch's old constructor takes sizes;
    :func:`tt_tensor.tensor` takes numbers too, and infers integers and booleans.

    Example:
        >>> import tt_tensor as tt
        >>> x = tt.Tensor([[1, 2], [3, 4]])
        >>> x.shape, x.dtype
        ((2, 2), tt.float32)
        >>> (x @ x.T)[0]
        tensor([ 5., 11.])
    """

    __slots__ = ("__weakref__", "array", "grad", "node", "storage", "view_of")
    __array_priority__ = 1000  # ndarray + Tensor is Tensor.__radd__, not an array of objects
    __array_ufunc__ = None

    array: Array
    node: gradients.Node | None
    grad: Tensor | None
    storage: Storage | None
    view_of: tuple[Tensor, Primitive, tuple[Any, ...]] | None

    def __init__(self, *data: Any) -> None:
        kind = as_dtype(float).numpy
        if all(type(size) is int for size in data):
            self.array = np.zeros(data or (0,), kind)
        elif len(data) == 1:
            self.array = np.array(primitive.array_of(data[0]), dtype=kind)
        else:
            raise TypeError("data: expected sizes, or one list or array; for numbers use tensor()")
        self.node = self.grad = self.storage = self.view_of = None

    # ---- what it is

    @property
    def shape(self) -> tuple[int, ...]:
        """The size of each dimension."""
        return self.array.shape

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self.array.ndim

    @property
    def dtype(self) -> dtype:
        """The type of the elements."""
        return FROM_NUMPY[self.array.dtype]

    def dim(self) -> int:
        """The number of dimensions."""
        return self.array.ndim

    def numel(self) -> int:
        """The number of elements."""
        return self.array.size

    nelement = numel

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the size of one dimension."""
        return self.array.shape if dim is None else self.array.shape[dim]

    def stride(self, dim: int | None = None) -> Any:
        """How many elements lie between neighbours along each dimension, or along one."""
        steps = tuple([n // self.array.itemsize for n in self.array.strides])
        return steps if dim is None else steps[dim]

    def is_contiguous(self) -> bool:
        """Whether the elements lie in memory in row-major order, without gaps."""
        return self.array.flags.c_contiguous

    def is_floating_point(self) -> bool:
        """Whether the elements are floating-point numbers."""
        return self.array.dtype.kind == "f"

    def element_size(self) -> int:
        """Bytes per element."""
        return self.array.itemsize

    def data_ptr(self) -> int:
        """The address of the first element."""
        return self.array.ctypes.data

    @property
    def device(self) -> str:
        """Where the values are: always ``"cpu"``."""
        return "cpu"

    @property
    def itemsize(self) -> int:
        """Bytes per element."""
        return self.array.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
        return self.array.nbytes

    def __len__(self) -> int:
        if not self.array.ndim:
            raise TypeError("a 0-dimensional tensor has no length; its value is tensor.item()")
        return self.array.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if not self.array.ndim:
            raise TypeError("a 0-dimensional tensor cannot be iterated over; use tensor.item()")
        return (self[i] for i in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        return bool((self.array == primitive.array_of(value)).any())

    # ---- its values, as Python's and NumPy's

    def item(self) -> Any:
        """The value of a tensor of one element, as a Python number.

        Raises:
            ValueError: there are more elements, or none.
        """
        if self.array.size != 1:
            raise ValueError(
                f"item() needs a tensor of one element, this one has shape {self.shape}; use tolist()"
            )
        return self.array.item()

    def tolist(self) -> Any:
        """The values as nested lists of Python numbers."""
        return self.array.tolist()

    def numpy(self, *, force: bool = False) -> Array:
        """The values as an ndarray that shares this tensor's memory.

        Args:
            force: also for a tensor that requires grad, whose history the array cannot carry.

        Raises:
            GradientError: the tensor requires grad and ``force`` is not set.
        """
        if self.node is not None and not force:
            raise GradientError(
                "numpy() on a tensor that requires grad would lose its history silently; "
                "use tensor.detach().numpy()"
            )
        return self.array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def __dlpack__(self, **options: Any) -> Any:
        return self.numpy().__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.array.__dlpack_device__()

    def __bool__(self) -> bool:
        if self.array.size != 1:
            raise ValueError(
                f"the truth of a tensor of shape {self.shape} is ambiguous; use .any() or .all()"
            )
        return bool(self.array.item())

    def __int__(self) -> int:
        return int(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __index__(self) -> int:
        if self.dtype.is_floating_point:
            raise DTypeError(f"an index must be an integer, not a tensor of type {self.dtype}")
        return int(self.item())

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)

    def __repr__(self) -> str:
        from .printing import tensor_to_text

        return tensor_to_text(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        """A copy with memory of its own; only leaves can be copied, as their history is nothing.

        Raises:
            GradientError: the tensor was computed by recorded operations.
        """
        if not self.is_leaf:
            raise GradientError("only leaf tensors can be deep-copied; use detach() first")
        out = primitive.new(type(self))
        memo[id(self)] = out
        out.array = self.array.copy()
        out.node = out.storage = out.view_of = None
        out.grad = None if self.grad is None else self.grad.__deepcopy__(memo)
        out.requires_grad = self.requires_grad
        return out

    def __reduce__(self) -> tuple[Any, ...]:
        """For the queue between a program and its own worker processes."""
        if not self.is_leaf:
            raise GradientError("a tensor with a history cannot be sent; use detach() first")
        return (_rebuild, (type(self), self.array, self.requires_grad))

    # ---- gradients

    @property
    def requires_grad(self) -> bool:
        """Whether operations on this tensor are recorded, so that gradients can reach it."""
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Set :attr:`requires_grad` in place and return the tensor.

        Raises:
            DTypeError: only floating-point tensors can have gradients.
            GradientError: tt-autograd is not installed, or the tensor is not a leaf.
        """
        if not self.is_leaf:
            if requires_grad:
                return self
            raise GradientError(
                "requires_grad can only be turned off for leaf tensors; use tensor.detach()"
            )
        if not requires_grad:
            self.node = None
        elif self.node is None:
            if self.array.dtype.kind != "f":
                raise DTypeError(
                    f"only floating-point tensors can require grad, not {self.dtype}; use .float()"
                )
            self.node = gradients.load_tape().leaf(self)
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether the tensor was made by the user, not computed by a recorded operation."""
        return self.node is None or self.node.is_leaf

    @property
    def grad_fn(self) -> gradients.Node | None:
        """The recorded operation that computed this tensor; None for a leaf."""
        return None if self.is_leaf else self.node

    def detach(self) -> Tensor:
        """The same memory without the history."""
        out = wrap(self.array)
        out.storage = storage_of(self)
        return out

    def detach_(self) -> Tensor:
        """Forget the history in place."""
        self.node = None
        return self

    @property
    def data(self) -> Tensor:
        """The same memory, unrecorded and uncounted: writing to it is not noticed by the tape."""
        return wrap(self.array)

    @data.setter
    def data(self, value: Tensor) -> None:
        self.array = value.array

    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Add d(self)/d(leaf) to the ``grad`` of every leaf that this tensor was computed from.

        Args:
            gradient: the gradient of the final result with respect to this tensor; may be left
                out for a tensor of one element, where it is 1.
            retain_graph: keep the record for another backward pass (default: ``create_graph``).
            create_graph: record the backward pass too, so that gradients can be differentiated.
            inputs: add to the ``grad`` of this tensor, or of these, only.

        Raises:
            GradientError: the tensor has no history, or more than one element and no
                ``gradient``, or the record was already used up.
        """
        keep = create_graph if retain_graph is None else retain_graph
        gradients.tape.backward(self, gradient, keep, create_graph, inputs)

    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> Any:
        """Call ``hook(grad)`` when this tensor's gradient is known; a returned tensor replaces it.

        Returns:
            a handle whose ``remove()`` takes the hook away.
        """
        return gradients.tape.register_hook(self, hook)

    def retain_grad(self) -> None:
        """Keep the gradient of this tensor in ``grad`` though it is not a leaf."""
        gradients.tape.retain_grad(self)

    # ---- type and place

    def cpu(self) -> Tensor:
        """The tensor itself: its values are in the CPU's memory."""
        return self

    # ---- indexing

    def __getitem__(self, index: Any) -> Tensor:
        return indexing.getitem(self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        indexing.setitem(self, index, value)

    @property
    def version(self) -> int:
        """How often this tensor's memory was changed in place, through it or any of its views."""
        return 0 if self.storage is None else self.storage.version

    _version = version  # PyTorch's name


def _rebuild(cls: type[Tensor], array: Array, requires_grad: bool) -> Tensor:
    out = primitive.new(cls)
    out.array = native(array)
    out.node = out.grad = out.storage = out.view_of = None
    return out.requires_grad_(requires_grad)


primitive.bind_tensor_class(Tensor)
