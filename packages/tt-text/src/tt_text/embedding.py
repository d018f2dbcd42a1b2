"""Embedding: a table with one learned vector per token."""

from __future__ import annotations

from tt_nn import Module, Parameter, init
from tt_tensor import DTypeError, DTypeLike, Tensor, empty

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
        tokens = input.array
        if tokens.dtype.kind not in "iu":
            raise DTypeError(f"input: tokens must be integers, not {input.dtype}")
        if tokens.size and (tokens.min() < 0 or tokens.max() >= self.num_embeddings):
            worst = int(tokens.min() if tokens.min() < 0 else tokens.max())
            raise IndexError(
                f"input: token {worst} is out of range for {self.num_embeddings} tokens"
            )
        if self.padding_idx is None:
            return self.weight[input]
        # the padding token's row is looked up outside of the record, so that no gradient reaches it
        real: Tensor = (input != self.padding_idx).unsqueeze(-1).to(self.weight.dtype)
        fixed = self.weight.detach()[input] * (1.0 - real)
        return self.weight[input] * real + fixed

    def extra_repr(self) -> str:
        """The sizes."""
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        return text if self.padding_idx is None else f"{text}, padding_idx={self.padding_idx}"
