"""``fetch_files``: bring data files from this machine, and through fsspec (an extra) from anywhere else."""

import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from rompy_core.data_files import is_url, shown_source
from rompy_hooks import FetchResult, RompyError, RunCancelledError, RunContext, StageError, hookimpl

_CHUNK = 1 << 20
_PIECE = 64 << 20
# Seconds without a byte after which a server counts as gone; a timeout of the entry may end it earlier.
_PATIENCE = 120.0
# Answers of a server below 500 after which another try may help: too slow, too early, too often.
_PASSING = (408, 425, 429)


@hookimpl(trylast=True)
def fetch(source: str, target: Path, context: RunContext) -> FetchResult:
    """Bring a file of this machine (a path or ``file://``), or of any file system that fsspec knows."""
    check = _goes_on(target, context)
    if not is_url(source):
        return _copy(Path(source), target, check)
    url = urlsplit(source)
    if url.scheme == "file" and "::" not in source.partition("://")[0]:
        if url.netloc not in ("", "localhost"):
            raise StageError(f"a file URL has three slashes, file:///{url.netloc}{url.path}; got {source!r}")
        return _copy(Path(unquote(url.path)), target, check)
    return _download(source, target, check)


def _goes_on(target: Path, context: RunContext) -> Callable[[], None]:
    """What is called between two pieces of a file: it raises when nobody waits for the file any more."""

    def check() -> None:
        if context.cancellation.requested:
            raise RunCancelledError(context.cancellation.reason or "cancelled")
        deadline = context.cancellation.deadline
        if deadline is not None and time.monotonic() >= deadline:
            raise StageError("the run's time is over")
        if not target.parent.exists():
            raise StageError("it was given up")

    return check


def _copy(source: Path, target: Path, check: Callable[[], None]) -> FetchResult:
    """A streamed copy with the permission bits and the time of the original."""
    try:
        with source.open("rb") as original, target.open("xb") as copy:
            status = os.fstat(original.fileno())
            _pump(original.fileno(), copy.fileno(), check)
            os.fchmod(copy.fileno(), status.st_mode & 0o777 | 0o600)
            os.utime(copy.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))
    except OSError as error:
        raise StageError(f"{error.filename or source}: {error.strerror}") from error
    return FetchResult(size=status.st_size, modified=datetime.fromtimestamp(status.st_mtime, UTC))


def _pump(source: int, target: int, check: Callable[[], None]) -> None:
    """Copy in the kernel, which shares the blocks where the file system can; else in chunks."""
    try:
        while os.copy_file_range(source, target, _PIECE):
            check()
    except (AttributeError, OSError) as error:
        if isinstance(error, OSError) and os.lseek(target, 0, os.SEEK_CUR):
            raise
    # Some file systems (of /proc, of networks) say that nothing is left although there is.
    while chunk := os.read(source, _CHUNK):
        check()
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(target, rest) :]


def _download(source: str, target: Path, check: Callable[[], None]) -> FetchResult:
    try:
        from fsspec.callbacks import Callback  # type: ignore[import-untyped]
        from fsspec.core import url_to_fs  # type: ignore[import-untyped]
    except ImportError as error:
        raise StageError("it needs the extra: pip install 'rompy-core[fsspec]'") from error

    class Pieces(Callback):  # type: ignore[misc]  # fsspec has no types
        def relative_update(self, inc: int = 1) -> None:  # noqa: ARG002 - fsspec's signature
            check()

    try:
        file_system, path = url_to_fs(source, **_options(source))
        info = file_system.info(path)
        if info.get("type") != "directory":
            file_system.get_file(path, os.fspath(target), callback=Pieces())
    except RompyError:
        raise
    except Exception as error:  # noqa: BLE001 - each file system has errors of its own
        raise _told(source, error) from _reason(error)
    if info.get("type") == "directory":
        raise StageError("it is a directory; name the files in it")
    return _known(info)


def _options(source: str) -> dict[str, Any]:
    """Options of the file system; aiohttp would end every download after five minutes."""
    if not source.startswith(("http://", "https://")):
        return {}
    from aiohttp import ClientTimeout

    return {"client_kwargs": {"timeout": ClientTimeout(total=None, sock_connect=_PATIENCE, sock_read=_PATIENCE)}}


def _reason(error: Exception) -> BaseException:
    """What the error came of: fsspec calls each failure a missing file, but who cannot be asked may have it."""
    cause = error.__cause__
    if not isinstance(error, FileNotFoundError) or cause is None:
        return error
    status = getattr(cause, "status", None)
    stays = isinstance(cause, FileNotFoundError) or (status is not None and status < 500 and status not in _PASSING)
    return error if stays else cause


def _told(source: str, error: Exception) -> StageError:
    """What a file system of fsspec said, in one line without secrets."""
    cause = error.__cause__ or error
    status = getattr(cause, "status", None)
    if status is not None:
        return StageError(f"the server answers {status} {getattr(cause, 'message', '')}".rstrip())
    reason = _reason(error)
    if isinstance(reason, FileNotFoundError):
        return StageError("no such file there")
    if isinstance(error, ImportError):
        return StageError(f"it needs one more package: {error}")
    text = str(reason).replace(source, shown_source(source)) or type(reason).__name__
    return StageError(f"{type(reason).__name__}: {text}")


def _known(info: Mapping[str, Any]) -> FetchResult:
    """What a file system tells about a file, under the names that the most of them use."""
    size = info.get("size")
    etag = info.get("ETag") or info.get("etag")
    return FetchResult(
        size=size if isinstance(size, int) else None,
        etag=None if etag is None else str(etag),
        modified=_moment(info.get("LastModified") or info.get("Last-Modified") or info.get("mtime")),
        content_type=info.get("ContentType") or info.get("mimetype") or info.get("contentType"),
    )


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    if isinstance(value, str):
        from email.utils import parsedate_to_datetime

        try:
            return parsedate_to_datetime(value)
        except ValueError:
            return None
    return None
