"""The activation between the two linear layers, by name or as a function."""

from __future__ import annotations

from collections.abc import Callable

from tt_tensor import Tensor, gelu, relu

__all__ = ["Activation", "activation_of"]

Activation = Callable[[Tensor], Tensor]


def activation_of(activation: str | Activation) -> Activation:
    """The function of that name, or the function itself.

    Raises:
        ValueError: another name.
    """
    if not isinstance(activation, str):
        return activation
    known: dict[str, Activation] = {"relu": relu, "gelu": gelu}
    if activation not in known:
        raise ValueError(f"activation must be 'relu', 'gelu' or a function, not {activation!r}")
    return known[activation]
