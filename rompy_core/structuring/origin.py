"""Where data comes from: the file and line of each key, and what its relative paths are relative to."""

from pathlib import Path
from typing import Protocol

from rompy_hooks.errors import Fault

#: The way from the root of a config to a value: names in mappings, indexes in lists.
Key = tuple[str | int, ...]


class Origin(Protocol):
    """What structuring asks about a place in the data; a config file's document is one."""

    def position(self, key: Key, /) -> tuple[Path | str | None, int | None]:
        """File (or another name of the place) and line, counted from 1."""

    def directory(self, key: Key, /) -> Path:
        """The absolute folder that a relative path at this key is relative to."""


class PythonOrigin:
    """Data that Python code made: no file, and paths are relative to the working directory of the moment."""

    __slots__ = ()

    def position(self, key: Key, /) -> tuple[Path | str | None, int | None]:  # noqa: ARG002 - the protocol's
        """No file and no line."""
        return None, None

    def directory(self, key: Key, /) -> Path:  # noqa: ARG002 - the protocol's
        """The working directory."""
        return Path.cwd()


def fault_at(message: str, origin: Origin | None, key: Key) -> Fault:
    """A fault at a place, with its file and line.

    Args:
        message: What was given and what would do.
        origin: Where the data comes from; ``None`` for Python.
        key: The place.

    >>> str(fault_at("must be > 0, got -3", None, ("steps", 1, "timeout")))
    'steps[1].timeout: must be > 0, got -3'
    """
    from rompy_core.config_files.keys import dotted

    file, line = (None, None) if origin is None else origin.position(key)
    return Fault(message, file, line, dotted(key))
