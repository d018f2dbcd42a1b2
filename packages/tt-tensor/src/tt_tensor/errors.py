"""The errors of the whole family of packages.

Each class is also the built-in error that PyTorch (``RuntimeError``) and NumPy (``ValueError``,
``TypeError``) would raise, so code written for either keeps working.
"""

from __future__ import annotations

__all__ = ["BackendError", "DTypeError", "DeviceError", "GradientError", "ShapeError"]


class ShapeError(RuntimeError, ValueError):
    """Shapes that do not fit together."""


class DTypeError(RuntimeError, TypeError):
    """A data type that an operation cannot take."""


class DeviceError(RuntimeError, ValueError):
    """A device that does not exist here: arrays live in the CPU's memory."""


class GradientError(RuntimeError):
    """Something that the record of operations or the backward pass cannot do."""


class BackendError(RuntimeError):
    """A backend that is unknown, broken, or has no kernel for an operation."""
