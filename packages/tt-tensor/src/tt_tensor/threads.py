"""Threads: one kernel's work on several cores.

NumPy lets go of Python's global lock while it computes, so threads that each work on some of a batch's
images run at the same time.  BLAS has threads of its own, but they share only the matrix products, and
meet after each; a chain of copies, small products and sums gains more when a thread takes it as a whole.
The two must not mix: while :func:`in_threads` runs, BLAS is told to use one thread per call.

That takes a BLAS that can be told so: OpenBLAS, as in NumPy's wheels.  With another one the work is done
by the calling thread, and BLAS shares out what it can.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from functools import cache
from itertools import pairwise
from typing import Any, TypeVar

__all__ = ["get_num_threads", "in_threads", "set_num_threads"]

Result = TypeVar("Result")

_busy = threading.Lock()
"""Held while work is shared out: work inside such work is not shared out again."""


def get_num_threads() -> int:
    """How many threads share large computations.

    At first as many as BLAS uses: one per core, unless the environment variable
    ``OPENBLAS_NUM_THREADS`` or ``OMP_NUM_THREADS`` said otherwise when Python started.

    Example:
        >>> import tt_tensor as tt
        >>> tt.get_num_threads() >= 1
        True
    """
    return int(_blas()[0]())


def set_num_threads(count: int) -> None:
    """Let ``count`` threads share large computations: those of BLAS, and of kernels that can be split.

    It changes nothing with a BLAS that cannot be told, where :func:`get_num_threads` stays 1.

    Raises:
        TypeError: it is not an int.
        ValueError: it is below 1.

    Example:
        >>> import tt_tensor as tt
        >>> before = tt.get_num_threads()
        >>> tt.set_num_threads(1)
        >>> tt.get_num_threads()
        1
        >>> tt.set_num_threads(before)
    """
    if not isinstance(count, int) or isinstance(count, bool):
        raise TypeError(f"count must be an int, not {type(count).__name__}")
    if count < 1:
        raise ValueError(f"count must be at least 1, not {count}")
    with _busy:  # while work is shared out, the number is 1 for a moment
        _blas()[1](count)


def in_threads(work: Callable[[slice], Result], count: int) -> list[Result]:
    """Do ``work`` on all of ``range(count)``, a part in each thread, at the same time.

    Starting a thread takes about 50 µs: it pays for work of half a millisecond or more.

    Args:
        work: takes a part as a slice; the parts must not disturb one another.
        count: how many things there are to be shared out.

    Returns:
        what ``work`` returned for each part, in their order: for one part only when there is one
        thread, or when this is called from inside such work.

    Raises:
        Exception: what ``work`` raised; all parts have ended then.

    Example:
        >>> import numpy as np, tt_tensor as tt
        >>> x = np.arange(10.0)
        >>> float(sum(tt.in_threads(lambda part: x[part].sum(), len(x))))
        45.0
    """
    if not _busy.acquire(blocking=False):
        return [work(slice(0, count))]
    try:
        threads = min(get_num_threads(), count)
        if threads < 2:
            return [work(slice(0, count))]
        ends = [count * k // threads for k in range(threads + 1)]
        parts = [slice(a, b) for a, b in pairwise(ends)]
        with _one_blas_thread():
            return _at_once(work, parts)
    finally:
        _busy.release()


def _at_once(work: Callable[[slice], Result], parts: list[slice]) -> list[Result]:
    """The first part is done by this thread, each of the others by a new one."""
    results: list[Any] = [None] * len(parts)
    errors: list[BaseException] = []

    def run(k: int) -> None:
        try:
            results[k] = work(parts[k])
        except BaseException as error:
            errors.append(error)

    # in a copy of this thread's context, which holds what np.errstate was told
    helpers = [
        threading.Thread(target=copy_context().run, args=(run, k)) for k in range(1, len(parts))
    ]
    for helper in helpers:
        helper.start()
    run(0)
    for helper in helpers:
        helper.join()
    if errors:
        raise errors[0]
    return results


@contextmanager
def _one_blas_thread() -> Iterator[None]:
    get, set_ = _blas()
    before = get()
    set_(1)
    try:
        yield
    finally:
        set_(before)


@cache
def _blas() -> tuple[Callable[[], int], Callable[[int], Any]]:
    """The functions of NumPy's BLAS that tell and set its number of threads.

    OpenBLAS's names have a prefix and a suffix in some builds.  Where there are none of them, the
    number is 1 and cannot be changed.
    """
    try:
        import ctypes

        library = ctypes.CDLL(sys.modules["numpy._core._multiarray_umath"].__file__)
    except (ImportError, OSError, KeyError):
        return (lambda: 1), (lambda count: None)
    for prefix in ("scipy_", ""):
        for suffix in ("64_", ""):
            name = f"{prefix}openblas_{{}}_num_threads{suffix}"
            if hasattr(library, name.format("set")):  # found among what NumPy's module links to
                return getattr(library, name.format("get")), getattr(library, name.format("set"))
    return (lambda: 1), (lambda count: None)
