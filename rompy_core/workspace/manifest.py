"""The manifest of an attempt: what it made or changed, with size and time."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rompy_core.workspace.atomic import write_whole
from rompy_core.workspace.snapshot import Entry

#: The manifest's name in an attempt's folder; without one the attempt wrote nothing.
MANIFEST = "outputs.json"

_FORMAT = 1


def write_manifest(attempt_dir: Path, entries: Sequence[Entry]) -> None:
    """Write what an attempt made or changed; without entries nothing is written.

    Args:
        attempt_dir: The attempt's folder; it exists.
        entries: As :func:`~rompy_core.workspace.changes` tells.

    Raises:
        OSError: It cannot be written; nothing half is left.
    """
    if not entries:
        return
    lines = ",\n".join(json.dumps(entry._asdict()) for entry in entries)  # was: null tells what is new
    write_whole(attempt_dir / MANIFEST, f'{{"format": {_FORMAT}, "outputs": [\n{lines}\n]}}\n'.encode())


def read_manifest(attempt_dir: Path) -> tuple[Entry, ...]:
    """What an attempt made or changed; nothing where there is no manifest, or none that can be read."""
    try:
        data: Any = json.loads((attempt_dir / MANIFEST).read_bytes())
        return tuple(_entry(each) for each in data["outputs"])
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return ()


def _entry(data: dict[str, Any]) -> Entry:
    was = data["was"]
    before = None if was is None else (int(was[0]), int(was[1]), int(was[2]))
    return Entry(str(data["path"]), int(data["size"]), int(data["mtime_ns"]), int(data["inode"]), before)


def checksum(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, read piece by piece.

    Raises:
        OSError: The file cannot be read.
    """
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
