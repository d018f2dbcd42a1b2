"""Keys and values that were computed before: what decoding one token at a time need not repeat."""

from __future__ import annotations

from typing import Protocol

from tt_tensor import ShapeError, Tensor, cat

__all__ = ["GrowingCache", "KeyValueCache"]


class KeyValueCache(Protocol):
    """What attention asks of a cache: to take the new keys and values of a layer and give back all.

    Layers are numbered from 0.  A model appends to every layer once per call.
    """

    @property
    def length(self) -> int:
        """How many positions every layer holds before this call."""

    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Add (N, H, new, D) keys and values; returns (N, H, all, D) of both."""

    def read(self, layer: int) -> tuple[Tensor, Tensor] | None:
        """What the layer holds; None before the first call."""


class GrowingCache:
    """The plain cache: everything is kept, and joined anew at every step.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_text import GrowingCache
        >>> cache = GrowingCache()
        >>> _ = cache.append(0, tt.ones(1, 2, 3, 4), tt.ones(1, 2, 3, 4))
        >>> keys, values = cache.append(0, tt.ones(1, 2, 1, 4), tt.ones(1, 2, 1, 4))
        >>> keys.shape, cache.length
        ((1, 2, 4, 4), 4)
    """

    def __init__(self) -> None:
        self._layers: dict[int, tuple[Tensor, Tensor]] = {}

    @property
    def length(self) -> int:
        """How many positions the last layer holds: those that every layer has."""
        return min((keys.shape[-2] for keys, _ in self._layers.values()), default=0)

    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Add (N, H, new, D) keys and values; returns (N, H, all, D) of both.

        Raises:
            ShapeError: another batch, number of heads or width than before.
        """
        before = self._layers.get(layer)
        if before is not None:
            for old, new in zip(before, (key, value), strict=True):
                if (*old.shape[:-2], old.shape[-1]) != (*new.shape[:-2], new.shape[-1]):
                    raise ShapeError(
                        f"layer {layer}: the cache holds {old.shape}, what is added has shape "
                        f"{new.shape}; only the number of positions (dimension -2) may differ"
                    )
            key, value = cat([before[0], key], -2), cat([before[1], value], -2)
        self._layers[layer] = key, value
        return key, value

    def read(self, layer: int) -> tuple[Tensor, Tensor] | None:
        """What the layer holds; None before the first call."""
        return self._layers.get(layer)
