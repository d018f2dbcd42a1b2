"""In-place changes of recorded tensors, and of memory that several tensors see.

After ``y.add_(z)`` the tensor ``y`` *is* the result of an addition, so its node becomes the
addition's.  If ``y`` is a view, then its base has changed too: the base is now a copy of itself
with the view's part replaced (the primitive ``view_scatter``), and every other view of it is the
same view of that.  PyTorch does the same, with the same errors for leaves.
"""

from __future__ import annotations

from typing import Any

from tt_tensor import GradientError, Primitive, Tensor, view_scatter

from .grad_mode import mode

__all__ = ["after_write", "before_write"]

Chain = tuple[tuple[Primitive, tuple[Any, ...]], ...]


def before_write(tensor: Tensor) -> None:
    """Refuse an in-place change that would make a leaf into something computed.

    Raises:
        GradientError: the tensor, or the tensor it is a view of, is a leaf that requires grad.
    """
    if not mode.enabled:
        return
    base, chain = base_and_chain(tensor)
    if base.node is not None and base.node.is_leaf:
        what = "a view of a leaf" if chain else "a leaf"
        raise GradientError(
            f"{what} that requires grad is changed in place while operations are recorded; "
            "do it inside no_grad(), or on a clone()"
        )


def after_write(tensor: Tensor, value: Tensor) -> None:
    """Move the history: ``tensor`` now holds what ``value`` was recorded to hold."""
    if not mode.enabled:
        return
    base, chain = base_and_chain(tensor)
    if chain:
        base.node = view_scatter(base, value, chain).node
    else:
        base.node = value.node
    for ref in list(base.storage.views) if base.storage is not None else ():
        view = ref()
        if view is not None:
            origin, chain = base_and_chain(view)
            if origin is base:  # not a view of detach(), which shares the memory but no history
                view.node = replay(base, chain).node


def base_and_chain(tensor: Tensor) -> tuple[Tensor, Chain]:
    """The tensor that owns the memory, and the views that lead from it to ``tensor``."""
    steps: list[tuple[Primitive, tuple[Any, ...]]] = []
    while tensor.view_of is not None:
        parent, primitive, params = tensor.view_of
        steps.append((primitive, params))
        tensor = parent
    return tensor, tuple(reversed(steps))


def replay(value: Tensor, chain: Chain) -> Tensor:
    """Apply a chain of views to ``value``."""
    for primitive, params in chain:
        value = primitive((value,), params)
    return value
