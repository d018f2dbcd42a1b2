"""Archives: what is unpacked, and what is refused without leaving anything behind."""

import io
import os
import re
import tarfile

import pytest

from tt_data.archive import extract


def archive_of(path, *members, mode="w:gz"):
    """An archive of (name, content) or TarInfo."""
    with tarfile.open(path, mode) as tar:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
                continue
            name, content = member
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o777
            tar.addfile(info, io.BytesIO(content))
    return path


def special(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def tree(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w"])
def test_files_and_folders_are_unpacked(tmp_path, mode):
    archive = archive_of(
        tmp_path / "a.tar",
        special("./", tarfile.DIRTYPE),
        special("top", tarfile.DIRTYPE),
        ("top/one", b"1" * 5000),
        ("./top/inner/two", b""),
        ("..three", b"3"),
        mode=mode,
    )
    extract(archive, tmp_path / "new" / "place")
    place = tmp_path / "new" / "place"
    assert tree(place) == ["..three", "top", "top/inner", "top/inner/two", "top/one"]
    assert (place / "top" / "one").read_bytes() == b"1" * 5000
    if os.name == "posix":
        assert (place / "top" / "one").stat().st_mode & 0o111 == 0


def test_what_was_there_is_replaced(tmp_path):
    (tmp_path / "top").mkdir()
    (tmp_path / "top" / "old").write_bytes(b"old")
    (tmp_path / "beside").write_bytes(b"untouched")
    extract(archive_of(tmp_path / "a.tar", ("top/new", b"new")), tmp_path)
    assert tree(tmp_path) == ["a.tar", "beside", "top", "top/new"]


@pytest.mark.parametrize(
    ("member", "words"),
    [
        (("/etc/evil", b"x"), "would leave the folder"),
        (("../evil", b"x"), "would leave the folder"),
        (("top/../../evil", b"x"), "would leave the folder"),
        (("top\\..\\..\\evil", b"x"), "would leave the folder"),
        (("C:\\evil", b"x"), "would leave the folder"),
        (("C:evil", b"x"), "would leave the folder"),
        (("\\evil", b"x"), "would leave the folder"),
        (special("..", tarfile.DIRTYPE), "would leave the folder"),
        (special("top/link", tarfile.SYMTYPE, "/etc/passwd"), "is a link or a device"),
        (special("top/link", tarfile.SYMTYPE, "inside"), "is a link or a device"),
        (special("top/link", tarfile.LNKTYPE, "../evil"), "is a link or a device"),
        (special("top/pipe", tarfile.FIFOTYPE), "is a link or a device"),
        (special("top/device", tarfile.CHRTYPE), "is a link or a device"),
        (("top/large", b"x" * 2000), "more than 1500 bytes"),
    ],
)
def test_members_that_do_harm_are_refused(tmp_path, member, words):
    archive = archive_of(tmp_path / "a.tar", ("top/good", b"good"), member)
    with pytest.raises(
        ValueError, match=f"{re.escape(str(archive))}.*{words}.*nothing is unpacked"
    ):
        extract(archive, tmp_path / "place", largest=1500)
    assert tree(tmp_path) == ["a.tar", "place"]


def test_many_small_members_count_together(tmp_path):
    archive = archive_of(tmp_path / "a.tar", *((f"top/{i}", b"x" * 500) for i in range(4)))
    extract(archive, tmp_path / "place", largest=2000)
    with pytest.raises(ValueError, match="more than 1999 bytes"):
        extract(archive, tmp_path / "place", largest=1999)
    assert len(tree(tmp_path / "place")) == 5  # those of the first time


@pytest.mark.parametrize("mode", ["w:gz", "w"])
def test_broken_archives_are_refused(tmp_path, mode):
    good = archive_of(tmp_path / "a.tar", ("top/x", os.urandom(30_000)), mode=mode).read_bytes()
    broken = bytearray(good)
    broken[len(good) // 2] ^= 0xFF
    contents = [good[:20_000], good[:15], b"", b"no archive"]
    if mode == "w:gz":
        contents.append(bytes(broken))  # a plain archive has no checksum of its contents
    for content in contents:
        (tmp_path / "b.tar").write_bytes(content)
        with pytest.raises(ValueError, match=r"b.tar: the archive is broken or truncated.*again"):
            extract(tmp_path / "b.tar", tmp_path / "place")
    assert tree(tmp_path / "place") == []
