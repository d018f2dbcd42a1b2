"""What can be wrong with a file from PyTorch."""

from __future__ import annotations

__all__ = ["BadFileError", "UnsafeFileError"]


class BadFileError(ValueError):
    """A file that is truncated, corrupt, contradicts itself, or is no file of PyTorch's."""


class UnsafeFileError(BadFileError):
    """A file that asks for more than tensors and containers: to read it would be to run it."""
