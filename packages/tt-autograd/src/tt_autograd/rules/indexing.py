"""Rules for indexing: the gradient goes back to where the values came from."""

from __future__ import annotations

from typing import Any

from tt_tensor import lookup, new_zeros

from ..rule import Value, gradient, not_differentiable

getitem, index, index_put = lookup("getitem"), lookup("index"), lookup("index_put")
gather, scatter, scatter_add = lookup("gather"), lookup("scatter"), lookup("scatter_add")
view_scatter, diagonal = lookup("view_scatter"), lookup("diagonal")
tril, triu = lookup("tril"), lookup("triu")


@gradient(getitem, "input")
def getitem_input(grad: Value, input_shape: tuple[int, ...], index: Any) -> Value:
    """Zeros, with the gradient in the part that was seen."""
    return view_scatter((new_zeros(grad, input_shape), grad), (((getitem, (index,)),),))


@gradient(index, "input")
def index_input(grad: Value, input_shape: tuple[int, ...], index: Any) -> Value:
    """Zeros, with the gradient added where the values were read; repeated places add up."""
    return index_put((new_zeros(grad, input_shape), grad), (index, True))


@gradient(index_put, "input")
def index_put_input(grad: Value, index: Any, accumulate: bool) -> Value:
    """What was overwritten has no influence."""
    if accumulate:
        return grad
    return index_put((grad, new_zeros(grad, ())), (index, False))


@gradient(index_put, "value")
def index_put_value(grad: Value, index: Any) -> Value:
    """The gradient at the places that were written."""
    return lookup("index")((grad,), (index,))


not_differentiable(lookup("nonzero"))


@gradient(gather, "input")
def gather_input(grad: Value, input_shape: tuple[int, ...], index: Value, dim: int) -> Value:
    """Zeros, with the gradient added where the values were read."""
    return scatter_add((new_zeros(grad, input_shape), index, grad), (dim,))


@gradient(scatter, "input")
def scatter_input(grad: Value, index: Value, dim: int) -> Value:
    """What was overwritten has no influence."""
    return scatter((grad, index, new_zeros(grad, index.shape)), (dim,))


@gradient(scatter, "src")
@gradient(scatter_add, "src")
def scatter_src(grad: Value, src_shape: tuple[int, ...], index: Value, dim: int) -> Value:
    """The gradient at the places that were written; unused parts of the source get none."""
    part: Value = gather((grad, index), (dim,))
    if part.shape == src_shape:
        return part
    corner = (*[slice(n) for n in index.shape], ...)
    return view_scatter((new_zeros(grad, src_shape), part), (((getitem, (corner,)),),))


@gradient(scatter_add, "input")
def scatter_add_input(grad: Value) -> Value:
    """The input is added to."""
    return grad


for _primitive in (gather, scatter, scatter_add):
    not_differentiable(_primitive, "index")


@gradient(view_scatter, "input")
def view_scatter_input(grad: Value, value_shape: tuple[int, ...], chain: Any) -> Value:
    """What was overwritten has no influence."""
    return view_scatter((grad, new_zeros(grad, value_shape)), (chain,))


@gradient(view_scatter, "value")
def view_scatter_value(grad: Value, chain: Any) -> Value:
    """The same view of the gradient."""
    for primitive, params in chain:
        grad = primitive((grad,), params)
    return grad


@gradient(diagonal, "input")
def diagonal_input(
    grad: Value, input_shape: tuple[int, ...], offset: int, dim1: int, dim2: int
) -> Value:
    """Zeros, with the gradient on the diagonal."""
    chain = ((diagonal, (offset, dim1, dim2)),)
    return view_scatter((new_zeros(grad, input_shape), grad), (chain,))


@gradient(tril, "input")
def tril_input(grad: Value, diagonal: int) -> Value:
    """The same triangle."""
    return tril((grad,), (diagonal,))


@gradient(triu, "input")
def triu_input(grad: Value, diagonal: int) -> Value:
    """The same triangle."""
    return triu((grad,), (diagonal,))
