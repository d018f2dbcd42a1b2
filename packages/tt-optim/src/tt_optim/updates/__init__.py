"""The update rules as primitives that change their first inputs: loops for reading, NumPy for use."""

from .adagrad import adagrad_p
from .adam import adam_p
from .average import average_p
from .rmsprop import rmsprop_p
from .sgd import sgd_p

__all__ = ["adagrad_p", "adam_p", "average_p", "rmsprop_p", "sgd_p"]
