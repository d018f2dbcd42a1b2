"""llama2.c's first format ("version 0"): a header of seven numbers, then all weights in a row.

The file says nothing about names or shapes: both follow from the header, and so does the size that
the file must have.  All numbers are little-endian.
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tt_nn.utils import skip_init
from tt_tensor import Tensor, from_numpy
from tt_tensor.typing import Array

from ..models import Llama, LlamaConfig

__all__ = ["from_llama2c"]

HEADER = struct.Struct("<7i")
MAGIC = 0x616B3432  # "ak42", with which the later versions of the format begin
LARGEST = 2**24  # of the header's numbers: far more than any model has


class Header(NamedTuple):
    """The seven numbers, in their order.

    Attributes:
        dim: the width of the vectors.
        hidden_dim: the width inside the gated network.
        n_layers: the number of blocks.
        n_heads: heads of queries.
        n_kv_heads: heads of keys and values.
        vocab_size: negative if the last layer does not share the embedding's table.
        seq_len: the largest number of positions.
    """

    dim: int
    hidden_dim: int
    n_layers: int
    n_heads: int
    n_kv_heads: int
    vocab_size: int
    seq_len: int


def from_llama2c(path: str | os.PathLike[str]) -> Llama:
    """The model in a file of llama2.c, such as ``stories260K.bin``.

    Its tokenizer is read by :func:`load_llama2c`.

    Args:
        path: a file of version 0.

    Returns:
        the model, in evaluation mode.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is of another format or version, its header makes no sense, or it is
            shorter or longer than its header says.

    Source: Karpathy, llama2.c, 2023, https://github.com/karpathy/llama2.c.

    Example:
        >>> import pathlib, tempfile
        >>> from tt_text import from_llama2c
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "model.bin"
        >>> _ = path.write_bytes(bytes(27))
        >>> from_llama2c(path)
        Traceback (most recent call last):
        ValueError: path: '...model.bin' is no llama2.c model: it has 27 bytes, its header alone
        has 28
    """
    file = Path(path)
    if not file.is_file():
        raise FileNotFoundError(f"path: there is no file {str(file)!r}")
    try:
        header = read_header(file)
        check_size(header, file.stat().st_size)
    except ValueError as error:
        raise ValueError(f"path: {str(file)!r} is no llama2.c model: {error}") from error
    model = skip_init(Llama, config_of(header))
    numbers = np.fromfile(file, "<f4", offset=HEADER.size)
    model.load_state_dict(dict(named_weights(header, numbers)))
    return model.eval()


def read_header(file: Path) -> Header:
    """The numbers at the beginning of a file.

    Raises:
        ValueError: the file is too short, is of a later version, or a number makes no sense.
    """
    with file.open("rb") as opened:
        data = opened.read(HEADER.size)
    if len(data) < HEADER.size:
        raise ValueError(f"it has {len(data)} bytes, its header alone has {HEADER.size}")
    header = Header(*HEADER.unpack(data))
    if header.dim == MAGIC:
        raise ValueError(
            f"it is of version {header.hidden_dim}, only version 0 is known here; export the model "
            "again with --version 0"
        )
    for name, number in zip(Header._fields, header, strict=True):
        least = -LARGEST if name == "vocab_size" else 1
        if not least <= number <= LARGEST or number == 0:
            raise ValueError(f"its header says {name}={number}, which no model has")
    if header.dim % (2 * header.n_heads) or header.n_heads % header.n_kv_heads:
        raise ValueError(
            f"its header says dim={header.dim}, n_heads={header.n_heads} and n_kv_heads="
            f"{header.n_kv_heads}; dim must be a multiple of 2·n_heads, n_heads one of n_kv_heads"
        )
    return header


def check_size(header: Header, size: int) -> None:
    """Refuse a file that is not exactly as long as its header says.

    Raises:
        ValueError: it is shorter or longer.
    """
    count = sum(math.prod(shape) for _, shape in layout(header))
    wanted = HEADER.size + 4 * count
    if size != wanted:
        what = "truncated" if size < wanted else "too long"
        raise ValueError(
            f"it is {what}: it has {size:,} bytes, and {header} needs {wanted:,}; get it again"
        )


def config_of(header: Header) -> LlamaConfig:
    """The model's sizes, in this package's words."""
    return LlamaConfig(
        vocab_size=abs(header.vocab_size),
        context=header.seq_len,
        layers=header.n_layers,
        heads=header.n_heads,
        kv_heads=header.n_kv_heads,
        width=header.dim,
        hidden=header.hidden_dim,
        rotary="pairs",
        tied=header.vocab_size > 0,
    )


def layout(header: Header) -> list[tuple[str, tuple[int, ...]]]:
    """What follows the header: name here and shape; {} is the number of the layer.

    The tensors of all layers lie together, so that one of shape (n_layers, ...) is n_layers tensors.
    """
    dim, hidden, layers, heads = header[:4]
    shared = dim // heads * header.n_kv_heads
    vocabulary = (abs(header.vocab_size), dim)
    angles = (header.seq_len, dim // heads // 2)
    rows: list[tuple[str, tuple[int, ...]]] = [
        ("embed_tokens.weight", vocabulary),
        ("layers.{}.input_layernorm.weight", (layers, dim)),
        ("layers.{}.self_attn.q_proj.weight", (layers, dim, dim)),
        ("layers.{}.self_attn.k_proj.weight", (layers, shared, dim)),
        ("layers.{}.self_attn.v_proj.weight", (layers, shared, dim)),
        ("layers.{}.self_attn.o_proj.weight", (layers, dim, dim)),
        ("layers.{}.post_attention_layernorm.weight", (layers, dim)),
        ("layers.{}.mlp.gate_proj.weight", (layers, hidden, dim)),  # w1
        ("layers.{}.mlp.down_proj.weight", (layers, dim, hidden)),  # w2
        ("layers.{}.mlp.up_proj.weight", (layers, hidden, dim)),  # w3
        ("norm.weight", (dim,)),
        # the rotary angles, which llama2.c too computes itself
        ("", angles),
        ("", angles),
    ]
    return rows if header.vocab_size > 0 else [*rows, ("lm_head.weight", vocabulary)]


def named_weights(header: Header, numbers: Array) -> Iterator[tuple[str, Tensor]]:
    """The weights under the names that the model has for them, as views of all numbers."""
    place = 0
    for name, shape in layout(header):
        block = numbers[place : place + math.prod(shape)].reshape(shape)
        place += block.size
        if "{}" in name:
            for layer, weight in enumerate(block):
                yield name.format(layer), from_numpy(weight)
        elif name:
            yield name, from_numpy(block)
