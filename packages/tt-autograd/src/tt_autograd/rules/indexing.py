"""Rules for indexing: the gradient goes back to where the values came from."""

from __future__ import annotations

from typing import Any

from tt_tensor import Tensor, new_zeros, registry

from ..rule import gradient, not_differentiable

getitem, index, index_put = registry["getitem"], registry["index"], registry["index_put"]
gather, scatter, scatter_add = registry["gather"], registry["scatter"], registry["scatter_add"]
view_scatter, tril, triu = registry["view_scatter"], registry["tril"], registry["triu"]


@gradient(getitem, "input")
def getitem_input(grad: Tensor, input_shape: tuple[int, ...], index: Any) -> Tensor:
    """Zeros, with the gradient in the part that was seen."""
    out: Tensor = view_scatter((new_zeros(grad, input_shape), grad), (((getitem, (index,)),),))
    return out


@gradient(index, "input")
def index_input(grad: Tensor, input_shape: tuple[int, ...], index: Any) -> Tensor:
    """Zeros, with the gradient added where the values were read; repeated places add up."""
    out: Tensor = index_put((new_zeros(grad, input_shape), grad), (index, True))
    return out


@gradient(index_put, "input")
def index_put_input(grad: Tensor, index: Any, accumulate: bool) -> Tensor:
    """What was overwritten has no influence."""
    if accumulate:
        return grad
    out: Tensor = index_put((grad, new_zeros(grad, ())), (index, False))
    return out


@gradient(index_put, "value")
def index_put_value(grad: Tensor, index: Any) -> Tensor:
    """The gradient at the places that were written."""
    out: Tensor = registry["index"]((grad,), (index,))
    return out


@gradient(gather, "input")
def gather_input(grad: Tensor, input_shape: tuple[int, ...], index: Tensor, dim: int) -> Tensor:
    """Zeros, with the gradient added where the values were read."""
    out: Tensor = scatter_add((new_zeros(grad, input_shape), index, grad), (dim,))
    return out


@gradient(scatter, "input")
def scatter_input(grad: Tensor, index: Tensor, dim: int) -> Tensor:
    """What was overwritten has no influence."""
    out: Tensor = scatter((grad, index, new_zeros(grad, index.shape)), (dim,))
    return out


@gradient(scatter, "src")
@gradient(scatter_add, "src")
def scatter_src(grad: Tensor, src_shape: tuple[int, ...], index: Tensor, dim: int) -> Tensor:
    """The gradient at the places that were written; unused parts of the source get none."""
    part: Tensor = gather((grad, index), (dim,))
    if part.shape == src_shape:
        return part
    corner = (*[slice(n) for n in index.shape], ...)
    out: Tensor = view_scatter((new_zeros(grad, src_shape), part), (((getitem, (corner,)),),))
    return out


@gradient(scatter_add, "input")
def scatter_add_input(grad: Tensor) -> Tensor:
    """The input is added to."""
    return grad


for _primitive in (gather, scatter, scatter_add):
    not_differentiable(_primitive, "index")


@gradient(view_scatter, "input")
def view_scatter_input(grad: Tensor, value_shape: tuple[int, ...], chain: Any) -> Tensor:
    """What was overwritten has no influence."""
    out: Tensor = view_scatter((grad, new_zeros(grad, value_shape)), (chain,))
    return out


@gradient(view_scatter, "value")
def view_scatter_value(grad: Tensor, chain: Any) -> Tensor:
    """The same view of the gradient."""
    for primitive, params in chain:
        grad = primitive((grad,), params)
    return grad


@gradient(tril, "input")
def tril_input(grad: Tensor, diagonal: int) -> Tensor:
    """The same triangle."""
    out: Tensor = tril((grad,), (diagonal,))
    return out


@gradient(triu, "input")
def triu_input(grad: Tensor, diagonal: int) -> Tensor:
    """The same triangle."""
    out: Tensor = triu((grad,), (diagonal,))
    return out
