"""Plain data, from Python or from TOML, into a tree of nodes."""

from collections.abc import Callable, Mapping
from typing import Any

from rompy_core.config_files.keys import Key, dotted
from rompy_core.config_files.nodes import Node, Source, check_limits, container
from rompy_core.config_files.texts import unusable
from rompy_core.config_files.tree_builder import Report
from rompy_hooks.errors import Fault


def _same(value: Any) -> Any:
    return value


class PlainReader:
    """Turns mappings and lists into nodes and leaves every other object as it is.

    Args:
        source: What the nodes are from.
        prefix: Key of the root, for messages.
        report: Takes the faults.
        lines: Lines of keys, where there are lines.
        scalar: Applied to each scalar.
    """

    def __init__(
        self,
        source: Source,
        prefix: Key,
        report: Report,
        lines: Mapping[Key, int] | None = None,
        scalar: Callable[[Any], Any] = _same,
    ) -> None:
        self._source = source
        self._prefix = prefix
        self._report = report
        self._lines = lines or {}
        self._scalar = scalar
        self._count = 0
        self._open: set[int] = set()

    def node(self, value: Any, key: Key = (), line: int | None = None) -> Node:
        """The node of a value.

        Args:
            value: Anything.
            key: Its key, without the prefix.
            line: The line of what holds it.

        Raises:
            UnreadableError: It is nested too deep or holds too many values.
        """
        line = self._lines.get(key, line)
        self._count += 1
        check_limits(self._count, len(key) + 1, line)
        # The types of most values first: the question for a Mapping is 20 times as expensive.
        if isinstance(value, (str, int, float)) or not isinstance(value, (Mapping, list, tuple)):
            return Node(self._leaf(value, key, line), line, self._source)
        if id(value) in self._open:
            self._fault("contains itself", key, line)
            return Node(None, line, self._source)
        self._open.add(id(value))
        is_mapping = isinstance(value, Mapping)
        children = self._mapping(value, key, line) if is_mapping else self._list(value, key, line)
        self._open.remove(id(value))
        return container(children, line, self._source)

    def _mapping(self, value: Any, key: Key, line: int | None) -> dict[str, Node]:
        children: dict[str, Node] = {}
        for name, item in value.items():
            why = unusable(name) if isinstance(name, str) else f"must be text, got {type(name).__name__}"
            if why:
                self._fault(f"a key {why}", key, line)
            else:
                children[name] = self.node(item, (*key, name), line)
        return children

    def _list(self, value: Any, key: Key, line: int | None) -> list[Node]:
        return [self.node(item, (*key, index), line) for index, item in enumerate(value)]

    def _leaf(self, value: Any, key: Key, line: int | None) -> Any:
        if isinstance(value, str) and (why := unusable(value)):
            self._fault(why, key, line)
        return self._scalar(value)

    def _fault(self, message: str, key: Key, line: int | None) -> None:
        self._report(Fault(message, self._source.path, line, dotted((*self._prefix, *key))))
