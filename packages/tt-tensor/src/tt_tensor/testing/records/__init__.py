"""The records of tt-tensor's primitives, one file per family, mirroring ``ops/``."""

from . import (
    activation,
    arithmetic,
    compare,
    convert,
    elementwise,
    indexing,
    join,
    matmul,
    pairs,
    reduce,
    rounding,
    shape,
    softmax,
    sort,
    trigonometry,
)

__all__ = [
    "activation",
    "arithmetic",
    "compare",
    "convert",
    "elementwise",
    "indexing",
    "join",
    "matmul",
    "pairs",
    "reduce",
    "rounding",
    "shape",
    "softmax",
    "sort",
    "trigonometry",
]
