"""One file per family of primitives, as in :mod:`tt_nn.functional`."""

from tt_tensor.testing import register

from . import binary, cross_entropy, linear, mse, pad

ALL = (*linear.RECORDS, *mse.RECORDS, *cross_entropy.RECORDS, *binary.RECORDS, *pad.RECORDS)
register(*ALL)

NAMES = tuple(record.primitive for record in ALL)
"""The primitives of this package that have a record."""
