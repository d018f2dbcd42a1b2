"""What every language model that predicts the next token is trained to make small."""

from __future__ import annotations

from tt_nn import Module
from tt_nn.functional import cross_entropy
from tt_tensor import ShapeError, Tensor, reshape

__all__ = ["next_token_loss"]


def next_token_loss(model: Module, tokens: Tensor, targets: Tensor) -> Tensor:
    """The mean cross-entropy of the model's scores (N, L, V) against the tokens that follow.

    Args:
        model: gives the scores of tokens (N, L).
        tokens: (N, L) integers.
        targets: (N, L), the token that follows each.

    Raises:
        ShapeError: tokens and targets have different shapes.
        IndexError: a token or a target out of range.
    """
    if targets.shape != tokens.shape:
        raise ShapeError(
            f"targets: expected {tuple(tokens.shape)} like the tokens, not {tuple(targets.shape)}"
        )
    scores = model(tokens)
    return cross_entropy(reshape(scores, -1, scores.shape[-1]), reshape(targets, -1))
