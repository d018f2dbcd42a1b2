"""Reading a published model's folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from tt_tensor import Tensor

from ..models import BERT, GPT, Llama
from .bert import build_bert
from .gpt2 import build_gpt2
from .llama import build_llama
from .settings import Settings, read_object
from .weights import read_weights

__all__ = ["from_pretrained"]

# what "model_type" in config.json says -> what makes the model
FAMILIES: dict[str, Callable[[Settings, Mapping[str, Tensor]], GPT | Llama | BERT]] = {
    "bert": build_bert,
    "gpt2": build_gpt2,
    "llama": build_llama,
}


def from_pretrained(folder: str | os.PathLike[str]) -> GPT | Llama | BERT:
    """The model in a folder in HuggingFace's format: GPT-2, Llama, BERT and what has their form.

    The folder holds ``config.json`` and the weights: ``model.safetensors`` or
    ``pytorch_model.bin``, or several such files and an index.  Nothing in them is run.  Weights of
    any floating-point type become float32.  What a setting asks for and the models here do not do
    is refused, and so are weights that do not fit: nothing is half-loaded.

    Args:
        folder: the files of one model.

    Returns:
        :class:`GPT`, :class:`Llama` or :class:`BERT`, in evaluation mode.

    Raises:
        FileNotFoundError: there is no such folder, or a file is missing.
        ValueError: a file is broken; the architecture, an activation or another setting is not
            known here; or tensors are missing, unexpected or of other shapes, which are named.

    Example:
        >>> import pathlib, tempfile
        >>> from tt_text import from_pretrained
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "config.json").write_text('{"model_type": "mamba"}')
        >>> from_pretrained(folder)
        Traceback (most recent call last):
        ValueError: folder: '...': config.json: "model_type" is "mamba", expected one of bert, gpt2, llama
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(
            f"folder: there is no folder {str(folder)!r}; nothing is downloaded here, so get the files "
            "of the model first"
        )
    try:
        return build(folder).eval()
    except ValueError as error:
        raise ValueError(f"folder: {str(folder)!r}: {error}") from error


def build(folder: Path) -> GPT | Llama | BERT:
    """The model; messages name the files alone."""
    settings = Settings(read_object(folder / "config.json"), "config.json")
    family = settings.get("model_type")
    if not isinstance(family, str) or family not in FAMILIES:
        raise settings.error("model_type", f"one of {', '.join(FAMILIES)}")
    return FAMILIES[family](settings, read_weights(folder))
