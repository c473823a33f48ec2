"""The last lines of a model's log, fit for a terminal."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

#: Read at most this much of a file's end.
_BYTES = 16 * 1024

#: Escape sequences (colours, titles) and control characters: a log must not steer the terminal.
_CONTROL = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-Z\\-_])|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def last_lines(path: Path, count: int) -> list[str]:
    """The last lines that are not blank; none of a file that is not there.

    Args:
        path: A log; bytes that are no UTF-8 are replaced.
        count: How many lines.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _BYTES))
            text = file.read(_BYTES).decode("utf-8", "replace")
    except OSError:
        return []
    return [line for line in map(_clean, text.split("\n")) if line][-count:]


def _clean(line: str) -> str:
    # A progress bar writes its line again and again: the last version counts.
    shown = line.rstrip("\r\n ").rsplit("\r", 1)[-1]
    return _CONTROL.sub("", shown).expandtabs().rstrip()


def last_written(paths: Iterable[Path]) -> Path | None:
    """The file that was written to last, of those that are not empty."""
    found = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        if status.st_size:
            found.append((status.st_mtime_ns, path))
    return max(found)[1] if found else None
