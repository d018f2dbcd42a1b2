"""The pages keep their promises: Python runs, links, paths and commands lead somewhere.

Blocks marked ``python`` are run, one after the other within a page; those that show a prompt are
compared with what they print.  A block that only sketches something is marked ``text``.
"""

import ast
import doctest
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "packages").glob("*/README.md")),
    *sorted((ROOT / "examples").rglob("*.md")),
    *sorted((ROOT / "benchmarks").rglob("*.md")),
]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
# the only two commands that set anything up; they differ in what nox is asked for
COMMAND = (
    "python3 -m venv --without-pip .venv && python3 -m pip --python .venv install -q nox uv && "
)

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())


def fences(page: Path) -> Iterator[tuple[int, str, str]]:
    """The fenced blocks: number of the first line, language, text."""
    text = page.read_text("utf-8")
    for match in re.finditer(r"^( *)```([^\n]*)\n(.*?)^\1```$", text, re.DOTALL | re.MULTILINE):
        yield text.count("\n", 0, match.start(3)) + 1, match[2].strip(), textwrap.dedent(match[3])


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return re.sub(
        r"^( *)```.*?^\1```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE
    )


def anchors(page: Path) -> set[str]:
    """The names of the headings, as links spell them."""
    titles = re.findall(r"^#+ +(.*)", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@each_page
def test_python_blocks_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scope = {"__name__": "page"}
    for line, language, block in fences(page):
        if language != "python":
            continue
        if ">>>" in block:
            example = doctest.DocTestParser().get_doctest(
                block, scope, page.name, str(page), line - 1
            )
            runner = doctest.DocTestRunner(optionflags=FLAGS)
            runner.run(example, clear_globs=False)
            assert not runner.failures, f"{page.name}, line {line}: see the output above"
            scope.update(example.globs)
        else:
            exec(compile("\n" * (line - 1) + block, str(page), "exec"), scope)


@each_page
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(<?([^)> ]+)>?[^)]*\)", prose(page)):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{page.name} links to {target}"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{page.name} links to {target}"


@each_page
def test_named_paths_exist(page):
    folders = "benchmarks|docs|examples|packages|tests"
    for path in re.findall(rf"(?<![\w/.-])((?:{folders})/[\w./-]*\w)", page.read_text("utf-8")):
        assert (ROOT / path).exists(), f"{page.name} speaks of {path}"


@each_page
def test_commands_exist(page):
    text = page.read_text("utf-8")
    names = {path.name for path in (ROOT / "packages").iterdir()}
    for package in re.findall(r"pip install '?(tt-[a-z]+)", text):
        assert package in names, f"{page.name} installs {package}"
    sessions = session_names()
    for words in re.findall(r"\bnox(?: -[rR])? -s ([\w() -]+)", text):
        for word in re.sub(r" -.*", "", words).split():
            assert re.sub(r"\(.*|-3\.\d+$", "", word) in sessions, f"{page.name}: nox -s {word}"


def session_names() -> set[str]:
    """The names of the sessions in noxfile.py."""
    names = set()
    for node in ast.parse((ROOT / "noxfile.py").read_text("utf-8")).body:
        for mark in getattr(node, "decorator_list", []):
            if "nox.session" in ast.unparse(mark):
                given = [k.value for k in getattr(mark, "keywords", []) if k.arg == "name"]
                names.add(ast.literal_eval(given[0]) if given else node.name)
    return names


def test_the_readme_has_two_commands_and_ci_runs_one_of_them():
    lines = [line for _, _, text in fences(ROOT / "README.md") for line in text.splitlines()]
    commands = [line for line in lines if line.startswith("python3 -m venv")]
    assert commands == [f"{COMMAND}.venv/bin/nox -s demo", f"{COMMAND}.venv/bin/nox"]
    assert commands[1] in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
