"""The gradient rules of tt-tensor's primitives, one file per family, mirroring ``tt_tensor/ops``.

Importing this package fills the table :data:`tt_autograd.RULES`.
"""

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
