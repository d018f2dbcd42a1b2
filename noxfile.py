"""The sessions: everything runs on the wheels that would be shipped, in fresh environments.

``build`` makes a wheelhouse; every other session installs from it.  Our own packages come from
there and from nowhere else: they are installed without dependencies and without an index.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nox

CHAIN = ["tt-tensor", "tt-autograd", "tt-nn", "tt-optim", "tt-data", "tt-text", "tt-perf"]
ROOT = Path(__file__).parent
WHEELS = ROOT / "wheelhouse"
TOOLS = ["pytest>=8.3", "hypothesis>=6.100"]
EXTRAS = {
    "tt-autograd": ["graphviz>=0.20"],
    "tt-optim": ["rich>=13.0"],
    "tt-data": ["requests>=2.32.3"],
}
TORCH = "torch==2.13.0"  # parity tests skip without it; TT_TEST_TORCH=1 installs it
PYTHONS = ["3.11", "3.12", "3.13"]

# uv is faster, but takes PyTorch's build for graphics cards, several GB of it, where pip finds the
# one for the processor
nox.options.default_venv_backend = (
    "virtualenv" if os.environ.get("TT_TEST_TORCH") else "uv|virtualenv"
)
nox.options.error_on_external_run = True
nox.options.sessions = ["build", "tests"]


def module(dist: str) -> str:
    """The import name of a distribution."""
    return dist.replace("-", "_")


def sources() -> float:
    """When anything that goes into a wheel was last changed."""
    files = [p for d in CHAIN for p in (ROOT / "packages" / d).rglob("*") if p.is_file()]
    return max(p.stat().st_mtime for p in files if "__pycache__" not in p.parts)


def ensure_wheels(session: nox.Session) -> None:
    """Build the wheelhouse if it is not there, or is older than the sources."""
    wheels = list(WHEELS.glob("*.whl"))
    if len(wheels) == len(CHAIN) and min(w.stat().st_mtime for w in wheels) > sources():
        return
    shutil.rmtree(WHEELS, ignore_errors=True)
    session.install("build>=1.2", "hatchling>=1.27")
    for dist in CHAIN:
        package = str(ROOT / "packages" / dist)
        session.run(
            "python", "-m", "build", "--no-isolation", "--outdir", str(WHEELS), package, silent=True
        )


def install(session: nox.Session, dists: list[str], *others: str) -> None:
    """Third-party packages from the index; ours from the wheelhouse alone."""
    needed = ["numpy>=2.1", *others]
    if "tt-nn" in dists:
        needed.append("safetensors>=0.4.5")
    session.install(*needed)
    install_ours(session, dists)


def install_ours(session: nox.Session, dists: list[str]) -> None:
    """From the wheelhouse, and not from what uv remembers of a wheel with the same version."""
    source = ("--no-index", "--no-deps", "--find-links", str(WHEELS))
    session.install(*source, *dists, env={"UV_NO_CACHE": "1"})


def requirements(dist: str) -> list[str]:
    """``dist`` and the packages of ours that it declares, directly or not."""
    import tomllib

    data = tomllib.loads((ROOT / "packages" / dist / "pyproject.toml").read_text("utf-8"))
    names = [line.split(">")[0].strip() for line in data["project"]["dependencies"]]
    direct = [name for name in names if name in CHAIN]
    found = {dist, *direct, *(r for d in direct for r in requirements(d))}
    return [d for d in CHAIN if d in found]


@nox.session(tags=["wheels"])
def build(session: nox.Session) -> None:
    """Make the wheelhouse: seven wheels and their sources."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    ensure_wheels(session)
    session.log("built: " + ", ".join(sorted(p.name for p in WHEELS.glob("*.whl"))))


@nox.session
@nox.parametrize("dist", CHAIN, ids=CHAIN)
def tests(session: nox.Session, dist: str) -> None:
    """One prefix of the chain from wheels: its tests, its examples, and nothing of later packages."""
    ensure_wheels(session)
    run_prefix(session, dist)


@nox.session(python=PYTHONS, name="all-pythons", tags=["slow"])
def all_pythons(session: nox.Session) -> None:
    """The whole chain on every supported Python that is installed here."""
    ensure_wheels(session)
    for dist in CHAIN:
        run_prefix(session, dist)


def run_prefix(session: nox.Session, dist: str) -> None:
    """Install the chain up to ``dist`` and run the tests of ``dist``."""
    prefix = CHAIN[: CHAIN.index(dist) + 1]
    extras = [extra for name in prefix for extra in EXTRAS.get(name, [])]
    torch = [TORCH] if os.environ.get("TT_TEST_TORCH") else []
    install(session, prefix, *TOOLS, *extras, *torch)
    later = [module(d) for d in CHAIN[CHAIN.index(dist) + 1 :]]
    check = f"import importlib.util as u; bad = [m for m in {later} if u.find_spec(m)]; assert not bad, bad"
    session.run("python", "-c", check)
    tests_of_it = ROOT / "packages" / dist / "tests"
    env = {"OMP_NUM_THREADS": "1", **data_home()}
    session.run(
        "pytest",
        "-q",
        "-c",
        str(ROOT / "pytest.ini"),
        "--rootdir",
        str(ROOT),
        str(tests_of_it),
        env=env,
    )
    session.run(
        "pytest", "-q", "-c", str(ROOT / "pytest.ini"), "--rootdir", str(ROOT),
        "--doctest-modules", "--pyargs", module(dist), env=env,
    )  # fmt: skip


def data_home() -> dict[str, str]:
    """The folder with full data sets beside the repository, unless the user names one."""
    beside = ROOT.parent / "shared" / "data"
    if "TT_DATA_HOME" in os.environ or not beside.is_dir():
        return {}
    return {"TT_DATA_HOME": str(beside)}


@nox.session
def demo(session: nox.Session) -> None:
    """The main job: build the wheels, install them, train on real data, print what came of it."""
    ensure_wheels(session)
    install(session, CHAIN, "rich>=13.0", "requests>=2.32.3")
    session.run("python", str(ROOT / "examples" / "demo.py"), *session.posargs, env=data_home())


@nox.session
def milestones(session: nox.Session) -> None:
    """Every historical program in full length."""
    ensure_wheels(session)
    install(session, CHAIN, "rich>=13.0", "requests>=2.32.3")
    for program in sorted((ROOT / "examples").glob("*_[12]*/*.py")):
        session.run("python", str(program), env=data_home())


@nox.session
def types(session: nox.Session) -> None:
    """``mypy --strict`` on every package, and on a user's program against the installed wheels."""
    ensure_wheels(session)
    install(session, CHAIN, "mypy>=1.14", "pytest>=8.3", "rich>=13.0", "requests>=2.32.3")
    for dist in CHAIN:
        source = ROOT / "packages" / dist / "src"
        session.run("mypy", "--config-file", str(ROOT / "mypy.ini"), str(source))
    with session.chdir(session.create_tmp()):
        program = ROOT / "tests" / "typing" / "user_program.py"
        session.run("mypy", "--strict", str(program))
        session.run("python", str(program))


@nox.session
def lint(session: nox.Session) -> None:
    """``ruff``: rules and format."""
    session.install("ruff>=0.14")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def contracts(session: nox.Session) -> None:
    """Arrows run one way, only public names cross packages, and every import is declared."""
    ensure_wheels(session)
    install(
        session, CHAIN, "import-linter>=2.1", "deptry>=0.23", "pytest>=8.3", "hypothesis>=6.100",
        "rich>=13.0", "requests>=2.32.3",
    )  # fmt: skip
    session.run("lint-imports", "--config", str(ROOT / ".importlinter"))
    for dist in CHAIN:
        with session.chdir(ROOT / "packages" / dist):
            session.run(
                "deptry", "src", "--known-first-party", module(dist),
                "--per-rule-ignores", "DEP001=torch,DEP003=torch",
                "--package-module-name-map", ",".join(f"{d}={module(d)}" for d in CHAIN),
            )  # fmt: skip
    session.run("pytest", "-q", str(ROOT / "tests" / "test_repository.py"))


@nox.session
def minimums(session: nox.Session) -> None:
    """The oldest versions that the metadata allow."""
    ensure_wheels(session)
    session.install(
        "numpy==2.1.0", "safetensors==0.4.5", *TOOLS, "rich==13.0.0", "requests==2.32.3"
    )
    install_ours(session, CHAIN)
    for dist in CHAIN:
        session.run(
            "pytest", "-q", "-c", str(ROOT / "pytest.ini"), "--rootdir", str(ROOT),
            str(ROOT / "packages" / dist / "tests"), env={"OMP_NUM_THREADS": "1", **data_home()},
        )  # fmt: skip


@nox.session
def check(session: nox.Session) -> None:
    """The wheels themselves: metadata, contents, rebuilt from their sources, alone in an empty room."""
    ensure_wheels(session)
    session.install("twine>=6.0", "check-wheel-contents>=0.6", "build>=1.2", "hatchling>=1.27")
    files = sorted(str(p) for p in WHEELS.iterdir())
    session.run("twine", "check", "--strict", *files)
    session.run("check-wheel-contents", *[f for f in files if f.endswith(".whl")])
    again = Path(session.create_tmp()) / "again"
    for source in (f for f in files if f.endswith(".tar.gz")):
        session.run(
            "python", str(ROOT / "tests" / "rebuild_wheel.py"), source, str(again), silent=True
        )
    python = sys.executable
    for dist in CHAIN:
        room = Path(session.create_tmp()) / dist
        session.run(python, "-m", "venv", str(room), external=True, silent=True)
        inside = str(room / ("Scripts" if os.name == "nt" else "bin") / "python")
        pip = [inside, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        third = ["numpy>=2.1"] + (["safetensors>=0.4.5"] if "tt-nn" in requirements(dist) else [])
        session.run(*pip, *third, external=True, silent=True)
        # with dependencies, from the wheelhouse alone: pip itself finds out whether the metadata are right
        session.run(*pip, "--no-index", "--find-links", str(WHEELS), dist, external=True)
        absent = [module(d) for d in CHAIN if d not in requirements(dist)]
        code = (
            f"import {module(dist)}, importlib.util as u; "
            f"bad = [m for m in {absent} if u.find_spec(m)]; assert not bad, bad"
        )
        session.run(inside, "-c", code, external=True)
        session.log(f"{dist} alone: installs, imports, and brings {requirements(dist)}")


@nox.session(venv_backend="virtualenv")  # for PyTorch, see above
def bench(session: nox.Session) -> None:
    """Side by side with PyTorch, in one process; writes docs/benchmarks.md."""
    ensure_wheels(session)
    install(session, CHAIN, TORCH)
    page = str(ROOT / "docs" / "benchmarks.md")
    session.run("python", str(ROOT / "benchmarks" / "training_steps.py"), "--write", page)


@nox.session
def docs(session: nox.Session) -> None:
    """The Python blocks of all pages run, and their links lead somewhere."""
    ensure_wheels(session)
    install(session, CHAIN, *TOOLS, "rich>=13.0", "requests>=2.32.3")
    session.run("pytest", "-q", str(ROOT / "tests" / "test_docs.py"))
