"""Pieces of a long text to learn from: each token's target is the token that follows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tt_tensor import Generator, Tensor, default_generator, from_numpy
from tt_tensor.typing import Array

from .tokens import Tokens, row_of

__all__ = ["RandomWindows", "Windows", "random_windows"]


def random_windows(
    tokens: Tokens, batch_size: int, length: int, *, generator: Generator | None = None
) -> tuple[Tensor, Tensor]:
    """A batch of windows from random places of a text.

    Every place is as likely as any other, whatever was drawn before.

    Args:
        tokens: (T,), one long text; of an array that is mapped to a file, only what is needed is
            read.
        batch_size: N.
        length: L, of each window.
        generator: of the random numbers; the default one if None.

    Returns:
        ``(x, y)``, both (N, L) int64, where ``y[n, i]`` is the token that follows ``x[n, i]``.

    Raises:
        ValueError: the text is too short, or a number is below 1.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import random_windows
        >>> x, y = random_windows(tt.arange(100), 2, 5)
        >>> x.shape, tt.equal(y, x + 1)
        ((2, 5), True)
    """
    row = row_of(tokens)
    check_length(row, length)
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")
    rng = (default_generator() if generator is None else generator).numpy
    return pairs(row, rng.integers(0, len(row) - length, batch_size), length)


class RandomWindows:
    """A loader of :func:`random_windows`: so many batches at each ``for``, always new ones.

    Args:
        tokens: (T,), one long text.
        batch_size: windows per batch.
        length: of each window.
        steps: batches per ``for``.
        generator: of the random numbers; the default one if None.

    Raises:
        ValueError: the text is too short, or a number is below 1.

    Example:
        >>> from tt_text import RandomWindows
        >>> loader = RandomWindows(list(range(50)), batch_size=4, length=8, steps=3)
        >>> [x.shape for x, y in loader]
        [(4, 8), (4, 8), (4, 8)]
    """

    def __init__(
        self,
        tokens: Tokens,
        batch_size: int,
        length: int,
        steps: int,
        *,
        generator: Generator | None = None,
    ) -> None:
        self.tokens, self.batch_size, self.length = row_of(tokens), batch_size, length
        self.steps, self.generator = steps, generator
        check_length(self.tokens, length)
        for name in ("batch_size", "steps"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")

    def __len__(self) -> int:
        return self.steps

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for _ in range(self.steps):
            yield random_windows(
                self.tokens, self.batch_size, self.length, generator=self.generator
            )


class Windows:
    """The windows of a text one after the other, as a dataset: each sample is ``(x, y)``.

    A :class:`tt_data.DataLoader` makes batches of it.

    Args:
        tokens: (T,), one long text.
        length: L, of each window.
        stride: from the start of a window to that of the next one; ``length`` if None, so that each
            token is a target once. A rest that is too short for a window is left out.

    Raises:
        ValueError: the text is too short, or a number is below 1.

    Example:
        >>> from tt_text import Windows
        >>> data = Windows(list(range(10)), 4)
        >>> len(data), data[1]
        (2, (tensor([4, 5, 6, 7]), tensor([5, 6, 7, 8])))
    """

    def __init__(self, tokens: Tokens, length: int, stride: int | None = None) -> None:
        self.tokens, self.length = row_of(tokens), length
        self.stride = length if stride is None else stride
        check_length(self.tokens, length)
        if self.stride < 1:
            raise ValueError(f"stride must be at least 1, not {stride}")

    def __len__(self) -> int:
        return (len(self.tokens) - 1 - self.length) // self.stride + 1

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        x, y = self.get_batch([index])
        return x[0], y[0]

    def get_batch(self, indices: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Several windows: (N, L) twice."""
        numbers = np.asarray(indices, np.int64)
        wrong = (numbers < -len(self)) | (numbers >= len(self))
        if wrong.any():
            raise IndexError(f"index {numbers[wrong][0]} is out of range for {len(self)} windows")
        return pairs(self.tokens, numbers % len(self) * self.stride, self.length)


def pairs(row: Array, starts: Array, length: int) -> tuple[Tensor, Tensor]:
    """Windows from these places, and what follows each token."""
    both = row[starts[:, None] + np.arange(length + 1)].astype(np.int64)  # (N, L + 1)
    return from_numpy(both[:, :-1].copy()), from_numpy(both[:, 1:].copy())


def check_length(row: Array, length: int) -> None:
    """Refuse windows that the text has no room for."""
    if length < 1:
        raise ValueError(f"length must be at least 1, not {length}")
    if len(row) <= length:
        raise ValueError(
            f"tokens: {len(row)} of them are too few for a window of {length} and its targets; "
            f"at least {length + 1} are needed"
        )
