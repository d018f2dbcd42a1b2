"""Optimizers, learning-rate schedules and a training loop: ``import tt_optim``."""

from . import lr_scheduler
from .adagrad import Adagrad
from .adam import Adam, AdamW
from .clip import clip_grad_norm_, clip_grad_value_
from .lr_scheduler import (
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    LRScheduler,
    MultiStepLR,
    OneCycleLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)
from .optimizer import Optimizer
from .rmsprop import RMSprop
from .sgd import SGD
from .trainer import (
    Average,
    EpochRecord,
    History,
    PlainProgress,
    Progress,
    RichProgress,
    SilentProgress,
    Trainer,
    accuracy,
)

__all__ = [
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Average",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "EpochRecord",
    "ExponentialLR",
    "History",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "OneCycleLR",
    "Optimizer",
    "PlainProgress",
    "Progress",
    "RMSprop",
    "ReduceLROnPlateau",
    "RichProgress",
    "SequentialLR",
    "SilentProgress",
    "StepLR",
    "Trainer",
    "accuracy",
    "clip_grad_norm_",
    "clip_grad_value_",
    "lr_scheduler",
]
