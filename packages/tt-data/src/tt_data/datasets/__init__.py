"""Real data sets, one file each."""

from .cifar import CIFAR10, CIFAR100
from .digits import Digits
from .mnist import MNIST, FashionMNIST

__all__ = ["CIFAR10", "CIFAR100", "MNIST", "Digits", "FashionMNIST"]
