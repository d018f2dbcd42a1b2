"""A list and a dictionary whose tensors are registered as parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from tt_tensor import Tensor

from .module import Module
from .parameter import Parameter

__all__ = ["ParameterDict", "ParameterList"]


def _as_parameter(name: str, value: Any) -> Parameter:
    if isinstance(value, Parameter):
        return value
    if isinstance(value, Tensor):
        return Parameter(value)
    raise TypeError(f"{name}: expected a Parameter or a Tensor, not {type(value).__name__}")


class _Parameters(Module):
    """What both have in common: lines in the repr, one per parameter."""

    def __len__(self) -> int:
        return len(self._parameters)

    def extra_repr(self) -> str:
        """The parameters' types and shapes."""
        return "\n".join(
            f"({name}): Parameter of {param.dtype} and shape {param.shape}"
            for name, param in self._parameters.items()
            if param is not None
        )


class ParameterList(_Parameters):
    """A list of parameters; tensors that are put in become parameters.

    Args:
        values: what it holds at first.

    Raises:
        TypeError: something that is not a tensor.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import ParameterList
        >>> scales = ParameterList([tt.ones(1), tt.zeros(2, 3)])
        >>> len(scales), scales[1].shape, [name for name, _ in scales.named_parameters()]
        (2, (2, 3), ['0', '1'])
    """

    def __init__(self, values: Iterable[Tensor] = ()) -> None:
        super().__init__()
        self.extend(values)

    def append(self, value: Tensor) -> Self:
        """Add a parameter at the end."""
        name = str(len(self))
        self.register_parameter(name, _as_parameter(name, value))
        return self

    def extend(self, values: Iterable[Tensor]) -> Self:
        """Add several parameters at the end."""
        for value in values:
            self.append(value)
        return self

    def _name(self, index: int) -> str:
        if not -len(self) <= index < len(self):
            raise IndexError(f"index: {index} is out of range for {len(self)} parameters")
        return str(index % len(self))

    def __getitem__(self, index: int) -> Parameter:
        return self.get_parameter(self._name(index))

    def __setitem__(self, index: int, value: Tensor) -> None:
        name = self._name(index)
        setattr(self, name, _as_parameter(name, value))

    def __iter__(self) -> Iterator[Parameter]:
        return iter([param for param in self._parameters.values() if param is not None])


class ParameterDict(_Parameters):
    """A dictionary of parameters; tensors that are put in become parameters.

    Args:
        values: what it holds at first.

    Raises:
        TypeError: something that is not a tensor.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import ParameterDict
        >>> gains = ParameterDict({"left": tt.ones(1), "right": tt.ones(1)})
        >>> list(gains), gains["left"].requires_grad
        (['left', 'right'], True)
    """

    def __init__(self, values: Mapping[str, Tensor] | None = None) -> None:
        super().__init__()
        self.update(values or {})

    def update(self, values: Mapping[str, Tensor]) -> None:
        """Add several parameters."""
        for name, value in values.items():
            self[name] = value

    def __getitem__(self, name: str) -> Parameter:
        param = self._parameters[name]
        assert param is not None  # only parameters are put in
        return param

    def __setitem__(self, name: str, value: Tensor) -> None:
        param = _as_parameter(name, value)
        if name in self._parameters:
            setattr(self, name, param)
        else:
            self.register_parameter(name, param)

    def __delitem__(self, name: str) -> None:
        if name not in self._parameters:
            raise KeyError(name)
        delattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __contains__(self, name: str) -> bool:
        return name in self._parameters

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._parameters.keys()

    def values(self) -> Iterable[Parameter]:
        """The parameters."""
        return [self[name] for name in self]

    def items(self) -> Iterable[tuple[str, Parameter]]:
        """The names with their parameters."""
        return [(name, self[name]) for name in self]
