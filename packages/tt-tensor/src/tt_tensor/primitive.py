"""Primitives: the one way in which anything is computed.

A :class:`Primitive` is a name and its kernels: plain functions on ndarrays, one per backend.
Calling it on tensors runs the selected backend's kernel, wraps the result, and, if an input has a
``node``, asks the tape to record what happened.  Everything else hangs on the name: gradient
rules (in tt-autograd), kernels of other backends, the records that drive the tests.

Calling a primitive on bare **ndarrays** runs its kernel and gives a bare array.  A gradient rule
is therefore written once and works twice: on arrays in an ordinary backward pass, where nothing
needs wrapping or recording, and on tensors when the gradient itself is to be differentiated.

Four shapes of primitive share this idea: :class:`Unary` and :class:`Binary` are the short paths
for element-wise operations, :class:`Primitive` is the general one, :class:`InPlace` changes its
inputs (an optimizer's update).
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy import ndarray

from . import gradients
from .backends import Kernel, registry, resolve
from .dtypes import (
    FROM_NUMPY,
    dtype,
    get_default_dtype,
    native,
    number_array,
    number_type,
    result_type_of,
)
from .errors import DTypeError, ShapeError
from .quiet import quiet
from .typing import Array

if TYPE_CHECKING:
    from .tensor import Tensor
else:
    # bind_tensor_class puts the class here: it is built from the operations, and they need this file
    Tensor = object

__all__ = ["Binary", "InPlace", "Primitive", "Storage", "Unary", "storage_of"]

new = object.__new__


def bind_tensor_class(cls: type[Tensor]) -> None:
    """Tell the dispatcher the class of its results; called once, by the module that defines it."""
    globals()["Tensor"] = cls


class Storage:
    """What a tensor shares with its views: how often the memory was changed in place, and by whom.

    The defaults are class attributes, so that making one costs next to nothing.
    """

    version = 0
    views: tuple[weakref.ref[Tensor], ...] | list[weakref.ref[Tensor]] = ()


def wrap(array: Array) -> Tensor:
    """A tensor that holds ``array`` itself, not a copy."""
    out = new(Tensor)
    out.array = array
    out.node = out.grad = out.storage = out.view_of = None
    return out


class Primitive:
    """An operation: a name, the names of its inputs and parameters, and its kernels.

    Args:
        name: the operation's name, unique among all packages.
        inputs: the names of the tensor arguments; ``("*tensors",)`` for any number of them.
        params: the names of the arguments that are not tensors, as the kernels take them after
            the inputs.
        naive: the kernel in explicit loops.
        numpy: the vectorised kernel.
        view: whether the result shares the first input's memory.
    """

    __slots__ = ("inputs", "kernel", "kernels", "name", "params", "view")
    kernel: Kernel

    def __init__(
        self,
        name: str,
        *,
        naive: Kernel,
        numpy: Kernel,
        inputs: tuple[str, ...] = ("input",),
        params: tuple[str, ...] = (),
        view: bool = False,
    ) -> None:
        if name in registry:
            raise ValueError(f"name: there is already a primitive called {name!r}")
        self.name, self.inputs, self.params, self.view = name, inputs, params, view
        self.kernels: dict[str, Kernel] = {"numpy": numpy, "naive": naive}
        self.forget_kernel()
        registry[name] = self

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}({', '.join(self.inputs + self.params)})>"

    def forget_kernel(self) -> None:
        """Choose the kernel anew at the next call: the selection of backends has changed."""
        self.kernel = self._first_call

    def _first_call(self, *arguments: Any) -> Any:
        self.kernel = resolve(self)
        return self.kernel(*arguments)

    def __call__(self, inputs: tuple[Any, ...], params: tuple[Any, ...] = ()) -> Any:
        """Run the kernel on ``inputs``; tensors give tensors, bare arrays give arrays."""
        if not isinstance(inputs[0], Tensor):
            return self.kernel(*inputs, *params)
        arrays = [None if x is None else x.array for x in inputs]
        try:
            out = self.kernel(*arrays, *params)
        except RuntimeWarning:
            out = quiet(self.kernel)(*arrays, *params)
        if type(out) is ndarray:
            outs: tuple[Tensor, ...] = (wrap(out),)
        else:
            outs = tuple(
                [wrap(np.asarray(array)) for array in (out if type(out) is tuple else (out,))]
            )
        if self.view:
            share_storage(inputs[0], outs[0], self, params)
        for x in inputs:
            if x is not None and x.node is not None:
                gradients.tape.record(self, inputs, params, outs)
                break
        return outs if type(out) is tuple else outs[0]


class Unary(Primitive):
    """An element-wise operation of one tensor, called as ``primitive(input)``.

    Args:
        to_float: integers and booleans become the default floating-point type first.
    """

    __slots__ = ("to_float",)

    def __init__(self, name: str, *, naive: Kernel, numpy: Kernel, to_float: bool = False) -> None:
        super().__init__(name, naive=naive, numpy=numpy)
        self.to_float = to_float

    def __call__(self, input: Any) -> Tensor:  # type: ignore[override] # the short path
        if type(input) is ndarray:
            return cast("Tensor", self.kernel(input))
        try:
            x = input.array
        except AttributeError:
            return self(np.asarray(input))
        if self.to_float and x.dtype.kind != "f":
            x = x.astype(get_default_dtype().numpy)
        try:
            array = self.kernel(x)
        except RuntimeWarning:
            array = quiet(self.kernel)(x)
        except TypeError as error:
            raise _does_not_take(self.name, x, error) from error
        out = new(Tensor)
        out.array = array if type(array) is ndarray else np.asarray(array)
        out.grad = out.storage = out.view_of = None
        out.node = None if input.node is None else gradients.tape.record_unary(self, input, out)
        return out


class Binary(Primitive):
    """An operation of two tensors with broadcasting, called as ``primitive(input, other)``.

    Operands of different types are promoted; either may be a plain Python number, which is weak.

    Args:
        to_float: integers and booleans become the default floating-point type first.
    """

    __slots__ = ("to_float",)

    def __init__(self, name: str, *, naive: Kernel, numpy: Kernel, to_float: bool = False) -> None:
        super().__init__(name, naive=naive, numpy=numpy, inputs=("input", "other"))
        self.to_float = to_float

    def __call__(self, input: Any, other: Any) -> Tensor:  # type: ignore[override] # the short path
        if type(input) is ndarray and type(other) is ndarray:
            return cast("Tensor", self.kernel(input, other))
        try:
            x, y = input.array, other.array
        except AttributeError:
            return self._mixed(input, other)
        if x.dtype is not y.dtype or (self.to_float and x.dtype.kind != "f"):
            return self._promoted(input, other)
        try:
            array = self.kernel(x, y)
        except RuntimeWarning:
            array = quiet(self.kernel)(x, y)
        except ValueError as error:
            raise shapes_do_not_fit(self.name, x, y) from error
        except TypeError as error:
            raise _does_not_take(self.name, x, error) from error
        out = new(Tensor)
        out.array = array if type(array) is ndarray else np.asarray(array)
        out.grad = out.storage = out.view_of = None
        if input.node is None and other.node is None:
            out.node = None
        else:
            out.node = gradients.tape.record_binary(self, input, other, out)
        return out

    def _mixed(self, input: Any, other: Any) -> Tensor:
        """One operand is a number or a bare array."""
        if not (isinstance(input, Tensor) or isinstance(other, Tensor)):  # inside a gradient rule
            kind = np.result_type(input, other)  # a Python number is weak here too
            kernel = self.kernel
            return cast("Tensor", kernel(np.asarray(input, kind), np.asarray(other, kind)))
        a = input if isinstance(input, Tensor) else _operand(input, other, self.to_float)
        b = other if isinstance(other, Tensor) else _operand(other, input, self.to_float)
        return self(a, b)

    def _promoted(self, input: Tensor, other: Tensor) -> Tensor:
        """The operands' types differ, or are not floating point where that is needed."""
        common = result_type_of(input.array, other.array)
        if self.to_float and not common.is_floating_point:
            common = get_default_dtype()
        return self(input.to(common), other.to(common))


class InPlace(Primitive):
    """An operation that changes its first ``writes`` inputs and returns nothing.

    It is not recorded: it is for updates of parameters and running statistics.
    """

    __slots__ = ("writes",)

    def __init__(
        self,
        name: str,
        *,
        naive: Kernel,
        numpy: Kernel,
        inputs: tuple[str, ...],
        writes: int,
        params: tuple[str, ...] = (),
    ) -> None:
        super().__init__(name, naive=naive, numpy=numpy, inputs=inputs, params=params)
        self.writes = writes

    def __call__(self, inputs: tuple[Any, ...], params: tuple[Any, ...] = ()) -> None:
        try:
            arrays = [None if x is None else x.array for x in inputs]
        except AttributeError:  # bare arrays, which nobody counts
            self.kernel(*inputs, *params)
            return
        self.kernel(*arrays, *params)
        for x in inputs[: self.writes]:
            if x is not None:
                (x.storage or storage_of(x)).version += 1


def count_write(tensor: Tensor) -> None:
    """Note that the memory of ``tensor`` and of its views has changed."""
    storage_of(tensor).version += 1


def storage_of(tensor: Tensor) -> Storage:
    """What the tensor's memory knows of itself: made when it is first asked for."""
    storage = tensor.storage
    if storage is None:
        storage = tensor.storage = Storage()
    return storage


def share_storage(
    parent: Tensor, view: Tensor, primitive: Primitive, params: tuple[Any, ...]
) -> None:
    """``view`` is a view of ``parent``: one version counter for both, and each knows of the other."""
    storage = view.storage = parent.storage or storage_of(parent)
    view.view_of = (parent, primitive, params)
    if type(storage.views) is not list:
        storage.views = []
    views = storage.views
    if (
        len(views) >= 16 and len(views) & (len(views) - 1) == 0
    ):  # at 16, 32, 64 ...: forget the dead
        views[:] = [ref for ref in views if ref() is not None]
    views.append(weakref.ref(view))


def _operand(value: Any, beside: Any, to_float: bool) -> Tensor:
    """``value``, an operand that is not a tensor, as a tensor that fits the tensor ``beside`` it."""
    if isinstance(value, (bool, int, float)):
        own: dtype = FROM_NUMPY[beside.array.dtype]
        kind = number_type(value)
        common = own if own.category >= kind.category else kind
        if to_float and not common.is_floating_point:
            common = get_default_dtype()
        return wrap(number_array(value, common))
    if isinstance(value, (ndarray, np.generic)):
        array = np.asarray(value)
        if array.dtype in FROM_NUMPY:
            return wrap(native(array))
    raise DTypeError(
        f"other: an operand must be a Tensor, a number or an ndarray of a known dtype, "
        f"not {type(value).__name__}"
    )


def array_of(value: Any) -> Array:
    """The array in a tensor; anything else as an array."""
    return value.array if isinstance(value, Tensor) else np.asarray(value)


def _does_not_take(name: str, x: Array, error: TypeError) -> DTypeError:
    return DTypeError(f"{name} is not defined for {FROM_NUMPY.get(x.dtype, x.dtype)}: {error}")


def shapes_do_not_fit(name: str, x: Array, y: Array) -> ShapeError:
    """The error for operands whose shapes do not broadcast."""
    a, b = tuple(x.shape), tuple(y.shape)
    if name == "matmul":
        return _matrices_do_not_fit(a, b)
    for back in range(1, min(len(a), len(b)) + 1):
        if a[-back] != b[-back] and 1 not in (a[-back], b[-back]):
            return ShapeError(
                f"{name}: shapes {a} and {b} do not broadcast: dimension {-back} is "
                f"{a[-back]} in input and {b[-back]} in other; they must be equal, or one of them 1"
            )
    return ShapeError(f"{name}: shapes {a} and {b} do not fit together")


def _matrices_do_not_fit(a: tuple[int, ...], b: tuple[int, ...]) -> ShapeError:
    if not a or not b:
        return ShapeError(
            f"matmul: operands need at least one dimension, the shapes are {a} and {b}"
        )
    inner = b[-2] if len(b) > 1 else b[0]
    if a[-1] != inner:
        return ShapeError(
            f"matmul: shapes {a} and {b} do not multiply: input has {a[-1]} columns, other {inner} "
            "rows; they must be equal (transpose one of them with .mT?)"
        )
    return ShapeError(f"matmul: the batches {a[:-2]} and {b[:-2]} do not broadcast")
