"""From the names and shapes of a file to those of a model: all of it fits, or nothing is loaded."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from tt_nn import Module
from tt_nn.utils import skip_init
from tt_tensor import Tensor

from ..models import BERT, GPT, BERTConfig, GPTConfig, Llama, LlamaConfig

__all__ = ["Row", "empty_model", "fill", "prefix_of", "same_names", "untied", "with_prefix"]

Config = GPTConfig | LlamaConfig | BERTConfig
AnyModel = TypeVar("AnyModel", GPT, Llama, BERT)


class Row(NamedTuple):
    """One line of a family's table.

    Attributes:
        file: the tensor's name in the file; {} is the number of the layer.
        model: its name in the model of this package.
        transposed: whether the file has (in, out) where a linear layer here has (out, in).
    """

    file: str
    model: str
    transposed: bool = False


def same_names(*names: str) -> tuple[Row, ...]:
    """Rows of tensors that are called the same in the file and here."""
    return tuple(Row(name, name) for name in names)


def prefix_of(weights: Iterable[str], prefix: str) -> str:
    """The prefix if the names of a file have it, or nothing.

    A bare model calls a tensor ``h.0.ln_1.weight``, one with a head ``transformer.h.0.ln_1.weight``.
    """
    return prefix if any(name.startswith(prefix) for name in weights) else ""


def with_prefix(prefix: str, rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows for a file whose names have a prefix."""
    return tuple(row._replace(file=prefix + row.file) for row in rows)


def empty_model(
    module_cls: type[AnyModel], config: Config, weights: Mapping[str, Tensor]
) -> AnyModel:
    """A model without values, of the sizes that a file of settings asks for.

    Raises:
        ValueError: the sizes are absurd.
    """
    if config.layers > len(weights):
        raise ValueError(f"{len(weights)} tensors are not the weights of {config.layers} layers")
    try:
        return skip_init(module_cls, config)
    except MemoryError as error:
        raise ValueError(f"{config} does not fit into the memory ({error})") from error


def fill(
    model: Module,
    weights: Mapping[str, Tensor],
    rows: Iterable[Row],
    layers: int,
    ignored: Sequence[str] = (),
) -> None:
    """Copy tensors of a file into a model, whose type they get.

    Args:
        model: its names are those of the table.
        weights: the tensors of the file.
        rows: the table of names.
        layers: the number of layers.
        ignored: regular expressions of names that may be in the file, but not in the model.

    Raises:
        ValueError: tensors are missing or unexpected, or have other shapes or types; the message
            lists all of them, and nothing is loaded.
    """
    table = {row.file: row for row in each_layer(rows, layers)}
    problems = [*misfits(model, weights, table.values()), *strangers(weights, table, ignored)]
    if problems:
        listed = "\n  ".join(problems)
        raise ValueError(
            f"the weights do not fit {type(model).__name__} of {model.config}; nothing was loaded:"
            f"\n  {listed}"
        )
    state = {
        row.model: weights[name].T if row.transposed else weights[name]
        for name, row in table.items()
    }
    model.load_state_dict(state)


def misfits(model: Module, weights: Mapping[str, Tensor], rows: Iterable[Row]) -> Iterator[str]:
    """What is missing, or of another shape or type than the model needs."""
    own = model.state_dict()
    for row in rows:
        shape = own[row.model].shape
        shape = shape[::-1] if row.transposed else shape
        weight = weights.get(row.file)
        if weight is None:
            yield f"{row.file}: missing, expected shape {shape}"
        elif weight.shape != shape:
            yield f"{row.file}: expected shape {shape}, found {weight.shape}"
        elif not weight.is_floating_point():
            yield f"{row.file}: expected floating point, found {weight.dtype}"


def strangers(
    weights: Mapping[str, Tensor], table: Container[str], ignored: Sequence[str]
) -> Iterator[str]:
    """What the table does not know, and is not to be ignored either."""
    for name, weight in weights.items():
        if name not in table and not any(re.fullmatch(pattern, name) for pattern in ignored):
            yield f"{name}: unexpected, found with shape {weight.shape}"


def each_layer(rows: Iterable[Row], layers: int) -> Iterator[Row]:
    """The rows with {} replaced by every layer's number."""
    for row in rows:
        for layer in range(layers if "{}" in row.file else 1):
            yield Row(row.file.format(layer), row.model.format(layer), row.transposed)


def untied(
    weights: Mapping[str, Tensor], table: str, head: str = "lm_head.weight"
) -> dict[str, Tensor]:
    """The tensors of a model whose last layer is the embedding's table, that table once alone.

    Args:
        weights: the tensors of a file, which may have either of the two or both.
        table: the name of the embedding's table.
        head: the name of the last layer.

    Raises:
        ValueError: the two are not the same, although the settings say so.
    """
    rest = dict(weights)
    last = rest.pop(head, None)
    if last is None:
        return rest
    if not np.array_equal(rest.setdefault(table, last).array, last.array):
        raise ValueError(
            f"{head}: it differs from {table}, but config.json says that they are the same "
            '("tie_word_embeddings")'
        )
    return rest
