"""All parameters of a network as one long vector, and back."""

from __future__ import annotations

from collections.abc import Iterable

from tt_autograd import no_grad
from tt_tensor import ShapeError, Tensor, cat, reshape

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The values of all parameters, one after the other, as a vector.

    Args:
        parameters: tensors of any shapes, such as ``module.parameters()``; at least one.

    Returns:
        a vector through which gradients flow to the parameters.

    Raises:
        ValueError: there are no parameters.

    Example:
        >>> from tt_nn import Linear
        >>> from tt_nn.utils import parameters_to_vector
        >>> parameters_to_vector(Linear(3, 2).parameters()).shape
        (8,)
    """
    flat = [reshape(p, (-1,)) for p in parameters]
    if not flat:
        raise ValueError("parameters: there are none, and no vector can be made of nothing")
    return cat(flat)


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Copy the parts of a vector into the parameters, in their order and shapes.

    Args:
        vec: as many values as the parameters have together.
        parameters: what is changed in place, such as ``module.parameters()``.

    Raises:
        TypeError: ``vec`` is not a tensor.
        ShapeError: the vector is too long or too short; nothing is changed then.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import Linear
        >>> from tt_nn.utils import vector_to_parameters
        >>> layer = Linear(2, 1)
        >>> vector_to_parameters(tt.tensor([1.0, 2.0, 3.0]), layer.parameters())
        >>> layer.weight.tolist(), layer.bias.tolist()
        ([[1.0, 2.0]], [3.0])
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"vec must be a Tensor, not {type(vec).__name__}")
    targets = list(parameters)
    needed = sum(p.numel() for p in targets)
    if vec.shape != (needed,):
        raise ShapeError(
            f"vec: the parameters have {needed} values together, so the vector's shape must be "
            f"({needed},), not {vec.shape}"
        )
    start = 0
    with no_grad():
        for p in targets:
            part = vec.detach()[start : start + p.numel()]
            p.copy_(reshape(part, p.shape).to(p.dtype))
            start += p.numel()
