"""Reading JSON that comes from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["check_types", "read_json"]


def read_json(path: Path) -> Any:
    """What a file holds.

    Raises:
        ValueError: it is not UTF-8, not JSON, or an object has a name twice, which JSON allows
            and which would make one of the two disappear.
    """
    return json.loads(path.read_bytes().decode("utf-8"), object_pairs_hook=without_repeats)


def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, if no name comes twice."""
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in content if names.count(name) > 1)
        raise ValueError(f"{twice!r} comes twice")
    return content


def check_types(content: dict[str, Any], **types: tuple[type, ...]) -> dict[str, Any]:
    """Some values of an object, if each has one of the types that are named for it.

    Raises:
        KeyError: a value is missing.
        ValueError: one has another type; True is no number here.
    """
    for name, expected in types.items():
        if type(content[name]) not in expected:
            kinds = " or ".join(kind.__name__ for kind in expected)
            raise ValueError(f"{name}: expected {kinds}, not {content[name]!r}")
    return {name: content[name] for name in types}
