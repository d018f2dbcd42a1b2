"""Real data sets, one file each."""

from .digits import Digits
from .mnist import MNIST, FashionMNIST

__all__ = ["MNIST", "Digits", "FashionMNIST"]
