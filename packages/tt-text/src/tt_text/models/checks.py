"""What every language model asks of its input."""

from __future__ import annotations

from tt_tensor import DTypeError, ShapeError, Tensor

__all__ = ["check_tokens"]


def check_tokens(tokens: Tensor, padding: Tensor | None) -> None:
    """Refuse what is not a batch of texts with, perhaps, the amount of padding of each.

    Raises:
        ShapeError: tokens are not (N, L), or padding is not (N,).
        DTypeError: padding is not of integers.
        TypeError: tokens are no tensor.
        ValueError: padding is negative.
    """
    if not isinstance(tokens, Tensor):
        raise TypeError(
            f"tokens: expected a tensor (N, L), not {type(tokens).__name__}; tt_tensor.tensor([ids]) "
            "makes one of a list"
        )
    if tokens.ndim != 2:
        raise ShapeError(f"tokens: expected (N, L), but the shape is {tokens.shape}")
    if padding is None:
        return
    if padding.shape != tokens.shape[:1]:
        raise ShapeError(
            f"padding: expected ({tokens.shape[0]},), a number per text, not {padding.shape}"
        )
    if padding.array.dtype.kind not in "iu":
        raise DTypeError(f"padding: expected integers, not {padding.dtype}")
    if padding.array.size and padding.array.min() < 0:
        raise ValueError(f"padding: amounts cannot be negative, they are {padding.tolist()}")
