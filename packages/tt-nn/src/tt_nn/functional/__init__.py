"""Layers and losses as functions: what the modules call, with PyTorch's names and arguments."""

from tt_tensor import (
    elu,
    gelu,
    hardtanh,
    leaky_relu,
    log_softmax,
    logsigmoid,
    mish,
    relu,
    relu6,
    sigmoid,
    silu,
    softmax,
    softmin,
    softplus,
    tanh,
)

from .adaptive_max_pool import adaptive_max_pool1d, adaptive_max_pool2d
from .adaptive_pool import adaptive_avg_pool1d, adaptive_avg_pool2d
from .avg_pool import avg_pool1d, avg_pool2d
from .binary import binary_cross_entropy
from .binary_with_logits import binary_cross_entropy_with_logits
from .conv import conv1d, conv2d, conv_transpose1d, conv_transpose2d
from .cross_entropy import cross_entropy
from .dropout import dropout, dropout1d, dropout2d
from .fold import fold, unfold
from .interpolate import interpolate
from .linear import bilinear, linear
from .max_pool import max_pool1d, max_pool2d
from .max_unpool import max_unpool1d, max_unpool2d
from .mse import mse_loss
from .nll import nll_loss
from .normalization import batch_norm, group_norm, instance_norm, layer_norm, rms_norm
from .one_hot import one_hot
from .pad import pad
from .pixel_shuffle import pixel_shuffle, pixel_unshuffle
from .regression import huber_loss, kl_div, l1_loss, smooth_l1_loss

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "avg_pool1d",
    "avg_pool2d",
    "batch_norm",
    "bilinear",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "conv1d",
    "conv2d",
    "conv_transpose1d",
    "conv_transpose2d",
    "cross_entropy",
    "dropout",
    "dropout1d",
    "dropout2d",
    "elu",
    "fold",
    "gelu",
    "group_norm",
    "hardtanh",
    "huber_loss",
    "instance_norm",
    "interpolate",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsigmoid",
    "max_pool1d",
    "max_pool2d",
    "max_unpool1d",
    "max_unpool2d",
    "mish",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "pad",
    "pixel_shuffle",
    "pixel_unshuffle",
    "relu",
    "relu6",
    "rms_norm",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softmin",
    "softplus",
    "tanh",
    "unfold",
]
