"""The way in: whatever happens becomes an exit code and, where something failed, one message."""

import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

INTERRUPTED = 130


def main() -> NoReturn:
    """Run the command with the arguments of this process, and end with its exit code."""
    # Importing makes no garbage, and looking for it costs a pipeline of ``true`` 7 % of its time; the stages have it
    # switched on again.
    gc.disable()
    _open_missing_descriptors()
    code = _flushed(call(sys.argv[1:]))
    # The same at the end: the memory goes with the process.
    gc.freeze()
    sys.exit(code)


def call(args: Sequence[str]) -> int:
    """Run the command.

    Args:
        args: The words after ``rompy``.

    Returns:
        The exit code; what failed has been told on stderr (with ``--json``, on stdout too).
    """
    from rompy_core.cli.root import rompy

    try:
        code = rompy.main(list(args), prog_name="rompy", complete_var="_ROMPY_COMPLETE", standalone_mode=False)
    except Exception as error:  # noqa: BLE001  the last place where an error can be told
        from rompy_core.cli.failures import tell

        return tell(error, debug="--debug" in args, as_json="--json" in args)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _open_missing_descriptors() -> None:
    """Give 0, 1 and 2 the null device where they were closed: a journal opened as 2 would get the error messages."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _flushed(code: int) -> int:
    """Flush now: at the interpreter's exit, a full disk or a closed pipe would print a traceback and exit 120."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if code == 0 and not isinstance(error, BrokenPipeError):
            print(f"Error: cannot write to stdout: {error.strerror}", file=sys.stderr)  # noqa: T201  this is the command
            return 1
    return code
