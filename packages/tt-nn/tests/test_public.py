"""What the package promises: its names, its documentation, what importing it costs."""

import inspect
import subprocess
import sys

import pytest

import tt_nn

MODULES = [tt_nn, tt_nn.functional, tt_nn.init, tt_nn.models, tt_nn.utils]


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_all_names_exist_and_are_documented(module):
    assert sorted(set(module.__all__)) == sorted(module.__all__)
    for name in module.__all__:
        value = getattr(module, name)
        assert inspect.getdoc(value), name
    public = {
        n for n, v in vars(module).items() if not n.startswith("_") and not inspect.ismodule(v)
    }
    if module is tt_nn:
        public -= {"TYPE_CHECKING", "names_on_demand"}  # what its own imports are made with
        assert public <= set(module.__all__)


def test_every_public_method_is_documented():
    for name in tt_nn.__all__:
        cls = getattr(tt_nn, name)
        if inspect.isclass(cls):
            for method, value in vars(cls).items():
                if inspect.isfunction(value) and not method.startswith("_"):
                    assert inspect.getdoc(value), f"{name}.{method}"


def test_importing_starts_nothing_and_loads_little():
    code = (
        "import sys, threading, tt_nn; "
        "heavy = {'asyncio', 'multiprocessing', 'subprocess', 'socket', 'safetensors', 'torch'}; "
        "print(sorted(heavy & set(sys.modules)), threading.active_count())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["[]", "1"]
