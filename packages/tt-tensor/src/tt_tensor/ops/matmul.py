"""Matrix products: ``@``, its special cases, and Einstein's summation for everything else."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from ..dtypes import promote_types
from ..errors import DTypeError, ShapeError
from ..kernels.naive import matmul as naive
from ..kernels.numpy import matmul as kernels
from ..primitive import Binary, Primitive, array_of
from .create_like import zeros_like
from .diagonal import diagonal
from .shape import reshape

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "addmm",
    "bmm",
    "dot",
    "einsum",
    "matmul",
    "mm",
    "mv",
    "outer",
    "tensordot",
]


class _MatrixProduct(Binary):
    """A product of operands of one type: as in PyTorch they are not promoted.

    A matrix of float64 that slips in would otherwise make everything after it twice as slow.
    """

    __slots__ = ()

    def _promoted(self, input: Tensor, other: Tensor) -> Tensor:
        raise DTypeError(
            f"matmul: the operands' types are {input.dtype} and {other.dtype}, and matrix products "
            f"are not promoted; convert one of them, for example with .to({input.dtype!r})"
        )


matmul_p = _MatrixProduct("matmul", naive=naive.matmul, numpy=kernels.matmul)
einsum_p = Primitive(
    "einsum",
    inputs=("*operands",),
    params=("equation",),
    naive=naive.einsum,
    numpy=kernels.einsum,
)


def matmul(input: Tensor, other: Tensor) -> Tensor:
    """The product of matrices: ``out[i, j] = Σₖ input[i, k] · other[k, j]``.

    Args:
        input: (..., n, k), or a vector (k,).
        other: (..., k, m), or a vector (k,). Leading dimensions broadcast: they count matrices.

    Returns:
        (..., n, m); a vector's own dimension is dropped.

    Raises:
        ShapeError: the inner sizes differ.
        DTypeError: the types differ.

    Example:
        >>> import tt_tensor as tt
        >>> tt.matmul(tt.tensor([[1, 2], [3, 4]]), tt.tensor([1, 1]))
        tensor([3, 7])
    """
    return matmul_p(input, other)


def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """:func:`matmul` of two matrices, without broadcasting.

    Raises:
        ShapeError: they are not matrices.
    """
    return matmul_p(_of_ndim("mm", "input", input, 2), _of_ndim("mm", "mat2", mat2, 2))


def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """:func:`matmul` of two batches of matrices (b, n, k) and (b, k, m)."""
    return matmul_p(_of_ndim("bmm", "input", input, 3), _of_ndim("bmm", "mat2", mat2, 3))


def mv(input: Tensor, vec: Tensor) -> Tensor:
    """:func:`matmul` of a matrix (n, k) and a vector (k,)."""
    return matmul_p(_of_ndim("mv", "input", input, 2), _of_ndim("mv", "vec", vec, 1))


def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """Σ xᵢ yᵢ of two vectors.

    Example:
        >>> import tt_tensor as tt
        >>> tt.dot(tt.tensor([1, 2]), tt.tensor([3, 4]))
        tensor(11)
    """
    return matmul_p(_of_ndim("dot", "input", input, 1), _of_ndim("dot", "tensor", tensor, 1))


def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """All products of the elements of two vectors: ``out[i, j] = xᵢ yⱼ``."""
    one = _of_ndim("outer", "input", input, 1)
    return reshape(one, -1, 1) * _of_ndim("outer", "vec2", vec2, 1)


def addmm(
    input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: float = 1, alpha: float = 1
) -> Tensor:
    """``beta · input + alpha · (mat1 @ mat2)``; with ``beta=0`` not even a NaN of ``input`` counts."""
    product = mm(mat1, mat2)
    if alpha != 1:
        product = product * alpha
    if beta == 0:
        return product + zeros_like(input)
    return (input if beta == 1 else input * beta) + product


def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """Σ over some dimensions of ``a`` and ``b``.

    Args:
        a: any tensor.
        b: any tensor.
        dims: how many of the last dimensions of ``a`` and the first of ``b``; or two lists.
    """
    if isinstance(dims, int):
        dims = (range(a.ndim - dims, a.ndim), range(dims))
    pairs = list(zip(dims[0], dims[1], strict=True))
    letters = string.ascii_letters
    left, right = list(letters[: a.ndim]), list(letters[a.ndim : a.ndim + b.ndim])
    for i, j in pairs:
        right[j] = left[i]
    shared = {left[i] for i, _ in pairs}
    result = [c for c in left + right if c not in shared]
    return einsum(f"{''.join(left)},{''.join(right)}->{''.join(result)}", a, b)


def einsum(equation: str, *operands: Any) -> Tensor:
    """Einstein's summation: multiply the operands and sum over the indices not in the result.

    Args:
        equation: a letter per dimension of each operand, and of the result: "ij,jk->ik". Without
            "->", the result has the letters that come once, in alphabetical order. "..." stands
            for any leading dimensions, which broadcast.
        operands: one tensor per term.

    Raises:
        ShapeError: an operand's dimensions do not match its term, or sizes differ.

    Example:
        >>> import tt_tensor as tt
        >>> x = tt.tensor([[1.0, 2.0], [3.0, 4.0]])
        >>> tt.einsum("ij,jk->ik", x, x)
        tensor([[ 7., 10.],
                [15., 22.]])
    """
    tensors = (
        operands[0] if len(operands) == 1 and isinstance(operands[0], (tuple, list)) else operands
    )
    plain = _explicit(equation.replace(" ", ""), [x.ndim for x in tensors])
    _check_sizes(plain, tensors)
    plain, tensors = _without_repeats(plain, tensors)
    common = tensors[0].dtype
    for x in tensors[1:]:
        common = promote_types(common, x.dtype)
    out: Tensor = einsum_p(tuple([x.to(common) for x in tensors]), (plain,))
    return out


def _explicit(equation: str, ndims: list[int]) -> str:
    """The equation with its dots replaced by letters and its result written out.

    Raises:
        ShapeError: the terms do not match the operands.
    """
    left, arrow, result = equation.partition("->")
    terms = left.split(",")
    if len(terms) != len(ndims):
        raise ShapeError(f"einsum: {equation!r} has {len(terms)} terms for {len(ndims)} operands")
    free = [c for c in string.ascii_letters if c not in equation]
    longest = max(
        [n - len(t.replace("...", "")) for t, n in zip(terms, ndims, strict=True) if "..." in t]
        or [0]
    )
    dots = "".join(free[:longest])
    full = []
    for k, (term, n) in enumerate(zip(terms, ndims, strict=True)):
        extra = n - len(term.replace("...", ""))
        term = term.replace("...", dots[longest - extra :] if extra else "")
        if len(term) != n:
            raise ShapeError(
                f"einsum: operand {k} has {n} dimensions, its term in {equation!r} {len(term)}"
            )
        full.append(term)
    letters = "".join(full)
    if not arrow:
        result = dots + "".join(
            sorted(c for c in set(letters) - set(dots) if letters.count(c) == 1)
        )
    return ",".join(full) + "->" + result.replace("...", dots)


def _check_sizes(equation: str, tensors: Any) -> None:
    sizes: dict[str, int] = {}
    for term, x in zip(equation.split("->")[0].split(","), tensors, strict=True):
        for letter, n in zip(term, x.shape, strict=True):
            if sizes.setdefault(letter, n) != n:
                raise ShapeError(
                    f"einsum: {letter!r} is {sizes[letter]} in one operand and {n} in another"
                )


def _without_repeats(equation: str, tensors: Any) -> tuple[str, list[Tensor]]:
    """A letter that comes twice in a term means a diagonal: it is taken first, as a view."""
    left, _, result = equation.partition("->")
    terms, operands = [], []
    for term, x in zip(left.split(","), tensors, strict=True):
        while repeated := [c for c in term if term.count(c) > 1]:
            letter = repeated[0]
            i, j = term.index(letter), term.rindex(letter)
            x = diagonal(x, 0, i, j)  # the diagonal becomes the last dimension
            term = term[:i] + term[i + 1 : j] + term[j + 1 :] + letter
        terms.append(term)
        operands.append(x)
    return ",".join(terms) + "->" + result, operands


def _of_ndim(function: str, name: str, x: Tensor, ndim: int) -> Tensor:
    if array_of(x).ndim != ndim:
        what = {1: "a vector", 2: "a matrix", 3: "a batch of matrices (3 dimensions)"}[ndim]
        raise ShapeError(f"{function}: {name} must be {what}, but its shape is {tuple(x.shape)}")
    return x
