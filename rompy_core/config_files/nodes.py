"""The tree between a file's text and plain data: each value with the place where it was written."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from rompy_core.config_files.keys import Key
from rompy_core.config_files.unreadable import UnreadableError

#: Levels of mappings and lists in each other; deeper data would exhaust the stack of those that walk it.
MAX_DEPTH = 100
#: Values of one config after its aliases, merges and includes are resolved.
MAX_VALUES = 1_000_000


@attrs.frozen
class Source:
    """What wrote a value: a file, an override, the environment or Python."""

    #: The file, or what else to name in a message (``-o a=b``, a variable); ``None`` for data from Python.
    path: Path | str | None = None
    #: The folder that relative paths are relative to; ``None`` is the working directory.
    folder: Path | None = None


@attrs.define(eq=False)
class Node:
    """One value: a dict of nodes, a list of nodes, or a scalar."""

    value: Any
    #: Line of the key or list item, from 1; ``None`` where there are no lines.
    line: int | None
    source: Source
    #: How many values it holds, itself included, when aliases are resolved.
    size: int = 1
    #: How many levels it has; 1 for a scalar.
    height: int = 1

    def at(self, line: int | None, source: Source) -> "Node":
        """The same value, written in another place."""
        return Node(self.value, line, source, self.size, self.height)


def container(value: dict[str, Node] | list[Node], line: int | None, source: Source) -> Node:
    """A mapping or list of nodes.

    Raises:
        UnreadableError: It is nested too deep or holds too many values.
    """
    size = height = 1
    children: Iterable[Node] = value.values() if isinstance(value, dict) else value
    for child in children:
        size += child.size
        height = max(height, child.height + 1)
    check_limits(size, height, line)
    return Node(value, line, source, size, height)


def check_limits(size: int, height: int, line: int | None) -> None:
    """Refuse what is too large to be a config.

    Raises:
        UnreadableError: Always when a limit is passed.
    """
    if height > MAX_DEPTH:
        raise UnreadableError(f"mappings and lists are nested deeper than {MAX_DEPTH} levels", line)
    if size > MAX_VALUES:
        raise UnreadableError(f"holds more than {MAX_VALUES:,} values, its aliases and includes resolved", line)


def plain(node: Node) -> Any:
    """The data of a tree, as new dicts and lists."""
    value = node.value
    if type(value) is dict:
        return {name: plain(child) for name, child in value.items()}
    if type(value) is list:
        return [plain(child) for child in value]
    return value


def find(node: Node, key: Key) -> Node:
    """The node of a key, or its nearest ancestor that exists."""
    for segment in key:
        value = node.value
        if type(value) is list and isinstance(segment, int):
            value = dict(enumerate(value))
        if type(value) is not dict or segment not in value:
            break
        node = value[segment]
    return node
