"""The tensors of a published model's folder, whichever files they are in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tt_nn import extract_state_dict, load, load_pytorch
from tt_tensor import Tensor

from .settings import read_object

__all__ = ["read_weights"]

WHOLE = ("model.safetensors", "pytorch_model.bin")
INDEX = ".index.json"  # behind those names: says which of several files a tensor is in


def read_weights(folder: Path) -> dict[str, Tensor]:
    """All tensors by their names, in the types of the files (bfloat16 as float32).

    In this order: ``model.safetensors``, the same in several files, ``pytorch_model.bin``, the same
    in several files.

    Raises:
        FileNotFoundError: there are no weights, or one of several files is missing.
        ValueError: a file is broken, or does not hold what the index says.
    """
    for name in WHOLE:
        if (folder / name).is_file():
            return read_file(folder / name)
        if (folder / (name + INDEX)).is_file():
            return read_parts(folder / (name + INDEX))
    raise FileNotFoundError(
        f"folder: {str(folder)!r} has none of {', '.join(WHOLE)}, {', '.join(n + INDEX for n in WHOLE)}"
    )


def read_file(path: Path) -> dict[str, Tensor]:
    """The tensors of one file."""
    return load(path) if path.suffix == ".safetensors" else extract_state_dict(load_pytorch(path))


def read_parts(index: Path) -> dict[str, Tensor]:
    """The tensors of all files that an index names.

    Raises:
        FileNotFoundError: a file is missing.
        ValueError: the index makes no sense, or a tensor is not where it says.
    """
    places = read_object(index).get("weight_map")
    if not isinstance(places, Mapping) or not all(isinstance(p, str) for p in places.values()):
        raise ValueError(f'{index.name}: "weight_map" must give the file of every tensor')
    out: dict[str, Tensor] = {}
    for file in sorted(set(places.values())):
        if Path(file).name != file:  # it could lead anywhere
            raise ValueError(f"{index.name}: {file!r} is not the name of a file in the same folder")
        path = index.parent / file
        if not path.is_file():
            raise FileNotFoundError(f"{index}: it names {file!r}, which is not there")
        tensors = read_file(path)
        for name in (name for name in places if places[name] == file):
            if name not in tensors:
                raise ValueError(f"{index.name}: the tensor {name!r} is not in {file!r}")
            out[name] = tensors[name]
    return out
