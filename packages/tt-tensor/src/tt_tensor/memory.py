"""Keeping freed memory for the next arrays.

On Linux, the C library hands every large array that is freed back to the system, and the next one of
the same size is made of fresh pages, each of which costs a page fault when it is first touched.
Chains of element-wise operations on megabytes spend most of their time there.  ``keep_memory`` asks
the C library to keep freed blocks, up to a limit, and to use them again.
"""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["keep_memory"]

# the numbers of mallopt's options, from glibc's malloc.h
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
_LARGEST_BLOCK = 32 << 20  # glibc takes no larger threshold: larger arrays are always given back
_USUAL_TRIM = _USUAL_BLOCK = 128 << 10
_PAD = 16 << 20


def keep_memory(limit: int = 1 << 30) -> bool:
    """Let the process keep up to ``limit`` bytes of freed memory for the arrays to come.

    It holds for the whole process, other libraries included, and may be called again to change the
    limit; only arrays of up to 32 MiB take part.  ``x * x + x`` on 4 MiB takes 0.18 ms instead of 1.6;
    where matrix products dominate it makes little difference.  The process then holds up to ``limit``
    bytes more than it uses.

    Args:
        limit: in bytes; 0 gives freed memory back at once again.

    Returns:
        whether it could be done: True with glibc (most Linux systems), False elsewhere, where it
        changes nothing.

    Raises:
        ValueError: a negative limit.

    Example:
        >>> import tt_tensor as tt
        >>> tt.keep_memory(256 << 20) in (True, False)
        True
        >>> _ = tt.keep_memory(0)
    """
    if limit < 0:
        raise ValueError(f"limit must be 0 or a number of bytes, not {limit}")
    library = _glibc()
    if library is None:
        return False
    settings = (
        (_MMAP_THRESHOLD, min(limit, _LARGEST_BLOCK) or _USUAL_BLOCK),
        (_TRIM_THRESHOLD, min(limit, 2**31 - 1) or _USUAL_TRIM),  # mallopt takes a C int
        (_TOP_PAD, min(limit, _PAD)),
    )
    done = [bool(library.mallopt(option, value)) for option, value in settings]
    if not limit:
        library.malloc_trim(0)
    return all(done)


def _glibc() -> Any:
    """The C library of this process if it is GNU's."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        import ctypes

        library = ctypes.CDLL(None)
        return library if hasattr(library, "gnu_get_libc_version") else None  # musl has none
    except (ImportError, OSError):
        return None
