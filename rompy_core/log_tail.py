"""Following a log file while a model writes it: complete lines as text, whatever bytes they are."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

#: Bytes that are read at once; a flood is followed at the pace of the reader, the file has all of it.
_CHUNK = 64 * 1024
#: A line without end is cut here, so that memory stays flat.
_LONGEST_LINE = 64 * 1024


class LogTail:
    """Reads what was added to a file since the last look."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path = path
        self._offset = offset
        self._rest = b""

    def lines(self, *, last: bool = False) -> list[str]:
        """The complete lines that were added, without their ends; bytes that are no UTF-8 are replaced.

        Args:
            last: Whether to give the line that has no end, too.
        """
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return []
        try:
            added = os.pread(descriptor, _CHUNK, self._offset)
        finally:
            os.close(descriptor)
        self._offset += len(added)
        *complete, self._rest = (self._rest + added).split(b"\n")
        if self._rest and (last or len(self._rest) > _LONGEST_LINE):
            complete.append(self._rest)
            self._rest = b""
        return [line.rstrip(b"\r").decode("utf-8", "replace") for line in complete]


class LogFollower:
    """Hands on the lines of some logs while the ``with`` block is done, and what is left at its end."""

    def __init__(self, logs: dict[str, Path], tell: Callable[[str, list[str]], None], interval: float = 0.2) -> None:
        self._tails = {stream: LogTail(path) for stream, path in logs.items()}
        self._tell = tell
        self._interval = interval
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="rompy-log-follower", daemon=True)

    def __enter__(self) -> "LogFollower":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        while self._look():
            pass
        self._look(last=True)

    def _follow(self) -> None:
        while not self._over.wait(self._interval):
            self._look()

    def _look(self, *, last: bool = False) -> bool:
        seen = False
        for stream, tail in self._tails.items():
            lines = tail.lines(last=last)
            if lines:
                seen = True
                self._tell(stream, lines)
        return seen
