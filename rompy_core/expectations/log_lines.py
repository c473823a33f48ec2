"""Lines of logs that may be of any size, in any encoding, with lines of any length."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

# Bytes that are read at once: big enough to be fast, small enough not to be seen in the memory of the driver.
_CHUNK = 1 << 20
# A line that is longer than a chunk is judged in pieces; so many bytes are in two of them, so that what stands across
# their border is found.
_OVERLAP = 4096


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    r"""The lines of a log with their numbers, from 1, as an editor counts them.

    A carriage return ends a piece of a line (progress bars), which keeps its line's number. Bytes that are no UTF-8
    become replacement characters. A pipe or socket has no lines.

    Raises:
        OSError: The file cannot be read.
    """
    number = 1
    for chunk in _chunks(path):
        lines = chunk.decode("utf-8", "replace").split("\n")
        for place, line in enumerate(lines):
            if place:
                number += 1
            if "\r" in line:
                yield from ((number, piece) for piece in line.split("\r") if piece)
            elif line:
                yield number, line


def _chunks(path: Path) -> Iterator[bytes]:
    """Pieces of a file that end with a line, but for lines that are longer than a chunk."""
    # O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return
        rest = b""
        while piece := file.read(_CHUNK):
            whole, newline, begun = piece.rpartition(b"\n")
            if newline:
                yield rest + whole + newline
                rest = begun
            elif len(rest) + len(piece) > _CHUNK:
                yield rest + piece
                rest = (rest + piece)[-_OVERLAP:]
            else:
                rest += piece
        if rest:
            yield rest
