"""Convolutions: a small window of weights slides over an image, the same at every place.

================== ==========================================================================
``functions``      conv1d and conv2d: arguments are checked here
``transpose``      conv_transpose1d and conv_transpose2d
``primitives``     the three primitives and how each differentiates into the other two
``naive``          their kernels in nested loops: the definition
``fast``           their fast kernels, which choose among what follows
``columns``        windows become rows of a matrix that BLAS multiplies, a chunk at a time
``phases``         what a pixel met when the filter moves in strides: the input's gradient
``scatter``        the same gradient the other way round, for few channels
``winograd``       3 x 3 filters with fewer multiplications, for many channels
``arguments``      what all of them ask of sizes, shapes and types
================== ==========================================================================
"""

from .functions import conv1d, conv2d
from .transpose import conv_transpose1d, conv_transpose2d

__all__ = ["conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d"]
