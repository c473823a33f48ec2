"""Files by a list of relative paths, reached from an open folder so that no symlink can lead elsewhere."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rompy_core.workspace.snapshot import Facts, facts_at

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Gone, a folder by now, or behind a file or a symlink.
_NOT_WHAT_WAS_LISTED = (errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.ELOOP)


@contextmanager
def open_folder(path: str | os.PathLike[str], dir_fd: int | None = None) -> Iterator[int]:
    """A folder's descriptor; a symlink is no folder.

    Raises:
        OSError: There is no such folder, or it is a symlink.
    """
    descriptor = os.open(path, _FOLDER, dir_fd=dir_fd)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def is_inside(path: str) -> bool:
    """Whether a relative path stays inside: no ``..``, not absolute, nothing of ``.rompy``.

    >>> is_inside("OUTPUT/a.nc"), is_inside("../a"), is_inside("/a"), is_inside(".rompy/lock"), is_inside("a//b")
    (True, False, False, False, False)
    """
    parts = path.split("/")
    return "\0" not in path and not any(part in ("", ".", "..", ".rompy") for part in parts)


def remove_listed(root: int, paths: Mapping[str, Facts | None]) -> list[str]:
    """Remove files below an open folder, and the folders that are left empty by that.

    What is no file any more, is reached through a symlink by now, or has other facts, is not what was listed and stays.

    Args:
        root: Descriptor of the folder.
        paths: Relative to it, with the facts that each must have; ``None`` where any will do.

    Returns:
        What was removed.

    Raises:
        OSError: A file cannot be removed.
    """
    removed = [
        path for path, facts in sorted(paths.items()) if is_inside(path) and _remove(root, path.split("/"), facts)
    ]
    folders = {path[:cut] for path in removed for cut in range(len(path)) if path[cut] == "/"}
    for folder in sorted(folders, key=len, reverse=True):
        _remove_empty(root, folder.split("/"))
    return removed


def _remove(root: int, parts: list[str], facts: Facts | None) -> bool:
    try:
        if len(parts) > 1:
            with open_folder(parts[0], root) as folder:
                return _remove(folder, parts[1:], facts)
        if facts is not None and facts_at(parts[0], root) != facts:
            return False
        os.unlink(parts[0], dir_fd=root)
    except OSError as error:
        if error.errno in _NOT_WHAT_WAS_LISTED:
            return False
        raise
    return True


def _remove_empty(root: int, parts: list[str]) -> None:
    try:
        if len(parts) > 1:
            with open_folder(parts[0], root) as folder:
                _remove_empty(folder, parts[1:])
        else:
            os.rmdir(parts[0], dir_fd=root)
    except OSError:
        return  # not empty, or not there: both are fine
