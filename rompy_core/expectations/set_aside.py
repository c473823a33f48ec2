"""Before an attempt: error files and logs of an earlier one leave its way.

Models append to them or never delete them, and a good attempt must not fail by what an earlier one wrote.
"""

import os
from collections.abc import Collection
from pathlib import Path

from rompy_core.expectations.globs import matching
from rompy_core.workspace import take_snapshot
from rompy_hooks import Expect

#: Folder in an attempt's folder for what lay there before the first attempt.
EARLIER = "earlier"


def set_aside(expect: Expect, workspace: Path, attempt_dir: Path, *, keep: Collection[str] = ()) -> tuple[str, ...]:
    """Move what matches ``error_files`` and ``logs`` into the folder of the attempt that wrote it.

    Args:
        expect: What is expected of the attempt that is about to begin.
        workspace: The workspace, absolute.
        attempt_dir: The new attempt's folder, named by its number. The files go into the folder of the attempt before,
            where there is one, else into ``earlier`` in this one.
        keep: Files that stay, relative to the workspace: inputs.

    Returns:
        What was moved, relative to the workspace, sorted.

    Raises:
        OSError: A file cannot be moved.
    """
    patterns = (*expect.error_files, *expect.logs)
    if not patterns:
        return ()
    there = take_snapshot(workspace)
    moved = sorted({path for pattern in patterns for path in matching(pattern, there)}.difference(keep))
    if moved:
        target = _folder_of_earlier(attempt_dir)
        for path in moved:
            _move(workspace / path, target / path)
    return tuple(moved)


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
