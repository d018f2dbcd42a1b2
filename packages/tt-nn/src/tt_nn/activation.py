"""Activation functions as modules, so that they can stand in a :class:`tt_nn.Sequential`.

The mathematics, its stability and its sources are told with the functions of the same names in
:mod:`tt_nn.functional`.  Every module here takes a floating-point tensor of any shape and gives one
of the same shape and type.
"""

from __future__ import annotations

from tt_tensor import Tensor

from . import functional as F
from .module import Module

__all__ = [
    "ELU",
    "GELU",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softmin",
    "Softplus",
    "Tanh",
]


class ReLU(Module):
    """max(x, 0) of each element: :func:`tt_nn.functional.relu`.

    Args:
        inplace: put the result into the input's memory, as ``input.relu_()`` does.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import ReLU
        >>> ReLU()(tt.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return input.relu_() if self.inplace else F.relu(input)

    def extra_repr(self) -> str:
        """Whether it works in place."""
        return "inplace=True" if self.inplace else ""


class ReLU6(Module):
    """min(max(x, 0), 6) of each element: :func:`tt_nn.functional.relu6`."""

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.relu6(input)


class LeakyReLU(Module):
    """x where it is positive, else ``negative_slope · x``: :func:`tt_nn.functional.leaky_relu`.

    Args:
        negative_slope: the slope left of zero.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import LeakyReLU
        >>> LeakyReLU(0.1)(tt.tensor([-1.0, 2.0]))
        tensor([-0.1000,  2.0000])
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__()
        self.negative_slope = negative_slope

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.leaky_relu(input, self.negative_slope)

    def extra_repr(self) -> str:
        """The slope."""
        return f"negative_slope={self.negative_slope}"


class ELU(Module):
    """x where it is positive, else ``alpha · (eˣ - 1)``: :func:`tt_nn.functional.elu`.

    Args:
        alpha: how far below zero the left side goes.
    """

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self.alpha = alpha

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.elu(input, self.alpha)

    def extra_repr(self) -> str:
        """The limit."""
        return f"alpha={self.alpha}"


class Hardtanh(Module):
    """x, cut off at ``min_val`` and ``max_val``: :func:`tt_nn.functional.hardtanh`.

    Args:
        min_val: the lowest result.
        max_val: the highest.

    Raises:
        ValueError: ``max_val`` is not above ``min_val``.
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        super().__init__()
        if not min_val < max_val:
            raise ValueError(f"max_val must be above min_val, but they are {max_val} and {min_val}")
        self.min_val, self.max_val = min_val, max_val

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.hardtanh(input, self.min_val, self.max_val)

    def extra_repr(self) -> str:
        """The limits."""
        return f"min_val={self.min_val}, max_val={self.max_val}"


class Sigmoid(Module):
    """1 / (1 + e⁻ˣ) of each element: :func:`tt_nn.functional.sigmoid`.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Sigmoid
        >>> Sigmoid()(tt.tensor([-10000.0, 0.0, 10000.0]))
        tensor([0.0000, 0.5000, 1.0000])
    """

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.sigmoid(input)


class LogSigmoid(Module):
    """ln sigmoid(x) of each element: :func:`tt_nn.functional.logsigmoid`."""

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.logsigmoid(input)


class Tanh(Module):
    """The hyperbolic tangent of each element: :func:`tt_nn.functional.tanh`."""

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.tanh(input)


class SiLU(Module):
    """x · sigmoid(x) of each element, also called swish: :func:`tt_nn.functional.silu`."""

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.silu(input)


class Mish(Module):
    """x · tanh(softplus(x)) of each element: :func:`tt_nn.functional.mish`."""

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.mish(input)


class GELU(Module):
    """x · Φ(x), Φ being the normal distribution's integral: :func:`tt_nn.functional.gelu`.

    Args:
        approximate: "none" for Φ itself, "tanh" for the approximation that GPT-2 was trained with.

    Raises:
        ValueError: another word.
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        if approximate not in ("none", "tanh"):
            raise ValueError(f"approximate must be 'none' or 'tanh', not {approximate!r}")
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        """Which Φ."""
        return f"approximate={self.approximate!r}"


class Softplus(Module):
    """ln(1 + exp(βx)) / β of each element, a smooth ReLU: :func:`tt_nn.functional.softplus`.

    Args:
        beta: the larger, the sharper the bend.
        threshold: where βx is above it, the result is x.
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """Its two numbers."""
        return f"beta={self.beta}, threshold={self.threshold}"


class _AlongDim(Module):
    """One that works along a dimension, by default the last."""

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def extra_repr(self) -> str:
        """The dimension."""
        return f"dim={self.dim}"


class Softmax(_AlongDim):
    """exp(xᵢ) / Σⱼ exp(xⱼ) along ``dim``: :func:`tt_nn.functional.softmax`.

    For training use :class:`tt_nn.CrossEntropyLoss` on the scores instead: it contains the softmax.

    Args:
        dim: along which dimension the results add up to 1.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Softmax
        >>> Softmax(dim=1)(tt.zeros(1, 4))
        tensor([[0.2500, 0.2500, 0.2500, 0.2500]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.softmax(input, self.dim)


class Softmin(_AlongDim):
    """softmax(-x) along ``dim``: :func:`tt_nn.functional.softmin`.

    Args:
        dim: along which dimension the results add up to 1.
    """

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.softmin(input, self.dim)


class LogSoftmax(_AlongDim):
    """ln softmax(x) along ``dim``: :func:`tt_nn.functional.log_softmax`.

    Args:
        dim: along which dimension the exponentials of the results add up to 1.
    """

    def forward(self, input: Tensor) -> Tensor:
        """The input's shape."""
        return F.log_softmax(input, self.dim)
