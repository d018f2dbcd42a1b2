"""Numbers that say how well a model does, counted batch by batch."""

from .accuracy import Accuracy, TopKAccuracy, accuracy
from .average import Average, ExponentialAverage, Mean
from .base import Metric
from .confusion import ConfusionMatrix
from .precision_recall import F1Score, Precision, Recall
from .scores import MetricLike, Scores
from .squared_error import MeanSquaredError

__all__ = [
    "Accuracy",
    "Average",
    "ConfusionMatrix",
    "ExponentialAverage",
    "F1Score",
    "Mean",
    "MeanSquaredError",
    "Metric",
    "MetricLike",
    "Precision",
    "Recall",
    "Scores",
    "TopKAccuracy",
    "accuracy",
]
