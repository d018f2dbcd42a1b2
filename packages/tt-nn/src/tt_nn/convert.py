"""From PyTorch's files to safetensors: ``python -m tt_nn.convert model.pth model.safetensors``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .io import load, save
from .pytorch_file import extract_state_dict, load_pytorch

__all__ = ["convert", "main"]


def convert(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    key: str | None = None,
    strip_prefix: str = "",
) -> list[str]:
    """Write the weights of a file from PyTorch as safetensors; bfloat16 becomes float32.

    The new file appears in one step, and only if everything could be read.

    Args:
        source: what ``torch.save`` wrote; or a file that ends in ``.safetensors``, to change its
            names and types.
        target: the new file.
        key: where in it the weights are; see :func:`tt_nn.extract_state_dict`.
        strip_prefix: taken away from names that begin with it, such as ``module.``.

    Returns:
        the names of the tensors.

    Raises:
        OSError: a file cannot be read or written.
        ValueError: the file is bad or unsafe, or has no weights; see :func:`tt_nn.load_pytorch`.
        DTypeError: it has numbers of a type that does not exist here.
        KeyError: ``key`` is not in it.
        TypeError: what is at ``key`` is not a dictionary of tensors.
    """
    safetensors = Path(source).suffix == ".safetensors"
    loaded: object = load(source) if safetensors else load_pytorch(source)
    state = extract_state_dict(loaded, key, strip_prefix)
    save(state, target)
    return list(state)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 if all went well, 1 with a line on stderr otherwise."""
    from argparse import ArgumentParser

    parser = ArgumentParser(
        "python -m tt_nn.convert",
        description="Write the weights of a file from PyTorch (.pt, .pth, .th) as safetensors.",
    )
    parser.add_argument(
        "source", help="what torch.save wrote (nothing in it is run), or .safetensors"
    )
    parser.add_argument("target", help="the safetensors file to write")
    parser.add_argument("--key", help="where the weights are, such as state_dict; else searched")
    parser.add_argument("--strip-prefix", default="", metavar="PREFIX", help="such as module.")
    given = parser.parse_args(arguments)
    try:
        names = convert(given.source, given.target, given.key, given.strip_prefix)
    except (OSError, ValueError, RuntimeError, LookupError, TypeError) as error:
        print(error.args[0] if isinstance(error, KeyError) else error, file=sys.stderr)
        return 1
    print(f"{given.target}: {len(names)} tensors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
