"""Each benchmark writes its own section of the page and leaves the others alone."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def page():
    spec = importlib.util.spec_from_file_location("page", ROOT / "benchmarks" / "page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_section_takes_the_place_of_its_older_version(page, tmp_path):
    path = tmp_path / "page.md"
    page.write_section(path, "# All\n\nfirst\n")
    page.write_section(path, "## Two\n\nold\n")
    page.write_section(path, "## Three\n\n### Part\n\nthree\n")
    page.write_section(path, "## Two\n\nnew")
    assert path.read_text() == "# All\n\nfirst\n\n## Two\n\nnew\n\n## Three\n\n### Part\n\nthree\n"
    page.write_section(path, "# All\n\nagain")
    assert path.read_text().startswith("# All\n\nagain\n\n## Two\n\nnew\n\n## Three")
