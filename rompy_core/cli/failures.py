"""Errors as people and programs read them; imported when there is one."""

from contextlib import suppress
from io import StringIO

import click

from rompy_core.cli.json_document import print_document
from rompy_core.cli.output import write_message

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
    if isinstance(error, click.NoSuchOption):
        error = _misplaced(error) or error
    code, message = _code_of(error), _message_of(error)
    if debug:
        import traceback

        write_message("".join(traceback.format_exception(error)).rstrip("\n"))
    write_message(_usage(error) if isinstance(error, click.ClickException) else f"Error: {message}")
    if as_json:
        # stdout may be what failed.
        with suppress(OSError):
            print_document({"success": False, "error": message, "exit_code": code, **_faults_of(error)})
    return code


def _misplaced(error: click.NoSuchOption) -> click.UsageError | None:
    """The error of an option that stands on the wrong side of the command: its nearest name would be another's."""
    from rompy_core.cli.misplaced import where_it_belongs

    place = where_it_belongs(error)
    return click.UsageError(place, error.ctx) if place else None


def _usage(error: click.ClickException) -> str:
    """What click says: how the command is used, and what was wrong."""
    shown = StringIO()
    error.show(file=shown)
    return shown.getvalue().rstrip("\n")


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
