"""The tree of modules: what becomes part of a module, and how all of it is walked.

Assigning a :class:`Parameter` or a module to an attribute registers it; a network's parameters,
its state and its mode then follow from walking what is registered.

Everything registered is kept twice: in the registers ``_parameters``, ``_buffers`` and
``_modules``, which say what it is and in which order, and as an ordinary attribute, so that
``self.weight`` in ``forward`` is a plain look-up.  Hence change the registers only through the
methods here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from tt_tensor import Tensor

from .parameter import Parameter

if TYPE_CHECKING:
    from .module import Module

__all__ = ["ModuleTree"]


class ModuleTree:
    """The part of :class:`tt_nn.Module` that registers, walks and finds."""

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Module | None]
    _transient: set[str]

    def __init__(self) -> None:
        own = self.__dict__
        own["_parameters"] = {}
        own["_buffers"] = {}
        own["_modules"] = {}
        own["_transient"] = set()  # names of buffers that do not belong to the state

    if TYPE_CHECKING:
        # what is registered under a name that only the program knows, type checkers cannot know
        def __getattr__(self, name: str) -> Any: ...

    # ---- registration

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter; None keeps the name for one that is not there.

        Raises:
            TypeError: not a Parameter.
            KeyError: a bad name, or one that is taken.
        """
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"{name}: expected a Parameter, not {type(param).__name__}")
        self._register("_parameters", name, param)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a tensor that belongs to the module but is not learned, such as running statistics.

        Args:
            name: the attribute's name.
            tensor: the tensor; None keeps the name for one that is not there.
            persistent: whether it is part of :meth:`state_dict`.

        Raises:
            TypeError: not a tensor.
            KeyError: a bad name, or one that is taken.
        """
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"{name}: expected a Tensor, not {type(tensor).__name__}")
        self._register("_buffers", name, tensor)
        if persistent:
            self._transient.discard(name)
        else:
            self._transient.add(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """Add a part under a name that need not be known when the class is written.

        Raises:
            TypeError: not a Module.
            KeyError: a bad name, or one that is taken.
        """
        if module is not None and not isinstance(module, ModuleTree):
            raise TypeError(f"{name}: expected a Module, not {type(module).__name__}")
        self._register("_modules", name, module)

    register_module = add_module

    def _register(self, kind: str, name: str, value: Any) -> None:
        self._check_initialised()
        register = self.__dict__[kind]
        if not isinstance(name, str):
            raise TypeError(f"name: an attribute's name must be a str, not {type(name).__name__}")
        if not name or "." in name:
            raise KeyError(f"name: {name!r} must be neither empty nor contain a dot")
        if name not in register and (name in self.__dict__ or hasattr(type(self), name)):
            raise KeyError(f"name: {type(self).__name__} already has an attribute {name!r}")
        register[name] = value
        self.__dict__[name] = value

    def _check_initialised(self) -> None:
        if "_modules" not in self.__dict__:
            raise AttributeError(
                f"{type(self).__name__}: call super().__init__() first, then assign parameters, "
                "buffers and modules"
            )

    def __setattr__(self, name: str, value: Any) -> None:
        own = self.__dict__
        if isinstance(value, Parameter):
            self._replace(name, value, "_parameters")
        elif isinstance(value, ModuleTree):
            self._replace(name, value, "_modules")
        elif "_parameters" in own and name in own["_parameters"]:
            if value is not None:
                raise TypeError(
                    f"cannot assign {type(value).__name__} as parameter {name!r}; wrap it in Parameter, "
                    "or delete the attribute first"
                )
            own["_parameters"][name] = own[name] = None
        elif "_modules" in own and name in own["_modules"]:
            if value is not None:
                raise TypeError(
                    f"cannot assign {type(value).__name__} as module {name!r}; only a Module or None, "
                    "or delete the attribute first"
                )
            own["_modules"][name] = own[name] = None
        elif "_buffers" in own and name in own["_buffers"]:
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(
                    f"cannot assign {type(value).__name__} as buffer {name!r}; only a Tensor or None, "
                    "or delete the attribute first"
                )
            own["_buffers"][name] = own[name] = value
        else:
            object.__setattr__(self, name, value)

    def _replace(self, name: str, value: Any, register: str) -> None:
        """Register ``value`` as an attribute, whatever was there before."""
        self._check_initialised()
        for other in ("_parameters", "_buffers", "_modules"):
            if other != register:
                self.__dict__[other].pop(name, None)
        self._transient.discard(name)
        self.__dict__[register][name] = value
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        for register in (self._parameters, self._buffers, self._modules):
            register.pop(name, None)
        self._transient.discard(name)
        object.__delattr__(self, name)

    # ---- walking

    def named_modules(
        self, memo: set[int] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """This module and all below it with their names, parents first.

        Args:
            memo: the ids of modules to leave out; those that are given are added.
            prefix: what stands before every name.
            remove_duplicate: a module that has several names comes only once, under its first.

        Example:
            >>> from tt_nn import Linear, ReLU, Sequential
            >>> net = Sequential(Linear(2, 2), Sequential(ReLU()))
            >>> [name for name, _ in net.named_modules()]
            ['', '0', '1', '1.0']
        """
        memo = set() if memo is None else memo
        if id(self) in memo:
            return
        if remove_duplicate:
            memo.add(id(self))
        yield prefix, cast("Module", self)
        for name, child in self._modules.items():
            if child is not None:
                path = f"{prefix}.{name}" if prefix else name
                yield from child.named_modules(memo, path, remove_duplicate)

    def modules(self) -> Iterator[Module]:
        """This module and all below it, each once, parents first."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly below this one, with their names."""
        seen: set[int] = set()
        for name, child in self._modules.items():
            if child is not None and id(child) not in seen:
                seen.add(id(child))
                yield name, child

    def children(self) -> Iterator[Module]:
        """The modules directly below this one."""
        return (child for _, child in self.named_children())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """All parameters with their names.

        Args:
            prefix: what stands before every name.
            recurse: also those of the modules below.
            remove_duplicate: a parameter that has several names comes once, under its first.
        """
        return self._named("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters, each once: what an optimizer wants.

        Example:
            >>> from tt_nn import Linear
            >>> sum(p.numel() for p in Linear(3, 2).parameters())
            8
        """
        return (param for _, param in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """All buffers with their names; the arguments are those of :meth:`named_parameters`."""
        return self._named("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """All buffers, each once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _named(
        self, register: str, prefix: str, recurse: bool, once: bool
    ) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        modules: Iterable[tuple[str, ModuleTree]] = [(prefix, self)]
        if recurse:
            modules = self.named_modules(prefix=prefix, remove_duplicate=once)
        for path, module in modules:
            for name, value in module.__dict__[register].items():
                if value is not None and id(value) not in seen:
                    if once:
                        seen.add(id(value))
                    yield (f"{path}.{name}" if path else name), value

    # ---- finding one by its dotted name

    def get_submodule(self, target: str) -> Module:
        """The module with a dotted name; the empty name is this one.

        Raises:
            AttributeError: there is none.

        Example:
            >>> from tt_nn import ReLU, Sequential
            >>> Sequential(Sequential(ReLU())).get_submodule("0.0")
            ReLU()
        """
        module = cast("Module", self)
        for name in target.split(".") if target else ():
            child = module._modules.get(name)
            if child is None:
                raise AttributeError(
                    f"target: {type(module).__name__} has no module {name!r} (of {target!r}); it has "
                    f"{_listed(module._modules)}"
                )
            module = child
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter with a dotted name.

        Raises:
            AttributeError: there is none.
        """
        return cast("Parameter", self._get("_parameters", "parameter", target))

    def get_buffer(self, target: str) -> Tensor:
        """The buffer with a dotted name.

        Raises:
            AttributeError: there is none.
        """
        return cast("Tensor", self._get("_buffers", "buffer", target))

    def _get(self, register: str, kind: str, target: str) -> Any:
        path, _, name = target.rpartition(".")
        owner = self.get_submodule(path)
        value = owner.__dict__[register].get(name)
        if value is None:
            raise AttributeError(
                f"target: {type(owner).__name__} has no {kind} {name!r} (of {target!r}); it has "
                f"{_listed(owner.__dict__[register])}"
            )
        return value


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
