"""Writing results and messages: a reader that has gone away does not change what was done."""

import os
import sys
from contextlib import suppress
from typing import TextIO


def write_line(line: str = "") -> None:
    """Write a line to stdout; silent when nobody reads it any more (``rompy plugins | head -1``).

    Raises:
        OSError: stdout cannot be written to (a full disk).
    """
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(writable(line, sys.stdout) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered goes nowhere, too, instead of failing again at the interpreter's exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise OSError(f"cannot write to stdout: {error.strerror}") from error


def write_message(text: str) -> None:
    """Write a line or more to stderr; where nobody can read it, nothing happens."""
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(writable(text, sys.stderr) + "\n")
            sys.stderr.flush()


def writable(text: str, stream: TextIO) -> str:
    """The text with characters that the stream's encoding lacks escaped: a locale must not break a message."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
