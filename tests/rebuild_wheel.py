"""Build a wheel from a source archive alone and compare its files with the one that ships."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path


def main() -> None:
    archive, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as tar:
        tar.extractall(out, filter="data")
    folder = out / archive.name.removesuffix(".tar.gz")
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(out)]
    subprocess.run([*command, str(folder)], check=True)
    name = folder.name.replace("-", "_", folder.name.count("-") - 1)
    shipped = next(archive.parent.glob(f"{name}-*.whl"))
    again = next(out.glob(f"{name}-*.whl"))
    contents = [sorted(zipfile.ZipFile(wheel).namelist()) for wheel in (shipped, again)]
    assert contents[0] == contents[1], f"{archive.name}: the rebuilt wheel has other files"


if __name__ == "__main__":
    main()
