"""One checkpoint, one file: the tensors of a state as safetensors, the rest as JSON beside them.

The JSON travels in the file's own header, so there are no two files that could disagree, and any
program that reads safetensors can take the weights.  A checksum over everything tells a file that
was damaged.  The file appears in one step, see :func:`tt_nn.save`: a program that is killed in the
midst of writing leaves the checkpoints that were there before.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from tt_nn import load, load_metadata, save
from tt_tensor import DTypeError, Tensor

from .encoding import pack, unpack

__all__ = [
    "CheckpointError",
    "DamagedCheckpoint",
    "read_checkpoint",
    "read_labels",
    "write_checkpoint",
]

FORMAT, VERSION = "tinytorch-checkpoint", 1


class CheckpointError(ValueError):
    """A checkpoint that cannot be used here; nothing of it was loaded."""


class DamagedCheckpoint(CheckpointError):
    """A file that is not whole, or not as it was written."""


def write_checkpoint(
    path: str | os.PathLike[str], state: Mapping[str, Any], labels: Mapping[str, Any] | None = None
) -> None:
    """Write a state in one atomic step.

    Args:
        path: where to.
        state: nested dictionaries, lists and tuples of tensors, arrays, numbers and strings.
        labels: a few numbers and strings that can be read without the state.

    Raises:
        TypeError: something that cannot be saved.
        OSError: the file cannot be written; what was there before is untouched.

    Example:
        >>> import pathlib, tempfile
        >>> import tt_tensor as tt
        >>> from tt_optim import read_checkpoint, write_checkpoint
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "state.safetensors"
        >>> write_checkpoint(path, {"weights": [tt.ones(2)], "step": 3})
        >>> read_checkpoint(path)
        {'weights': [tensor([1., 1.])], 'step': 3}
    """
    import json

    tensors: dict[str, Tensor] = {}
    packed = pack(dict(state), tensors)
    texts = {
        "format": FORMAT,
        "version": str(VERSION),
        "labels": json.dumps(pack(dict(labels or {}), {})),
        "state": json.dumps(packed, allow_nan=False),
    }
    save(tensors, path, {**texts, "checksum": _checksum(texts, tensors)})


def read_checkpoint(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a state that :func:`write_checkpoint` wrote, after making sure that it is whole.

    Raises:
        FileNotFoundError: there is no such file.
        DamagedCheckpoint: the file is truncated, or something in it has changed.
        CheckpointError: another kind of file, or one of a newer version of this format.

    Example:
        >>> import pathlib, tempfile
        >>> from tt_optim import DamagedCheckpoint, read_checkpoint, write_checkpoint
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "state.safetensors"
        >>> write_checkpoint(path, {"betas": (0.9, 0.99)})
        >>> read_checkpoint(path)
        {'betas': (0.9, 0.99)}
        >>> _ = path.write_bytes(path.read_bytes()[:-1])
        >>> try:
        ...     read_checkpoint(path)
        ... except DamagedCheckpoint:
        ...     print("a byte is missing")
        a byte is missing
    """
    import json

    texts = _texts(path)
    try:
        tensors = load(path)
    except (DTypeError, ValueError) as error:
        raise _damaged(path) from error
    if texts.pop("checksum", None) != _checksum(texts, tensors):
        raise _damaged(path, "its checksum does not fit its content")
    state: dict[str, Any] = unpack(json.loads(texts["state"]), tensors)
    return state


def read_labels(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read only the labels of a checkpoint; the numbers stay on the disk.

    Raises:
        FileNotFoundError, DamagedCheckpoint, CheckpointError: as for :func:`read_checkpoint`.
    """
    import json

    try:
        labels: dict[str, Any] = unpack(json.loads(_texts(path)["labels"]), {})
    except KeyError as error:
        raise _damaged(path, f"it has no {error}") from error
    return labels


def _texts(path: str | os.PathLike[str]) -> dict[str, str]:
    """The strings of the header, if the file is one that can be understood here."""
    name = os.fspath(path)
    try:
        texts = load_metadata(path)
    except ValueError as error:
        raise _damaged(path) from error
    if texts.get("format") != FORMAT:
        raise CheckpointError(
            f"{name!r} is no checkpoint of a training; if it has only weights, load them with "
            "model.load_state_dict(tt_nn.load(path))"
        )
    version = texts.get("version", "")
    if version != str(VERSION):
        raise CheckpointError(
            f"{name!r} has version {version} of the format, this tt-optim reads version {VERSION}; "
            "read it with the tt-optim that wrote it: pip install --upgrade tt-optim"
        )
    return texts


def _damaged(
    path: str | os.PathLike[str], why: str = "it is truncated, or no safetensors file"
) -> DamagedCheckpoint:
    """The error for a file that is not as it was written."""
    return DamagedCheckpoint(f"{os.fspath(path)!r} is damaged: {why}; use an earlier checkpoint")


def _checksum(texts: Mapping[str, str], tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 over all strings and tensors, with their names, types and shapes."""
    import hashlib

    digest = hashlib.sha256()
    for key in sorted(texts):
        digest.update(f"{key}\0{texts[key]}\0".encode())
    for name in sorted(tensors):
        array = np.ascontiguousarray(tensors[name].array)
        digest.update(f"{name}\0{array.dtype.str}\0{tensors[name].shape}\0".encode())
        digest.update(array.data.cast("B") if array.size else b"")
    return digest.hexdigest()
