"""The records of the update rules; importing this adds them to ``tt_tensor.testing.RECORDS``."""

from .records import NAMES

__all__ = ["NAMES"]
