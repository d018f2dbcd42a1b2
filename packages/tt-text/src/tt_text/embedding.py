"""Embedding: a table with one learned vector per token."""

from __future__ import annotations

from typing import Self

from tt_autograd import no_grad
from tt_nn import Module, Parameter, init
from tt_tensor import DTypeLike, ShapeError, Tensor, empty, norm, unique, where

from .lookup import embedding, row_number

__all__ = ["Embedding"]


class Embedding(Module):
    """Looks up a row of a table for every token: numbers in, vectors out.

    Args:
        num_embeddings: how many tokens there are.
        embedding_dim: the length of each vector.
        padding_idx: a token whose vector starts at 0 and is not learned.
        max_norm: rows that are looked up and longer than this are first shortened to it, in place.
        norm_type: the p of the norm that ``max_norm`` is about.
        dtype: of the table; the default type if None.

    Attributes:
        weight: (num_embeddings, embedding_dim), normal at the start.

    Raises:
        ValueError: a size below 1, or a padding token that does not exist.

    Source: Bengio et al., "A neural probabilistic language model", 2003.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import Embedding
        >>> table = Embedding(10, 3)
        >>> table(tt.tensor([[1, 2], [3, 4]])).shape
        (2, 2, 3)
    """

    weight: Parameter

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        if num_embeddings < 1 or embedding_dim < 1:
            raise ValueError(
                f"num_embeddings and embedding_dim must be at least 1, not {num_embeddings} and "
                f"{embedding_dim}"
            )
        if max_norm is not None and not max_norm > 0:
            raise ValueError(f"max_norm must be positive, not {max_norm}")
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.max_norm, self.norm_type = max_norm, norm_type
        self.padding_idx = None if padding_idx is None else row_number(padding_idx, num_embeddings)
        self.weight = Parameter(empty(num_embeddings, embedding_dim, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the table anew."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.detach()[self.padding_idx] = 0.0

    def forward(self, input: Tensor) -> Tensor:
        """(...) integers to (..., embedding_dim).

        Raises:
            DTypeError: not integers.
            IndexError: a token that the table does not have.
        """
        if self.max_norm is not None:
            shorten_rows(self.weight, input, self.max_norm, self.norm_type)
        return embedding(input, self.weight, self.padding_idx)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
    ) -> Self:
        """A layer with a given table.

        Args:
            embeddings: (num_embeddings, embedding_dim), used as it is, not copied.
            freeze: the table is not learned.
            padding_idx: as for the layer, and so the others; its row is left as it is.

        Raises:
            ShapeError: the table is not a matrix.
        """
        if embeddings.ndim != 2:
            raise ShapeError(f"embeddings: expected a matrix, its shape is {embeddings.shape}")
        rows, width = embeddings.shape
        layer = cls(rows, width, padding_idx, max_norm, norm_type, dtype=embeddings.dtype)
        layer.weight = Parameter(embeddings.detach(), requires_grad=not freeze)
        return layer

    def extra_repr(self) -> str:
        """The sizes."""
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        if self.padding_idx is not None:
            text += f", padding_idx={self.padding_idx}"
        if self.max_norm is not None:
            text += f", max_norm={self.max_norm}"
        return text if self.norm_type == 2.0 else f"{text}, norm_type={self.norm_type}"


@no_grad()
def shorten_rows(weight: Tensor, tokens: Tensor, max_norm: float, norm_type: float) -> None:
    """Bring those of the rows looked up that are longer than ``max_norm`` to that length."""
    used = unique(tokens)
    rows = embedding(used, weight)
    lengths = norm(rows, norm_type, 1, keepdim=True)
    scale = where(lengths > max_norm, max_norm / (lengths + 1e-7), 1.0)  # PyTorch's guard
    weight[used] = rows * scale
