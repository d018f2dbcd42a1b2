"""Saving and loading weights as safetensors.

The format holds names, types, shapes and numbers, and nothing that could run: unlike a pickle, a
file from a stranger is safe to open.  PyTorch, JAX and others read and write it too.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tt_tensor import DTypeError, Tensor, from_numpy
from tt_tensor.files import write_atomically
from tt_tensor.typing import Array

from .bfloat16 import float32_of
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

    A tensor that has several names (tied weights) is written under each of them, so that every
    name is found by whoever reads the file; loading into a module with the same ties keeps them.

    Args:
        obj: a module, or a dictionary of tensors.
        path: where to; by custom it ends in ``.safetensors``.
        metadata: strings to go along.

    Raises:
        TypeError: something that is not a tensor, or metadata that is not a string.
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

    state = obj.state_dict() if isinstance(obj, Module) else obj
    if not isinstance(state, Mapping):
        raise TypeError(
            f"obj: expected a Module or a dictionary of tensors, not {type(obj).__name__}"
        )
    for key, value in (metadata or {}).items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise TypeError(f"metadata[{key!r}]: only strings go along, not {value!r}; use str()")
    arrays = {name: _to_save(name, tensor) for name, tensor in state.items()}
    write_atomically(Path(path), to_bytes(arrays, dict(metadata) if metadata else None))


def _to_save(name: object, tensor: object) -> Array:
    if not isinstance(name, str):
        raise TypeError(f"obj: names must be strings, not {name!r}")
    if not isinstance(tensor, Tensor):
        raise TypeError(f"obj[{name!r}]: expected a Tensor, not {type(tensor).__name__}")
    # ascontiguousarray makes a vector of a 0-dimensional array, hence the reshape
    return np.ascontiguousarray(tensor.array).reshape(tensor.shape)


def load(path: str | os.PathLike[str]) -> dict[str, Tensor]:
    """Read named tensors from a file that :func:`save` or another library wrote.

    bfloat16 does not exist here and becomes float32, which has all of its values.

    Args:
        path: a safetensors file.

    Returns:
        the tensors by name, in memory of their own.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is truncated or is not a safetensors file; nothing is half-read.
        DTypeError: a tensor has a type that does not exist here, such as float8.

    Example:
        >>> import tempfile, pathlib
        >>> from tt_nn import Linear, load, save
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "layer.safetensors"
        >>> save(Linear(3, 2), path)
        >>> Linear(3, 2).load_state_dict(load(path))
        LoadResult(missing_keys=[], unexpected_keys=[])
    """
    with _opened(path) as file:
        return {name: _tensor(file, name, path) for name in sorted(file.keys())}


def load_metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """Read only the strings that went along with the tensors; the numbers stay on the disk.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is truncated or is not a safetensors file.
    """
    with _opened(path) as file:
        return dict(file.metadata() or {})


# safetensors' names of the types that tt-tensor has
_KNOWN = {"F64", "F32", "F16", "I64", "I32", "I16", "I8", "U8", "BOOL"}


@contextlib.contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[Any]:
    from safetensors import SafetensorError, safe_open

    file = Path(path)
    if not file.is_file():
        raise FileNotFoundError(f"path: there is no file {str(file)!r}")
    try:
        with safe_open(file, framework="numpy") as opened:
            yield opened
    except SafetensorError as error:
        raise ValueError(
            f"path: {str(file)!r} is truncated or is not a safetensors file ({error}); get it again"
        ) from error


def _tensor(file: Any, name: str, path: str | os.PathLike[str]) -> Tensor:
    view = file.get_slice(name)
    kind = view.get_dtype()
    if kind == "BF16":  # which NumPy does not have, so that the library cannot read it
        return from_numpy(float32_of(_bits(Path(path), name)).reshape(view.get_shape()))
    if kind not in _KNOWN:
        raise DTypeError(
            f"path: the tensor {name!r} in {os.fspath(path)!r} has the type {kind}, which does not "
            "exist here; convert it to float32 where the file comes from"
        )
    return from_numpy(file.get_tensor(name))


def _bits(path: Path, name: str) -> Array:
    """The 16-bit numbers of a tensor: behind the header's length (8 bytes) and the header (JSON).

    The library has checked the header when it opened the file.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        begin, end = json.loads(file.read(length))[name]["data_offsets"]
        file.seek(8 + length + begin)
        return np.frombuffer(file.read(end - begin), "<u2")
