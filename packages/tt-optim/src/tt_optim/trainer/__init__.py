"""A training loop to rely on, and what it tells of itself."""

from .history import EpochRecord, History
from .loop import Trainer
from .metrics import Average, accuracy
from .progress import PlainProgress, Progress, RichProgress, SilentProgress

__all__ = [
    "Average",
    "EpochRecord",
    "History",
    "PlainProgress",
    "Progress",
    "RichProgress",
    "SilentProgress",
    "Trainer",
    "accuracy",
]
