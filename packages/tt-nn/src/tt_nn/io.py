"""Saving and loading weights as safetensors.

The format holds names, types, shapes and numbers, and nothing that could run: unlike a pickle, a
file from a stranger is safe to open.  PyTorch, JAX and others read and write it too.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tt_tensor import Tensor, from_numpy
from tt_tensor.typing import Array

from .module import Module

__all__ = ["load", "load_metadata", "save"]


def save(
    obj: Module | Mapping[str, Tensor],
    path: str | os.PathLike[str],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write the state of a module, or named tensors, to a file.

    The file appears in one step: until everything is on the disk, ``path`` holds what it held
    before, also if the disk is full or the program is killed.

    Args:
        obj: a module, or a dictionary of tensors.
        path: where to; by custom it ends in ``.safetensors``.
        metadata: strings to go along.

    Raises:
        TypeError: something that is not a tensor.
        OSError: the file cannot be written.

    Example:
        >>> import tempfile, pathlib, tt_tensor as tt
        >>> from tt_nn import load, save
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "weights.safetensors"
        >>> save({"w": tt.ones(2)}, path)
        >>> load(path)
        {'w': tensor([1., 1.])}
    """
    from safetensors.numpy import save as to_bytes

    state = obj.state_dict() if isinstance(obj, Module) else dict(obj)
    arrays = {}
    for name, tensor in state.items():
        if not isinstance(tensor, Tensor):
            raise TypeError(f"obj[{name!r}]: expected a Tensor, not {type(tensor).__name__}")
        arrays[name] = np.ascontiguousarray(tensor.array).reshape(tensor.shape)
    write_atomically(Path(path), to_bytes(arrays, dict(metadata) if metadata else None))


def load(path: str | os.PathLike[str]) -> dict[str, Tensor]:
    """Read named tensors from a file that :func:`save` or another library wrote.

    Args:
        path: a safetensors file.

    Returns:
        the tensors by name, in memory of their own.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is truncated or is not a safetensors file; nothing is half-read.
    """
    return {name: from_numpy(array) for name, array in _read(path)[0].items()}


def load_metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """Read only the strings that went along with the tensors."""
    return _read(path)[1]


def _read(path: str | os.PathLike[str]) -> tuple[dict[str, Array], dict[str, str]]:
    from safetensors import SafetensorError, safe_open

    file = Path(path)
    if not file.is_file():
        raise FileNotFoundError(f"path: there is no file {str(file)!r}")
    try:
        with safe_open(file, framework="numpy") as opened:
            arrays = {name: np.array(opened.get_tensor(name)) for name in opened.keys()}  # noqa: SIM118
            return arrays, dict(opened.metadata() or {})
    except SafetensorError as error:
        raise ValueError(
            f"path: {str(file)!r} is truncated or is not a safetensors file ({error}); get it again"
        ) from error


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file under a temporary name, make sure that it is on the disk, and rename it.

    Raises:
        OSError: it cannot be written; what was there before is untouched.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        os.unlink(temporary)
        if isinstance(error, OSError):
            raise OSError(
                error.errno,
                f"{path} could not be written ({error.strerror}); what was there is intact",
            ) from error
        raise
