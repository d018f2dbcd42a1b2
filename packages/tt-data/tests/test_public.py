"""What the package shows to the outside, and what importing it costs."""

import subprocess
import sys
from types import ModuleType

import tt_data


def test_the_public_names_are_those_that_are_promised():
    shown = {
        name
        for name, value in vars(tt_data).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    shown -= {"TYPE_CHECKING", "names_on_demand"}  # what its own imports are made with
    assert shown <= set(tt_data.__all__)  # others come on demand
    assert isinstance(tt_data.transforms, ModuleType)
    assert all(getattr(tt_data, name).__doc__ for name in tt_data.__all__)


def test_importing_brings_neither_processes_nor_networks():
    code = (
        "import sys, numpy; before = set(sys.modules); import tt_data; "
        "print(*sorted({m.partition('.')[0] for m in set(sys.modules) - before}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {
        "PIL",
        "pickle",
        "tarfile",
        "multiprocessing",
        "requests",
        "urllib3",
        "socket",
        "asyncio",
        "importlib.resources",
    }
    assert not heavy & set(loaded)
