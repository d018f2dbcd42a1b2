"""From a worker to its parent: small things through a pipe, large arrays through shared memory.

Linux can make a file that is nothing but memory (``memfd_create``) and hand it to another process
through a pipe.  It has no name, so nobody can forget to remove it: it is gone when nobody has it open.
Elsewhere everything goes through the pipe, which takes more than twice as long for large batches.

Pickle is used here only between processes of one program; nothing of it reaches a disk.
"""

from __future__ import annotations

import contextlib
import os
import pickle
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Parcel", "pack", "receive", "send"]

SHARED_FROM = 1 << 16  # bytes; below, the pipe is as fast
CAN_SHARE = hasattr(os, "memfd_create")


class Parcel(NamedTuple):
    """A value, copied and ready to be sent."""

    pickled: bytes
    sizes: tuple[int, ...]  # of the arrays in shared memory, in bytes
    memory: int | None  # the file descriptor of that memory


def pack(value: Any) -> Parcel:
    """Copy a value, so that it may be changed while it waits to be sent.

    Raises:
        Exception: whatever pickle raises for a value that cannot be sent.
    """
    buffers: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    views = [buffer.raw() for buffer in buffers]
    if CAN_SHARE and sum(view.nbytes for view in views) >= SHARED_FROM:
        # a sandbox may forbid such memory, or little of it be left: then the pipe must do
        with contextlib.suppress(OSError):
            return Parcel(pickled, tuple(view.nbytes for view in views), _shared(views))
    return Parcel(pickle.dumps(value, protocol=5), (), None)


def _shared(views: list[memoryview]) -> int:
    """Memory with these bytes, as a file descriptor."""
    memory = os.memfd_create("tt-data")
    try:
        with open(memory, "wb", closefd=False) as file:
            for view in views:
                file.write(view)
    except BaseException:
        os.close(memory)
        raise
    return memory


def send(pipe: Connection, parcel: Parcel) -> None:
    """Send what is packed; its memory is the receiver's from then on.

    Raises:
        ConnectionError: the other side is gone.
    """
    try:
        pipe.send((parcel.pickled, parcel.sizes))
        if parcel.memory is not None:
            send_handle(pipe, parcel.memory, None)
    finally:
        if parcel.memory is not None:  # also when nobody is there to receive it
            os.close(parcel.memory)


def receive(pipe: Connection) -> Any:
    """Wait for a value; arrays in it are fresh memory of this process.

    Raises:
        EOFError: the other side is gone.
    """
    pickled, sizes = pipe.recv()
    if not sizes:
        return pickle.loads(pickled)
    memory = recv_handle(pipe)
    with open(memory, "rb", buffering=0) as file:
        file.seek(0)
        return pickle.loads(pickled, buffers=[_read(file, size) for size in sizes])


def _read(file: Any, size: int) -> Any:
    """The next ``size`` bytes, as writable memory."""
    block: Any = np.empty(size, np.uint8)
    read = 0
    while read < size:  # the system reads at most 2 GB at once
        read += file.readinto(block[read:])
    return block
