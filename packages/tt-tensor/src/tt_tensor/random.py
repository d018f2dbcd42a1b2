"""Random numbers: one generator for the whole framework.

All randomness (initial weights, shuffling, dropout, sampling) is drawn from one :class:`Generator`
unless another is given, and it is drawn outside of kernels.  So :func:`manual_seed` makes a program
repeat itself, on every backend.  The numbers come from NumPy's PCG64 (O'Neill, "PCG: a family of
simple fast space-efficient statistically good algorithms for random number generation", 2014).
The functions that draw (``rand``, ``multinomial`` ...) stand in ``ops/random.py``.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from .typing import Array

__all__ = [
    "Generator",
    "default_generator",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
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


def draw_uniform(shape: Any, dtype: np.dtype[Any], generator: Generator | None) -> Array:
    """In [0, 1).  A float16 gets its 11 bits directly: rounded from float32 it could become 1.0."""
    rng = numpy_generator(generator)
    if dtype == np.float16:
        return np.asarray(rng.integers(0, 2048, shape) / 2048).astype(dtype)
    kind: Any = dtype.name
    return np.asarray(rng.random(shape, dtype=kind))


def draw_normal(shape: Any, dtype: np.dtype[Any], generator: Generator | None) -> Array:
    """Of mean 0 and variance 1."""
    wide: Any = "float64" if dtype == np.float64 else "float32"
    z = np.asarray(numpy_generator(generator).standard_normal(shape, dtype=wide))
    return z.astype(dtype, copy=False)


def draw_chances(p: Any, shape: Any, generator: Generator | None) -> Array:
    """True with the probability ``p``.

    Raises:
        ValueError: a probability outside [0, 1].
    """
    chance = np.asarray(p)
    if not np.all((chance >= 0) & (chance <= 1)):
        raise ValueError("p: probabilities must lie between 0 and 1")
    return np.asarray(numpy_generator(generator).random(shape) < chance)


def numpy_generator(generator: Generator | None) -> np.random.Generator:
    """NumPy's generator in the given one, or in the default one."""
    return (default_generator() if generator is None else generator).numpy
