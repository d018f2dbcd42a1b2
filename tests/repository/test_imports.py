"""Packages use one another through public names only.

A package imports a sibling as a whole (``import tt_tensor as tt``), names that the sibling lists in
``__all__``, or a submodule that is public: listed in ``__all__``, ``files``, ``lazy``, ``testing``
or ``typing``.
"""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.name.replace("-", "_") for path in (ROOT / "packages").iterdir())
PUBLIC_BESIDE = {"files", "lazy", "testing", "typing"}
CODE = sorted(
    path
    for folder in ("packages", "examples", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
    if "tests" not in path.relative_to(ROOT).parts
)


def owner(path: Path) -> str:
    """The package that a file belongs to, or an empty string for programs."""
    return next((name for name in NAMES if name in path.parts), "")


def public(module: str) -> set[str]:
    """What others may take from a module."""
    names = set(getattr(importlib.import_module(module), "__all__", ()))
    return names | PUBLIC_BESIDE | {"__version__"} if module in NAMES else names


def hidden_module(module: str) -> bool:
    """Whether a submodule of a sibling is none of its public ones."""
    package, *rest = module.split(".")
    return len(rest) > 1 or any(part not in public(package) for part in rest)


def violations(tree: ast.AST, own: str) -> Iterator[str]:
    """The names of siblings that the code takes and must not."""
    siblings = set(NAMES) - {own}
    aliases: dict[str, str] = {}  # local name -> sibling
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                package = alias.name.split(".")[0]
                if package in siblings:
                    aliases[alias.asname or package] = alias.name if alias.asname else package
                    if hidden_module(alias.name):
                        yield f"import {alias.name}"
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module.split(".")[0] not in siblings:
                continue
            if hidden_module(node.module):
                yield f"from {node.module} import ..."
                continue
            for alias in node.names:
                if alias.name not in public(node.module):
                    yield f"from {node.module} import {alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = aliases.get(node.value.id)
            if module and node.attr not in public(module):
                yield f"{module}.{node.attr}"


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_only_public_names_cross_packages(path):
    found = sorted(set(violations(ast.parse(path.read_text("utf-8")), owner(path))))
    assert not found, f"not public: {found}"


def test_the_check_finds_what_it_must_find():
    code = (
        "import tt_tensor as tt\nimport tt_tensor.ops.create\nfrom tt_tensor import _hidden\n"
        "from tt_tensor.primitive import Primitive\ntt.backend_of_mine\ntt.Tensor\n"
    )
    assert sorted(violations(ast.parse(code), "tt_nn")) == [
        "from tt_tensor import _hidden",
        "from tt_tensor.primitive import ...",
        "import tt_tensor.ops.create",
        "tt_tensor.backend_of_mine",
    ]
