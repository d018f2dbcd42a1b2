"""Pictures of what a language model does; they need ``pip install 'tt-text[plot]'``."""

from .attention import plot_attention
from .embeddings import plot_embeddings, principal_components
from .losses import plot_token_losses

__all__ = ["plot_attention", "plot_embeddings", "plot_token_losses", "principal_components"]
