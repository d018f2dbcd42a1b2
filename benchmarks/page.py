"""The page of results: each program writes its own section and leaves the others alone."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
from pathlib import Path

__all__ = ["environment", "write_section"]


def write_section(page: Path, section: str) -> None:
    """Put a section, which begins with its heading, in the place of its older version.

    A section ends where the next heading of the second level begins; a new one comes last.
    """
    old = page.read_text(encoding="utf-8") if page.exists() else ""
    sections = [part.strip() for part in re.split(r"^(?=## )", old, flags=re.MULTILINE)]
    heading = section.partition("\n")[0]
    places = [i for i, part in enumerate(sections) if part.partition("\n")[0] == heading]
    if places:
        sections[places[0]] = section.strip()
    else:
        sections.append(section.strip())
    page.write_text("\n\n".join(part for part in sections if part) + "\n", encoding="utf-8")


def environment() -> str:
    """What the figures were measured on."""
    numpy_version = importlib.metadata.version("numpy")
    return (
        f"Measured with Python {platform.python_version()}, NumPy {numpy_version}, on {platform.machine()} with "
        f"{os.cpu_count()} processors. Absolute times differ from machine to machine; compare ratios."
    )
