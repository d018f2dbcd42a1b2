"""Prove that what is installed here is what would be shipped: these wheels of ours and no others.

    python prove_installed.py WHEELHOUSE tt-tensor tt-autograd

Each named package must be installed in this environment, byte for byte as in the wheelhouse; the
other packages of the wheelhouse must not be importable.
"""

import base64
import csv
import hashlib
import importlib.util
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path


def differences(wheel: Path, dist: str) -> list[str]:
    """Files of the wheel that are missing here or differ."""
    root = Path(str(distribution(dist).locate_file("")))
    if not root.resolve().is_relative_to(Path(sys.prefix).resolve()):
        return [f"{dist} is in {root}, outside of this environment"]
    with zipfile.ZipFile(wheel) as archive:
        (record,) = [n for n in archive.namelist() if n.endswith(".dist-info/RECORD")]
        rows = list(csv.reader(archive.read(record).decode().splitlines()))
    wrong = []
    for name, digest, _ in rows:
        if digest:  # RECORD has none of itself
            kind, expected = digest.split("=", 1)
            file = root / name
            content = file.read_bytes() if file.is_file() else b""
            found = base64.urlsafe_b64encode(hashlib.new(kind, content).digest())
            if found.rstrip(b"=").decode() != expected:
                wrong.append(name)
    return wrong


def main(wheelhouse: Path, dists: list[str]) -> str:
    """An account of what is wrong; empty if nothing is."""
    problems = []
    for wheel in sorted(wheelhouse.glob("*.whl")):
        module = wheel.name.split("-")[0]
        dist = module.replace("_", "-")
        if dist in dists:
            problems += [f"{dist}: not as in its wheel: {n}" for n in differences(wheel, dist)]
        elif importlib.util.find_spec(module) is not None:
            problems.append(f"{dist}: can be imported, but must not be here")
    return "\n".join(problems)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]) or None)
