"""Checkpoints: a training on the disk, whole and at any moment."""

from .file import CheckpointError, DamagedCheckpoint, read_checkpoint, write_checkpoint
from .folder import Checkpoints
from .resume import ResumePart
from .state import Resumable

__all__ = [
    "CheckpointError",
    "Checkpoints",
    "DamagedCheckpoint",
    "Resumable",
    "ResumePart",
    "read_checkpoint",
    "write_checkpoint",
]
