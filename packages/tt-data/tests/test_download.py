"""Downloads from a server in this process: resumed, checked, mirrored, and refused when wrong."""

import errno
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tt_data import DownloadError, Resource, fetch

pytest.importorskip("httpx")
CONTENT = bytes(range(256)) * 100
RIGHT = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        if self.path == "/missing":
            self.send_error(404)
            return
        body = b"something else" if self.path == "/wrong" else CONTENT
        start = 0
        if self.headers.get("Range") and self.path != "/norange":
            start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
            self.send_response(206 if start < len(body) else 416)
        else:
            self.send_response(200)
        rest = body[start:]
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[: len(rest) // 2] if self.path == "/cut" else rest)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
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


def test_a_file_arrives_once(server, tmp_path, capsys):
    path = fetch(resource(server, "/file"), tmp_path / "new")
    assert path.read_bytes() == CONTENT
    assert [p.name for p in path.parent.iterdir()] == ["file.bin"]
    fetch(resource(server, "/file"), tmp_path / "new")
    assert len(server.asked) == 1
    assert "downloading" in capsys.readouterr().out


def test_what_was_interrupted_is_continued(server, tmp_path):
    with pytest.raises(DownloadError):
        fetch(resource(server, "/cut"), tmp_path, progress=False)
    part = tmp_path / "file.bin.part"
    have = part.stat().st_size
    assert 0 < have < len(CONTENT)
    fetch(resource(server, "/file"), tmp_path, progress=False)
    assert server.asked[-1] == ("/file", f"bytes={have}-")
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert not part.exists()


def test_a_server_that_cannot_continue_starts_over(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:1000])
    assert fetch(resource(server, "/norange"), tmp_path, progress=False).read_bytes() == CONTENT


def test_a_broken_mirror_is_followed_by_the_next(server, tmp_path):
    dead = "http://127.0.0.1:9"
    paths = resource(server, "/missing", "/wrong", "/file")
    everything = Resource(paths.name, paths.sha256, (dead, *paths.urls))
    assert fetch(everything, tmp_path, progress=False).read_bytes() == CONTENT


def test_a_wrong_file_is_never_used(server, tmp_path):
    with pytest.raises(DownloadError, match="checksum"):
        fetch(resource(server, "/wrong"), tmp_path, progress=False)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_file_on_disk_is_replaced(server, tmp_path):
    (tmp_path / "file.bin").write_bytes(b"broken")
    assert fetch(resource(server, "/file"), tmp_path, progress=False).read_bytes() == CONTENT


def test_without_a_network_the_message_says_what_to_do(tmp_path):
    with pytest.raises(DownloadError) as raised:
        fetch(Resource("file.bin", RIGHT, ("http://127.0.0.1:9/file",)), tmp_path, progress=False)
    text = str(raised.value)
    assert str(tmp_path / "file.bin") in text
    assert RIGHT in text
    assert "TT_DATA_HOME" in text


def test_a_full_disk_leaves_the_old_file(server, tmp_path, monkeypatch):
    old = tmp_path / "file.bin"
    old.write_bytes(b"old")
    real_open = Path.open

    def full(self, mode="r", *args, **kwargs):
        if "w" in mode or "a" in mode:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_open(self, mode, *args, **kwargs)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OSError, match="No space left"):
        fetch(resource(server, "/file"), tmp_path, progress=False)
    assert old.read_bytes() == b"old"
