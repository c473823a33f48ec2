"""Before an attempt: error files and logs of an earlier one leave its way.

Models append to them or never delete them, and a good attempt must not fail by what an earlier one wrote.
"""

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NamedTuple

from rompy_core.expectations.globs import matching
from rompy_core.workspace import Snapshot, take_snapshot
from rompy_hooks import Expect

#: Folder in an attempt's folder for what an earlier one left whose own folder is gone.
EARLIER = "earlier"


class SetAside(NamedTuple):
    """What matched, relative to the workspace, sorted."""

    moved: tuple[str, ...] = ()
    #: What no attempt of this run made: it is somebody's.
    stayed: tuple[str, ...] = ()


def set_aside(
    expect: Expect,
    workspace: Path,
    attempt_dir: Path,
    *,
    ours: Callable[[], Snapshot],
    keep: Collection[str] = (),
) -> SetAside:
    """Move what matches ``error_files`` and ``logs`` into the folder of the attempt that wrote it.

    Args:
        expect: What is expected of the attempt that is about to begin.
        workspace: The workspace, absolute.
        attempt_dir: The new attempt's folder, named by its number. The files go into the folder of the attempt before,
            where there is one, else into ``earlier`` in this one.
        ours: Asked for what attempts made, and how they left it; nothing else is moved.
        keep: Files that stay and are not told, relative to the workspace: inputs.

    Raises:
        OSError: A file cannot be moved.
    """
    patterns = (*expect.error_files, *expect.logs)
    if not patterns:
        return SetAside()
    there = take_snapshot(workspace)
    found = sorted({path for pattern in patterns for path in matching(pattern, there)}.difference(keep))
    if not found:
        return SetAside()
    made, target = ours(), _folder_of_earlier(attempt_dir)
    moved = tuple(path for path in found if made.get(path) == there[path])
    for path in moved:
        _move(workspace / path, target / path)
    return SetAside(moved, tuple(path for path in found if path not in moved))


def _folder_of_earlier(attempt_dir: Path) -> Path:
    if attempt_dir.name.isdecimal():
        previous = attempt_dir.with_name(str(int(attempt_dir.name) - 1))
        if previous.is_dir():
            return previous
    return attempt_dir / EARLIER


def _move(source: Path, target: Path) -> None:
    """Move a file to a name that is free: the folder may hold the attempt's own ``stdout.log``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    free, number = target, 0
    while os.path.lexists(free):
        number += 1
        free = target.with_name(f"{target.name}.{number}")
    source.rename(free)
