"""The checks that every record goes through: kernels against each other, and against PyTorch."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..backends import available_backends, backend, registry
from ..primitive import InPlace, Primitive, wrap
from ..typing import Array
from .record import Record, Sample

__all__ = ["assert_close", "check_errors", "check_kernels", "check_torch", "samples_of"]


def samples_of(record: Record, dtype: str) -> Iterator[Sample]:
    """The record's samples in one type, the same at every call."""
    # crc32, because Python's own hash of a string differs from run to run
    rng = np.random.default_rng(zlib.crc32(f"{record.primitive} {dtype}".encode()))
    yield from record.samples(rng, np.dtype(dtype))


def check_kernels(record: Record, dtype: str) -> None:
    """Every backend's kernel gives the reference's values in the right shape and type.

    Raises:
        AssertionError: one does not, or it changed an input.
    """
    primitive = registry[record.primitive]
    for sample in samples_of(record, dtype):
        with np.errstate(all="ignore"):
            wide = [_widen(x) for x in sample.inputs]
            expected = _as_tuple(record.reference(*wide, *sample.params))
        types: list[Any] = []
        for name in reversed(available_backends()):  # naive first: it defines the types
            with backend(name):
                got = run_on_copies(primitive, sample)
            where = f"{record.primitive} by {name} in {dtype} of {describe(sample)}"
            assert len(got) == len(expected), f"{where}: {len(got)} results, not {len(expected)}"
            for out, right in zip(got, expected, strict=True):
                assert_close(out, np.asarray(right), record.tolerance_for(out.dtype), where)
            types = types or [out.dtype for out in got]
            assert [out.dtype for out in got] == types, (
                f"{where}: {[o.dtype for o in got]}, not {types}"
            )


def run_on_copies(primitive: Primitive, sample: Sample) -> tuple[Array, ...]:
    """Call a primitive on tensors with copies of the sample's inputs (strides kept).

    Returns:
        its results; for an in-place primitive, what it changed.
    """
    tensors = [None if x is None else wrap(same_strides(x)) for x in sample.inputs]
    with np.errstate(all="ignore"):
        out = _call(primitive, tensors, sample.params)
    if isinstance(primitive, InPlace):
        return tuple(t.array for t in tensors[: primitive.writes] if t is not None)
    for given, tensor in zip(sample.inputs, tensors, strict=True):
        if given is not None and tensor is not None:
            assert np.array_equal(given, tensor.array, equal_nan=given.dtype.kind == "f"), (
                f"{primitive.name} changed an input"
            )
    return tuple(t.array for t in _as_tuple(out))


def same_strides(array: Array) -> Array:
    """A copy that lies in memory as the original does, or with gaps if that has gaps."""
    dense = array.copy(order="K")  # transposed if the original is
    if dense.strides == array.strides:
        return dense
    room = np.zeros([2 * n for n in array.shape], array.dtype)
    view = room[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return view


def check_torch(record: Record, dtype: str) -> None:
    """PyTorch gives the same values, shape and type.

    Raises:
        AssertionError: it does not.
    """
    if record.torch is None:
        return
    import torch

    primitive = registry[record.primitive]
    for sample in samples_of(record, dtype):
        got = run_on_copies(primitive, sample)
        tensors = [None if x is None else torch.from_numpy(x.copy()) for x in sample.inputs]
        expected = _as_tuple(record.torch(torch, *tensors, *sample.params))
        where = f"{record.primitive} against PyTorch in {dtype} of {describe(sample)}"
        assert len(got) == len(expected), f"{where}: {len(got)} results, not {len(expected)}"
        for out, right in zip(got, expected, strict=True):
            array = right.detach().numpy()
            assert out.dtype == array.dtype, f"{where}: type {out.dtype}, not {array.dtype}"
            assert_close(out, array, 4 * record.tolerance_for(out.dtype), where)


def check_errors(record: Record) -> None:
    """What must be refused is refused, with the right error and words.

    Raises:
        AssertionError: a call succeeds or fails otherwise.
    """
    import re

    for error in record.errors:
        raised: Exception | None = None
        try:
            error.call()
        except error.exception as exception:
            raised = exception
        assert raised is not None, f"{record.primitive}: {error} was not refused"
        assert re.search(error.match, str(raised)), (
            f"{record.primitive}: the message {str(raised)!r} does not match {error.match!r}"
        )


def assert_close(got: Array, expected: Array, tolerance: float, where: str) -> None:
    """Equal shapes, and values within the tolerance; NaN equals NaN.

    Raises:
        AssertionError: otherwise, with the first place that differs.
    """
    assert got.shape == expected.shape, f"{where}: shape {got.shape}, not {expected.shape}"
    if got.dtype.kind == "f" and expected.dtype.kind == "f":
        with np.errstate(over="ignore"):
            expected = expected.astype(got.dtype)  # beyond the type's range lies its infinity
    if got.dtype.kind == "f":
        x, y = got.astype(np.float64), expected.astype(np.float64)
        with np.errstate(invalid="ignore"):
            same = (x == y) | (np.isnan(x) & np.isnan(y))
            close = same | (np.abs(x - y) <= tolerance * np.maximum(np.abs(y), 1))
    else:
        close = got == expected
    if not np.all(close):
        at = tuple(int(i) for i in np.argwhere(~np.asarray(close))[0])
        raise AssertionError(f"{where}: at {at} it is {got[at]!r}, not {expected[at]!r}")


def describe(sample: Sample) -> str:
    """The sample's shapes and parameters, for messages."""
    shapes = ", ".join("None" if x is None else str(x.shape) for x in sample.inputs)
    return f"{shapes}" + (f" with {sample.params}" if sample.params else "")


def _call(primitive: Primitive, tensors: list[Any], params: tuple[Any, ...]) -> Any:
    from ..primitive import Binary, Unary

    if isinstance(primitive, (Unary, Binary)):
        return primitive(*tensors)
    return primitive(tuple(tensors), params)


def _widen(x: Array | None) -> Array | None:
    return x.astype(np.float64) if x is not None and x.dtype.kind == "f" else x


def _as_tuple(out: Any) -> tuple[Any, ...]:
    return tuple(out) if isinstance(out, (tuple, list)) else (out,)
