"""Keys and values that were computed before: what decoding one token at a time need not repeat."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from tt_tensor import DTypeError, ShapeError, Tensor, cat, from_numpy
from tt_tensor.typing import Array

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
    """The plain cache: everything is kept, in memory that is doubled whenever it is full.

    So on average a step writes only what is new.  While operations are recorded, what is held and
    what is new are joined by :func:`tt_tensor.cat` instead, through which gradients flow.

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
        self._rooms: dict[int, tuple[Array, Array]] = {}  # what the tensors are the beginnings of

    @property
    def length(self) -> int:
        """How many positions the last layer holds: those that every layer has."""
        return min([keys.array.shape[-2] for keys, _ in self._layers.values()], default=0)

    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Add (N, H, new, D) keys and values; returns (N, H, all, D) of both.

        Raises:
            ShapeError: another batch, number of heads or width than before.
            DTypeError: another type.
        """
        before = self._layers.get(layer)
        if before is not None:
            check_fit(layer, before, (key, value))
            if any(x.requires_grad for x in (key, value, *before)):
                self._rooms.pop(layer, None)
                key, value = cat([before[0], key], -2), cat([before[1], value], -2)
            else:
                key, value = self._grow(layer, before, (key.array, value.array))
        self._layers[layer] = key, value
        return key, value

    def read(self, layer: int) -> tuple[Tensor, Tensor] | None:
        """What the layer holds; None before the first call."""
        return self._layers.get(layer)

    def _grow(
        self, layer: int, before: tuple[Tensor, Tensor], new: tuple[Array, Array]
    ) -> tuple[Tensor, Tensor]:
        """Write the new arrays behind what is held, into more room if there is too little."""
        start = before[0].array.shape[-2]
        end = start + new[0].shape[-2]
        rooms = self._rooms.get(layer)
        if rooms is None or rooms[0].shape[-2] < end:
            held = before[0].array, before[1].array
            rooms = roomy(held[0], start, 2 * end), roomy(held[1], start, 2 * end)
            self._rooms[layer] = rooms
        for room, part in zip(rooms, new, strict=True):
            room[..., start:end, :] = part
        return from_numpy(rooms[0][..., :end, :]), from_numpy(rooms[1][..., :end, :])


def roomy(held: Array, length: int, size: int) -> Array:
    """(..., size, D) that begins with what is held, (..., length, D)."""
    room = np.empty((*held.shape[:-2], size, held.shape[-1]), held.dtype)
    room[..., :length, :] = held
    return room


def check_fit(layer: int, before: tuple[Tensor, Tensor], new: tuple[Tensor, Tensor]) -> None:
    """Refuse keys and values that cannot follow those that are held."""
    for old, more in zip(before, new, strict=True):
        was, now = old.array.shape, more.array.shape
        if was[:-2] != now[:-2] or was[-1] != now[-1]:
            raise ShapeError(
                f"layer {layer}: the cache holds {was}, what is added has shape "
                f"{now}; only the number of positions (dimension -2) may differ"
            )
        if old.dtype != more.dtype:
            raise DTypeError(f"layer {layer}: the cache holds {old.dtype}, not {more.dtype}")
