"""One file per family of primitives."""

from tt_tensor.testing import register

from . import attention, embedding, rotary

ALL = (*attention.RECORDS, *embedding.RECORDS, *rotary.RECORDS)
register(*ALL)

NAMES = tuple(record.primitive for record in ALL)

__all__ = ["ALL", "NAMES"]
