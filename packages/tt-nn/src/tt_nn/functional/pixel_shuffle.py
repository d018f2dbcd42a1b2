"""Pixel shuffle: channels become finer pixels, and back.

For a factor r, pixel (y, x) of r² channels becomes a block of r × r pixels of one channel:

    out[c, y · r + i, x · r + j] = input[c · r² + i · r + j, y, x]

Nothing is computed, so it needs no primitive: it is a change of shape, a permutation, and a change of
shape.  From "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
Convolutional Neural Network" (Shi et al., 2016).
"""

from __future__ import annotations

from tt_tensor import ShapeError, Tensor, permute, reshape

from .checks import check_tensor

__all__ = ["pixel_shuffle", "pixel_unshuffle"]


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """r² channels to r times as many rows and columns.

    Args:
        input: (..., C · r², H, W).
        upscale_factor: r.

    Returns:
        (..., C, H · r, W · r).

    Raises:
        TypeError: the input is not a tensor, or the factor not an int.
        ValueError: the factor is below 1.
        ShapeError: fewer than three dimensions, or channels that are not a multiple of r².

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import pixel_shuffle
        >>> pixel_shuffle(tt.tensor([[[1.0]], [[2.0]], [[3.0]], [[4.0]]]), 2)
        tensor([[[1., 2.],
                 [3., 4.]]])
    """
    r = _check("pixel_shuffle", "upscale_factor", input, upscale_factor)
    *lead, channels, height, width = input.shape
    if channels % (r * r):
        raise ShapeError(
            f"pixel_shuffle: the channels must be a multiple of upscale_factor² = {r * r}, but there "
            f"are {channels} in shape {input.shape}"
        )
    n = len(lead)
    blocks = reshape(input, *lead, channels // (r * r), r, r, height, width)
    # (..., C, i, j, y, x) to (..., C, y, i, x, j)
    blocks = permute(blocks, (*range(n + 1), n + 3, n + 1, n + 4, n + 2))
    return reshape(blocks, *lead, channels // (r * r), height * r, width * r)


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """Blocks of r × r pixels to r² channels: the inverse of :func:`pixel_shuffle`.

    Args:
        input: (..., C, H · r, W · r).
        downscale_factor: r.

    Returns:
        (..., C · r², H, W).

    Raises:
        TypeError: the input is not a tensor, or the factor not an int.
        ValueError: the factor is below 1.
        ShapeError: fewer than three dimensions, or rows or columns that are not a multiple of r.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn.functional import pixel_unshuffle
        >>> pixel_unshuffle(tt.rand(8, 3, 32, 32), 2).shape
        (8, 12, 16, 16)
    """
    r = _check("pixel_unshuffle", "downscale_factor", input, downscale_factor)
    *lead, channels, height, width = input.shape
    if height % r or width % r:
        raise ShapeError(
            f"pixel_unshuffle: rows and columns must be multiples of downscale_factor = {r}, but the "
            f"input's shape is {input.shape}"
        )
    n = len(lead)
    blocks = reshape(input, *lead, channels, height // r, r, width // r, r)
    # (..., C, y, i, x, j) to (..., C, i, j, y, x)
    blocks = permute(blocks, (*range(n + 1), n + 2, n + 4, n + 1, n + 3))
    return reshape(blocks, *lead, channels * r * r, height // r, width // r)


def _check(name: str, argument: str, input: Tensor, factor: int) -> int:
    """The factor, if that and the input make sense."""
    check_tensor("input", input)
    if not isinstance(factor, int) or isinstance(factor, bool):
        raise TypeError(f"{name}: {argument} must be an int, not {type(factor).__name__}")
    if factor < 1:
        raise ValueError(f"{name}: {argument} must be at least 1, not {factor}")
    if input.ndim < 3:
        raise ShapeError(
            f"{name}: the input must be (..., C, H, W), but its shape is {input.shape}"
        )
    return factor
