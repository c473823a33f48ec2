"""Readers of paths: beside the file that names them, or inside the workspace."""

from pathlib import Path
from typing import Any

from rompy_core.structuring.cursor import Cursor

PATH = "a path"
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
