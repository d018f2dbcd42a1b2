"""Convolutions: a small window of weights slides over an image, the same at every place.

================== ==========================================================================
``functions``      conv1d and conv2d: arguments are checked here
``transpose``      conv_transpose1d and conv_transpose2d
``primitives``     the three primitives and how each differentiates into the other two
``naive``          their kernels in nested loops: the definition
``columns``        their fast kernels: windows become rows of a matrix, and BLAS multiplies
``arguments``      what all of them ask of sizes, shapes and types
================== ==========================================================================
"""

from .functions import conv1d, conv2d
from .transpose import conv_transpose1d, conv_transpose2d

__all__ = ["conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d"]
