"""``config.json``: what a published model says of itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["Settings", "read_object"]

LARGEST = 2**24  # of sizes: far more than any model has


def read_object(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not UTF-8, not JSON or not an object.
    """
    if not path.is_file():
        raise FileNotFoundError(f"folder: there is no file {str(path)!r}")
    try:
        return dict(json.loads(path.read_bytes().decode("utf-8")).items())
    except (AttributeError, RecursionError, ValueError) as error:  # no object, not JSON, not UTF-8
        raise ValueError(f"{path.name}: the file is not an object in JSON ({error})") from error


class Settings:
    """Settings of which every one is checked when it is read.

    Args:
        values: name → value.
        source: the name of their file, for messages.

    Example:
        >>> from tt_text.pretrained.settings import Settings
        >>> settings = Settings({"n_embd": 64}, "config.json")
        >>> settings.size("n_embd")
        64
        >>> settings.size("n_layer")
        Traceback (most recent call last):
        ValueError: config.json: "n_layer" is missing
    """

    def __init__(self, values: Mapping[str, Any], source: str) -> None:
        self.values, self.source = values, source

    def get(self, name: str) -> Any:
        """The value as it is; None if there is none."""
        return self.values.get(name)

    def size(self, name: str, default: int | None = None) -> int:
        """A positive integer, not larger than any model has it."""
        value = self._value(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LARGEST:
            raise self.error(name, f"a positive integer up to {LARGEST:,}")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """A positive number."""
        value = self._value(name, default)
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not 0 < value <= sys.float_info.max:
            raise self.error(name, "a positive number")
        return float(value)

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self._value(name, default)
        if not isinstance(value, bool):
            raise self.error(name, "true or false")
        return value

    def one_of(self, name: str, known: Mapping[str, str], default: str) -> str:
        """What a known word means here."""
        value = self._value(name, default)
        if not isinstance(value, str) or value not in known:
            raise self.error(name, f"one of {', '.join(known)}; nothing else is known here")
        return known[value]

    def expect(self, name: str, *values: Any) -> None:
        """Refuse a setting that this package's model does not have.

        Args:
            name: of the setting; it may be missing.
            values: all that are good.
        """
        if name in self.values and self.values[name] not in values:
            good = " or ".join(json.dumps(value) for value in values)
            raise self.error(name, f"{good}; nothing else is known here")

    def error(self, name: str, expected: str) -> ValueError:
        """What to raise about a setting."""
        found = json.dumps(self.values.get(name))
        return ValueError(f'{self.source}: "{name}" is {found}, expected {expected}')

    def _value(self, name: str, default: Any) -> Any:
        """The value, or the default if it is missing or null."""
        value = self.values.get(name)
        if value is None:
            value = default
        if value is None:
            raise ValueError(f'{self.source}: "{name}" is missing')
        return value
