"""Random numbers: one generator for the whole framework.

All randomness (initial weights, shuffling, dropout, sampling) is drawn from one :class:`Generator`
unless another is given, and it is drawn outside of kernels.  So :func:`manual_seed` makes a program
repeat itself, on every backend.  The numbers come from NumPy's PCG64 (O'Neill, "PCG: a family of
simple fast space-efficient statistically good algorithms for random number generation", 2014).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from .dtypes import DTypeLike, as_dtype, get_default_dtype, int64
from .errors import DTypeError, ShapeError
from .inplace import write
from .ops.create import check_device, shape_of
from .primitive import wrap

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = [
    "Generator",
    "bernoulli",
    "default_generator",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "multinomial",
    "normal",
    "rand",
    "rand_like",
    "randint",
    "randn",
    "randn_like",
    "randperm",
    "seed",
    "set_rng_state",
]


class Generator:
    """A stream of random numbers that a seed determines.

    Args:
        seed: any integer that is not negative; by default one from the operating system.

    Attributes:
        numpy: the NumPy generator underneath.

    Example:
        >>> import tt_tensor as tt
        >>> g = tt.Generator(7)
        >>> first = tt.rand(3, generator=g)
        >>> tt.equal(first, tt.rand(3, generator=g.manual_seed(7)))
        True
    """

    def __init__(self, seed: int | None = None) -> None:
        self.manual_seed(int.from_bytes(os.urandom(6), "little") if seed is None else seed)

    def manual_seed(self, seed: int) -> Generator:
        """Start again from ``seed``; returns the generator.

        Raises:
            ValueError: a negative seed.
        """
        if seed < 0:
            raise ValueError(f"seed: it must not be negative, it is {seed}")
        self._seed = int(seed)
        self.numpy = np.random.Generator(np.random.PCG64(self._seed))
        return self

    def seed(self) -> int:
        """Start again from a seed of the operating system's, and return that."""
        return self.manual_seed(int.from_bytes(os.urandom(6), "little")).initial_seed()

    def initial_seed(self) -> int:
        """The seed that the stream started from."""
        return self._seed

    def get_state(self) -> dict[str, Any]:
        """Where the stream is, as plain numbers and strings that JSON can hold."""
        return {"seed": self._seed, "generator": self.numpy.bit_generator.state}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue where :meth:`get_state` was called.

        Raises:
            ValueError: not such a state.
        """
        try:
            seed, inner = int(state["seed"]), state["generator"]
            generator = np.random.Generator(np.random.PCG64(seed))
            generator.bit_generator.state = inner
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"state: not the state of a generator ({error})") from error
        self._seed, self.numpy = seed, generator

    def __repr__(self) -> str:
        return f"<Generator seed={self._seed}>"


_default: Generator | None = None


def default_generator() -> Generator:
    """The generator that is used where none is given."""
    global _default
    if _default is None:
        _default = Generator()
    return _default


def manual_seed(seed: int) -> Generator:
    """Start the default generator again from ``seed``: what follows repeats itself.

    Example:
        >>> import tt_tensor as tt
        >>> _ = tt.manual_seed(0)
        >>> a = tt.randn(3)
        >>> _ = tt.manual_seed(0)
        >>> tt.equal(a, tt.randn(3))
        True
    """
    return default_generator().manual_seed(seed)


def seed() -> int:
    """Start the default generator from a seed of the operating system's, and return that."""
    return default_generator().seed()


def initial_seed() -> int:
    """The seed that the default generator started from."""
    return default_generator().initial_seed()


def get_rng_state() -> dict[str, Any]:
    """Where the default generator is."""
    return default_generator().get_state()


def set_rng_state(state: dict[str, Any]) -> None:
    """Let the default generator continue where :func:`get_rng_state` was called."""
    default_generator().set_state(state)


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
    return _made(_uniform(shape_of(size), _float(dtype), generator), device, requires_grad)


def randn(
    *size: Any,
    generator: Generator | None = None,
    dtype: DTypeLike | None = None,
    device: str = "cpu",
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from the normal distribution of mean 0 and variance 1; arguments as for :func:`rand`."""
    return _made(_normal(shape_of(size), _float(dtype), generator), device, requires_grad)


def rand_like(input: Tensor, *, generator: Generator | None = None) -> Tensor:
    """:func:`rand` in the shape and type of ``input``."""
    return rand(input.shape, dtype=input.dtype, generator=generator)


def randn_like(input: Tensor, *, generator: Generator | None = None) -> Tensor:
    """:func:`randn` in the shape and type of ``input``."""
    return randn(input.shape, dtype=input.dtype, generator=generator)


def randint(
    low: int,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike = int64,
) -> Tensor:
    """Whole numbers from ``low`` (0 if left out) up to, but not including, ``high``.

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
        raise ValueError(f"high: {high} must be above low={low}")
    numbers = _numpy(generator).integers(low, high, shape_of((size,)))
    return wrap(np.asarray(numbers).astype(as_dtype(dtype).numpy))


def randperm(n: int, *, generator: Generator | None = None, dtype: DTypeLike = int64) -> Tensor:
    """The numbers 0 ... n-1 in random order.

    Example:
        >>> import tt_tensor as tt
        >>> sorted(tt.randperm(5).tolist())
        [0, 1, 2, 3, 4]
    """
    return wrap(_numpy(generator).permutation(n).astype(as_dtype(dtype).numpy))


def normal(
    mean: Any = 0.0, std: Any = 1.0, size: Any = None, *, generator: Generator | None = None
) -> Tensor:
    """Normal numbers with a mean and a standard deviation, each a number or a tensor.

    Args:
        mean: of each element.
        std: of each element.
        size: the shape, if both are numbers; otherwise it is what they broadcast to.
        generator: where they are drawn from.

    Example:
        >>> import tt_tensor as tt
        >>> tt.normal(0.0, 1.0, (2, 3)).shape
        (2, 3)
    """
    if size is None:
        size = np.broadcast_shapes(getattr(mean, "shape", ()), getattr(std, "shape", ()))
    out: Tensor = randn(size, generator=generator) * std + mean
    return out


def bernoulli(input: Tensor, *, generator: Generator | None = None) -> Tensor:
    """1 with the probability that ``input`` gives, else 0, for each element.

    Raises:
        ValueError: a probability outside [0, 1].

    Example:
        >>> import tt_tensor as tt
        >>> tt.bernoulli(tt.tensor([0.0, 1.0]))
        tensor([0., 1.])
    """
    p = input.array
    if p.size and not (p.min() >= 0 and p.max() <= 1):
        raise ValueError("input: probabilities must lie between 0 and 1")
    return wrap((_numpy(generator).random(p.shape) < p).astype(p.dtype))


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
        generator: where they are drawn from.

    Returns:
        (num_samples,) or (m, num_samples), int64.

    Raises:
        ValueError: negative, infinite or only zero weights, or fewer positive weights in a row
            than are to be drawn without replacement.
        ShapeError: another number of dimensions.

    Example:
        >>> import tt_tensor as tt
        >>> tt.multinomial(tt.tensor([0.0, 3.0, 0.0]), 2, replacement=True)
        tensor([1, 1])
    """
    if input.ndim not in (1, 2):
        raise ShapeError(f"input: the weights must have 1 or 2 dimensions, not {input.ndim}")
    weights = np.atleast_2d(input.array).astype(np.float64)
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any(axis=1).all():
        raise ValueError("input: weights must be finite, not negative, and not all 0")
    if not replacement and (np.count_nonzero(weights, axis=1) < num_samples).any():
        raise ValueError(
            f"num_samples: {num_samples} cannot be drawn without replacement from fewer weights"
        )
    rng = _numpy(generator)
    rows = [
        rng.choice(row.size, num_samples, replace=replacement, p=row / row.sum()) for row in weights
    ]
    out = np.asarray(rows, dtype=np.int64)  # (m, num_samples)
    return wrap(out if input.ndim == 2 else out[0])


def uniform_(
    input: Tensor, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None
) -> Tensor:
    """Fill a tensor in place with uniform numbers in [from_, to)."""
    u = _uniform(input.shape, _float(input.dtype), generator)
    return write(
        input, wrap(u * input.array.dtype.type(to - from_) + input.array.dtype.type(from_))
    )


def normal_(
    input: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None
) -> Tensor:
    """Fill a tensor in place with normal numbers."""
    z = _normal(input.shape, _float(input.dtype), generator)
    return write(input, wrap(z * input.array.dtype.type(std) + input.array.dtype.type(mean)))


def bernoulli_(input: Tensor, p: float = 0.5, *, generator: Generator | None = None) -> Tensor:
    """Fill a tensor in place with ones (with probability ``p``) and zeros."""
    draws = _numpy(generator).random(input.shape) < p
    return write(input, wrap(draws.astype(input.array.dtype)))


def _numpy(generator: Generator | None) -> np.random.Generator:
    return (default_generator() if generator is None else generator).numpy


def _float(dtype: DTypeLike | None) -> np.dtype[Any]:
    kind = get_default_dtype() if dtype is None else as_dtype(dtype)
    if not kind.is_floating_point:
        raise DTypeError(f"dtype: random numbers of this kind are floating point, not {kind}")
    return kind.numpy


def _uniform(shape: Any, dtype: np.dtype[Any], generator: Generator | None) -> Any:
    """In [0, 1): rounded to float16, a float32 could become 1.0, so those bits are cut off."""
    rng = _numpy(generator)
    if dtype == np.float16:
        return (rng.integers(0, 2048, shape) / 2048).astype(dtype)
    kind: Any = dtype.name
    return np.asarray(rng.random(shape, dtype=kind))


def _normal(shape: Any, dtype: np.dtype[Any], generator: Generator | None) -> Any:
    wide: Any = "float64" if dtype == np.float64 else "float32"
    return np.asarray(_numpy(generator).standard_normal(shape, dtype=wide)).astype(
        dtype, copy=False
    )


def _made(array: Any, device: str, requires_grad: bool) -> Tensor:
    check_device(device)
    out = wrap(array)
    return out.requires_grad_() if requires_grad else out
