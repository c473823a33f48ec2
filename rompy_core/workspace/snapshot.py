"""What lies in a workspace, so that what an attempt wrote can be told from what lay there before."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

from rompy_core.workspace.location import RECORD_DIR

#: What tells one state of a file from another: inode, size in bytes, time of the last change in ns.
Facts: TypeAlias = tuple[int, int, int]

#: Path relative to the workspace -> its facts.
Snapshot: TypeAlias = Mapping[str, Facts]


class Entry(NamedTuple):
    """A file that an attempt made or changed."""

    #: Relative to the workspace, with ``/``.
    path: str
    #: Bytes.
    size: int
    #: Time of the last change, ns since 1970.
    mtime_ns: int
    inode: int = 0
    #: Its facts before the attempt; ``None`` where it was not there.
    was: Facts | None = None

    @property
    def facts(self) -> Facts:
        """Its facts after the attempt."""
        return self.inode, self.size, self.mtime_ns


def take_snapshot(root: Path) -> Snapshot:
    """All files below a folder but those of ``.rompy``.

    Symlinks to folders are not followed; a symlink to a regular file counts by what it leads to, because models write
    through them. A folder below that is a workspace itself belongs to another run and is left out.

    Raises:
        OSError: The folder itself cannot be read. What vanishes or cannot be read below it is left out.
    """
    found: dict[str, tuple[int, int, int]] = {}
    with os.scandir(root) as entries:
        _collect(list(entries), "", found)
    return found


def changes(before: Snapshot, after: Snapshot) -> tuple[Entry, ...]:
    """The files that are new or changed, sorted by path.

    >>> changes({"a": (1, 5, 0)}, {"a": (1, 5, 0), "b": (2, 7, 9)})
    (Entry(path='b', size=7, mtime_ns=9, inode=2, was=None),)
    """
    changed = sorted(path for path, facts in after.items() if before.get(path) != facts)
    return tuple(Entry(path, after[path][1], after[path][2], after[path][0], before.get(path)) for path in changed)


def facts_at(name: str, folder: int) -> Facts:
    """The facts of one file, as :func:`take_snapshot` tells them.

    Args:
        name: The file's name.
        folder: Descriptor of the folder that it lies in.

    Raises:
        OSError: There is no such file.
    """
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if stat.S_ISLNK(found.st_mode):
        try:
            target = os.stat(name, dir_fd=folder)
        except OSError:
            target = found
        found = target if stat.S_ISREG(target.st_mode) else found
    return found.st_ino, found.st_size, found.st_mtime_ns


def _collect(entries: "list[os.DirEntry[str]]", prefix: str, found: dict[str, tuple[int, int, int]]) -> None:
    for entry in entries:
        if entry.name == RECORD_DIR:
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                _descend(entry, prefix, found)
            else:
                facts = _facts(entry)
                found[prefix + entry.name] = (facts.st_ino, facts.st_size, facts.st_mtime_ns)
        except OSError:
            continue


def _descend(folder: "os.DirEntry[str]", prefix: str, found: dict[str, tuple[int, int, int]]) -> None:
    with os.scandir(folder.path) as inner:
        entries = list(inner)
    if not any(entry.name == RECORD_DIR for entry in entries):
        _collect(entries, f"{prefix}{folder.name}/", found)


def _facts(entry: "os.DirEntry[str]") -> os.stat_result:
    if entry.is_symlink():
        try:
            target = entry.stat()
        except OSError:
            return entry.stat(follow_symlinks=False)
        if stat.S_ISREG(target.st_mode):
            return target
    return entry.stat(follow_symlinks=False)
