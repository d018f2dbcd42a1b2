"""Rules for matrix products."""

from __future__ import annotations

from typing import Any

from tt_tensor import expand, lookup, reshape, transpose, unsqueeze

from ..rule import Value, gradient

matmul, einsum = lookup("matmul"), lookup("einsum")
permute = lookup("permute")


def _transposed(x: Value) -> Value:
    """The last two dimensions exchanged."""
    return transpose(x, -1, -2)


@gradient(matmul, "input")
def matmul_input(grad: Value, input_shape: tuple[int, ...], other: Value) -> Value:
    """Y = A B gives dA = dY Bᵀ; vectors are matrices of one row or column."""
    if grad.ndim == 2 and other.ndim == 2:
        return matmul(grad, other.T)  # arrays and tensors both have .T
    if other.ndim == 1:  # (..., n, k) @ (k,): an outer product
        return unsqueeze(grad, -1) * other
    if len(input_shape) == 1:
        return _row(matmul(unsqueeze(grad, -2), _transposed(other)))
    return matmul(grad, _transposed(other))


@gradient(matmul, "other")
def matmul_other(grad: Value, input: Value, other_shape: tuple[int, ...]) -> Value:
    """Y = A B gives dB = Aᵀ dY."""
    if grad.ndim == 2 and input.ndim == 2:
        return matmul(input.T, grad)
    if input.ndim == 1:  # (k,) @ (..., k, m): an outer product
        if len(other_shape) == 1:
            return grad * input
        return unsqueeze(input, -1) * unsqueeze(grad, -2)
    if len(other_shape) == 1:
        return _column(matmul(_transposed(input), unsqueeze(grad, -1)))
    return matmul(_transposed(input), grad)


def _row(x: Value) -> Value:
    """(..., 1, k) as (..., k)."""
    return reshape(x, (*x.shape[:-2], x.shape[-1]))


def _column(x: Value) -> Value:
    """(..., k, 1) as (..., k)."""
    return reshape(x, x.shape[:-1])


@gradient(einsum, "*operands")
def einsum_operands(grad: Value, operands: Any, equation: str, needs: Any) -> tuple[Any, ...]:
    """An einsum again: the gradient takes the operand's place, the operand's term the result's."""
    left, result = equation.split("->")
    terms = left.split(",")
    out = []
    for i, need in enumerate(needs):
        others = [t for k, t in enumerate(terms) if k != i]
        values = [x for k, x in enumerate(operands) if k != i]
        out.append(
            _one(grad, result, terms[i], others, values, operands[i].shape) if need else None
        )
    return tuple(out)


def _one(
    grad: Value, result: str, term: str, others: list[str], values: list[Any], shape: Any
) -> Value:
    if len(set(term)) != len(term):
        raise NotImplementedError(
            f"einsum: the term {term!r} repeats an index (a diagonal), whose gradient is not "
            "supported; take the diagonal first"
        )
    known = set(result).union(*others)
    reachable = "".join(c for c in term if c in known)
    equation = ",".join([result, *others]) + "->" + reachable
    part: Value = einsum((grad, *values), (equation,))
    # an index that occurs nowhere else was summed over: its gradient is the same all along
    part = reshape(part, tuple([n if c in known else 1 for c, n in zip(term, shape, strict=True)]))
    return expand(part, shape)
