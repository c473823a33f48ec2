"""Errors as people and programs read them; imported when there is one."""

import sys
import traceback
from contextlib import suppress
from io import StringIO

import click

from rompy_core.cli.json_document import print_document

USAGE, FAILED, INTERRUPTED = 2, 1, 130


def tell(error: Exception, *, debug: bool, as_json: bool) -> int:
    """Tell what failed on stderr, and with ``as_json`` as the document on stdout.

    Args:
        error: What reached the command's end.
        debug: Whether the traceback is wanted.
        as_json: Whether stdout is to hold a document.

    Returns:
        The exit code.
    """
    if isinstance(error, BrokenPipeError):
        return FAILED
    code, message = _code_of(error), _message_of(error)
    if debug:
        _write("".join(traceback.format_exception(error)))
    _write(_usage(error) if isinstance(error, click.ClickException) else f"Error: {message}\n")
    if as_json:
        # stdout may be what failed.
        with suppress(OSError):
            print_document({"success": False, "error": message, "exit_code": code, **_faults_of(error)})
    return code


def tell_failure(message: str) -> None:
    """Tell a failure that is a result, on stderr."""
    _write(f"Error: {message}\n")


def tell_warning(message: str) -> None:
    """Tell what people should know and what failed nothing, on stderr."""
    _write(f"warning: {message}\n")


def _usage(error: click.ClickException) -> str:
    """What click says: how the command is used, and what was wrong."""
    shown = StringIO()
    error.show(file=shown)
    return shown.getvalue()


def _code_of(error: Exception) -> int:
    if isinstance(error, click.ClickException):
        return error.exit_code
    if isinstance(error, click.Abort):
        return INTERRUPTED
    code = getattr(error, "exit_code", FAILED)
    return code if isinstance(code, int) else FAILED


def _message_of(error: Exception) -> str:
    from rompy_hooks.errors import ConfigError, RompyError

    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, click.Abort):
        return "interrupted"
    if isinstance(error, ConfigError) and len(error.faults) > 1:
        return "\n  ".join([f"{len(error.faults)} faults", *map(str, error.faults)])
    if isinstance(error, (RompyError, OSError)):
        return str(error)
    return (
        f"internal error: {type(error).__name__}: {error}. This is a fault of rompy: please report it; "
        "rompy --debug ... shows the traceback"
    )


def _faults_of(error: Exception) -> dict[str, list[dict[str, str | int | None]]]:
    from rompy_hooks.errors import ConfigError

    if not isinstance(error, ConfigError):
        return {}
    return {
        "faults": [
            {
                "file": None if fault.file is None else str(fault.file),
                "line": fault.line,
                "key": fault.key,
                "message": fault.message,
            }
            for fault in error.faults
        ]
    }


def _write(text: str) -> None:
    """Write to stderr, which may be closed, full, or of an encoding that lacks a character."""
    if sys.stderr is None:
        return
    with suppress(OSError):
        sys.stderr.write(text.encode(sys.stderr.encoding, "backslashreplace").decode(sys.stderr.encoding))
        sys.stderr.flush()
