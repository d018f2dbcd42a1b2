"""Rules of the house that no tool knows: sizes of files, public names, what a package must have."""

import importlib
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted((ROOT / "packages").iterdir())
NAMES = [path.name.replace("-", "_") for path in PACKAGES]
SOURCES = sorted(path for package in PACKAGES for path in (package / "src").rglob("*.py"))
LONGEST = 400  # lines


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_a_package_has_everything(package):
    name = package.name.replace("-", "_")
    for file in ("README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", f"src/{name}/py.typed"):
        assert (package / file).is_file(), f"{package.name} has no {file}"
    assert (package / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert list((package / "tests").glob("test_*.py")), f"{package.name} has no tests"


def test_files_can_be_read_in_ten_minutes():
    lengths = {path: path.read_text("utf-8").count("\n") for path in SOURCES}
    long = {
        str(path.relative_to(ROOT)): lines
        for path, lines in lengths.items()
        if lines > LONGEST and path.name != "__init__.py"  # a list of names has no length
    }
    assert not long, f"is each still one subject? {long}"


@pytest.mark.parametrize("name", NAMES)
def test_all_is_what_is_public(name):
    package = importlib.import_module(name)
    listed = package.__all__
    assert len(listed) == len(set(listed)), "a name is listed twice"
    for attribute in listed:  # names on demand are there from now on
        assert hasattr(package, attribute), f"{attribute} is listed, but does not exist"
    # submodules become attributes by being imported; they are public only when listed
    public = {
        attribute
        for attribute, value in vars(package).items()
        if not attribute.startswith("_") and not isinstance(value, types.ModuleType)
    } - {"annotations", "TYPE_CHECKING", "names_on_demand"}
    modules = {n for n in listed if isinstance(getattr(package, n), types.ModuleType)}
    assert public == {n for n in listed if not n.startswith("__")} - modules
