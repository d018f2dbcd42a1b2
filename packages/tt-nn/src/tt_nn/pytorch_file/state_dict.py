"""The weights among what else a training program saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeGuard

from tt_tensor import Tensor, int64, zeros

__all__ = ["extract_state_dict"]

USUAL_KEYS = ("state_dict", "model_state_dict", "model_state", "model", "net", "weights")


def extract_state_dict(
    loaded: object, key: str | None = None, strip_prefix: str = ""
) -> dict[str, Tensor]:
    """The tensors by name, from what :func:`load_pytorch` gave.

    Before PyTorch 0.4.1, batch normalisation did not count its batches.  If no layer of a file has
    a counter, those with running statistics get one that says 0, as PyTorch does it.

    Args:
        loaded: a dictionary of tensors, or a dictionary that has one beside epochs, optimizers and
            so on.
        key: where in ``loaded`` the tensors are.  If None: ``loaded`` itself, or the first of
            ``state_dict``, ``model_state_dict``, ``model_state``, ``model``, ``net``, ``weights``.
        strip_prefix: taken away from the names that begin with it.  ``DataParallel`` puts
            ``"module."`` before all of them.

    Raises:
        KeyError: ``key`` is not there.
        TypeError: there is something that is not a tensor.
        ValueError: no tensors were found, or two names are the same without the prefix.

    Example:
        >>> import tt_tensor as tt
        >>> from tt_nn import extract_state_dict
        >>> saved = {"epoch": 3, "state_dict": {"module.bias": tt.ones(2)}}
        >>> extract_state_dict(saved, strip_prefix="module.")
        {'bias': tensor([1., 1.])}
    """
    found = _at(loaded, key) if key is not None else _search(loaded)
    state = {
        name.removeprefix(strip_prefix) if name != strip_prefix else name: tensor
        for name, tensor in found.items()
    }
    if len(state) != len(found):
        raise ValueError(f"strip_prefix: without {strip_prefix!r}, two tensors have the same name")
    return _with_counters(state)


def _with_counters(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The state with the counters that old files do not have."""
    layers = [name.removesuffix("running_mean") for name in state if name.endswith("running_mean")]
    counters = {layer + "num_batches_tracked" for layer in layers}
    if not counters & state.keys():
        state |= {name: zeros((), dtype=int64) for name in sorted(counters)}
    return state


def _at(loaded: object, key: str) -> dict[str, Tensor]:
    if not isinstance(loaded, Mapping) or key not in loaded:
        raise KeyError(f"key: there is no {key!r}; there is {_listed(loaded)}")
    if not _is_state(loaded[key]):
        raise TypeError(
            f"key: {key!r} is not a dictionary of tensors; it has {_listed(loaded[key])}"
        )
    return dict(loaded[key])


def _search(loaded: object) -> dict[str, Tensor]:
    if _is_state(loaded):
        return dict(loaded)
    if isinstance(loaded, Mapping):
        for key in USUAL_KEYS:
            if _is_state(loaded.get(key)):
                return dict(loaded[key])
    raise ValueError(
        f"loaded: no dictionary of tensors was found; there is {_listed(loaded)}; say where: key=..."
    )


def _is_state(value: object) -> TypeGuard[Mapping[str, Tensor]]:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in value.items()
    )


def _listed(value: object) -> str:
    """The keys of a dictionary and what is there, or the type of anything else."""
    if not isinstance(value, Mapping):
        return f"a {type(value).__name__}"
    return ", ".join(f"{key!r} ({type(item).__name__})" for key, item in value.items()) or "nothing"
