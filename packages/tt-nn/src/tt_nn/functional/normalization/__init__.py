"""Normalisations: what belongs together is brought to mean 0 and variance 1.

================== ==========================================================================
``rules``          what they share: the formulas, and their second derivatives
``batch_norm``     what belongs together are a channel's values in the whole batch
``by_batch``       its primitive for training, by the batch's own statistics
``channel_affine`` its primitive for evaluation, by the running statistics
``layer_norm``     the values of a row
``rms_norm``       the same, without a mean
``group_norm``     the values of a group of one image's channels
``instance_norm``  the values of one channel of one image
``blocks``         large arrays in parts that fit the cache, shared out among threads
``channels``       the blocks of batches whose channels belong together
``rows``           the blocks of rows
``images``         the blocks of images
``checks``         what all of them ask of shapes and types
================== ==========================================================================
"""

from .batch_norm import batch_norm
from .group_norm import group_norm
from .instance_norm import instance_norm
from .layer_norm import layer_norm
from .rms_norm import rms_norm

__all__ = ["batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm"]
