"""Fetching: from this machine, through fsspec, and from servers that misbehave."""

import os
import socket
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from builtin_plugins.fetch_files import fetch
from rompy_core.cancellation import RunCancellation
from rompy_core.data_files import DataFile, stage_data
from rompy_hooks import FetchResult, RunCancelledError, StageError

LARGE = os.urandom(1 << 16) * 64


def context(cancellation: RunCancellation | None = None) -> Any:
    """What a fetch needs of the run in hand."""
    return SimpleNamespace(cancellation=cancellation or RunCancellation())


def refused(source: str, target: Path, cancellation: RunCancellation | None = None) -> str:
    """What is wrong with a source."""
    with pytest.raises(StageError) as caught:
        fetch(source, target, context(cancellation))
    return str(caught.value)


class Handler(BaseHTTPRequestHandler):
    """A server with good and bad files."""

    protocol_version = "HTTP/1.1"
    busy = 0

    def do_GET(self) -> None:
        """Answer as the path says."""
        answers = {
            "/grid.nc": (200, "application/x-netcdf", LARGE, len(LARGE)),
            "/cut.nc": (200, "application/x-netcdf", LARGE[:1000], len(LARGE)),
            "/page.nc": (200, "text/html", b"<html>log in</html>", 19),
            "/forbidden.nc": (403, "text/plain", b"no", 2),
        }
        if self.path == "/busy.nc":
            answers["/busy.nc"] = (503, "text/plain", b"later", 5) if Handler.busy > 0 else answers["/grid.nc"]
            Handler.busy -= 1
        status, kind, body, length = answers.get(self.path.partition("?")[0], (404, "text/plain", b"no", 2))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.send_header("ETag", '"v1"')
        self.send_header("Last-Modified", "Sun, 01 Jan 2023 06:00:00 GMT")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
        self.close_connection = len(body) != length

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a real server on this machine."""
    pytest.importorskip("aiohttp")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_address[1]}"
        http.shutdown()
        thread.join()


@pytest.mark.parametrize("as_url", [False, True])
@pytest.mark.parametrize("content", [b"", b"x", LARGE], ids=["empty", "small", "large"])
def test_fetch_copies_local_files(tmp_path: Path, content: bytes, as_url: bool) -> None:
    """Bytes, permission bits and time; a URL's escapes are undone."""
    source = tmp_path / "a grid.nc"
    source.write_bytes(content)
    source.chmod(0o755)
    os.utime(source, (1672552800, 1672552800))
    result = fetch(source.as_uri() if as_url else str(source), tmp_path / "copy", context())
    assert result == FetchResult(size=len(content), modified=datetime(2023, 1, 1, 6, tzinfo=UTC))
    assert (tmp_path / "copy").read_bytes() == content
    status = (tmp_path / "copy").stat()
    assert (status.st_mode & 0o777, status.st_mtime) == (0o755, 1672552800)


def test_fetch_copies_files_whose_size_is_not_known(tmp_path: Path) -> None:
    """The kernel's own copy finds nothing in /proc."""
    fetch("/proc/version", tmp_path / "copy", context())
    assert (tmp_path / "copy").read_bytes() == Path("/proc/version").read_bytes()


def test_fetch_tells_what_is_wrong_with_a_local_file(tmp_path: Path) -> None:
    """Missing, a directory, another machine."""
    assert refused(f"{tmp_path}/no", tmp_path / "t") == f"{tmp_path}/no: No such file or directory"
    assert refused(str(tmp_path), tmp_path / "t") == f"{tmp_path}: Is a directory"
    assert refused("file://data/x", tmp_path / "t") == (
        "a file URL has three slashes, file:///data/x; got 'file://data/x'"
    )


@pytest.mark.parametrize("scheme", ["", "memory"])
def test_fetch_stops_when_it_is_asked_to(tmp_path: Path, scheme: str) -> None:
    """Between two pieces of a file."""
    (tmp_path / "a").write_bytes(LARGE)
    source = str(tmp_path / "a")
    if scheme:
        fsspec = pytest.importorskip("fsspec")
        source = "memory://stop/a"
        fsspec.filesystem("memory").pipe(source, LARGE)
    cancellation = RunCancellation()
    cancellation.request("enough")
    with pytest.raises(RunCancelledError, match=r"^enough$"):
        fetch(source, tmp_path / "t", context(cancellation))
    assert refused(source, tmp_path / "u", RunCancellation(deadline=0.0)) == "the run's time is over"


def test_fetch_stops_when_nobody_waits_any_more(tmp_path: Path) -> None:
    """The host removes the folder of a fetch that it gave up; here that happens after the file is open."""
    (tmp_path / "a").write_bytes(LARGE)
    (tmp_path / "arriving").mkdir()

    class Gone(RunCancellation):
        """Removes the folder when it is first asked."""

        @property
        def requested(self) -> bool:
            if (tmp_path / "arriving").exists():
                (tmp_path / "arriving/t").unlink()
                (tmp_path / "arriving").rmdir()
            return False

    assert refused(str(tmp_path / "a"), tmp_path / "arriving/t", Gone()) == "it was given up"


def test_fetch_asks_fsspec_for_the_rest(tmp_path: Path) -> None:
    """Any scheme that it knows; what is known about the file comes back."""
    fsspec = pytest.importorskip("fsspec")
    fsspec.filesystem("memory").pipe("/bucket/grid.nc", LARGE)
    result = fetch("memory://bucket/grid.nc", tmp_path / "t", context())
    assert (tmp_path / "t").read_bytes() == LARGE
    assert result.size == len(LARGE)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("memory://bucket/nothing.nc", "no such file there"),
        ("nosuch://bucket/x", "ValueError: Protocol not known: nosuch"),
    ],
)
def test_fetch_tells_what_fsspec_says(tmp_path: Path, source: str, told: str) -> None:
    """In one line."""
    pytest.importorskip("fsspec")
    assert refused(source, tmp_path / "t") == told


def test_fetch_refuses_a_directory(tmp_path: Path) -> None:
    """A data entry is one file."""
    fsspec = pytest.importorskip("fsspec")
    fsspec.filesystem("memory").pipe("/folder/sub/x", b"x")
    assert refused("memory://folder/sub", tmp_path / "t") == "it is a directory; name the files in it"


def test_fetch_names_the_extra_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without fsspec, as after a plain installation; another try would not help."""
    monkeypatch.setitem(sys.modules, "fsspec.callbacks", None)
    with pytest.raises(StageError) as caught:
        stage_data(
            [DataFile(source="s3://b/x.nc", retry=5)],  # type: ignore[arg-type]
            tmp_path,
            lambda source, target: fetch(source, target, context()),
        )
    assert str(caught.value) == (
        "data file 'x.nc' from 's3://b/x.nc' could not be had: it needs the extra: pip install 'rompy-core[fsspec]'"
    )


def staged(folder: Path, url: str) -> str:
    """What is wrong with a file of the server when it is brought as the host does."""
    with pytest.raises(StageError) as caught:
        stage_data(
            [DataFile(source=url)],  # type: ignore[arg-type]
            folder,
            lambda source, target: fetch(source, target, context()),
        )
    assert list(folder.iterdir()) == []
    return str(caught.value).partition(": ")[2]


def test_fetch_downloads(tmp_path: Path, server: str) -> None:
    """Bytes, and what the server says about them."""
    result = fetch(f"{server}/grid.nc", tmp_path / "t", context())
    assert (tmp_path / "t").read_bytes() == LARGE
    modified = datetime(2023, 1, 1, 6, tzinfo=UTC)
    assert result == FetchResult(size=len(LARGE), etag='"v1"', modified=modified, content_type="application/x-netcdf")


def test_a_download_that_was_cut_off_is_no_input(tmp_path: Path, server: str) -> None:
    """Defect 35: whatever arrived is gone."""
    assert "Response payload is not completed" in staged(tmp_path, f"{server}/cut.nc")


def test_an_error_page_is_no_input(tmp_path: Path, server: str) -> None:
    """A server that says 200 and means 'log in'."""
    assert staged(tmp_path, f"{server}/page.nc").startswith("it is an HTML page that begins '<html>log in</html>'")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/gone.nc", "the server answers 404 Not Found"),
        ("/forbidden.nc?token=sesame", "the server answers 403 Forbidden"),
    ],
)
def test_a_refusal_of_a_server_is_told(tmp_path: Path, server: str, path: str, told: str) -> None:
    """With its status, and without what the URL must not show."""
    assert staged(tmp_path, f"{server}{path}") == told


@pytest.mark.parametrize(("busy", "tries"), [(2, 1), (9, 2)])
def test_a_busy_server_is_asked_again(tmp_path: Path, server: str, busy: int, tries: int) -> None:
    """Other than one that has no such file. (fsspec itself asks twice.)"""
    Handler.busy = busy
    entry = DataFile(source=f"{server}/busy.nc", retry=1)  # type: ignore[arg-type]

    def bring(source: str, target: Path) -> FetchResult:
        return fetch(source, target, context())

    if tries == 1:
        stage_data([entry], tmp_path, bring, first_wait=0.001)
        assert (tmp_path / "busy.nc").read_bytes() == LARGE
        return
    with pytest.raises(StageError, match=r"\(tried 2 times\): the server answers 503 Service Unavailable$"):
        stage_data([entry], tmp_path, bring, first_wait=0.001)


def test_a_connection_that_fails_is_told_and_tried_again(tmp_path: Path) -> None:
    """fsspec calls it a missing file; a server that starts again has it."""
    pytest.importorskip("aiohttp")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]  # free again after the block, and nobody listens there
    entry = DataFile(source=f"http://127.0.0.1:{port}/grid.nc", retry=1)  # type: ignore[arg-type]
    with pytest.raises(StageError) as caught:
        stage_data([entry], tmp_path, lambda source, target: fetch(source, target, context()), first_wait=0.001)
    assert str(caught.value).startswith(
        f"data file 'grid.nc' from 'http://127.0.0.1:{port}/grid.nc' could not be had (tried 2 times): "
        f"ClientConnectorError: Cannot connect to host 127.0.0.1:{port} "
    )


@pytest.mark.parametrize("path", ["/gone.nc", "/forbidden.nc"])
def test_what_a_server_does_not_give_is_not_asked_for_again(tmp_path: Path, server: str, path: str) -> None:
    """It would say the same."""
    entry = DataFile(source=f"{server}{path}", retry=5)  # type: ignore[arg-type]
    with pytest.raises(StageError, match=r"could not be had: the server answers 40[34]"):
        stage_data([entry], tmp_path, lambda source, target: fetch(source, target, context()), first_wait=100)
