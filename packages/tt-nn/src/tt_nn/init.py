"""Initial values: what parameters are before anything is learned.

The functions fill a tensor in place, unrecorded, from the one random generator, and return it.  The
aim of the named schemes is that activations and gradients keep their variance from layer to layer;
``fan_in`` is how many inputs feed one output, ``fan_out`` how many outputs one input feeds.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tt_tensor import Generator, ShapeError, Tensor, default_generator, from_numpy

from .skipping import fills

__all__ = [
    "calculate_gain",
    "constant_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]


@fills
def uniform_(
    tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Uniform in [a, b).

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import init
        >>> x = init.uniform_(tt.empty(100), -1, 1)
        >>> bool((x >= -1).all() and (x < 1).all())
        True
    """
    return tensor.uniform_(a, b, generator=generator)


@fills
def normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Normal with a mean and a standard deviation.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import init
        >>> x = init.normal_(tt.empty(10000), mean=3.0, std=0.1)
        >>> abs(x.mean().item() - 3.0) < 0.01
        True
    """
    return tensor.normal_(mean, std, generator=generator)


@fills
def constant_(tensor: Tensor, val: float) -> Tensor:
    """The same number everywhere.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import init
        >>> init.constant_(tt.empty(2), 0.5)
        tensor([0.5000, 0.5000])
    """
    return tensor.fill_(val)


def ones_(tensor: Tensor) -> Tensor:
    """Ones."""
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    """Zeros."""
    return constant_(tensor, 0.0)


@fills
def eye_(tensor: Tensor) -> Tensor:
    """The identity matrix; if it is not square, ones on the diagonal.

    Raises:
        ShapeError: not a matrix.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import init
        >>> init.eye_(tt.empty(2, 2))
        tensor([[1., 0.],
                [0., 1.]])
    """
    if tensor.ndim != 2:
        raise ShapeError(f"tensor: the identity is a matrix, but the shape is {tensor.shape}")
    return tensor.copy_(from_numpy(np.eye(tensor.shape[0], tensor.shape[1])))


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much a layer must amplify to make up for the nonlinearity after it.

    Args:
        nonlinearity: "linear", "conv1d" to "conv3d", "sigmoid", "tanh", "relu", "leaky_relu" or
            "selu".
        param: the slope of a leaky ReLU (0.01 if None).

    Raises:
        ValueError: another nonlinearity.

    Example:
        >>> from tt_nn.init import calculate_gain
        >>> calculate_gain("tanh")
        1.6666666666666667
    """
    if nonlinearity in ("linear", "sigmoid", "conv1d", "conv2d", "conv3d"):
        return 1.0
    if nonlinearity == "leaky_relu":
        return math.sqrt(2.0 / (1 + (0.01 if param is None else param) ** 2))
    gains = {"tanh": 5.0 / 3, "relu": math.sqrt(2.0), "selu": 0.75}
    if nonlinearity not in gains:
        raise ValueError(
            f"nonlinearity: {nonlinearity!r} is unknown; known are linear, sigmoid, "
            f"leaky_relu, {', '.join(gains)}"
        )
    return gains[nonlinearity]


def xavier_uniform_(
    tensor: Tensor, gain: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Uniform with the variance 2 gain²/(fan_in + fan_out).

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", 2010.

    Raises:
        ShapeError: fewer than two dimensions.
    """
    fan_in, fan_out = fans(tensor)
    bound = gain * math.sqrt(6.0 / (fan_in + fan_out))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Normal with the variance 2 gain²/(fan_in + fan_out) (Glorot and Bengio, 2010).

    Raises:
        ShapeError: fewer than two dimensions.
    """
    fan_in, fan_out = fans(tensor)
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / (fan_in + fan_out)), generator)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Uniform with the variance gain²/fan.

    Args:
        tensor: at least two dimensions.
        a: the slope of the leaky ReLU that follows.
        mode: "fan_in" keeps the variance forwards, "fan_out" backwards.
        nonlinearity: what follows; see :func:`calculate_gain`.
        generator: where the numbers are drawn from.

    Raises:
        ShapeError: fewer than two dimensions.
        ValueError: another ``mode``.

    Source: He et al., "Delving deep into rectifiers", 2015.
    """
    bound = math.sqrt(3.0) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Normal with the variance gain²/fan; the arguments are those of :func:`kaiming_uniform_`."""
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), generator)


@fills
def orthogonal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Rows (or columns, if there are more rows) that are orthogonal and of length ``gain``.

    Dimensions after the first count as one.

    Raises:
        ShapeError: fewer than two dimensions.

    Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks", 2013.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import init
        >>> q = init.orthogonal_(tt.empty(3, 5))
        >>> tt.allclose(q @ q.T, tt.eye(3), atol=1e-5)
        True
    """
    if tensor.ndim < 2:
        raise ShapeError(f"tensor: at least 2 dimensions are needed, the shape is {tensor.shape}")
    rows = tensor.shape[0]
    columns = tensor.numel() // max(rows, 1)
    rng = (generator or default_generator()).numpy
    tall = rng.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q *= np.sign(np.diag(r))  # makes the choice unique, and so the distribution uniform
    matrix: Any = (q if rows >= columns else q.T) * gain
    return tensor.copy_(from_numpy(matrix.reshape(tensor.shape)))


@fills
def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Normal, with what falls outside [a, b] drawn again.

    Raises:
        ValueError: [a, b] is empty, or so far out that hardly anything would fall inside; or
            ``std`` is not positive.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import init
        >>> x = init.trunc_normal_(tt.empty(1000), std=1.0, a=-1.0, b=1.0)
        >>> bool((x.abs() <= 1).all())
        True
    """
    if not std > 0:
        raise ValueError(f"std must be positive, it is {std}")
    low, high = (a - mean) / std, (b - mean) / std
    if not low < high or low > 4 or high < -4:
        raise ValueError(f"a, b: [{a}, {b}] has hardly any of a normal distribution {mean} ± {std}")
    rng = (generator or default_generator()).numpy
    values = rng.standard_normal(tensor.numel())
    outside = np.flatnonzero((values < low) | (values > high))
    while outside.size:
        values[outside] = rng.standard_normal(outside.size)
        outside = outside[(values[outside] < low) | (values[outside] > high)]
    clipped = np.clip(values * std + mean, a, b)  # rounding may step over the edge
    return tensor.copy_(from_numpy(clipped.reshape(tensor.shape)))


def fans(tensor: Tensor) -> tuple[int, int]:
    """fan_in and fan_out of a weight (out, in, ...): further dimensions multiply both.

    Raises:
        ShapeError: fewer than two dimensions.
    """
    if tensor.ndim < 2:
        raise ShapeError(
            f"tensor: fan_in and fan_out need at least 2 dimensions, the shape is {tensor.shape}"
        )
    field = math.prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode must be 'fan_in' or 'fan_out', not {mode!r}")
    fan = fans(tensor)[0 if mode == "fan_in" else 1]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)
