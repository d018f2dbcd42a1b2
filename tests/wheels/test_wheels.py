"""The wheelhouse, looked at from inside: what ships, and that it can be made again from sources."""

import email
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHEELS = sorted((ROOT / "wheelhouse").glob("*.whl"))
LICENSE = (ROOT / "LICENSE").read_bytes()

each_wheel = pytest.mark.parametrize("wheel", WHEELS, ids=lambda path: path.name.split("-")[0])


def project(wheel: Path) -> dict:
    """The table [project] of the package that the wheel was made from."""
    dist = wheel.name.split("-")[0].replace("_", "-")
    return tomllib.loads((ROOT / "packages" / dist / "pyproject.toml").read_text())["project"]


def source_archive(wheel: Path) -> Path:
    """The source archive that was made together with the wheel."""
    return wheel.with_name("-".join(wheel.name.split("-")[:2]) + ".tar.gz")


def contents(wheel: Path) -> dict[str, bytes]:
    """All files of a wheel, by name."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_package_has_a_wheel_and_a_source_archive():
    packages = {path.name.replace("-", "_") for path in (ROOT / "packages").iterdir()}
    assert {wheel.name.split("-")[0] for wheel in WHEELS} == packages
    assert all(source_archive(wheel).is_file() for wheel in WHEELS)


@each_wheel
def test_wheel_holds_the_package_and_nothing_else(wheel):
    module, version = wheel.name.split("-")[:2]
    files = contents(wheel)
    assert {name.split("/")[0] for name in files} == {module, f"{module}-{version}.dist-info"}
    assert f"{module}/py.typed" in files
    assert files[f"{module}-{version}.dist-info/licenses/LICENSE"] == LICENSE
    source = ROOT / "packages" / module.replace("_", "-") / "src"
    expected = {
        path.relative_to(source).as_posix()
        for path in (source / module).rglob("*")
        if path.is_file() and path.suffix not in {".pyc", ".pyo"}
    }
    assert {name for name in files if name.startswith(f"{module}/")} == expected


@each_wheel
def test_metadata_say_what_the_project_says(wheel):
    module, version = wheel.name.split("-")[:2]
    text = contents(wheel)[f"{module}-{version}.dist-info/METADATA"].decode()
    metadata, declared = email.message_from_string(text), project(wheel)
    assert (metadata["Name"], metadata["Version"]) == (declared["name"], declared["version"])
    assert metadata["Requires-Python"] == declared["requires-python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    siblings = [need for need in metadata.get_all("Requires-Dist", []) if need.startswith("tt-")]
    assert all(need.endswith("<0.2,>=0.1") for need in siblings), siblings


@each_wheel
def test_source_archive_has_tests_and_licence(wheel):
    archive = source_archive(wheel)
    top = archive.name.removesuffix(".tar.gz")
    with tarfile.open(archive) as tar:
        names = tar.getnames()
    for name in ("LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml"):
        assert f"{top}/{name}" in names
    assert any(name.startswith(f"{top}/tests/test_") for name in names)
    assert not [name for name in names if ".pyc" in name or "cache/" in name + "/"]


@each_wheel
def test_wheel_can_be_made_from_the_source_archive(wheel, tmp_path):
    with tarfile.open(source_archive(wheel)) as tar:
        tar.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(tmp_path)]
    subprocess.run([*build, str(folder)], check=True, capture_output=True)
    (again,) = tmp_path.glob("*.whl")
    assert contents(again) == contents(wheel)
