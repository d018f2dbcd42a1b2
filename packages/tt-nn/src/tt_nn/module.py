"""Module: a part of a network, with its parameters, its buffers and its own parts.

This is PyTorch's contract.  Assigning a :class:`Parameter` or a :class:`Module` to an attribute
registers it; everything else about a network (its parameters, its state, its mode) follows from
walking what is registered.

Parameters, buffers and modules are kept twice: in the registers ``_parameters``, ``_buffers`` and
``_modules``, which say what they are and in which order, and as ordinary attributes, so that
``self.weight`` in ``forward`` is a plain look-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from tt_tensor import DTypeLike, Tensor

from .hooks import Hooks, RemovableHandle, call_with_hooks
from .parameter import Parameter
from .state import LoadResult, load_state, state_of

__all__ = ["Module"]

M = TypeVar("M", bound="Module")


class Module:
    """The base of all layers and networks: subclass it and write ``forward``.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Linear, Module
        >>> class Net(Module):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.hidden = Linear(2, 3)
        ...         self.out = Linear(3, 1)
        ...     def forward(self, x):
        ...         return self.out(tt.relu(self.hidden(x)))
        >>> net = Net()
        >>> net(tt.zeros(5, 2)).shape, [name for name, _ in net.named_parameters()]
        ((5, 1), ['hidden.weight', 'hidden.bias', 'out.weight', 'out.bias'])
    """

    training: bool
    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Module | None]
    _transient: set[str]
    _hooks: Hooks | None

    def __init__(self) -> None:
        own = self.__dict__
        own["training"] = True
        own["_parameters"] = {}
        own["_buffers"] = {}
        own["_modules"] = {}
        own["_transient"] = set()  # names of buffers that do not belong to the state
        own["_hooks"] = None

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; every subclass has its own.

        Raises:
            NotImplementedError: this subclass has none.
        """
        raise NotImplementedError(f"{type(self).__name__} has no method forward")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._hooks is None:
            return self.forward(*args, **kwargs)
        return call_with_hooks(self, self._hooks, args, kwargs)

    # ---- registration

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter; None keeps the name for one that is not there.

        Raises:
            TypeError: not a Parameter.
            KeyError: a bad name, or one that is taken.
        """
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"{name}: expected a Parameter, not {type(param).__name__}")
        self._register(self._parameters, name, param)

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
        self._register(self._buffers, name, tensor)
        if not persistent:
            self._transient.add(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """Add a part under a name that need not be known when the class is written.

        Raises:
            TypeError: not a Module.
            KeyError: a bad name, or one that is taken.
        """
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{name}: expected a Module, not {type(module).__name__}")
        self._register(self._modules, name, module)

    register_module = add_module

    def _register(self, register: dict[str, Any], name: str, value: Any) -> None:
        self._check_initialised()
        if not name or "." in name:
            raise KeyError(f"name: {name!r} must be neither empty nor contain a dot")
        if name not in register and (name in self.__dict__ or hasattr(type(self), name)):
            raise KeyError(f"name: {type(self).__name__} already has an attribute {name!r}")
        register[name] = value
        self.__dict__[name] = value

    def _check_initialised(self) -> None:
        if "_modules" not in self.__dict__:
            raise AttributeError(
                f"{type(self).__name__}: call super().__init__() before assigning parameters or modules"
            )

    def __setattr__(self, name: str, value: Any) -> None:
        own = self.__dict__
        if isinstance(value, Parameter):
            self._replace(name, value, "_parameters")
        elif isinstance(value, Module):
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
                raise TypeError(f"cannot assign {type(value).__name__} as module {name!r}")
            own["_modules"][name] = own[name] = None
        elif "_buffers" in own and name in own["_buffers"]:
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(f"cannot assign {type(value).__name__} as buffer {name!r}")
            own["_buffers"][name] = own[name] = value
        else:
            object.__setattr__(self, name, value)

    def _replace(self, name: str, value: Any, register: str) -> None:
        """Register ``value`` as an attribute, whatever was there before."""
        self._check_initialised()
        for other in ("_parameters", "_buffers", "_modules"):
            if other != register:
                self.__dict__[other].pop(name, None)
        self.__dict__[register][name] = value
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        for register in (self._parameters, self._buffers, self._modules):
            register.pop(name, None)
        self._transient.discard(name)
        object.__delattr__(self, name)

    # ---- walking

    def named_modules(
        self, memo: set[int] | None = None, prefix: str = ""
    ) -> Iterator[tuple[str, Module]]:
        """This module and all below it with their names, each once, parents first."""
        memo = set() if memo is None else memo
        if id(self) in memo:
            return
        memo.add(id(self))
        yield prefix, self
        for name, child in self._modules.items():
            if child is not None:
                yield from child.named_modules(memo, f"{prefix}.{name}" if prefix else name)

    def modules(self) -> Iterator[Module]:
        """This module and all below it."""
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
        self, prefix: str = "", recurse: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """All parameters with their names; one that is shared comes once, under its first name."""
        return self._named("_parameters", prefix, recurse)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters: what an optimizer wants.

        Example:
            >>> from tt_nn import Linear
            >>> sum(p.numel() for p in Linear(3, 2).parameters())
            8
        """
        return (param for _, param in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Tensor]]:
        """All buffers with their names."""
        return self._named("_buffers", prefix, recurse)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """All buffers."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _named(self, register: str, prefix: str, recurse: bool) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        modules = self.named_modules(prefix=prefix) if recurse else iter([(prefix, self)])
        for path, module in modules:
            for name, value in module.__dict__[register].items():
                if value is not None and id(value) not in seen:
                    seen.add(id(value))
                    yield (f"{path}.{name}" if path else name), value

    def get_submodule(self, target: str) -> Module:
        """The module with a dotted name; the empty name is this one.

        Raises:
            AttributeError: there is none.
        """
        module: Module = self
        for name in target.split(".") if target else ():
            child = module._modules.get(name)
            if child is None:
                raise AttributeError(
                    f"target: {type(module).__name__} has no module {name!r} ({target})"
                )
            module = child
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter with a dotted name.

        Raises:
            AttributeError: there is none.
        """
        path, _, name = target.rpartition(".")
        param = self.get_submodule(path)._parameters.get(name)
        if param is None:
            raise AttributeError(f"target: there is no parameter {target!r}")
        return param

    # ---- state

    def state_dict(self, *, prefix: str = "") -> dict[str, Tensor]:
        """All parameters and persistent buffers by name, sharing the module's memory.

        Example:
            >>> from tt_nn import Linear
            >>> list(Linear(3, 2).state_dict())
            ['weight', 'bias']
        """
        return state_of(self, prefix)

    def load_state_dict(
        self, state_dict: dict[str, Tensor], strict: bool = True, assign: bool = False
    ) -> LoadResult:
        """Copy values into the parameters and buffers that have the same names.

        Nothing is changed if anything does not fit.

        Args:
            state_dict: what :meth:`state_dict` gives.
            strict: refuse names that are missing or unexpected.
            assign: take the tensors themselves instead of copying their values.

        Returns:
            the names that were missing and those that were unexpected.

        Raises:
            RuntimeError: names are missing or unexpected (if ``strict``), or shapes differ; the
                message lists all of them.
        """
        return load_state(self, state_dict, strict, assign)

    # ---- mode, type, gradients

    def train(self: M, mode: bool = True) -> M:
        """Set the training mode of this module and all below it: dropout drops, statistics run."""
        for module in self.modules():
            module.__dict__["training"] = bool(mode)
        return self

    def eval(self: M) -> M:
        """The opposite of :meth:`train`: for evaluation and inference."""
        return self.train(False)

    def requires_grad_(self: M, requires_grad: bool = True) -> M:
        """Whether the parameters are to be learned: False freezes them."""
        for param in self.parameters():
            param.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients, or fill them with zeros."""
        for param in self.parameters():
            if set_to_none:
                param.grad = None
            elif param.grad is not None:
                param.grad = param.grad.detach().zero_()

    def apply(self: M, fn: Callable[[Module], Any]) -> M:
        """Call ``fn`` on every module, children first: for initialisation."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def to(self: M, *target: Any, dtype: DTypeLike | None = None) -> M:
        """Convert floating-point parameters and buffers to another type, in place.

        Raises:
            DTypeError: an unknown type.
            DeviceError: a device other than ``"cpu"``.
        """
        for module in self.modules():
            tensors = [*module._parameters.values(), *module._buffers.values()]
            for tensor in tensors:
                if tensor is not None and tensor.is_floating_point():
                    tensor.array = tensor.detach().to(*target, dtype=dtype).array
                    if tensor.grad is not None:
                        tensor.grad = tensor.grad.to(tensor.dtype)
        return self

    def float(self: M) -> M:
        """All floating-point parameters and buffers as float32."""
        return self.to("float32")

    def double(self: M) -> M:
        """All floating-point parameters and buffers as float64."""
        return self.to("float64")

    def half(self: M) -> M:
        """All floating-point parameters and buffers as float16."""
        return self.to("float16")

    # ---- hooks

    def register_forward_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, args)`` before ``forward``; what it returns replaces the arguments."""
        return self._all_hooks().add("before", hook)

    def register_forward_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, args, output)`` after ``forward``; what it returns replaces the output."""
        return self._all_hooks().add("after", hook)

    def register_full_backward_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, grad_input, grad_output)`` in the backward pass.

        Both are tuples with one gradient per tensor among the positional arguments and the outputs;
        a returned tuple replaces ``grad_input``.
        """
        return self._all_hooks().add("backward", hook)

    def _all_hooks(self) -> Hooks:
        if self._hooks is None:
            self.__dict__["_hooks"] = Hooks()
        hooks: Hooks = self.__dict__["_hooks"]
        return hooks

    # ---- text

    def extra_repr(self) -> str:
        """What stands between the parentheses of the repr."""
        return ""

    def __repr__(self) -> str:
        lines = [line for line in self.extra_repr().split("\n") if line]
        for name, child in self._modules.items():
            text = repr(child).replace("\n", "\n  ")
            lines.append(f"({name}): {text}")
        if len(lines) == 1 and not self._modules:
            return f"{type(self).__name__}({lines[0]})"
        body = "".join(f"\n  {line}" for line in lines)
        return f"{type(self).__name__}({body}\n)" if lines else f"{type(self).__name__}()"
