"""Records of activation functions and of their gradients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import tt_tensor as tt

from ...typing import Array
from ..record import FLOATS, ErrorSample, Record, Sample, register
from ..samples import draw, singles

Rng = np.random.Generator
DType = np.dtype[Any]


def _extremes(rng: Rng, dtype: DType) -> Iterator[Sample]:
    """Also where a careless formula overflows or loses all digits."""
    yield from singles()(rng, dtype)
    yield Sample((np.asarray([-1e4, -90, -30, 0, 30, 90, 1e4], dtype),), smooth=False)


def _with(*params: tuple[Any, ...]) -> Any:
    def sample(rng: Rng, dtype: DType) -> Iterator[Sample]:
        for p in params:
            for s in _extremes(rng, dtype):
                yield Sample(s.inputs, p, s.smooth)

    return sample


def _gradients(*params: tuple[Any, ...]) -> Any:
    """Pairs of a gradient and an input."""

    def sample(rng: Rng, dtype: DType) -> Iterator[Sample]:
        for p in params or ((),):
            for shape in ((), (5,), (3, 4), (0, 2)):
                yield Sample((draw(rng, dtype, shape), draw(rng, dtype, shape)), p)

    return sample


def _sigmoid(x: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * x))


def _stable_sigmoid(x: Array) -> Array:
    """Also right where the result is tiny."""
    return np.where(x < 0, np.exp(np.minimum(x, 0)) / (1 + np.exp(np.minimum(x, 0))), _sigmoid(x))


def _gelu(x: Array, approximate: str) -> Array:
    if approximate == "tanh":
        return np.asarray(0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))))
    from .elementwise import _erf

    return np.asarray(0.5 * x * (1 + _erf(x / np.sqrt(2))))


def _slope(function: Any, grad: Array, x: Array) -> Array:
    """A central difference of high order: the derivative without a formula."""
    h = 1e-2
    steps = {1: 4 / 5, 2: -1 / 5, 3: 4 / 105, 4: -1 / 280}
    total = sum(w * (function(x + k * h) - function(x - k * h)) for k, w in steps.items())
    return np.asarray(grad * total / h)


_ROUGH = {"float64": 1e-9, "float32": 4e-6}

register(
    Record(
        "relu",
        _extremes,
        lambda x: np.clip(x, 0, None),
        torch=lambda torch, x: torch.relu(x),
        dtypes=(*FLOATS, "float16", "int64"),
    ),
    Record("relu_grad", _gradients(), lambda g, x: np.where(x > 0, g, 0)),
    Record(
        "leaky_relu",
        _with((0.01,), (0.3,)),
        lambda x, slope: np.where(x > 0, x, slope * x),
        torch=lambda torch, x, slope: torch.nn.functional.leaky_relu(x, slope),
    ),
    Record(
        "leaky_relu_grad", _gradients((0.01,)), lambda g, x, slope: np.where(x > 0, g, slope * g)
    ),
    Record(
        "hardtanh",
        _with((-1.0, 1.0), (0.0, 6.0)),
        lambda x, low, high: np.clip(x, low, high),
        torch=lambda torch, x, low, high: torch.nn.functional.hardtanh(x, low, high),
        errors=(ErrorSample(lambda: tt.relu6(tt.arange(2)), tt.DTypeError, "input.float"),),
    ),
    Record(
        "hardtanh_grad",
        _gradients((-1.0, 1.0)),
        lambda g, x, low, high: np.where((x > low) & (x < high), g, 0),
    ),
    Record(
        "elu",
        _with((1.0,), (0.5,)),
        lambda x, alpha: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))),
        torch=lambda torch, x, alpha: torch.nn.functional.elu(x, alpha),
    ),
    Record(
        "elu_grad",
        _gradients((1.0,), (0.5,)),
        lambda g, x, alpha: g * np.where(x > 0, 1, alpha * np.exp(x)),
    ),
    Record("sigmoid", _extremes, _stable_sigmoid, torch=lambda torch, x: torch.sigmoid(x)),
    Record("sigmoid_grad", _gradients(), lambda g, y: g * (0.25 - (y - 0.5) ** 2)),
    Record("tanh", _extremes, np.tanh, torch=lambda torch, x: torch.tanh(x)),
    Record("tanh_grad", _gradients(), lambda g, y: g * (1 - y) * (1 + y)),
    Record(
        "gelu",
        _with(("none",), ("tanh",)),
        _gelu,
        torch=lambda torch, x, a: torch.nn.functional.gelu(x, approximate=a),
        tolerance={"float64": 1e-11},
        errors=(ErrorSample(lambda: tt.gelu(tt.ones(2), "exact"), ValueError, "approximate"),),
    ),
    Record(
        "gelu_grad",
        _gradients(("none",), ("tanh",)),
        lambda g, x, a: _slope(lambda z: _gelu(z, a), g, x),
        tolerance=_ROUGH,
    ),
    Record(
        "silu",
        _extremes,
        lambda x: x * _stable_sigmoid(x),
        torch=lambda torch, x: torch.nn.functional.silu(x),
    ),
    Record(
        "silu_grad",
        _gradients(),
        lambda g, x: _slope(lambda z: z * _sigmoid(z), g, x),
        tolerance=_ROUGH,
    ),
    Record(
        "softplus",
        _with((1.0, 20.0), (2.0, 5.0)),
        lambda x, b, t: np.where(b * x > t, x, np.logaddexp(0, b * x) / b),
        torch=lambda torch, x, b, t: torch.nn.functional.softplus(x, b, t),
    ),
)
