"""The folder ``.rompy`` of a workspace: how it comes to be, and whose workspace it marks."""

import contextlib
import errno
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rompy_core.workspace.atomic import TEMPORARY, temporary_name, write_all
from rompy_core.workspace.location import RECORD_DIR
from rompy_core.workspace.owner import process_start
from rompy_hooks import StageError, WorkspaceError

#: The journal's name in the record's folder; its first line is the marker.
JOURNAL = "events.jsonl"

#: How the names of folders begin that were to become records.
_LEFT = f"{RECORD_DIR}{TEMPORARY}"
#: Seconds after which such a folder of a process that is gone is nobody's.
_ABANDONED = 60

_JOURNAL_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC


def create_record_dir(workspace: Path, first_line: bytes, fill: Callable[[str], object] | None = None) -> int:
    """Make ``workspace/.rompy`` with its first journal line inside, in one move; the workspace too where it is missing.

    Args:
        workspace: Absolute path of the workspace.
        first_line: The first event, encoded, with its newline.
        fill: Called with the folder before it gets its name, to put files in that have to be there from the start.

    Returns:
        A descriptor of the journal, open for appending; the caller closes it.

    Raises:
        FileExistsError: ``.rompy`` is there already, or somebody else was first; theirs is untouched.
        WorkspaceError: The folder cannot be made.
        StageError: The disk is full.
    """
    # Texts instead of paths: this is part of what every run costs.
    record_dir = f"{workspace}/{RECORD_DIR}"
    # By chance, because an interrupt may leave one behind, which must not be in the way of the next.
    temporary = f"{workspace}/{temporary_name(RECORD_DIR)}-{os.urandom(4).hex()}"
    try:
        if not _make_workspace(workspace):
            if os.path.lexists(record_dir) and not _is_empty_folder(record_dir):
                raise FileExistsError(record_dir)
            _sweep(workspace)
        return _fill_and_place(temporary, record_dir, first_line, fill)
    except OSError as error:
        if os.path.lexists(record_dir):
            raise FileExistsError(str(record_dir)) from error
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StageError(
                f"{workspace}: the workspace cannot be made: {error.strerror}; make space and start again"
            ) from error
        raise WorkspaceError(f"{workspace}: the workspace cannot be made: {error.strerror}") from error


def marker_of(workspace: Path, *, dir_fd: int | None = None) -> str | None:
    """The id of the run that a workspace belongs to, or ``None`` where there is no marker that can be read.

    Args:
        workspace: The workspace; relative to ``dir_fd`` where that is given.
        dir_fd: An open folder.
    """
    line = _first_line(workspace, dir_fd)
    try:
        event: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    run_id = event.get("run_id") if isinstance(event, dict) else None
    return run_id if isinstance(run_id, str) else None


def is_marked(workspace: Path, run_id: str) -> bool:
    """Whether a workspace carries the marker of a run of this id."""
    return marker_of(workspace) == run_id


def _make_workspace(workspace: Path) -> bool:
    """Whether it was missing."""
    try:
        os.mkdir(workspace)  # noqa: PTH102
    except FileExistsError:
        return False
    except FileNotFoundError:
        workspace.mkdir(parents=True, exist_ok=True)
        return False  # somebody may have been first
    return True


def _fill_and_place(temporary: str, record_dir: str, first_line: bytes, fill: Callable[[str], object] | None) -> int:
    journal = f"{temporary}/{JOURNAL}"
    descriptor = -1
    try:
        os.mkdir(temporary)  # noqa: PTH102
        descriptor = os.open(journal, _JOURNAL_FLAGS, 0o666)
        write_all(descriptor, first_line)
        if fill is not None:
            fill(temporary)
        # A rename replaces an empty folder only: ENOTEMPTY and EEXIST mean that somebody was first.
        os.rename(temporary, record_dir)  # noqa: PTH104
    except BaseException:
        if descriptor >= 0:
            os.close(descriptor)
        _remove_files(temporary)
        raise
    return descriptor


def _sweep(workspace: Path) -> None:
    """Remove what processes left that were killed here; of another host's nobody knows, so it must be old too."""
    for name in os.listdir(workspace):  # noqa: PTH208
        if not name.startswith(_LEFT):
            continue
        pid = name[len(_LEFT) :].partition("-")[0]
        with contextlib.suppress(OSError):
            age = time.time() - os.lstat(f"{workspace}/{name}").st_mtime
            if age > _ABANDONED and pid.isdecimal() and process_start(int(pid)) is None:
                _remove_files(f"{workspace}/{name}")


def _remove_files(folder: str) -> None:
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):  # noqa: PTH208
            os.unlink(f"{folder}/{name}")  # noqa: PTH108
        os.rmdir(folder)  # noqa: PTH106


def _is_empty_folder(path: str) -> bool:
    try:
        return not os.path.islink(path) and not os.listdir(path)  # noqa: PTH114, PTH208
    except OSError:
        return False


def _first_line(workspace: Path, dir_fd: int | None) -> bytes:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        folder = os.open(workspace / RECORD_DIR, flags | os.O_DIRECTORY, dir_fd=dir_fd)
    except OSError:
        return b""
    try:
        with os.fdopen(os.open(JOURNAL, flags, dir_fd=folder), "rb") as journal:
            return journal.readline()
    except OSError:
        return b""
    finally:
        os.close(folder)
