"""Records and checks: what tests of primitives are made of, for this package and all later ones."""

from . import records as _records
from .checks import (
    assert_close,
    check_errors,
    check_kernels,
    check_torch,
    describe,
    run_on_copies,
    samples_of,
)
from .record import ALL_DTYPES, FLOATS, INTEGERS, RECORDS, ErrorSample, Record, Sample, register
from .samples import draw, pairs, singles

__all__ = [
    "ALL_DTYPES",
    "FLOATS",
    "INTEGERS",
    "RECORDS",
    "ErrorSample",
    "Record",
    "Sample",
    "assert_close",
    "check_errors",
    "check_kernels",
    "check_torch",
    "describe",
    "draw",
    "pairs",
    "register",
    "run_on_copies",
    "samples_of",
    "singles",
]
del _records
