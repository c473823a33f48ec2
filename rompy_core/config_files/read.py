"""Read a config: a file, or data from Python."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rompy_core.config_files.document import Document
from rompy_core.config_files.expand import expand, written
from rompy_core.config_files.include import FileReader
from rompy_core.config_files.nodes import Node, Source, plain
from rompy_core.config_files.overrides import apply_overrides
from rompy_core.config_files.plain_nodes import PlainReader
from rompy_core.config_files.unreadable import UnreadableError
from rompy_hooks.errors import ConfigError, Fault


def read_document(
    path: str | os.PathLike[str], *, environ: Mapping[str, str] | None = None, overrides: Sequence[str] = ()
) -> Document:
    """Read a YAML, TOML or JSON file.

    Args:
        path: The file; its suffix says the format.
        environ: The variables for ``${...}``; those of the process when ``None``.
        overrides: Each ``key=value``, put over what the file says.

    Raises:
        ConfigError: All that is wrong with the file, what it includes and the overrides.
    """
    file = Path(path)
    environ = os.environ if environ is None else environ
    reader = FileReader(environ)
    try:
        root = reader.read(file)
        require_mapping(root, "the file")
        assert root is not None  # noqa: S101 - require_mapping saw to it
        return finish(root, file, reader.faults, environ, overrides)
    except UnreadableError as error:
        raise ConfigError(in_order([*reader.faults, Fault(error.message, printable(file), error.line)])) from error


def document_from_mapping(
    data: Mapping[str, Any], *, environ: Mapping[str, str] | None = None, overrides: Sequence[str] = ()
) -> Document:
    """Take data from Python.

    Args:
        data: Mappings, lists and tuples of anything; objects of other types are kept as they are.
        environ: The variables for ``${...}``; when ``None``, ``${...}`` means itself.
        overrides: Each ``key=value``, put over the data.

    Raises:
        ConfigError: A key that is no text, data that contains itself, an override that does not fit, ...
    """
    faults: list[Fault] = []
    try:
        root = PlainReader(Source(), (), faults.append).node(data)
        require_mapping(root, "the config")
        return finish(root, None, faults, environ, overrides)
    except UnreadableError as error:
        raise ConfigError([*faults, Fault(error.message)]) from error


def finish(
    root: Node,
    path: Path | None,
    faults: list[Fault],
    environ: Mapping[str, str] | None,
    overrides: Sequence[str] = (),
) -> Document:
    """Apply overrides, expand, and raise what is wrong.

    Args:
        root: The tree, a mapping.
        path: The file, for the document.
        faults: What is wrong so far.
        environ: The variables; when ``None``, ``${...}`` means itself.
        overrides: Each ``key=value``.

    Raises:
        ConfigError: There are faults.
        UnreadableError: The tree became too large.
    """
    root = apply_overrides(root, tuple(overrides), faults.append)
    record = written(root, literal=environ is None)
    data = plain(root) if environ is None else expand(root, environ, faults.append)
    if faults:
        raise ConfigError(in_order(faults))
    return Document(path, record, data, root)


def require_mapping(root: Node | None, what: str) -> None:
    """A config is a mapping.

    Raises:
        UnreadableError: It is something else, or nothing.
    """
    if root is None or root.value is None:
        raise UnreadableError(f"{what} is empty; a config is a mapping of keys, such as 'run_id: test'")
    if not isinstance(root.value, dict):
        kind = "a list" if isinstance(root.value, list) else "a single value"
        raise UnreadableError(f"{what} is {kind}; a config is a mapping of keys, such as 'run_id: test'", root.line)


def printable(file: Path) -> Path | str:
    """A path that can be shown: one that holds what no terminal takes is written with escapes."""
    return file if str(file).isprintable() else str(file).encode("unicode_escape", "backslashreplace").decode()


def in_order(faults: Sequence[Fault]) -> list[Fault]:
    """Faults by file, in the order in which the files were met, and line; each once, though aliases repeat it."""
    files = list(dict.fromkeys(str(fault.file) for fault in faults))
    once: dict[tuple[object, ...], Fault] = {}
    for fault in faults:
        once.setdefault((fault.file, fault.line, fault.message), fault)
    return sorted(once.values(), key=lambda fault: (files.index(str(fault.file)), fault.line or 0))
