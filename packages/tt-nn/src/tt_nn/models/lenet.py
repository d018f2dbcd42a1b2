"""LeNet-5: the convolutional network that read cheques.

LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
Proceedings of the IEEE 86 (1998).
"""

from __future__ import annotations

from tt_tensor import Tensor

from ..activation import ReLU, Tanh
from ..conv import Conv2d
from ..linear import Linear
from ..module import Module
from ..pool import AvgPool2d, MaxPool2d

__all__ = ["LeNet5"]


class LeNet5(Module):
    """Two convolutions with pooling, then three linear layers: 28×28 grey pictures to scores.

    Two spellings.  The modern one has rectifiers and max pooling, which learn faster and better.
    That of 1998 has tanh and average pooling; what is still different from the paper: there the
    pooling had a weight and a bias for each channel, tanh was scaled, each channel of the second
    convolution saw only some of the first's, and the scores were distances to drawn prototypes.

    Both have 61,706 parameters for ten classes.

    Args:
        num_classes: how many scores.
        original: the spelling of 1998 in place of the modern one.

    Attributes:
        conv1: 1 to 6 channels, 5×5; two pixels of padding make 32×32 of the picture, as in 1998.
        conv2: 6 to 16 channels, 5×5.
        fc1: 400 to 120 (C5 in the paper, a convolution that sees all of a 5×5 input).
        fc2: 120 to 84 (F6).
        fc3: 84 to the scores.

    Raises:
        TypeError: ``num_classes`` is not an int.
        ValueError: it is below 1.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.models import LeNet5
        >>> net = LeNet5()
        >>> net(tt.zeros(5, 1, 28, 28)).shape, sum(p.numel() for p in net.parameters())
        ((5, 10), 61706)
    """

    def __init__(self, num_classes: int = 10, original: bool = False) -> None:
        super().__init__()
        self.conv1 = Conv2d(1, 6, 5, padding=2)
        self.conv2 = Conv2d(6, 16, 5)
        self.fc1 = Linear(16 * 5 * 5, 120)
        self.fc2 = Linear(120, 84)
        self.fc3 = Linear(84, num_classes)
        self.activation: Module = Tanh() if original else ReLU()
        self.pool: Module = AvgPool2d(2) if original else MaxPool2d(2)

    def forward(self, input: Tensor) -> Tensor:
        """(N, 1, 28, 28) to (N, num_classes)."""
        x = self.pool(self.activation(self.conv1(input)))  # (N, 6, 14, 14)
        x = self.pool(self.activation(self.conv2(x)))  # (N, 16, 5, 5)
        x = x.flatten(1)  # (N, 400)
        x = self.activation(self.fc1(x))  # (N, 120)
        x = self.activation(self.fc2(x))  # (N, 84)
        scores: Tensor = self.fc3(x)
        return scores
