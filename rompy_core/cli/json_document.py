"""The one document that ``--json`` puts on stdout, and nothing else beside it."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TextIO

import click

from rompy_core.cli.output import write_line

_STDOUT = "rompy.stdout"


def print_document(document: Mapping[str, Any] | list[Any]) -> None:
    """Print a document, indented for people."""
    context = click.get_current_context(silent=True)
    write_line(json_text(document, indent=2), None if context is None else context.meta.get(_STDOUT))


def json_text(data: Any, *, indent: int | None = None) -> str:
    """Data as JSON: numbers that it has no word for become null, what else it does not know its text.

    >>> json_text({"bias": float("nan"), "rmse": 0.5, "on": {1}})
    '{"bias": null, "rmse": 0.5, "on": "{1}"}'
    """
    try:
        return json.dumps(data, indent=indent, default=str, allow_nan=False)
    except ValueError:
        plain = json.loads(json.dumps(data, default=str), parse_constant=lambda _nan_or_infinity: None)
        return json.dumps(plain, indent=indent)


def keep_stdout_for_the_document(context: click.Context) -> None:
    """Until the command's end, have what plugins and their children print go to stderr."""
    if sys.stdout is not None and _STDOUT not in context.meta:
        context.meta[_STDOUT] = context.with_resource(_stdout_kept())


@contextmanager
def _stdout_kept() -> Iterator[TextIO]:
    stdout = sys.stdout
    stdout.flush()
    # The descriptor, not only Python's stream: a processor's child or Fortran library writes to the former.
    kept = os.fdopen(os.dup(1), "w", encoding=stdout.encoding, errors=stdout.errors)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    try:
        yield kept
    finally:
        sys.stdout = stdout
        with suppress(OSError):  # told when the document was written
            stdout.flush()
        os.dup2(kept.fileno(), 1)
        with suppress(OSError):
            kept.close()
