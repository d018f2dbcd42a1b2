"""Real data sets, one file each."""

from .cifar import CIFAR10, CIFAR100
from .digits import Digits
from .folder import ImageFolder
from .image_file import read_image
from .mnist import MNIST, FashionMNIST
from .shakespeare import shakespeare_excerpt, tiny_shakespeare

__all__ = [
    "CIFAR10",
    "CIFAR100",
    "MNIST",
    "Digits",
    "FashionMNIST",
    "ImageFolder",
    "read_image",
    "shakespeare_excerpt",
    "tiny_shakespeare",
]
