"""bfloat16 in files of others: there is no such type here, but float32 has all of its values."""

from __future__ import annotations

import numpy as np

from tt_tensor.typing import Array

__all__ = ["float32_of"]


def float32_of(bits: Array) -> Array:
    """The numbers of which these 16-bit integers are the bits.

    A bfloat16 is the upper half of a float32: the same exponent, and 7 digits of the mantissa in
    place of 23.

    Example:
        >>> import numpy as np
        >>> from tt_nn.bfloat16 import float32_of
        >>> float32_of(np.array([0x3FC0, 0xC000], np.uint16))  # 1.5 is 0x3FC00000 as float32
        array([ 1.5, -2. ], dtype=float32)
    """
    return (bits.astype(np.uint32) << 16).view(np.float32)
