"""Whether a file that arrived is the one that was meant: its size, its checksum, and that it is no error page."""

import os
from pathlib import Path

from rompy_core.data_files.data_file import DataFile
from rompy_core.data_files.shown import shown_source
from rompy_hooks import FetchResult, StageError

_PAGES = (".htm", ".html", ".xhtml")
_PAGE_STARTS = (b"<!doctype html", b"<html")


def check_arrived(file: DataFile, arrived: Path, fetched: FetchResult) -> int:
    """Refuse a file that was cut off, is empty or too small, is an error page, or has another checksum.

    Returns:
        Its size in bytes.

    Raises:
        StageError: What was expected, what came, and what to do.
    """
    if not arrived.is_file():
        raise _refusal(file, "its fetch said that it was done, but wrote no file")
    size = arrived.stat().st_size
    if fetched.size is not None and size != fetched.size:
        raise _refusal(file, f"it was cut off: {size} of {fetched.size} bytes arrived; try again, or give it a 'retry'")
    if size == 0 and file.min_size != 0:
        raise _refusal(file, "it is empty; if that is right, give it min_size: 0")
    if file.min_size is not None and size < file.min_size:
        raise _refusal(file, f"it has {size} bytes, and min_size is {file.min_size}")
    _check_content(file, arrived, fetched)
    return size


def _check_content(file: DataFile, arrived: Path, fetched: FetchResult) -> None:
    digest = None if file.sha256 is None else sha256_of(arrived)
    if digest is not None and digest == file.sha256:
        return
    if _is_page(file, arrived, fetched):
        raise _refusal(
            file,
            f"it is an HTML page that begins {_beginning(arrived)!r}, most likely an error message or a log-in; "
            "open the source in a browser. If a page is meant, let the target end in .html",
        )
    if digest is not None:
        raise _refusal(file, f"its sha256 is {digest}, and {file.sha256} was expected; the source may have changed")


def sha256_of(path: Path) -> str:
    """The checksum of a file, as sha256sum prints it."""
    import hashlib

    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _is_page(file: DataFile, arrived: Path, fetched: FetchResult) -> bool:
    if file.place.suffix.lower() in _PAGES:
        return False
    if (fetched.content_type or "").split(";")[0].strip().lower() == "text/html":
        return True
    return _head(arrived).lower().startswith(_PAGE_STARTS)


def _head(path: Path) -> bytes:
    with path.open("rb") as content:
        return content.read(512).removeprefix(b"\xef\xbb\xbf").lstrip()


def _beginning(path: Path) -> str:
    return " ".join(_head(path).decode("utf-8", "replace").split())[:80]


def _refusal(file: DataFile, what: str) -> StageError:
    return StageError(f"data file {os.fspath(file.place)!r} from {shown_source(file.source)!r} is not used: {what}")
