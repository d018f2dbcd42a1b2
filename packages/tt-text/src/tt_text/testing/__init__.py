"""The records of tt-text's primitives; importing this adds them to ``tt_tensor.testing.RECORDS``."""

from .records import NAMES

__all__ = ["NAMES"]
