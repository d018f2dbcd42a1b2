"""Transforms of pictures, for one or for a whole batch: ``from tt_data.transforms import RandomCrop``."""

from .color import (
    adjust_brightness,
    adjust_contrast,
    adjust_hue,
    adjust_saturation,
    to_grey,
)
from .color_jitter import ColorJitter
from .compose import Compose
from .crop import CenterCrop, RandomCrop
from .cutout import Cutout
from .flip import RandomHorizontalFlip, RandomVerticalFlip
from .normalize import Normalize
from .padding import pad
from .resize import Resize, resize
from .rotation import RandomRotation, rotate
from .to_tensor import ToTensor
from .transform import Transform

__all__ = [
    "CenterCrop",
    "ColorJitter",
    "Compose",
    "Cutout",
    "Normalize",
    "RandomCrop",
    "RandomHorizontalFlip",
    "RandomRotation",
    "RandomVerticalFlip",
    "Resize",
    "ToTensor",
    "Transform",
    "adjust_brightness",
    "adjust_contrast",
    "adjust_hue",
    "adjust_saturation",
    "pad",
    "resize",
    "rotate",
    "to_grey",
]
