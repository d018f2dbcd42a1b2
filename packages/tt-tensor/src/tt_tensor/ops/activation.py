"""Activation functions: the nonlinearities between layers.

All are stable far out: at ±10,000 in float32 none overflows or becomes NaN.  Where the gradient is
cheaper as one step than as a composition, it is a primitive of its own (``relu_grad`` ...).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dtypes import FROM_NUMPY
from ..errors import DTypeError
from ..kernels.naive import activation as naive
from ..kernels.numpy import activation as kernels
from ..kernels.numpy import gelu as gelu_kernels
from ..primitive import Binary, Primitive, Unary, array_of

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "elu",
    "gelu",
    "hardtanh",
    "leaky_relu",
    "logsigmoid",
    "mish",
    "relu",
    "relu6",
    "sigmoid",
    "silu",
    "softplus",
    "tanh",
]

_GRADIENT = ("grad_output", "input")  # the inputs of the gradient primitives

relu_p = Unary("relu", naive=naive.relu, numpy=kernels.relu)
relu_grad_p = Binary("relu_grad", naive=naive.relu_grad, numpy=kernels.relu_grad)
sigmoid_p = Unary("sigmoid", naive=naive.sigmoid, numpy=kernels.sigmoid, to_float=True)
sigmoid_grad_p = Binary("sigmoid_grad", naive=naive.sigmoid_grad, numpy=kernels.sigmoid_grad)
tanh_p = Unary("tanh", naive=naive.tanh, numpy=kernels.tanh, to_float=True)
tanh_grad_p = Binary("tanh_grad", naive=naive.tanh_grad, numpy=kernels.tanh_grad)
silu_p = Unary("silu", naive=naive.silu, numpy=kernels.silu)
silu_grad_p = Binary("silu_grad", naive=naive.silu_grad, numpy=kernels.silu_grad)
leaky_relu_p = Primitive(
    "leaky_relu", params=("slope",), naive=naive.leaky_relu, numpy=kernels.leaky_relu
)
leaky_relu_grad_p = Primitive(
    "leaky_relu_grad",
    inputs=_GRADIENT,
    params=("slope",),
    naive=naive.leaky_relu_grad,
    numpy=kernels.leaky_relu_grad,
)
hardtanh_p = Primitive(
    "hardtanh", params=("min_val", "max_val"), naive=naive.hardtanh, numpy=kernels.hardtanh
)
hardtanh_grad_p = Primitive(
    "hardtanh_grad",
    inputs=_GRADIENT,
    params=("min_val", "max_val"),
    naive=naive.hardtanh_grad,
    numpy=kernels.hardtanh_grad,
)
elu_p = Primitive("elu", params=("alpha",), naive=naive.elu, numpy=kernels.elu)
elu_grad_p = Primitive(
    "elu_grad", inputs=_GRADIENT, params=("alpha",), naive=naive.elu_grad, numpy=kernels.elu_grad
)
gelu_p = Primitive("gelu", params=("approximate",), naive=naive.gelu, numpy=gelu_kernels.gelu)
gelu_grad_p = Primitive(
    "gelu_grad",
    inputs=_GRADIENT,
    params=("approximate",),
    naive=naive.gelu_grad,
    numpy=gelu_kernels.gelu_grad,
)
softplus_p = Primitive(
    "softplus", params=("beta", "threshold"), naive=naive.softplus, numpy=kernels.softplus
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


def relu6(input: Tensor) -> Tensor:
    """min(max(x, 0), 6): a ReLU that stops at 6, which small number types can hold exactly.

    Source: Krizhevsky, "Convolutional deep belief networks on CIFAR-10", 2010.

    Raises:
        DTypeError: ``input`` is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> tt.relu6(tt.tensor([-1.0, 2.0, 9.0]))
        tensor([0., 2., 6.])
    """
    return hardtanh(input, 0.0, 6.0)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """min(max(x, min_val), max_val): straight in the middle, flat outside.

    Unlike :func:`clamp`, it counts the limits themselves as flat: their gradient is 0.

    Source: Collobert, "Large scale machine learning", 2004.

    Raises:
        DTypeError: ``input`` is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> tt.hardtanh(tt.tensor([-3.0, 0.5, 3.0]))
        tensor([-1.0000,  0.5000,  1.0000])
    """
    out: Tensor = hardtanh_p((floating("hardtanh", input),), (min_val, max_val))
    return out


def leaky_relu(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """x where it is positive, else ``negative_slope · x``, so that no unit's gradient dies.

    Source: Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic
    models", 2013.

    Raises:
        DTypeError: ``input`` is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> tt.leaky_relu(tt.tensor([-1.0, 2.0]), 0.1)
        tensor([-0.1000,  2.0000])
    """
    out: Tensor = leaky_relu_p((floating("leaky_relu", input),), (negative_slope,))
    return out


def elu(input: Tensor, alpha: float = 1.0) -> Tensor:
    """x where it is positive, else ``alpha · (eˣ - 1)``: a ReLU whose outputs centre on zero.

    Source: Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by
    exponential linear units", 2015.

    Raises:
        DTypeError: ``input`` is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> tt.elu(tt.tensor([-10000.0, -1.0, 2.0]))
        tensor([-1.0000, -0.6321,  2.0000])
    """
    out: Tensor = elu_p((floating("elu", input),), (alpha,))
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

    Raises:
        DTypeError: ``input`` is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> tt.logsigmoid(tt.tensor([-1000.0]))
        tensor([-1000.])
    """
    return -softplus(-floating("logsigmoid", input))


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
        DTypeError: ``input`` is not floating point.

    Source: Hendrycks and Gimpel, "Gaussian error linear units", 2016.

    Example:
        >>> import tt_tensor as tt
        >>> tt.gelu(tt.tensor([-1.0, 0.0, 1.0]))
        tensor([-0.1587,  0.0000,  0.8413])
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"approximate must be 'none' or 'tanh', not {approximate!r}")
    out: Tensor = gelu_p((floating("gelu", input),), (approximate,))
    return out


def silu(input: Tensor) -> Tensor:
    """x · sigmoid(x), also called swish.

    Source: Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units", 2017.

    Raises:
        DTypeError: ``input`` is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> tt.silu(tt.tensor([-1.0, 0.0, 1.0]))
        tensor([-0.2689,  0.0000,  0.7311])
    """
    return silu_p(floating("silu", input))


def mish(input: Tensor) -> Tensor:
    """x · tanh(softplus(x)).

    Source: Misra, "Mish: a self regularized non-monotonic activation function", 2019.

    Raises:
        DTypeError: ``input`` is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> tt.mish(tt.tensor([-1.0, 0.0, 1.0]))
        tensor([-0.3034,  0.0000,  0.8651])
    """
    return input * tanh_p(softplus(floating("mish", input)))


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """ln(1 + exp(βx)) / β: a smooth ReLU; x itself where βx is above the threshold.

    Source: Dugas et al., "Incorporating second-order functional knowledge", 2001.

    Raises:
        DTypeError: ``input`` is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> tt.softplus(tt.tensor([-10000.0, 0.0, 10000.0]))
        tensor([0.0000e+00, 6.9315e-01, 1.0000e+04])
    """
    out: Tensor = softplus_p((floating("softplus", input),), (beta, threshold))
    return out


def floating(name: str, input: Tensor) -> Tensor:
    """``input``, for a function that only makes sense for floating-point numbers.

    Raises:
        DTypeError: it holds integers or booleans.
    """
    kind = array_of(input).dtype
    if kind.kind != "f":
        raise DTypeError(
            f"input: {name} needs floating-point numbers, not {FROM_NUMPY.get(kind, kind)}; "
            "use input.float()"
        )
    return input
