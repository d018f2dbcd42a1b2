"""VGG: nothing but small convolutions, one after the other, and a halving now and then.

Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition" (2014).
"""

from __future__ import annotations

from collections.abc import Sequence

from tt_tensor import Tensor

from ..activation import ReLU
from ..batch_norm import BatchNorm2d
from ..container import Sequential
from ..conv import Conv2d
from ..linear import Linear
from ..module import Module
from ..pool import MaxPool2d

__all__ = ["VGG"]


class VGG(Module):
    """Stages of 3×3 convolutions, each stage at half the size of the one before; then one layer.

    Each convolution is followed by batch normalisation and a rectifier, each stage by max pooling.
    Two 3×3 convolutions see as much as one of 5×5, with fewer weights and one more rectifier.

    The usual widths make a small network for CIFAR: six convolutions, 307,946 parameters.  The
    paper's network of 11 layers, cut down to CIFAR as is usual, is
    ``VGG(((64,), (128,), (256, 256), (512, 512), (512, 512)), bias=True)``.

    Args:
        widths: for each stage, how many channels its convolutions have.
        num_classes: how many scores.
        in_channels: 3 for colour, 1 for grey pictures.
        image_size: height and width of the pictures; each stage halves them.
        bias: whether convolutions have a bias.  The normalisation takes away what it adds, but
            published weights often have it.

    Attributes:
        features: the stages as one ``Sequential``, numbered as in PyTorch's collections.
        classifier: the linear layer.

    Raises:
        TypeError: a size that is not an int.
        ValueError: a size below 1, no or empty stages, or pictures that cannot be halved so often.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.models import VGG
        >>> VGG(widths=((8, 8), (16,)))(tt.zeros(5, 3, 32, 32)).shape
        (5, 10)
    """

    def __init__(
        self,
        widths: Sequence[Sequence[int]] = ((32, 32), (64, 64), (128, 128)),
        num_classes: int = 10,
        in_channels: int = 3,
        image_size: int = 32,
        bias: bool = False,
    ) -> None:
        super().__init__()
        if not widths or not all(widths):
            raise ValueError(f"widths must have stages of at least one convolution, not {widths}")
        side, rest = divmod(image_size, 2 ** len(widths))
        if rest or side < 1:
            raise ValueError(
                f"image_size must be a multiple of {2 ** len(widths)}, as {len(widths)} stages halve "
                f"it, not {image_size}"
            )
        layers: list[Module] = []
        before = in_channels
        for stage in widths:
            for width in stage:
                layers += [
                    Conv2d(before, width, 3, padding=1, bias=bias),
                    BatchNorm2d(width),
                    ReLU(),
                ]
                before = width
            layers.append(MaxPool2d(2))
        self.features = Sequential(*layers)
        self.classifier = Linear(before * side * side, num_classes)

    def forward(self, input: Tensor) -> Tensor:
        """(N, in_channels, image_size, image_size) to (N, num_classes)."""
        x = self.features(input)  # (N, C, side, side)
        scores: Tensor = self.classifier(x.flatten(1))
        return scores
