"""Weight normalisation: a weight kept as its length and its direction, which are learned apart."""

from __future__ import annotations

from typing import Any, TypeVar

from tt_autograd import no_grad
from tt_tensor import Tensor, sqrt, sum

from ..hooks import RemovableHandle
from ..module import Module
from ..parameter import Parameter

__all__ = ["remove_weight_norm", "weight_norm"]

M = TypeVar("M", bound=Module)


class WeightNorm:
    """The hook that makes the weight from its two parts before each call of ``forward``."""

    handle: RemovableHandle

    def __init__(self, name: str, dim: int | None) -> None:
        self.name, self.dim = name, dim

    def __call__(self, module: Module, args: Any) -> None:
        setattr(module, self.name, self.weight(module))

    def weight(self, module: Module) -> Tensor:
        """g v / ‖v‖."""
        g, v = getattr(module, self.name + "_g"), getattr(module, self.name + "_v")
        return v * (g / self.length(v))  # type: ignore[no-any-return]

    def length(self, v: Tensor) -> Tensor:
        """The norm over all dimensions but one; over all of them if ``dim`` is None."""
        others = tuple(d for d in range(v.ndim) if d != self.dim)
        return sqrt(sum(v * v, others, keepdim=self.dim is not None)) if others else v.abs()


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Replace a parameter w by its length g and its direction v: ``w = g · v / ‖v‖``.

    The new parameters are called ``weight_g`` and ``weight_v``; w is made from them whenever the
    module is called.  How far a step turns a weight then no longer depends on how long it is.

    Args:
        module: whose parameter it is; it is changed.
        name: the parameter's name.
        dim: the dimension whose every index has a length of its own; None for one length in all.

    Returns:
        the module.

    Raises:
        ValueError: the module has no such parameter, it has been done already, or the parameter has
            no such dimension.

    Source: Salimans and Kingma, "Weight normalization: a simple reparameterization to accelerate
    training of deep neural networks", 2016.

    Example:
        >>> from tt_nn import Linear
        >>> from tt_nn.utils import weight_norm
        >>> layer = weight_norm(Linear(20, 40))
        >>> {name: tuple(p.shape) for name, p in layer.named_parameters()}
        {'bias': (40,), 'weight_g': (40, 1), 'weight_v': (40, 20)}
    """
    kind = type(module).__name__
    if _find(module, name) is not None:
        raise ValueError(f"name: {name!r} of this {kind} has weight normalisation already")
    weight = module._parameters.get(name)
    if weight is None:
        raise ValueError(
            f"name: this {kind} has no parameter {name!r}; it has "
            + (", ".join(n for n, _ in module.named_parameters(recurse=False)) or "none")
        )
    if dim is not None and not 0 <= dim < weight.ndim:
        raise ValueError(
            f"dim must be None or from 0 to {weight.ndim - 1}, the dimensions of {name!r}, not {dim}"
        )
    hook = WeightNorm(name, dim)
    v = weight.detach()
    delattr(module, name)
    module.register_parameter(name + "_g", Parameter(hook.length(v)))
    module.register_parameter(name + "_v", Parameter(v))
    hook(module, ())
    hook.handle = module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: M, name: str = "weight") -> M:
    """Put the parameter itself back, with the values that it has now.

    Args:
        module: what :func:`weight_norm` has changed.
        name: the parameter's name.

    Returns:
        the module.

    Raises:
        ValueError: the parameter has no weight normalisation.

    Example:
        >>> from tt_nn import Linear
        >>> from tt_nn.utils import remove_weight_norm, weight_norm
        >>> layer = remove_weight_norm(weight_norm(Linear(3, 2)))
        >>> [name for name, _ in layer.named_parameters()]
        ['bias', 'weight']
    """
    hook = _find(module, name)
    if hook is None:
        raise ValueError(
            f"name: {name!r} of this {type(module).__name__} has no weight normalisation"
        )
    with no_grad():
        weight = hook.weight(module)
    for made in (name, name + "_g", name + "_v"):
        delattr(module, made)
    module.register_parameter(name, Parameter(weight))
    hook.handle.remove()
    return module


def _find(module: Module, name: str) -> WeightNorm | None:
    """The hook that makes the parameter ``name``."""
    hooks = module._hooks.before.values() if module._hooks is not None else ()
    return next((h for h, _ in hooks if isinstance(h, WeightNorm) and h.name == name), None)
