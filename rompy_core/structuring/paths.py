"""Readers of paths: beside the file that names them, or inside the workspace."""

from pathlib import Path
from typing import Any

from rompy_core.data_files.source_location import is_url
from rompy_core.structuring.cursor import Cursor

PATH = "a path"
SOURCE_LOCATION = "a path or a URL"
WORKSPACE_PATH = "a path relative to the workspace"


def read_path(cursor: Cursor, _type: Any) -> Path:
    """An absolute path: ``~`` is the home, a relative one belongs to the folder of the file that names it."""
    path = _path(cursor, PATH)
    try:
        if path.parts[:1] and path.parts[0].startswith("~"):
            path = path.expanduser()
        return path if path.is_absolute() else cursor.origin.directory(cursor.key) / path
    except (RuntimeError, OSError) as error:  # no such user, or the working directory is gone
        raise cursor.refusal(f"cannot be made absolute: {error}") from None


def read_source_location(cursor: Cursor, kind: Any) -> str:
    """A URL as it is written, or a path as :func:`read_path` makes it absolute."""
    value = cursor.value
    if isinstance(value, str) and is_url(value):
        return str.__str__(value)
    if not isinstance(value, str | Path) or not value:
        raise cursor.misfit(SOURCE_LOCATION)
    return str(read_path(cursor, kind))


def read_workspace_path(cursor: Cursor, _type: Any) -> Path:
    """A relative path that stays inside the workspace."""
    path = _path(cursor, WORKSPACE_PATH)
    if path.is_absolute() or ".." in path.parts:
        raise cursor.refusal(f"must be relative to the workspace and stay inside it, got {cursor.quoted(str(path))}")
    return path


def _path(cursor: Cursor, expected: str) -> Path:
    value = cursor.value
    if isinstance(value, str):
        value = str.__str__(value)
    elif not isinstance(value, Path):
        raise cursor.misfit(expected)
    if not value:
        raise cursor.misfit(expected)
    if "\0" in str(value):
        raise cursor.refusal("must not hold a NUL byte")
    return Path(value)
