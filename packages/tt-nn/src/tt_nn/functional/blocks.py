"""Working on a few images of a batch at a time.

A kernel that passes over its arrays several times is slow when each pass takes them from memory
again.  As many images as fit into the cache go through all passes before the next ones come.
"""

from __future__ import annotations

from collections.abc import Callable

from tt_tensor.typing import Array

__all__ = ["BLOCK", "by_blocks"]

BLOCK = 1 << 20
"""Bytes of the images that are worked on at a time."""


def by_blocks(work: Callable[[slice], None], images: Array) -> None:
    """``work`` on all images of a batch (N, C, H, W), some at a time; or on one image (C, H, W)."""
    if images.ndim < 4:
        work(slice(None))
        return
    step = max(BLOCK // max(images[:1].nbytes, 1), 1)
    for first in range(0, len(images), step):
        work(slice(first, first + step))
