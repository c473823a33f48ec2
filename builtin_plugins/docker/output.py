"""A container's output, from the engine's stream straight to the log files."""

import os
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: Bytes that are read at once; all that is kept of the output.
_BUFFER = 256 * 1024
#: stream (1: stdout, 2: stderr), three zeros, length of what follows.
_HEADER = struct.Struct(">BxxxL")
#: The stream's number of stderr.
_STDERR = 2
#: os.writev takes no more pieces at once.
_MOST_PIECES = 512


class OutputCopy:
    """Copies an attached stream to two files, in a thread, with flat memory; each byte as it is."""

    def __init__(self, connection: Any, stdout: Path, stderr: Path, skip: tuple[int, int] = (0, 0)) -> None:
        """Take an open connection.

        Args:
            connection: What docker-py's ``attach_socket`` gave.
            stdout: Log file; added to.
            stderr: Log file; added to.
            skip: Bytes of stdout and stderr that the files have already.
        """
        self._connection = connection
        self._paths = (stdout, stderr)
        self._skip = list(skip)
        self._files: tuple[int, int] = (-1, -1)
        self._ended = os.eventfd(0, os.EFD_CLOEXEC)
        #: What the disk or the connection said, where it did not just end.
        self.error: OSError | None = None
        self._stream, self._left = 0, 0
        self._thread = threading.Thread(target=self._copy, name="rompy-docker-output", daemon=True)

    def start(self) -> None:
        """Open the files and begin.

        Raises:
            OSError: A file cannot be opened.
        """
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        first = os.open(self._paths[0], flags, 0o666)
        try:
            self._files = (first, os.open(self._paths[1], flags, 0o666))
        except OSError:
            os.close(first)
            raise
        self._thread.start()

    def fileno(self) -> int:
        """A descriptor that becomes readable when the output has ended."""
        return self._ended

    def close(self) -> None:
        """End it, if it has not ended, and let go of files and connection."""
        if self._thread.is_alive():
            _shut(self._connection)
        if self._thread.ident is not None:
            self._thread.join()
        for descriptor in (*self._files, self._ended):
            if descriptor >= 0:
                os.close(descriptor)
        self._files, self._ended = (-1, -1), -1
        _close(self._connection)

    def _copy(self) -> None:
        try:
            read = _reader(self._connection)
            buffer = bytearray(_BUFFER)
            view = memoryview(buffer)
            kept = 0
            while count := read(view[kept:]):
                kept = self._take(view, kept + count)
        except (OSError, ValueError) as error:  # ValueError: closed under our hands
            self.error = error if isinstance(error, OSError) else None
        finally:
            os.eventfd_write(self._ended, 1)

    def _take(self, view: memoryview, filled: int) -> int:
        """Write what the buffer holds; returns how much of it, the beginning of a header, stays at its start."""
        at = 0
        pieces: list[memoryview] = []
        of = self._stream
        while True:
            if self._left == 0:
                if filled - at < _HEADER.size:
                    break
                self._stream, self._left = _HEADER.unpack_from(view, at)
                at += _HEADER.size
                if self._left == 0:
                    continue
            count = min(self._left, filled - at)
            if count == 0:
                break
            if pieces and (of != self._stream or len(pieces) == _MOST_PIECES):
                self._write(of, pieces)
                pieces = []
            of = self._stream
            pieces.append(view[at : at + count])
            at, self._left = at + count, self._left - count
        if pieces:
            self._write(of, pieces)
        rest = filled - at
        view[:rest] = bytes(view[at:filled])
        return rest

    def _write(self, stream: int, pieces: list[memoryview]) -> None:
        index = 1 if stream == _STDERR else 0
        pieces = self._without_known(index, pieces)
        while pieces:
            written = os.writev(self._files[index], pieces)
            while pieces and written >= len(pieces[0]):
                written -= len(pieces.pop(0))
            if written:
                pieces[0] = pieces[0][written:]

    def _without_known(self, index: int, pieces: list[memoryview]) -> list[memoryview]:
        while self._skip[index] and pieces:
            known = min(self._skip[index], len(pieces[0]))
            self._skip[index] -= known
            pieces[0] = pieces[0][known:]
            if not pieces[0]:
                pieces.pop(0)
        return pieces


def _reader(connection: Any) -> Callable[[memoryview], int | None]:
    """The connection's own way of reading into a buffer; 0 or ``None`` at its end."""
    if hasattr(connection, "proc"):  # docker-py's connection through ssh

        def read_pipe(view: memoryview) -> int:
            data = connection.proc.stdout.read1(len(view))
            view[: len(data)] = data
            return len(data)

        return read_pipe
    below = getattr(connection, "_sock", connection)
    if hasattr(below, "settimeout"):
        below.settimeout(None)  # a model may be silent for hours
    if hasattr(connection, "readinto"):
        return connection.readinto  # type: ignore[no-any-return]
    return connection.recv_into  # type: ignore[no-any-return]


def _shut(connection: Any) -> None:
    import socket

    below = getattr(connection, "_sock", connection)
    try:
        below.shutdown(socket.SHUT_RDWR)
    except (OSError, AttributeError):  # it is gone, or a pipe
        _close(connection)


def _close(connection: Any) -> None:
    # The response would keep the socket open, and the socket what urllib3 has made of it.
    for each in (getattr(connection, "_response", None), connection, getattr(connection, "_sock", None)):
        try:
            if each is not None:
                each.close()
        except (OSError, ValueError):  # ValueError: urllib3 flushes what is closed already
            pass


def feed(connection: Any, source: Path) -> threading.Thread:
    """Send a file to a container's stdin, in a thread, and end it there."""
    import socket

    below = getattr(connection, "_sock", connection)

    def send() -> None:
        try:
            with source.open("rb") as file:
                while data := file.read(_BUFFER):
                    below.sendall(data)
            below.shutdown(socket.SHUT_WR)
        except (OSError, AttributeError):  # the program does not read all of it, or the connection is a pipe
            pass

    thread = threading.Thread(target=send, name="rompy-docker-input", daemon=True)
    thread.start()
    return thread
