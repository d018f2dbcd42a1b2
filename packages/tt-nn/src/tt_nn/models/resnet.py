"""Residual networks for CIFAR: each block adds a correction to what it gets.

He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR (2016), section 4.2.
"""

from __future__ import annotations

from tt_tensor import Tensor, relu

from .. import init
from ..batch_norm import BatchNorm2d
from ..container import Sequential
from ..conv import Conv2d
from ..functional import pad
from ..linear import Identity, Linear
from ..module import Module

__all__ = ["BasicBlock", "PaddedShortcut", "ResNet", "resnet20", "resnet32", "resnet44", "resnet56"]


class PaddedShortcut(Module):
    """Option A: every second pixel of every second row, and channels of zeros.

    It has no parameters.  The zeros go half before and half behind the input's channels, where
    published networks have them.

    Args:
        extra: how many channels there are to be in addition.
    """

    def __init__(self, extra: int) -> None:
        super().__init__()
        self.before, self.behind = extra // 2, extra - extra // 2

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C + extra, H/2, W/2)."""
        return pad(input[:, :, ::2, ::2], (0, 0, 0, 0, self.before, self.behind))


class BasicBlock(Module):
    """relu(shortcut(x) + bn(conv(relu(bn(conv(x)))))).

    If the convolutions have nothing to add, they can learn zeros, and the block passes on what it
    gets; without the shortcut, they would have to learn that.

    Args:
        in_channels: C of the input.
        channels: C of the output.
        stride: 2 to halve the picture.
        option: "A" or "B", the shortcut where the shape changes.
    """

    def __init__(self, in_channels: int, channels: int, stride: int, option: str) -> None:
        super().__init__()
        self.conv1 = Conv2d(in_channels, channels, 3, stride, padding=1, bias=False)
        self.bn1 = BatchNorm2d(channels)
        self.conv2 = Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = BatchNorm2d(channels)
        self.shortcut: Module = Identity()
        if stride != 1 and option == "A":
            self.shortcut = PaddedShortcut(channels - in_channels)
        elif stride != 1:
            projection = Conv2d(in_channels, channels, 1, stride, bias=False)
            self.shortcut = Sequential(projection, BatchNorm2d(channels))

    def forward(self, input: Tensor) -> Tensor:
        """(N, in_channels, H, W) to (N, channels, H/stride, W/stride)."""
        x = relu(self.bn1(self.conv1(input)))
        return relu(self.bn2(self.conv2(x)) + self.shortcut(input))


class ResNet(Module):
    """One convolution, three stages of blocks with 16, 32 and 64 channels, and a linear layer.

    Names of parameters are those of the CIFAR networks that are most used in PyTorch, so their
    weights load.  Others call ``linear`` ``fc`` and ``shortcut`` ``downsample``: rename the keys.

    Args:
        depth: 6n + 2 layers, for n blocks in each stage: 20, 32, 44, 56, 110.
        num_classes: how many scores.
        option: the shortcut where a stage halves the picture and doubles the channels: "A", without
            parameters, as in the paper's networks for CIFAR; "B", a 1×1 convolution.

    Attributes:
        conv1: 3 to 16 channels, 3×3.
        bn1: its normalisation.
        layer1: n blocks at the full size, 16 channels.
        layer2: n blocks at half of it, 32 channels.
        layer3: n blocks at a quarter, 64 channels.
        linear: the average of each channel to scores.

    Raises:
        ValueError: another depth or option.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.models import ResNet
        >>> ResNet(8)(tt.zeros(2, 3, 32, 32)).shape
        (2, 10)
    """

    def __init__(self, depth: int = 20, num_classes: int = 10, option: str = "A") -> None:
        super().__init__()
        blocks, rest = divmod(depth - 2, 6)
        if rest or blocks < 1:
            raise ValueError(f"depth must be 6n + 2, such as 20, 32, 44 or 56, not {depth}")
        if option not in ("A", "B"):
            raise ValueError(f"option must be 'A' or 'B', not {option!r}")
        self.conv1 = Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = BatchNorm2d(16)
        self.layer1 = _stage(blocks, 16, 16, 1, option)
        self.layer2 = _stage(blocks, 16, 32, 2, option)
        self.layer3 = _stage(blocks, 32, 64, 2, option)
        self.linear = Linear(64, num_classes)
        for module in self.modules():
            if isinstance(module, Conv2d):
                init.kaiming_normal_(module.weight)

    def forward(self, input: Tensor) -> Tensor:
        """(N, 3, 32, 32) to (N, num_classes); other sizes that halve twice do as well."""
        x = relu(self.bn1(self.conv1(input)))  # (N, 16, 32, 32)
        x = self.layer1(x)  # (N, 16, 32, 32)
        x = self.layer2(x)  # (N, 32, 16, 16)
        x = self.layer3(x)  # (N, 64, 8, 8)
        scores: Tensor = self.linear(x.mean((2, 3)))
        return scores


def _stage(blocks: int, in_channels: int, channels: int, stride: int, option: str) -> Sequential:
    first = BasicBlock(in_channels, channels, stride, option)
    return Sequential(
        first, *(BasicBlock(channels, channels, 1, option) for _ in range(blocks - 1))
    )


def resnet20(num_classes: int = 10, option: str = "A") -> ResNet:
    """:class:`ResNet` of 20 layers: 269,722 parameters with option A, 272,474 with B."""
    return ResNet(20, num_classes, option)


def resnet32(num_classes: int = 10, option: str = "A") -> ResNet:
    """:class:`ResNet` of 32 layers: 464,154 parameters with option A, 466,906 with B."""
    return ResNet(32, num_classes, option)


def resnet44(num_classes: int = 10, option: str = "A") -> ResNet:
    """:class:`ResNet` of 44 layers: 658,586 parameters with option A, 661,338 with B."""
    return ResNet(44, num_classes, option)


def resnet56(num_classes: int = 10, option: str = "A") -> ResNet:
    """:class:`ResNet` of 56 layers: 853,018 parameters with option A, 855,770 with B."""
    return ResNet(56, num_classes, option)
