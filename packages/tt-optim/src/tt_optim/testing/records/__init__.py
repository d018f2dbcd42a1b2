"""One file per update rule, as in :mod:`tt_optim.updates`, and one for clipping."""

from tt_tensor.testing import register

from . import adagrad, adam, average, clip, rmsprop, sgd

ALL = (
    *sgd.RECORDS,
    *adam.RECORDS,
    *rmsprop.RECORDS,
    *adagrad.RECORDS,
    *average.RECORDS,
    *clip.RECORDS,
)
register(*ALL)

NAMES = tuple(record.primitive for record in ALL)
"""The primitives of this package that have a record."""
