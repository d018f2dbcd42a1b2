"""Drawing random numbers: uniform, normal, whole, with given probabilities.

Every function takes a ``generator`` (default: the one that :func:`tt_tensor.manual_seed` sets) and
draws with NumPy on every backend, so that a seed means the same numbers everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import DTypeLike, as_dtype, get_default_dtype, int64, result_type_of
from ..errors import DTypeError, ShapeError
from ..primitive import array_of, wrap
from ..random import Generator, draw_chances, draw_normal, draw_uniform, numpy_generator
from .create import finish, shape_of

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "bernoulli",
    "multinomial",
    "normal",
    "rand",
    "rand_like",
    "randint",
    "randint_like",
    "randn",
    "randn_like",
    "randperm",
]


def rand(
    *size: Any,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """Uniform numbers in [0, 1).

    Args:
        size: the shape, as numbers or as one tuple.
        generator: where they are drawn from; the default generator if None.
        dtype: floating point; the default type if None.
        device: ``"cpu"``, the only one.
        requires_grad: record operations on it.

    Raises:
        DTypeError: ``dtype`` is not floating point.

    Example:
        >>> import tt_tensor as tt
        >>> x = tt.rand(1000)
        >>> bool((x >= 0).all() and (x < 1).all())
        True
    """
    return finish(draw_uniform(shape_of(size), _float(dtype), generator), device, requires_grad)


def randn(
    *size: Any,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from the normal distribution of mean 0 and variance 1; arguments as for :func:`rand`.

    Example:
        >>> import tt_tensor as tt
        >>> tt.randn(2, 3).shape
        (2, 3)
    """
    return finish(draw_normal(shape_of(size), _float(dtype), generator), device, requires_grad)


def rand_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """:func:`rand` in the shape and, unless ``dtype`` is given, the type of ``input``."""
    drawn = draw_uniform(input.shape, _float(dtype or input.dtype), generator)
    return finish(drawn, device, requires_grad)


def randn_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """:func:`randn` in the shape and, unless ``dtype`` is given, the type of ``input``."""
    drawn = draw_normal(input.shape, _float(dtype or input.dtype), generator)
    return finish(drawn, device, requires_grad)


def randint(
    low: int,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike = int64,
    device: str = "cpu",
) -> Tensor:
    """Whole numbers from ``low`` (0 if left out) up to, but not including, ``high``.

    Args:
        low: the smallest number.
        high: one more than the largest number.
        size: the shape.
        generator: where they are drawn from; the default generator if None.
        dtype: int64 if left out.
        device: ``"cpu"``, the only one.

    Raises:
        ValueError: there is no whole number in that range.

    Example:
        >>> import tt_tensor as tt
        >>> x = tt.randint(3, 5, (100,))
        >>> sorted(set(x.tolist()))
        [3, 4]
    """
    if size is None:
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    if high <= low:
        raise ValueError(f"high: it must be above low={low}, but it is {high}")
    numbers = np.asarray(numpy_generator(generator).integers(low, high, shape_of((size,))))
    return finish(numbers.astype(as_dtype(dtype).numpy, copy=False), device, False)


def randint_like(
    input: Tensor, low: int, high: int | None = None, *, generator: Generator | None = None
) -> Tensor:
    """:func:`randint` in the shape and type of ``input``."""
    if high is None:
        low, high = 0, low
    return randint(low, high, input.shape, generator=generator, dtype=input.dtype)


def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike = int64,
    device: str = "cpu",
) -> Tensor:
    """The numbers 0 ... n-1 in random order.

    Raises:
        ValueError: ``n`` is negative.

    Example:
        >>> import tt_tensor as tt
        >>> sorted(tt.randperm(5).tolist())
        [0, 1, 2, 3, 4]
    """
    if n < 0:
        raise ValueError(f"n: it cannot be negative, but it is {n}")
    order = numpy_generator(generator).permutation(n)
    return finish(order.astype(as_dtype(dtype).numpy, copy=False), device, False)


def normal(
    mean: Any = 0.0,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
) -> Tensor:
    """Normal numbers with a mean and a standard deviation, each a number or a tensor.

    Args:
        mean: of each element.
        std: of each element.
        size: the shape, if both are numbers; otherwise it is what they broadcast to.
        generator: where they are drawn from; the default generator if None.
        dtype: floating point; the type of ``mean`` and ``std`` if None.

    Raises:
        ValueError: a negative ``std``.

    Example:
        >>> import tt_tensor as tt
        >>> tt.normal(0.0, 1.0, (2, 3)).shape
        (2, 3)
    """
    if np.any(array_of(std) < 0):
        raise ValueError(f"std: a standard deviation cannot be negative, but it is {std}")
    shape = np.broadcast_shapes(array_of(mean).shape, array_of(std).shape)
    operands = [x.array if hasattr(x, "array") else float(x) for x in (mean, std)]
    kind = _float(result_type_of(*operands) if dtype is None else dtype)
    z = draw_normal(shape if size is None else shape_of((size,)), kind, generator)
    return wrap(np.asarray(z * operands[1] + operands[0]).astype(kind, copy=False))


def bernoulli(
    input: Tensor, p: float | None = None, *, generator: Generator | None = None
) -> Tensor:
    """1 with the probability that ``input`` (or ``p``, if given) says, else 0, for each element.

    Raises:
        ValueError: a probability outside [0, 1].
        DTypeError: ``input`` is not floating point, and no ``p`` is given.

    Example:
        >>> import tt_tensor as tt
        >>> tt.bernoulli(tt.tensor([0.0, 1.0]))
        tensor([0., 1.])
    """
    if p is None and not input.dtype.is_floating_point:
        raise DTypeError(f"input: probabilities are floating point, not {input.dtype}")
    chances = draw_chances(input.array if p is None else p, input.shape, generator)
    return wrap(chances.astype(input.array.dtype))


def multinomial(
    input: Tensor,
    num_samples: int,
    replacement: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Indices drawn with the probabilities that the weights in ``input`` have.

    Args:
        input: (n,) or (m, n), not negative; the weights of a row need not add up to 1.
        num_samples: how many indices per row.
        replacement: whether an index may come more than once.
        generator: where they are drawn from; the default generator if None.

    Returns:
        (num_samples,) or (m, num_samples), int64.

    Raises:
        ValueError: negative, infinite or only zero weights, no samples, or fewer positive weights
            in a row than are to be drawn without replacement.
        ShapeError: another number of dimensions.

    Example:
        >>> import tt_tensor as tt
        >>> tt.multinomial(tt.tensor([0.0, 3.0, 0.0]), 2, replacement=True)
        tensor([1, 1])
    """
    if input.ndim not in (1, 2):
        raise ShapeError(f"input: weights have 1 or 2 dimensions, but the shape is {input.shape}")
    weights = np.atleast_2d(input.array).astype(np.float64)  # (m, n)
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any(axis=1).all():
        raise ValueError("input: weights must be finite, not negative, and not all 0")
    if num_samples < 1:
        raise ValueError(f"num_samples: at least one must be drawn, not {num_samples}")
    choices = int(np.count_nonzero(weights, axis=1).min(initial=weights.shape[1]))
    if num_samples > choices and not replacement:
        raise ValueError(
            f"num_samples: {num_samples} cannot be drawn without replacement from {choices} "
            "positive weights"
        )
    rng = numpy_generator(generator)
    rows = [
        rng.choice(row.size, num_samples, replace=replacement, p=row / row.sum()) for row in weights
    ]
    out = np.asarray(rows, dtype=np.int64).reshape(-1, num_samples)  # (m, num_samples)
    return wrap(out if input.ndim == 2 else out[0])


def _float(dtype: DTypeLike | None) -> np.dtype[Any]:
    kind = get_default_dtype() if dtype is None else as_dtype(dtype)
    if not kind.is_floating_point:
        raise DTypeError(f"dtype: random numbers of this kind are floating point, not {kind}")
    return kind.numpy
