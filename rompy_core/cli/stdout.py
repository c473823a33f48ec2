"""Writing results: a reader that has gone away does not change what was done."""

import os
import sys


def write_line(line: str = "") -> None:
    """Write a line to stdout; silent when nobody reads it any more (``rompy plugins | head -1``).

    Raises:
        OSError: stdout cannot be written to (a full disk).
    """
    if sys.stdout is None:
        return
    encoding = sys.stdout.encoding
    try:
        sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered goes nowhere, too, instead of failing again at the interpreter's exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise OSError(f"cannot write to stdout: {error.strerror}") from error
