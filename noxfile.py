"""The sessions: everything runs on the wheels that would be shipped, in fresh environments.

``build`` makes a wheelhouse; every other session installs from it.  Third-party packages come from
the index first; then ours, as files of the wheelhouse and with the index switched off, so that a
wheel which asks for more than it declares, or for a package of ours that is not in the prefix,
cannot be installed.  ``docs/contributing.md`` says how to use the sessions.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.10.14"

CHAIN = ["tt-tensor", "tt-autograd", "tt-nn", "tt-optim", "tt-data", "tt-text", "tt-perf"]
PYTHONS = ["3.11", "3.12", "3.13"]
ROOT = Path(__file__).parent
WHEELS = ROOT / "wheelhouse"
CONFIG = str(ROOT / "pyproject.toml")
PROJECT = nox.project.load_toml(CONFIG)

nox.options.sessions = ["build", "tests"]
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"  # other versions are tested where they are installed
nox.options.error_on_missing_interpreters = False
nox.options.error_on_external_run = True

# Make uv do as pip does: trust the certificates that the system trusts, and look for wheels in the
# folder that pip is told of (PyTorch without its gigabytes for graphics cards, say).
os.environ.setdefault("UV_SYSTEM_CERTS", "1")
if "PIP_FIND_LINKS" in os.environ:
    os.environ.setdefault("UV_FIND_LINKS", ",".join(os.environ["PIP_FIND_LINKS"].split()))


# ---- sessions -----------------------------------------------------------------------------------


@nox.session
def build(session: nox.Session) -> None:
    """Make the wheelhouse: seven wheels and their source archives."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    session.install(*group("build"))
    for dist in CHAIN:
        source, out = str(ROOT / "packages" / dist), str(WHEELS)
        session.run("python", "-m", "build", "--no-isolation", "--outdir", out, source, silent=True)
    session.log("built " + ", ".join(sorted(p.name for p in WHEELS.iterdir())))


@nox.session(requires=["build"])
@nox.parametrize("dist", CHAIN, ids=CHAIN)
def tests(session: nox.Session, dist: str) -> None:
    """Install one prefix of the chain and run the tests and doctests of its last package."""
    run_prefix(session, dist)


@nox.session(name="all-pythons", python=PYTHONS, requires=["build"])
def all_pythons(session: nox.Session) -> None:
    """Run all prefixes on every supported Python that is installed."""
    for dist in CHAIN:
        run_prefix(session, dist)


@nox.session(requires=["build"])
def demo(session: nox.Session) -> None:
    """Train the milestones on real data from the installed wheels and print the table."""
    install(session, CHAIN)
    session.run("python", str(ROOT / "examples" / "demo.py"), *session.posargs, env=data_home())


@nox.session(requires=["build"])
def milestones(session: nox.Session) -> None:
    """Run every historical program, the knock-outs that must make one fail, and the slow tests.

    ``-- --quick`` gives the programs that take minutes a small run instead.
    """
    install(session, CHAIN, *group("test"))
    quick = [word for word in session.posargs if word == "--quick"]
    for program in sorted((ROOT / "examples").glob("*_[12][0-9][0-9][0-9]/*.py")):
        short = quick if "--quick" in program.read_text(encoding="utf-8") else []
        session.run("python", str(program), *short, env=data_home())
    folders = [str(ROOT / "packages" / dist / "tests") for dist in CHAIN]
    session.run("pytest", "-q", "-c", CONFIG, str(ROOT / "tests" / "milestones"), env=for_tests())
    session.run(
        "pytest", "-q", "-c", CONFIG, "--slow", "-m", "slow", *folders,
        env=for_tests(), success_codes=[0, 5],  # 5: there is no slow test
    )  # fmt: skip


@nox.session(requires=["build"])
def types(session: nox.Session) -> None:
    """Check every package with mypy --strict, and a user's program against the wheels."""
    install(session, CHAIN, *group("types"))
    for dist in CHAIN:
        session.run("mypy", "--config-file", CONFIG, str(ROOT / "packages" / dist / "src"))
    program = str(ROOT / "tests" / "typing" / "user_program.py")
    with session.chdir(session.create_tmp()):  # away from our settings, as a user's program is
        session.run("mypy", "--strict", program)
        session.run("python", program)


@nox.session
def lint(session: nox.Session) -> None:
    """Check rules and format with ruff."""
    session.install(*group("lint"))
    session.run("ruff", "check", str(ROOT))
    session.run("ruff", "format", "--check", str(ROOT))


@nox.session(requires=["build"])
def contracts(session: nox.Session) -> None:
    """Check the arrows between packages, their declared needs, and the rules of the house."""
    install(session, CHAIN, *group("contracts"))
    session.run("lint-imports", "--config", CONFIG, "--no-cache")
    names = ",".join(f"{dist}={module(dist)}" for dist in CHAIN)
    for dist in CHAIN:
        with session.chdir(ROOT / "packages" / dist):
            # PyTorch is what tt_tensor.testing compares with where it happens to be installed
            session.run(
                "deptry", "src", "--known-first-party", module(dist),
                "--package-module-name-map", names, "--per-rule-ignores", "DEP001=torch,DEP003=torch",
            )  # fmt: skip
    session.run("pytest", "-q", "-c", CONFIG, str(ROOT / "tests" / "repository"))


@nox.session(requires=["build"])
def minimums(session: nox.Session) -> None:
    """Run all tests with the lowest versions that the packages say they work with."""
    lowest = [need.replace(">=", "==") for need in third_party(CHAIN)]
    session.install(*lowest, *group("test"))
    install(session, CHAIN)
    session.run("python", "-c", LIST_VERSIONS, *(re.split("[=<>]", need)[0] for need in lowest))
    for dist in CHAIN:
        folder = str(ROOT / "packages" / dist / "tests")
        session.run("pytest", "-q", "-c", CONFIG, folder, env=for_tests())


@nox.session(requires=["build"])
def check(session: nox.Session) -> None:
    """Inspect the archives, rebuild wheels from sources, install each alone in an empty room."""
    session.install(*group("check"))
    files = sorted(str(p) for p in WHEELS.iterdir())
    session.run("twine", "--no-color", "check", "--strict", *files)
    session.run("check-wheel-contents", *(f for f in files if f.endswith(".whl")))
    session.run("pytest", "-q", "-c", CONFIG, str(ROOT / "tests" / "wheels"))
    for dist in CHAIN:
        check_alone(session, dist)
        folder = str(ROOT / "packages" / dist)
        command = ["towncrier", "build", "--draft", "--version", "next", "--dir", folder]
        session.run(*command, "--config", f"{folder}/pyproject.toml", silent=True)


@nox.session(requires=["build"])
def bench(session: nox.Session) -> None:
    """Measure side by side with PyTorch and write docs/benchmarks.md."""
    install(session, CHAIN, *group("torch"), *group("tokenizers"))
    page = str(ROOT / "docs" / "benchmarks.md")
    for name in (
        "training_steps",
        "vision_training",
        "convolution",
        "language",
        "tokenizers",
    ):  # each writes a section of the page
        program = str(ROOT / "benchmarks" / f"{name}.py")
        session.run("python", program, "--write", page, *session.posargs)


@nox.session(requires=["build"])
def docs(session: nox.Session) -> None:
    """Run the Python of all pages; check their links, paths and commands."""
    install(session, CHAIN, *group("test"))
    session.run("pytest", "-q", "-c", CONFIG, str(ROOT / "tests" / "docs"), env=for_tests())


# ---- how they work ------------------------------------------------------------------------------

LIST_VERSIONS = (
    "import sys, importlib.metadata as m; print({n: m.version(n) for n in sys.argv[1:]})"
)


def module(dist: str) -> str:
    """The import name of a distribution."""
    return dist.replace("-", "_")


def group(name: str) -> tuple[str, ...]:
    """The requirements of a dependency group of the root's pyproject.toml."""
    return nox.project.dependency_groups(PROJECT, name)


def needs(dist: str, *, extras: bool = True) -> list[str]:
    """What a package declares: its dependencies and, unless told otherwise, all its extras."""
    project = nox.project.load_toml(ROOT / "packages" / dist / "pyproject.toml")["project"]
    optional = project.get("optional-dependencies", {}).values() if extras else []
    return [*project.get("dependencies", []), *(need for extra in optional for need in extra)]


def third_party(dists: list[str], *, extras: bool = True) -> list[str]:
    """Everything the packages need that is not ours."""
    declared = {need for dist in dists for need in needs(dist, extras=extras)}
    return sorted(need for need in declared if not need.startswith("tt-"))


def with_siblings(dist: str) -> list[str]:
    """A package and all packages of ours that it needs, in the order of the chain."""
    names = {re.split("[=<>]", need)[0] for need in needs(dist, extras=False)}
    found = {dist, *(s for name in names & set(CHAIN) for s in with_siblings(name))}
    return [name for name in CHAIN if name in found]


def wheel(dist: str) -> str:
    """The file of a package in the wheelhouse."""
    (path,) = WHEELS.glob(f"{module(dist)}-*.whl")
    return str(path)


def install(session: nox.Session, dists: list[str], *others: str) -> None:
    """Third-party packages from the index; then ours from the wheelhouse and nowhere else."""
    session.install(*third_party(dists), *others)
    session.install("--no-index", *(wheel(dist) for dist in dists))
    proof = str(ROOT / "tests" / "wheels" / "prove_installed.py")
    session.run("python", "-I", proof, str(WHEELS), *dists)


def data_home() -> dict[str, str]:
    """The full data sets that lie beside the repository, if any and unless the user names others."""
    beside = ROOT.parent / "shared" / "data"
    if "TT_DATA_HOME" in os.environ or not beside.is_dir():
        return {}
    return {"TT_DATA_HOME": str(beside)}


def for_tests() -> dict[str, str]:
    """The environment of tests: small arrays are not worth a second thread."""
    return {"OMP_NUM_THREADS": "1", **data_home()}


def run_prefix(session: nox.Session, dist: str) -> None:
    """Install the chain up to ``dist``; run the tests of ``dist`` and the examples in its texts."""
    others = group("torch") + (group("published") if dist == "tt-text" else ())
    compared = others if os.environ.get("TT_TEST_TORCH") else ()
    install(session, CHAIN[: CHAIN.index(dist) + 1], *group("test"), *compared)
    folder = str(ROOT / "packages" / dist / "tests")
    session.run(
        "pytest", "-q", "-c", CONFIG, folder, "--doctest-modules", "--pyargs", module(dist),
        *session.posargs, env=for_tests(),
    )  # fmt: skip


def check_alone(session: nox.Session, dist: str) -> None:
    """Install one wheel and what it declares, nothing else; import it with warnings as errors."""
    room = Path(session.create_tmp()) / dist
    shutil.rmtree(room, ignore_errors=True)
    session.run("uv", "venv", "-q", "--python", "python", str(room), silent=True)
    # no cache: it would give back a wheel of the same version that was built before
    into = ["uv", "pip", "install", "-q", "--no-cache", "--python", str(room)]
    session.run(*into, *third_party(with_siblings(dist), extras=False), silent=True)
    session.run(*into, "--no-index", "--find-links", str(WHEELS), dist, silent=True)
    python = str(room / ("Scripts" if os.name == "nt" else "bin") / "python")
    session.run(python, "-I", "-W", "error", "-c", f"import {module(dist)}", external=True)
    proof = str(ROOT / "tests" / "wheels" / "prove_installed.py")
    session.run(python, "-I", proof, str(WHEELS), *with_siblings(dist), external=True)
