"""Filling tensors with random numbers in place: ``x.uniform_(-1, 1)``, ``x.normal_()`` ..."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DTypeError
from ..inplace import write
from ..primitive import array_of, wrap
from ..random import Generator, draw_chances, draw_normal, draw_uniform, numpy_generator

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["bernoulli_", "exponential_", "normal_", "random_", "uniform_"]


def uniform_(
    input: Tensor, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None
) -> Tensor:
    """Fill a tensor in place with uniform numbers in [from_, to).

    Raises:
        ValueError: ``to`` is below ``from_``.
        DTypeError: the tensor is not floating point.
    """
    if to < from_:
        raise ValueError(f"to: it cannot be below from_={from_}, but it is {to}")
    u = draw_uniform(input.shape, _floating(input), generator)
    return write(input, wrap(u * np.asarray(to - from_, u.dtype) + np.asarray(from_, u.dtype)))


def normal_(
    input: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None
) -> Tensor:
    """Fill a tensor in place with normal numbers.

    Raises:
        ValueError: a negative ``std``.
        DTypeError: the tensor is not floating point.
    """
    if std < 0:
        raise ValueError(f"std: a standard deviation cannot be negative, but it is {std}")
    z = draw_normal(input.shape, _floating(input), generator)
    return write(input, wrap(z * np.asarray(std, z.dtype) + np.asarray(mean, z.dtype)))


def exponential_(
    input: Tensor, lambd: float = 1.0, *, generator: Generator | None = None
) -> Tensor:
    """Fill a tensor in place with numbers of the density ``lambd · exp(-lambd · x)``, x > 0.

    Raises:
        ValueError: ``lambd`` is not positive.
        DTypeError: the tensor is not floating point.
    """
    if lambd <= 0:
        raise ValueError(f"lambd: the rate must be positive, but it is {lambd}")
    u = draw_uniform(input.shape, np.dtype(np.float64), generator)
    waits = -np.log1p(-u) / lambd  # the inverse of the distribution 1 - exp(-lambd x)
    return write(input, wrap(waits.astype(_floating(input))))


def bernoulli_(input: Tensor, p: Any = 0.5, *, generator: Generator | None = None) -> Tensor:
    """Fill a tensor in place with ones (with probability ``p``, a number or a tensor) and zeros.

    Raises:
        ValueError: a probability outside [0, 1].
    """
    chances = draw_chances(array_of(p), input.shape, generator)
    return write(input, wrap(chances.astype(input.array.dtype)))


def random_(
    input: Tensor,
    from_: int = 0,
    to: int | None = None,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Fill a tensor in place with whole numbers in [from_, to); ``x.random_(5)`` means [0, 5).

    Without arguments they reach as far as the tensor's type holds whole numbers exactly.

    Raises:
        ValueError: there is no whole number in that range.
    """
    kind = input.array.dtype
    if to is None and from_:
        from_, to = 0, from_
    if to is None:
        whole_bits = {"float64": 53, "float32": 24, "float16": 11, "bool": 1}
        to = 2 ** whole_bits[kind.name] if kind.name in whole_bits else int(np.iinfo(kind).max)
    if to <= from_:
        raise ValueError(f"to: it must be above from_={from_}, but it is {to}")
    rng = numpy_generator(generator)
    return write(input, wrap(np.asarray(rng.integers(from_, to, input.shape)).astype(kind)))


def _floating(input: Tensor) -> np.dtype[Any]:
    if not input.dtype.is_floating_point:
        raise DTypeError(
            f"input: random numbers of this kind need a floating-point tensor, not {input.dtype}"
        )
    return input.array.dtype
