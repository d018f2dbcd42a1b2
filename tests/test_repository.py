"""Rules of the house that no tool knows: sizes of files, public names, what a package must have."""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = sorted((ROOT / "packages").iterdir())
NAMES = [p.name.replace("-", "_") for p in PACKAGES]
SOURCES = sorted(p for package in PACKAGES for p in (package / "src").rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.name)
def test_a_package_has_everything(package):
    name = package.name.replace("-", "_")
    for file in ("README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", f"src/{name}/py.typed"):
        assert (package / file).is_file(), f"{package.name} has no {file}"
    assert (package / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert list((package / "tests").glob("test_*.py")), f"{package.name} has no tests"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "packages")))
def test_a_file_can_be_read_in_ten_minutes(path):
    if path.name == "__init__.py":  # a list of names has no length
        return
    lines = path.read_text("utf-8").count("\n")
    assert lines <= 420, f"{path.name} has {lines} lines: is it still one subject?"


@pytest.mark.parametrize("name", NAMES)
def test_all_is_what_is_public(name):
    package = importlib.import_module(name)
    assert sorted(set(package.__all__)) == sorted(package.__all__)
    tree = ast.parse(Path(package.__file__).read_text("utf-8"))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    public = {n for n in imported if not n.startswith("_") and n != "annotations"}
    assert public == set(package.__all__)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "packages")))
def test_only_public_names_cross_packages(path):
    own = next(n for n in NAMES if n in path.parts)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            package = node.module.split(".")[0]
            if package in NAMES and package != own:
                names = [*node.module.split("."), *(alias.name for alias in node.names)]
                hidden = [n for n in names if n.startswith("_")]
                assert not hidden, f"{path.name} imports {hidden} from {node.module}"
