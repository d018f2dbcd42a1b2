"""Records: what a primitive's tests need to know of it.

Every primitive has one record.  It says which inputs to try, what the right answer is (a formula in
NumPy that shares no code with the kernels), what PyTorch calls the operation, and which inputs
must be refused.  The checks in :mod:`tt_tensor.testing.checks` walk all records; so do those of
tt-autograd, which add gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..typing import Array

__all__ = [
    "ALL_DTYPES",
    "FLOATS",
    "INTEGERS",
    "RECORDS",
    "ErrorSample",
    "Record",
    "Sample",
    "register",
]


FLOATS = ("float64", "float32")
INTEGERS = ("int64", "int32", "int16", "int8", "uint8")
ALL_DTYPES = (*FLOATS, "float16", *INTEGERS, "bool")


@dataclass(frozen=True)
class Sample:
    """One call of a primitive.

    Attributes:
        inputs: the input arrays; None for an optional input that is left out.
        params: the parameters, as the primitive takes them.
        smooth: the operation can be differentiated here; False at kinks, ties and extremes.
    """

    inputs: tuple[Array | None, ...]
    params: tuple[Any, ...] = ()
    smooth: bool = True


@dataclass(frozen=True)
class ErrorSample:
    """A call that must be refused, with the error and a pattern in its message."""

    call: Callable[[], Any]
    exception: type[Exception]
    match: str


@dataclass(frozen=True)
class Record:
    """What is to be tried of one primitive and what must come out.

    Attributes:
        primitive: its name in the registry.
        samples: ``samples(rng, dtype)`` gives the calls to try in one type.
        reference: ``reference(*inputs, *params)`` on float64 copies of floating-point inputs (others
            as they are) gives the right result, or the tuple of right results; for an in-place
            primitive the new contents of what it changes.
        torch: ``torch(torch, *tensors, *params)`` gives PyTorch's result; None if it has none.
        dtypes: the types to try.
        tolerance: relative tolerance per floating-point type; an absolute one of the same size
            applies to values below 1.
        errors: calls that must be refused.
        second_order: whether second derivatives are to be checked too.
    """

    primitive: str
    samples: Callable[[np.random.Generator, np.dtype[Any]], Iterable[Sample]]
    reference: Callable[..., Any]
    torch: Callable[..., Any] | None = None
    dtypes: tuple[str, ...] = FLOATS
    tolerance: dict[str, float] | None = None
    errors: tuple[ErrorSample, ...] = ()
    second_order: bool = True

    def tolerance_for(self, dtype: np.dtype[Any]) -> float:
        """How far two results may differ in this type; 0 for integers and booleans."""
        own = (self.tolerance or {}).get(dtype.name)
        default = {"float64": 1e-12, "float32": 2e-6, "float16": 4e-3}.get(dtype.name, 0.0)
        return default if own is None else own


RECORDS: dict[str, Record] = {}
"""The records of all imported packages, by the primitive's name."""


def register(*records: Record) -> None:
    """Add records to :data:`RECORDS`.

    Raises:
        ValueError: a primitive has one already.
    """
    for record in records:
        if record.primitive in RECORDS:
            raise ValueError(f"{record.primitive!r} already has a record")
        RECORDS[record.primitive] = record
