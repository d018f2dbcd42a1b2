"""A training loop to rely on, and what it tells of itself."""

from .callback import Callback, StepRecord
from .checkpoint import (
    CheckpointError,
    Checkpoints,
    DamagedCheckpoint,
    read_checkpoint,
    write_checkpoint,
)
from .early_stopping import EarlyStopping
from .ema import EMA
from .history import EpochRecord, History
from .loggers import (
    ConsoleLogger,
    CSVLogger,
    JSONLinesLogger,
    Logger,
    TensorBoardLogger,
)
from .loop import Trainer
from .lr_finder import LRCurve, find_lr
from .metrics import (
    Accuracy,
    Average,
    ConfusionMatrix,
    ExponentialAverage,
    F1Score,
    Mean,
    MeanSquaredError,
    Metric,
    Precision,
    Recall,
    TopKAccuracy,
    accuracy,
)
from .mistakes import Mistakes, hardest_mistakes
from .nonfinite import origin_of_nonfinite
from .plots import (
    plot_confusion_matrix,
    plot_lr_finder,
    plot_mistakes,
    plot_training_curves,
    save_figure,
)
from .progress import PlainProgress, Progress, RichProgress, SilentProgress

__all__ = [
    "EMA",
    "Accuracy",
    "Average",
    "CSVLogger",
    "Callback",
    "CheckpointError",
    "Checkpoints",
    "ConfusionMatrix",
    "ConsoleLogger",
    "DamagedCheckpoint",
    "EarlyStopping",
    "EpochRecord",
    "ExponentialAverage",
    "F1Score",
    "History",
    "JSONLinesLogger",
    "LRCurve",
    "Logger",
    "Mean",
    "MeanSquaredError",
    "Metric",
    "Mistakes",
    "PlainProgress",
    "Precision",
    "Progress",
    "Recall",
    "RichProgress",
    "SilentProgress",
    "StepRecord",
    "TensorBoardLogger",
    "TopKAccuracy",
    "Trainer",
    "accuracy",
    "find_lr",
    "hardest_mistakes",
    "origin_of_nonfinite",
    "plot_confusion_matrix",
    "plot_lr_finder",
    "plot_mistakes",
    "plot_training_curves",
    "read_checkpoint",
    "save_figure",
    "write_checkpoint",
]
