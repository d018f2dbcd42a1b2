"""Modules that hold others: in a row, in a list, under names."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self, overload

from .module import Module

__all__ = ["ModuleDict", "ModuleList", "Sequential"]


class _Numbered(Module):
    """Parts called "0", "1", ... in order."""

    def _parts(self) -> list[Module]:
        return [part for part in self._modules.values() if part is not None]

    def _renumber(self, parts: Iterable[Module]) -> None:
        for name in list(self._modules):
            delattr(self, name)
        for i, part in enumerate(parts):
            self.add_module(str(i), part)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._parts())

    def __setitem__(self, index: int, module: Module) -> None:
        if not -len(self) <= index < len(self):
            raise IndexError(f"index: {index} is out of range for {len(self)} modules")
        setattr(self, list(self._modules)[index], module)

    def __delitem__(self, index: int | slice) -> None:
        parts = self._parts()
        del parts[index]
        self._renumber(parts)

    def __add__(self, other: Iterable[Module]) -> Self:
        """A new one with the parts of both, which it shares."""
        out = type(self)()
        return out.extend(self).extend(other)

    def pop(self, index: int = -1) -> Module:
        """Take a part out and return it; the ones after it move up."""
        part = self._parts()[index]
        del self[index]
        return part

    def append(self, module: Module) -> Self:
        """Add a part at the end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add several parts at the end."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """Add a part before the one with this index.

        Raises:
            TypeError: not a Module.
        """
        if not isinstance(module, Module):
            raise TypeError(f"module: expected a Module, not {type(module).__name__}")
        parts = self._parts()
        parts.insert(index, module)
        self._renumber(parts)
        return self


class Sequential(_Numbered):
    """Modules in a row: the output of each is the input of the next.

    Args:
        args: the modules, or one dictionary of named modules.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Linear, ReLU, Sequential
        >>> net = Sequential(Linear(4, 8), ReLU(), Linear(8, 2))
        >>> net(tt.zeros(1, 4)).shape, len(net), net[1]
        ((1, 2), 3, ReLU())
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], Mapping):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            self.extend(args)

    def forward(self, input: Any) -> Any:
        """The modules one after the other."""
        for module in self._modules.values():
            input = module(input)  # type: ignore[misc] # there is no None among them
        return input

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> Sequential: ...
    def __getitem__(self, index: int | slice) -> Module | Sequential:
        """One module; or those of a slice as a shorter row, which shares them."""
        if isinstance(index, slice):
            return Sequential(dict(list(self._modules.items())[index]))
        return self._parts()[index]


class ModuleList(_Numbered):
    """A list whose modules are registered; it has no ``forward``.

    Args:
        modules: what it holds at first.

    Example:
        >>> from tt_nn import Linear, ModuleList
        >>> layers = ModuleList([Linear(2, 2) for _ in range(3)])
        >>> len(layers), sum(1 for _ in layers.parameters())
        (3, 6)
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        super().__init__()
        self.extend(modules)

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> ModuleList: ...
    def __getitem__(self, index: int | slice) -> Module | ModuleList:
        """One module, or those of a slice as a list."""
        parts = self._parts()
        return ModuleList(parts[index]) if isinstance(index, slice) else parts[index]

    def __repr__(self) -> str:
        """As for all modules, but equal neighbours share a line: ``(0-2): 3 x Linear(...)``."""
        lines = []
        first = 0
        for text, group in itertools.groupby(repr(part) for part in self):
            count = sum(1 for _ in group)
            many = f"({first}-{first + count - 1}): {count} x "
            label = many if count > 1 else f"({first}): "
            lines.append((label + text).replace("\n", "\n  "))
            first += count
        body = "".join(f"\n  {line}" for line in lines)
        return f"ModuleList({body}\n)" if lines else "ModuleList()"


class ModuleDict(Module):
    """A dictionary whose modules are registered; it has no ``forward``.

    Args:
        modules: what it holds at first.

    Example:
        >>> from tt_nn import Linear, ModuleDict
        >>> heads = ModuleDict({"digit": Linear(4, 10), "parity": Linear(4, 2)})
        >>> list(heads), heads["parity"].out_features
        (['digit', 'parity'], 2)
    """

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        super().__init__()
        self.update(modules or {})

    def update(self, modules: Mapping[str, Module]) -> None:
        """Add several modules."""
        for name, module in modules.items():
            self[name] = module

    def __getitem__(self, name: str) -> Any:
        return self._modules[name]

    def __setitem__(self, name: str, module: Module) -> None:
        if name in self._modules:
            setattr(self, name, module)
        else:
            self.add_module(name, module)

    def __delitem__(self, name: str) -> None:
        delattr(self, name)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, name: str) -> bool:
        return name in self._modules

    def clear(self) -> None:
        """Take all modules out."""
        for name in list(self._modules):
            del self[name]

    def pop(self, name: str) -> Any:
        """Take a module out and return it."""
        module = self[name]
        del self[name]
        return module

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._modules.keys()

    def values(self) -> Iterable[Module | None]:
        """The modules."""
        return self._modules.values()

    def items(self) -> Iterable[tuple[str, Module | None]]:
        """The names with their modules."""
        return self._modules.items()
