"""Activation functions as modules, so that they can stand in a :class:`tt_nn.Sequential`.

The mathematics, its stability and its sources are told where the functions are, in
:mod:`tt_tensor.ops.activation`.
"""

from __future__ import annotations

from tt_tensor import Tensor

from . import functional as F
from .module import Module

__all__ = [
    "GELU",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
]


class ReLU(Module):
    """Max(x, 0), for each element."""

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.relu(input)


class Sigmoid(Module):
    """1 / (1 + e⁻ˣ), for each element."""

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.sigmoid(input)


class Tanh(Module):
    """The hyperbolic tangent, for each element."""

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.tanh(input)


class SiLU(Module):
    """X · sigmoid(x), for each element."""

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.silu(input)


class LogSigmoid(Module):
    """Ln sigmoid(x), for each element."""

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.logsigmoid(input)


class LeakyReLU(Module):
    """X where it is positive, else ``negative_slope · x``, for each element."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__()
        self.negative_slope = negative_slope

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.leaky_relu(input, self.negative_slope)

    def extra_repr(self) -> str:
        """The parameters."""
        return f"negative_slope={self.negative_slope!r}"


class GELU(Module):
    """X · Φ(x), for each element."""

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        """The parameters."""
        return f"approximate={self.approximate!r}"


class Softplus(Module):
    """Ln(1 + exp(βx)) / β, for each element."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """The parameters."""
        return f"beta={self.beta!r}, threshold={self.threshold!r}"


class Softmax(Module):
    """Exp(xᵢ) / Σⱼ exp(xⱼ) along ``dim``."""

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.softmax(input, self.dim)

    def extra_repr(self) -> str:
        """The parameters."""
        return f"dim={self.dim!r}"


class LogSoftmax(Module):
    """Ln softmax(x) along ``dim``."""

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.log_softmax(input, self.dim)

    def extra_repr(self) -> str:
        """The parameters."""
        return f"dim={self.dim!r}"
