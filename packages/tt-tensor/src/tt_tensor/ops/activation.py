"""Activation functions: the nonlinearities between layers.

All are stable far out: at ±10,000 in float32 none overflows or becomes NaN.  Where the gradient is
cheaper as one step than as a composition, it is a primitive of its own (``relu_grad`` ...).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dtypes import DTypeLike
from ..kernels.naive import activation as naive
from ..kernels.numpy import activation as kernels
from ..primitive import Binary, Primitive, Unary
from .dims import one_dim

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "gelu",
    "leaky_relu",
    "log_softmax",
    "logsigmoid",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]

relu_p = Unary("relu", naive=naive.relu, numpy=kernels.relu)
relu_grad_p = Binary("relu_grad", naive=naive.relu_grad, numpy=kernels.relu_grad)
leaky_relu_p = Primitive(
    "leaky_relu", params=("slope",), naive=naive.leaky_relu, numpy=kernels.leaky_relu
)
leaky_relu_grad_p = Primitive(
    "leaky_relu_grad",
    inputs=("grad_output", "input"),
    params=("slope",),
    naive=naive.leaky_relu_grad,
    numpy=kernels.leaky_relu_grad,
)
sigmoid_p = Unary("sigmoid", naive=naive.sigmoid, numpy=kernels.sigmoid, to_float=True)
tanh_p = Unary("tanh", naive=naive.tanh, numpy=kernels.tanh, to_float=True)
gelu_p = Primitive("gelu", params=("approximate",), naive=naive.gelu, numpy=kernels.gelu)
gelu_grad_p = Primitive(
    "gelu_grad",
    inputs=("grad_output", "input"),
    params=("approximate",),
    naive=naive.gelu_grad,
    numpy=kernels.gelu_grad,
)
silu_p = Unary("silu", naive=naive.silu, numpy=kernels.silu, to_float=True)
silu_grad_p = Binary("silu_grad", naive=naive.silu_grad, numpy=kernels.silu_grad)
softplus_p = Primitive(
    "softplus", params=("beta", "threshold"), naive=naive.softplus, numpy=kernels.softplus
)
softmax_p = Primitive("softmax", params=("dim",), naive=naive.softmax, numpy=kernels.softmax)
softmax_grad_p = Primitive(
    "softmax_grad",
    inputs=("grad_output", "output"),
    params=("dim",),
    naive=naive.softmax_grad,
    numpy=kernels.softmax_grad,
)
log_softmax_p = Primitive(
    "log_softmax", params=("dim",), naive=naive.log_softmax, numpy=kernels.log_softmax
)
log_softmax_grad_p = Primitive(
    "log_softmax_grad",
    inputs=("grad_output", "output"),
    params=("dim",),
    naive=naive.log_softmax_grad,
    numpy=kernels.log_softmax_grad,
)


def relu(input: Tensor) -> Tensor:
    """max(x, 0): the rectified linear unit.

    Source: Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", 2010.

    Example:
        >>> import tt_tensor as tt
        >>> tt.relu(tt.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """
    return relu_p(input)


def leaky_relu(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """x where it is positive, else ``negative_slope · x``, so that no unit's gradient dies.

    Source: Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic
    models", 2013.

    Example:
        >>> import tt_tensor as tt
        >>> tt.leaky_relu(tt.tensor([-1.0, 2.0]), 0.1)
        tensor([-0.1000,  2.0000])
    """
    out: Tensor = leaky_relu_p((input,), (negative_slope,))
    return out


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + e⁻ˣ): squeezes every number into (0, 1).

    Example:
        >>> import tt_tensor as tt
        >>> tt.sigmoid(tt.tensor([-10000.0, 0.0, 10000.0]))
        tensor([0.0000, 0.5000, 1.0000])
    """
    return sigmoid_p(input)


def logsigmoid(input: Tensor) -> Tensor:
    """ln sigmoid(x) = -softplus(-x), without underflow.

    Example:
        >>> import tt_tensor as tt
        >>> tt.logsigmoid(tt.tensor([-1000.0]))
        tensor([-1000.])
    """
    return -softplus(-input)


def tanh(input: Tensor) -> Tensor:
    """(eˣ - e⁻ˣ)/(eˣ + e⁻ˣ): squeezes every number into (-1, 1).

    Example:
        >>> import tt_tensor as tt
        >>> tt.tanh(tt.tensor([0.0, 1.0]))
        tensor([0.0000, 0.7616])
    """
    return tanh_p(input)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x · Φ(x), where Φ is the normal distribution: x weighted by how large it is among others.

    Args:
        input: floating point.
        approximate: "none" for the exact Φ by the error function, "tanh" for
            0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))).

    Raises:
        ValueError: another ``approximate``.

    Source: Hendrycks and Gimpel, "Gaussian error linear units", 2016.

    Example:
        >>> import tt_tensor as tt
        >>> tt.gelu(tt.tensor([-1.0, 0.0, 1.0]))
        tensor([-0.1587,  0.0000,  0.8413])
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"approximate must be 'none' or 'tanh', not {approximate!r}")
    out: Tensor = gelu_p((input,), (approximate,))
    return out


def silu(input: Tensor) -> Tensor:
    """x · sigmoid(x), also called swish.

    Source: Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units", 2017.

    Example:
        >>> import tt_tensor as tt
        >>> tt.silu(tt.tensor([-1.0, 0.0, 1.0]))
        tensor([-0.2689,  0.0000,  0.7311])
    """
    return silu_p(input)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """ln(1 + exp(βx)) / β: a smooth ReLU; x itself where βx is above the threshold.

    Source: Dugas et al., "Incorporating second-order functional knowledge", 2001.

    Example:
        >>> import tt_tensor as tt
        >>> tt.softplus(tt.tensor([-10000.0, 0.0, 10000.0]))
        tensor([0.0000e+00, 6.9315e-01, 1.0000e+04])
    """
    out: Tensor = softplus_p((input,), (beta, threshold))
    return out


def softmax(input: Tensor, dim: int = -1, dtype: DTypeLike | None = None) -> Tensor:
    """exp(xᵢ) / Σⱼ exp(xⱼ) along ``dim``: positive numbers that add up to 1.

    The largest element is subtracted first, which changes nothing in the quotient and keeps the
    exponentials from overflowing.

    Args:
        input: floating point.
        dim: the dimension along which the results add up to 1.
        dtype: convert the input to this type first.

    Raises:
        IndexError: there is no such dimension.

    Example:
        >>> import tt_tensor as tt
        >>> tt.softmax(tt.tensor([0.0, 0.0, 10000.0]), dim=0)
        tensor([0., 0., 1.])
    """
    x = input if dtype is None else input.to(dtype)
    out: Tensor = softmax_p((x,), (one_dim(dim, x.ndim),))
    return out


def log_softmax(input: Tensor, dim: int = -1, dtype: DTypeLike | None = None) -> Tensor:
    """ln softmax(x) = xᵢ - ln Σⱼ exp(xⱼ), without the underflow of the two steps.

    Args:
        input: floating point.
        dim: the dimension along which the exponentials of the results add up to 1.
        dtype: convert the input to this type first.

    Raises:
        IndexError: there is no such dimension.

    Example:
        >>> import tt_tensor as tt
        >>> tt.log_softmax(tt.tensor([0.0, 10000.0]), dim=0)
        tensor([-10000.,      0.])
    """
    x = input if dtype is None else input.to(dtype)
    out: Tensor = log_softmax_p((x,), (one_dim(dim, x.ndim),))
    return out
