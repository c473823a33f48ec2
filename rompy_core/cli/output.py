"""Writing results and messages: a reader that has gone away does not change what was done."""

import os
import sys
from contextlib import suppress
from typing import TextIO


def write_line(line: str = "", stdout: TextIO | None = None) -> None:
    """Write a line to stdout; silent when nobody reads it any more (``rompy plugins | head -1``).

    Args:
        line: What to write.
        stdout: Where stdout is; ``sys.stdout`` unless it was put aside.

    Raises:
        OSError: stdout cannot be written to (a full disk).
    """
    stream = stdout or sys.stdout
    if stream is None:
        return
    try:
        stream.write(writable(line, stream) + "\n")
        stream.flush()
    except BrokenPipeError:
        # What is still buffered goes nowhere, too, instead of failing again at the interpreter's exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError as error:
        raise OSError(f"cannot write to stdout: {error.strerror}") from error


def write_message(text: str) -> None:
    """Write a line or more to stderr; where nobody can read it, nothing happens."""
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(writable(text, sys.stderr) + "\n")
            sys.stderr.flush()


def write_from_handler(text: str) -> None:
    """Write to stderr past the buffers: a signal's handler may have interrupted a write to them."""
    with suppress(OSError):
        os.write(2, text.encode())


def writable(text: str, stream: TextIO) -> str:
    """The text with characters that the stream's encoding lacks escaped: a locale must not break a message."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
