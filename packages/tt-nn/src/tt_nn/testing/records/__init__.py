"""One file per family of primitives, as in :mod:`tt_nn.functional`."""

from tt_tensor.testing import register

from . import (
    adaptive_pool,
    avg_pool,
    batch_norm,
    binary,
    convolution,
    cross_entropy,
    fold,
    group_norm,
    interpolate,
    layer_norm,
    linear,
    max_pool,
    mse,
    pad,
)

ALL = (
    *adaptive_pool.RECORDS,
    *avg_pool.RECORDS,
    *batch_norm.RECORDS,
    *binary.RECORDS,
    *convolution.RECORDS,
    *cross_entropy.RECORDS,
    *fold.RECORDS,
    *group_norm.RECORDS,
    *interpolate.RECORDS,
    *layer_norm.RECORDS,
    *linear.RECORDS,
    *max_pool.RECORDS,
    *mse.RECORDS,
    *pad.RECORDS,
)
register(*ALL)

NAMES = tuple(record.primitive for record in ALL)
"""The primitives of this package that have a record."""
