"""Embedding: a table with one learned vector per token."""

from __future__ import annotations

from tt_nn import Module, Parameter, init
from tt_tensor import DTypeLike, Tensor, empty

from .lookup import embedding

__all__ = ["Embedding"]


class Embedding(Module):
    """Looks up a row of a table for every token: numbers in, vectors out.

    Args:
        num_embeddings: how many tokens there are.
        embedding_dim: the length of each vector.
        padding_idx: a token whose vector starts at 0 and is not learned.
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
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        if num_embeddings < 1 or embedding_dim < 1:
            raise ValueError(
                f"num_embeddings and embedding_dim must be at least 1, not {num_embeddings} and "
                f"{embedding_dim}"
            )
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(
                f"padding_idx: {padding_idx} is out of range for {num_embeddings} tokens"
            )
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
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
        return embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        """The sizes."""
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        return text if self.padding_idx is None else f"{text}, padding_idx={self.padding_idx}"
