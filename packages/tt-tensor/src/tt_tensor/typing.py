"""Names for what annotations need in many places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["Array", "Operand"]

Array: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[Any]]
"""An ndarray of any shape and type: what kernels take and give."""

Operand: TypeAlias = "Tensor | float"
"""What may stand beside a tensor in an expression: a tensor or a plain number."""
