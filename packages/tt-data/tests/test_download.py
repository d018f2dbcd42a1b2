"""Downloads from a server in this process: resumed, checked, mirrored, and refused when wrong."""

import errno
import hashlib
import multiprocessing
import os
import sys
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tt_data import DownloadError, Resource, download, fetch

pytest.importorskip("requests")
CONTENT = bytes(range(256)) * 400  # 102,400 bytes
RIGHT = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """The path says how the server behaves."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        if self.path in ("/missing", "/broken"):
            self.send_error(404 if self.path == "/missing" else 500)
            return
        body = b"something else" if self.path == "/wrong" else CONTENT
        start = 0
        if self.headers.get("Range") and self.path != "/norange":
            start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
            self.send_response(206 if start < len(body) else 416)
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        rest = body[start:]
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        sent = {"/cut": 40_000, "/dropped": 0}.get(self.path, len(rest))
        self.wfile.write(rest[:sent])

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(download, "PAUSE", 0.0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def resource(server, *paths):
    port = server.server_address[1]
    return Resource("file.bin", RIGHT, tuple(f"http://127.0.0.1:{port}{path}" for path in paths))


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def test_a_file_arrives_once(server, tmp_path, capsys):
    path = fetch(resource(server, "/file"), tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / "file.bin"
    assert path.read_bytes() == CONTENT
    assert names(path.parent) == ["file.bin"]
    assert capsys.readouterr().err == "file.bin: 0.1 of 0.1 MB (100 %)\n"
    fetch(resource(server, "/file"), str(path.parent))
    assert len(server.asked) == 1


def test_a_terminal_sees_the_progress(server, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    fetch(resource(server, "/file"), tmp_path)
    lines = capsys.readouterr().err.split("\r")
    assert lines[1] == "file.bin: 0.0 of 0.1 MB (16 %)"
    assert lines[-1] == "file.bin: 0.1 of 0.1 MB (100 %)\n"


def test_a_transfer_that_breaks_off_is_continued_as_long_as_more_arrives(server, tmp_path):
    assert fetch(resource(server, "/cut"), tmp_path, progress=False).read_bytes() == CONTENT
    ranges = [asked for _, asked in server.asked]
    assert ranges[0] is None
    assert len(ranges) > 2
    assert all(asked.startswith("bytes=") for asked in ranges[1:])


def test_what_an_earlier_run_left_is_continued(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:70_000])
    assert fetch(resource(server, "/file"), tmp_path, progress=False).read_bytes() == CONTENT
    assert server.asked == [("/file", "bytes=70000-")]
    assert names(tmp_path) == ["file.bin"]


def test_a_failure_keeps_what_has_arrived(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:70_000])
    with pytest.raises(DownloadError):
        fetch(resource(server, "/dropped"), tmp_path, progress=False)
    assert (tmp_path / "file.bin.part").stat().st_size == 70_000


@pytest.mark.parametrize("left", [b"x" * 1000, b"x" * len(CONTENT), CONTENT + b"x"])
def test_the_beginning_of_another_file_is_thrown_away(server, tmp_path, left):
    (tmp_path / "file.bin.part").write_bytes(left)
    assert fetch(resource(server, "/file"), tmp_path, progress=False).read_bytes() == CONTENT


def test_a_complete_part_only_gets_its_name(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT)
    assert fetch(resource(server, "/file"), tmp_path, progress=False).read_bytes() == CONTENT


def test_a_server_that_cannot_continue_starts_over(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:1000])
    assert fetch(resource(server, "/norange"), tmp_path, progress=False).read_bytes() == CONTENT


def test_a_broken_mirror_is_followed_by_the_next(server, tmp_path):
    urls = resource(server, "/missing", "/broken", "/wrong", "/dropped", "/file").urls
    everything = Resource("file.bin", RIGHT, ("http://127.0.0.1:9/dead", "nonsense", *urls))
    assert fetch(everything, tmp_path, progress=False).read_bytes() == CONTENT


def test_a_wrong_file_is_never_used(server, tmp_path):
    with pytest.raises(DownloadError, match="another file, its sha256 is not"):
        fetch(resource(server, "/wrong"), tmp_path, progress=False)
    assert names(tmp_path) == []


def test_a_broken_file_on_disk_is_replaced_when_the_new_one_is_complete(server, tmp_path):
    old = tmp_path / "file.bin"
    old.write_bytes(b"broken")
    with pytest.raises(DownloadError):
        fetch(resource(server, "/wrong", "/missing"), tmp_path, progress=False)
    assert old.read_bytes() == b"broken"
    assert fetch(resource(server, "/file"), tmp_path, progress=False).read_bytes() == CONTENT


def test_the_reasons_are_told(server, tmp_path):
    urls = ("http://127.0.0.1:9/dead", "nonsense", *resource(server, "/missing", "/dropped").urls)
    with pytest.raises(DownloadError) as raised:
        fetch(Resource("file.bin", RIGHT, urls), tmp_path, progress=False)
    reasons = str(raised.value).splitlines()[1:5]
    assert "127.0.0.1:9/dead: no connection" in reasons[0]
    assert not reasons[0].endswith((")", '"'))
    assert "Connection refused" in reasons[0]
    assert "No scheme" in reasons[1]
    assert reasons[2].endswith("the server answers 404 Not Found")
    assert "IncompleteRead" in reasons[3]


def test_without_a_network_the_message_says_what_to_do(tmp_path):
    folder = tmp_path / "mnist"
    with pytest.raises(DownloadError) as raised:
        fetch(Resource("file.bin", RIGHT, ("http://127.0.0.1:9/file",)), folder, progress=False)
    text = str(raised.value)
    for part in ("http://127.0.0.1:9/file", str(folder / "file.bin"), RIGHT):
        assert part in text


def test_without_the_library_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(ImportError, match=r"pip install 'tt-data\[download\]'"):
        fetch(Resource("file.bin", RIGHT, ("http://127.0.0.1:9/file",)), tmp_path)
    (tmp_path / "file.bin").write_bytes(CONTENT)
    assert fetch(Resource("file.bin", RIGHT, ()), tmp_path).read_bytes() == CONTENT


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_leaves_the_old_file(server, tmp_path):
    old = tmp_path / "file.bin"
    old.write_bytes(b"old")
    (tmp_path / "file.bin.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match=r"disk is full: file\.bin does not fit") as raised:
        fetch(resource(server, "/file"), tmp_path, progress=False)
    assert raised.value.errno == errno.ENOSPC
    assert raised.value.filename == str(tmp_path)
    assert names(tmp_path) == ["file.bin"]  # the part is gone, so that there is space again
    assert old.read_bytes() == b"old"


def test_a_folder_that_cannot_be_made_is_named(server, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OSError, match="file"):
        fetch(resource(server, "/file"), tmp_path / "file" / "folder", progress=False)


@pytest.mark.skipif(sys.platform != "linux", reason="starts processes by fork")
def test_processes_that_want_the_same_file_wait_for_each_other(server, tmp_path):
    context = multiprocessing.get_context("fork")
    what = resource(server, "/cut")
    others = [
        context.Process(target=fetch, args=(what, tmp_path), kwargs={"progress": False})
        for _ in range(4)
    ]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "This process", DeprecationWarning)  # the server's thread
        for process in others:
            process.start()
    for process in others:
        process.join()
    assert [process.exitcode for process in others] == [0] * 4
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert names(tmp_path) == ["file.bin"]
    assert sum(asked is None for _, asked in server.asked) == 1  # one began, nobody else
