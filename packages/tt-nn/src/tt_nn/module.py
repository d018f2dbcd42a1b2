"""Module: a part of a network, with its parameters, its buffers and its own parts.

This is PyTorch's contract.  What it means to be registered, and how all modules of a network are
found, is told in :mod:`tt_nn.tree`; this file is what can be done with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from tt_tensor import DTypeError, DTypeLike, Tensor, zeros

from .hook_registration import HookRegistration
from .hooks import call_with_hooks
from .state import LoadResult, load_state, state_of
from .tree import ModuleTree

__all__ = ["Module"]


class Module(HookRegistration, ModuleTree):
    """The base of all layers and networks: subclass it and write ``forward``.

    Attributes:
        training: whether the module is being trained; see :meth:`train`.

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

    def __init__(self) -> None:
        super().__init__()
        self.__dict__["training"] = True

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

    # ---- state

    def state_dict(self, *, prefix: str = "", keep_vars: bool = False) -> dict[str, Tensor]:
        """All parameters and persistent buffers by name, sharing the module's memory.

        The names are PyTorch's, so that the weights of the same network fit here and there.

        Args:
            prefix: what stands before every name.
            keep_vars: give the parameters themselves instead of detached tensors.

        Example:
            >>> from tt_nn import Linear
            >>> list(Linear(3, 2).state_dict())
            ['weight', 'bias']
        """
        return state_of(self, prefix, keep_vars)

    def load_state_dict(
        self, state_dict: Mapping[str, Tensor], strict: bool = True, assign: bool = False
    ) -> LoadResult:
        """Copy values into the parameters and buffers that have the same names.

        Nothing is changed if anything does not fit.

        Args:
            state_dict: what :meth:`state_dict` gives.
            strict: refuse names that are missing or unexpected.
            assign: take over the tensors' memory and type instead of copying their values.

        Returns:
            the names that were missing and those that were unexpected.

        Raises:
            RuntimeError: names are missing or unexpected (if ``strict``), or shapes differ; the
                message lists all of them.

        Example:
            >>> from tt_nn import Linear
            >>> Linear(3, 2).load_state_dict(Linear(3, 2, bias=False).state_dict(), strict=False)
            LoadResult(missing_keys=['bias'], unexpected_keys=[])
        """
        return load_state(self, state_dict, strict, assign)

    def get_extra_state(self) -> Any:
        """What else belongs to the state; a subclass that has something defines both methods.

        It stands in the state as ``_extra_state``.

        Raises:
            NotImplementedError: this subclass has nothing else.
        """
        raise NotImplementedError(f"{type(self).__name__} has no method get_extra_state")

    def set_extra_state(self, state: Any) -> None:
        """Take over what :meth:`get_extra_state` gave.

        Raises:
            NotImplementedError: this subclass has nothing else.
        """
        raise NotImplementedError(f"{type(self).__name__} has no method set_extra_state")

    # ---- mode, gradients, type

    def train(self, mode: bool = True) -> Self:
        """Set the training mode of this module and all below it: dropout drops, statistics run.

        Raises:
            TypeError: ``mode`` is not a bool.
        """
        if not isinstance(mode, bool):
            raise TypeError(f"mode must be True or False, not {mode!r}")
        self.__dict__["training"] = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self) -> Self:
        """The opposite of :meth:`train`: for evaluation and inference."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Whether the parameters are to be learned: False freezes them."""
        for param in self.parameters():
            param.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients, or (``set_to_none=False``) fill them with zeros."""
        for param in self.parameters():
            if set_to_none:
                param.grad = None
            elif param.grad is not None:
                param.grad = param.grad.detach().zero_()

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call ``fn`` on every module, children first: for initialisation.

        Example:
            >>> from tt_nn import Linear, Module, Sequential, init
            >>> def start_at_zero(module: Module) -> None:
            ...     if isinstance(module, Linear):
            ...         init.zeros_(module.weight)
            >>> Sequential(Linear(1, 2)).apply(start_at_zero)[0].weight.tolist()
            [[0.0], [0.0]]
        """
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def to(self, *target: Any, dtype: DTypeLike | None = None, device: Any = None) -> Self:
        """Convert floating-point parameters and buffers to another type, in place.

        Parameters stay the same objects, so that an optimizer that holds them goes on working.

        Args:
            target: a type, a device, or a tensor that has the type wanted.
            dtype: a floating-point type.
            device: ``"cpu"``, the only one.

        Raises:
            DTypeError: an unknown type, or one that is not floating point.
            DeviceError: a device other than ``"cpu"``.
        """
        wishes = target if device is None else (*target, str(device))
        probe = zeros(0).to(*wishes, dtype=dtype)
        if not probe.is_floating_point():
            raise DTypeError(f"dtype: parameters can only become floating point, not {probe.dtype}")
        for tensor in (*self.parameters(), *self.buffers()):
            if tensor.is_floating_point():
                tensor.array = tensor.detach().to(*wishes, dtype=dtype).array
                if tensor.grad is not None:
                    tensor.grad = tensor.grad.to(tensor.dtype)
        return self

    def float(self) -> Self:
        """All floating-point parameters and buffers as float32."""
        return self.to("float32")

    def double(self) -> Self:
        """All floating-point parameters and buffers as float64."""
        return self.to("float64")

    def half(self) -> Self:
        """All floating-point parameters and buffers as float16."""
        return self.to("float16")

    def cpu(self) -> Self:
        """The module itself: everything is in the CPU's memory."""
        return self

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
