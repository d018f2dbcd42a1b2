"""Layers, losses and what holds them together: ``import tt_nn as nn``."""

from typing import TYPE_CHECKING

from tt_tensor.lazy import names_on_demand

from . import functional, init
from .activation import (
    ELU,
    GELU,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softmin,
    Softplus,
    Tanh,
)
from .batch_norm import BatchNorm1d, BatchNorm2d
from .container import ModuleDict, ModuleList, Sequential
from .conv import Conv1d, Conv2d
from .dropout import Dropout, Dropout1d, Dropout2d
from .flatten import Flatten, Unflatten
from .hooks import RemovableHandle
from .io import load, load_metadata, save
from .layer_norm import LayerNorm, RMSNorm
from .linear import Bilinear, Identity, Linear
from .loss import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)
from .module import Module
from .parameter import Parameter
from .parameter_container import ParameterDict, ParameterList
from .pool import AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d, MaxUnpool1d, MaxUnpool2d
from .state import LoadResult

if TYPE_CHECKING:
    from . import models, utils
    from .adaptive_pool import (
        AdaptiveAvgPool1d,
        AdaptiveAvgPool2d,
        AdaptiveMaxPool1d,
        AdaptiveMaxPool2d,
    )
    from .conv_transpose import ConvTranspose1d, ConvTranspose2d
    from .fold import Fold, Unfold
    from .group_norm import GroupNorm
    from .instance_norm import InstanceNorm1d, InstanceNorm2d
    from .model_summary import LayerRow, Summary, summary
    from .padding import (
        CircularPad1d,
        CircularPad2d,
        ConstantPad1d,
        ConstantPad2d,
        ReflectionPad1d,
        ReflectionPad2d,
        ReplicationPad1d,
        ReplicationPad2d,
        ZeroPad1d,
        ZeroPad2d,
    )
    from .pixel_shuffle import PixelShuffle, PixelUnshuffle
    from .pytorch_file import BadFileError, UnsafeFileError, extract_state_dict, load_pytorch
    from .upsample import Upsample

__getattr__, __dir__ = names_on_demand(
    __name__,
    {
        "conv_transpose": ["ConvTranspose1d", "ConvTranspose2d"],
        "instance_norm": ["InstanceNorm1d", "InstanceNorm2d"],
        "group_norm": ["GroupNorm"],
        "adaptive_pool": [
            "AdaptiveAvgPool1d",
            "AdaptiveAvgPool2d",
            "AdaptiveMaxPool1d",
            "AdaptiveMaxPool2d",
        ],
        "padding": [
            "CircularPad1d",
            "CircularPad2d",
            "ConstantPad1d",
            "ConstantPad2d",
            "ReflectionPad1d",
            "ReflectionPad2d",
            "ReplicationPad1d",
            "ReplicationPad2d",
            "ZeroPad1d",
            "ZeroPad2d",
        ],
        "fold": ["Fold", "Unfold"],
        "pixel_shuffle": ["PixelShuffle", "PixelUnshuffle"],
        "upsample": ["Upsample"],
        "model_summary": ["LayerRow", "Summary", "summary"],
        "pytorch_file": ["BadFileError", "UnsafeFileError", "extract_state_dict", "load_pytorch"],
        "models": [],
        "utils": [],
    },
)

__all__ = [
    "ELU",
    "GELU",
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BadFileError",
    "BatchNorm1d",
    "BatchNorm2d",
    "Bilinear",
    "CircularPad1d",
    "CircularPad2d",
    "ConstantPad1d",
    "ConstantPad2d",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "Dropout",
    "Dropout1d",
    "Dropout2d",
    "Flatten",
    "Fold",
    "GroupNorm",
    "Hardtanh",
    "HuberLoss",
    "Identity",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "KLDivLoss",
    "L1Loss",
    "LayerNorm",
    "LayerRow",
    "LeakyReLU",
    "Linear",
    "LoadResult",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "MaxPool1d",
    "MaxPool2d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "Mish",
    "Module",
    "ModuleDict",
    "ModuleList",
    "NLLLoss",
    "Parameter",
    "ParameterDict",
    "ParameterList",
    "PixelShuffle",
    "PixelUnshuffle",
    "RMSNorm",
    "ReLU",
    "ReLU6",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "RemovableHandle",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softmin",
    "Softplus",
    "Summary",
    "Tanh",
    "Unflatten",
    "Unfold",
    "UnsafeFileError",
    "Upsample",
    "ZeroPad1d",
    "ZeroPad2d",
    "extract_state_dict",
    "functional",
    "init",
    "load",
    "load_metadata",
    "load_pytorch",
    "models",
    "save",
    "summary",
    "utils",
]
