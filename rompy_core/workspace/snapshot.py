"""What lies in a workspace, so that what an attempt wrote can be told from what lay there before."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

from rompy_core.workspace.location import RECORD_DIR

#: Path relative to the workspace -> inode, size in bytes, time of the last change in ns.
Snapshot: TypeAlias = Mapping[str, tuple[int, int, int]]


class Entry(NamedTuple):
    """A file that an attempt made or changed."""

    #: Relative to the workspace, with ``/``.
    path: str
    #: Bytes.
    size: int
    #: Time of the last change, ns since 1970.
    mtime_ns: int


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
    (Entry(path='b', size=7, mtime_ns=9),)
    """
    return tuple(sorted(Entry(path, facts[1], facts[2]) for path, facts in after.items() if before.get(path) != facts))


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
