"""Following a log file while a model writes it: complete lines as text, whatever bytes they are."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

#: Bytes that are read at once.
_CHUNK = 64 * 1024
#: A line without end is cut here, so that memory stays flat.
_LONGEST_LINE = 64 * 1024
#: Chunks of one log that are handed on before the other has its turn, and the end of the block is heard.
_CHUNKS_A_LOOK = 16
#: Bytes of a log that are still handed on when the model has ended; the file has all of it.
_AT_THE_END = 1 << 20


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

    @property
    def behind(self) -> int:
        """Bytes that were added and not read yet."""
        try:
            return max(0, self._path.stat().st_size - self._offset)
        except OSError:
            return 0

    def skip(self, count: int) -> None:
        """Leave bytes out, and the line that has been read in part."""
        self._offset += count
        self._rest = b""


class LogFollower:
    """Hands on the lines of some logs while the ``with`` block is done, and what is left at its end.

    Where a model writes faster than somebody takes the lines, the end of the block waits for a megabyte at most; what
    is left out before that is told as a line.
    """

    def __init__(self, logs: dict[str, Path], tell: Callable[[str, list[str]], None], interval: float = 0.2) -> None:
        self._logs = logs
        self._tails = {stream: LogTail(path) for stream, path in logs.items()}
        self._tell = tell
        self._interval = interval
        self._over = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._follow, name="rompy-log-follower", daemon=True)

    def __enter__(self) -> "LogFollower":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self._error is not None:
            if kind is None:  # else what the block raised goes on its way
                raise self._error
            return
        for stream, tail in self._tails.items():
            self._finish(stream, tail)

    def _follow(self) -> None:
        try:
            while not self._over.is_set():
                more = [self._look(stream, tail) for stream, tail in self._tails.items()]
                if not any(more):
                    self._over.wait(self._interval)
        except BaseException as error:  # noqa: BLE001 - raised where the block ends: a thread would print it
            self._error = error

    def _look(self, stream: str, tail: LogTail) -> bool:
        """Hand on what was added, up to a limit; whether there is more."""
        for _ in range(_CHUNKS_A_LOOK):
            if self._over.is_set():
                break
            lines = tail.lines()
            if lines:
                self._tell(stream, lines)
            if not tail.behind:
                return False
        return True

    def _finish(self, stream: str, tail: LogTail) -> None:
        behind = tail.behind
        if behind > _AT_THE_END:
            left_out = behind - _AT_THE_END
            tail.skip(left_out)
            behind = _AT_THE_END
            self._tell(stream, [f"[... {left_out} bytes are left out here; {self._logs[stream]} has them]"])
        for _ in range(behind // _CHUNK + 1):  # what somebody still writes is no part of the run
            lines = tail.lines()
            if lines:
                self._tell(stream, lines)
        lines = tail.lines(last=True)
        if lines:
            self._tell(stream, lines)
