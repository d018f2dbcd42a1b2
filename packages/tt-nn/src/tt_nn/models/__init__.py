"""A small zoo of networks, each in one file and with PyTorch's names for its parameters."""

from .lenet import LeNet5
from .resnet import ResNet, resnet20, resnet32, resnet44, resnet56
from .vgg import VGG

__all__ = ["VGG", "LeNet5", "ResNet", "resnet20", "resnet32", "resnet44", "resnet56"]
