"""A workspace as one zip file."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rompy_core.workspace.atomic import TEMPORARY, temporary_name
from rompy_core.workspace.location import RECORD_DIR
from rompy_core.workspace.lock import LOCK
from rompy_hooks import StageError, WorkspaceError

if TYPE_CHECKING:
    import zipfile


def zip_workspace(workspace: Path, target: Path | None = None) -> Path:
    """Pack a workspace, its record included, into a zip file.

    Left out are the lock, temporary files, sockets and pipes, and the zip file itself. Symlinks are packed as symlinks
    and never followed, so that nothing from outside gets in.

    Args:
        workspace: The workspace.
        target: The file to make; beside the workspace, with its name and ``.zip``, unless given.

    Returns:
        The file.

    Raises:
        WorkspaceError: There is no such workspace, or the target exists.
        StageError: It cannot be written; nothing half is left.
    """
    if not workspace.is_dir():
        raise WorkspaceError(f"{workspace} is no folder, so it cannot be packed")
    target = workspace.with_name(f"{workspace.name}.zip") if target is None else target
    if os.path.lexists(target):
        raise WorkspaceError(f"{target} exists already; move it away or name another file")
    temporary = target.with_name(temporary_name(target.name))
    try:
        _pack(workspace, temporary)
        _place(temporary, target)
    except OSError as error:
        raise StageError(f"{workspace} cannot be packed into {target}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return target


def _pack(workspace: Path, temporary: Path) -> None:
    import zipfile

    with zipfile.ZipFile(temporary, "x", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path, entry in _members(os.fspath(workspace), ""):
            _add(archive, entry, path)


def _members(folder: str, prefix: str) -> "Iterator[tuple[str, os.DirEntry[str]]]":
    """What is to be packed, in an order that does not depend on the file system."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = prefix + entry.name
        if TEMPORARY in entry.name or path == f"{RECORD_DIR}/{LOCK}":
            continue
        yield path, entry
        if entry.is_dir(follow_symlinks=False):
            yield from _members(entry.path, f"{path}/")


def _add(archive: "zipfile.ZipFile", entry: "os.DirEntry[str]", path: str) -> None:
    import zipfile

    facts = entry.stat(follow_symlinks=False)
    if stat.S_ISLNK(facts.st_mode):
        link = zipfile.ZipInfo(path)
        link.external_attr = facts.st_mode << 16
        archive.writestr(link, os.fsencode(os.readlink(entry.path)))  # noqa: PTH115 - the text as it is
    elif stat.S_ISREG(facts.st_mode) or stat.S_ISDIR(facts.st_mode):
        archive.write(entry.path, path)


def _place(temporary: Path, target: Path) -> None:
    """Give the file its name unless somebody took it meanwhile: a link never replaces, where a rename would."""
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise WorkspaceError(f"{target} exists already; move it away or name another file") from None
    except OSError:
        temporary.rename(target)  # a file system without hard links
