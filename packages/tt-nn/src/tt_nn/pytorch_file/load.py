"""Reading a whole file."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

from tt_tensor import DTypeError

from .errors import BadFileError

__all__ = ["load_pytorch"]


def load_pytorch(path: str | os.PathLike[str]) -> object:
    """Read a file that ``torch.save`` wrote (``.pt``, ``.pth``, ``.th``, ``.bin``), safely.

    Both layouts are known, that of PyTorch 0.2 to 1.5 and that of 1.6 and later.  Nothing of the
    file is run: it can make tensors, numbers, texts, lists, tuples, dictionaries and sets, and
    anything else is refused by its name.

    Tensors are plain ones without gradient, on the CPU, also if they were parameters or on a GPU.
    Tensors that shared memory, such as tied weights, share it again.  bfloat16 does not exist here
    and becomes float32, which has all of its values.  ``torch.dtype`` becomes the type of the same
    name, ``torch.Size`` a tuple, ``torch.device`` a text.

    Args:
        path: the file.

    Returns:
        what was saved: often a dictionary of tensors, or one that has such a dictionary beside
        other things; :func:`extract_state_dict` finds it.

    Raises:
        FileNotFoundError: there is no such file.
        BadFileError: the file is truncated or corrupt, or is no file of PyTorch's.
        UnsafeFileError: it carries code, or asks for more than tensors and containers.
        DTypeError: it has numbers of a type that does not exist here, such as complex ones.

    Example:
        >>> import pathlib, tempfile
        >>> from tt_nn import BadFileError, load_pytorch
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "model.pth"
        >>> _ = path.write_text("weights: none")
        >>> try:
        ...     load_pytorch(path)
        ... except BadFileError as error:
        ...     print(error)
        path: '...model.pth' is not a file that torch.save wrote
    """
    from .builders import only_data

    name = Path(path)
    if not name.is_file():
        raise FileNotFoundError(f"path: there is no file {str(name)!r}")
    try:
        with name.open("rb") as file:
            return only_data(_read(file, os.fstat(file.fileno()).st_size))
    except (BadFileError, DTypeError) as error:
        raise type(error)(f"path: {str(name)!r} {error}") from error


def _read(file: BinaryIO, size: int) -> object:
    # the machine is loaded by those who need it
    from .layouts import is_legacy, is_zip, read_legacy

    start = file.read(32)
    file.seek(0)
    if is_zip(start):
        return _read_zip(file, size)
    if is_legacy(start):
        return read_legacy(file, size)
    if start[8:9] == b"{":
        raise BadFileError("is not a file that torch.save wrote; if it is safetensors, use load()")
    raise BadFileError("is not a file that torch.save wrote")


def _read_zip(file: BinaryIO, size: int) -> object:
    from zipfile import BadZipFile

    from .layouts import read_zip

    # what the library says of archives that are truncated or make no sense
    broken = (BadZipFile, EOFError, NotImplementedError, UnicodeDecodeError, struct.error)
    try:
        return read_zip(file, size)
    except broken as error:
        raise BadFileError(f"is truncated or corrupt ({error})") from error
