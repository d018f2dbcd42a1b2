"""Parameter: a tensor that a module is to learn."""

from __future__ import annotations

from typing import Any

from tt_tensor import Tensor, tensor, zeros

__all__ = ["Parameter"]


class Parameter(Tensor):
    """A tensor that requires grad and that modules register when it becomes their attribute.

    Args:
        data: the initial values; its memory is shared, as in PyTorch.
        requires_grad: whether it is to be learned; False for one that is frozen.

    Raises:
        DTypeError: a type that is not floating point, unless ``requires_grad`` is False.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Parameter
        >>> Parameter(tt.zeros(2))
        Parameter containing:
        tensor([0., 0.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Any = None, requires_grad: bool = True) -> None:
        if data is None:
            data = zeros(0)
        source = data if isinstance(data, Tensor) else tensor(data)
        self.array = source.array
        self.node = self.grad = self.storage = self.view_of = None
        if requires_grad:
            self.requires_grad_()
