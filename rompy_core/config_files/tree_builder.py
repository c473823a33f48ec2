"""Build a tree of nodes from what a parser meets, one thing after another, without recursion."""

from collections.abc import Callable
from typing import Any

import attrs

from rompy_core.config_files.keys import Key, dotted
from rompy_core.config_files.nodes import Node, Source, check_limits, container
from rompy_core.config_files.texts import unusable
from rompy_hooks.errors import Fault

#: Takes a fault that does not end the reading.
Report = Callable[[Fault], None]


@attrs.define(eq=False)
class Frame:
    """A mapping or list that is being filled."""

    items: dict[str, Node] | list[Node]
    line: int
    #: In a mapping, the key whose value comes next.
    key: str | None = None
    key_line: int = 0
    #: The next value has no place to go: its key was refused.
    drop: bool = False
    #: YAML only: the value of ``<<``, the anchor under which this will be known, and that it stands where a key should.
    merge: Node | None = None
    anchor: str | None = None
    is_key: bool = False


class TreeBuilder:
    """Collects nodes; knows the dotted key of what comes next."""

    def __init__(self, source: Source, prefix: Key, report: Report) -> None:
        self.source = source
        self.report = report
        self.root: Node | None = None
        self.frames: list[Frame] = []
        self._prefix = prefix

    @property
    def awaits_key(self) -> bool:
        """Whether the next thing is the key of a mapping."""
        frame = self.frames[-1] if self.frames else None
        return frame is not None and type(frame.items) is dict and frame.key is None

    def path(self) -> Key:
        """The key of the value that comes next, or of the mapping whose key comes next."""
        keys: list[str | int] = list(self._prefix)
        for frame in self.frames:
            if isinstance(frame.items, list):
                keys.append(len(frame.items))
            elif frame.key is not None:
                keys.append(frame.key)
        return tuple(keys)

    def fault(self, message: str, line: int) -> None:
        """Report what is wrong with the value that comes next."""
        self.report(Fault(message, self.source.path, line, dotted(self.path())))

    def open(self, items: dict[str, Node] | list[Node], line: int) -> Frame:
        """Begin a mapping or list.

        Raises:
            UnreadableError: It is nested too deep.
        """
        frame = Frame(items, line)
        self.frames.append(frame)
        check_limits(0, len(self.frames), line)
        return frame

    def key(self, name: str, line: int) -> None:
        """The key of the value that comes next; one that was there already is a fault."""
        if why := unusable(name):
            self.fault(f"a key {why}", line)
            self.drop_next(line)
            return
        frame = self.frames[-1]
        frame.key, frame.key_line = name, line
        assert isinstance(frame.items, dict)  # noqa: S101 - a key is asked for by mappings only
        if (first := frame.items.get(name)) is not None:
            self.fault(f"is given twice, first in line {first.line}; keep one of them", line)
            frame.drop = True

    def drop_next(self, line: int) -> None:
        """Take the place of a key that was refused, and drop the value that belongs to it."""
        frame = self.frames[-1]
        frame.key, frame.key_line, frame.drop = "?", line, True

    def add(self, node: Node) -> None:
        """Put a finished value where it belongs."""
        if not self.frames:
            self.root = node
            return
        frame = self.frames[-1]
        if isinstance(frame.items, list):
            frame.items.append(node)
            return
        if not frame.drop:
            # The key's line is where people look for a value; one from another file is told by its own place.
            self._put(frame, node)
        frame.key, frame.drop = None, False

    def _put(self, frame: Frame, node: Node) -> None:
        assert isinstance(frame.items, dict) and frame.key is not None  # noqa: S101, PT018 - add() saw to it
        here = node.source is self.source
        frame.items[frame.key] = node.at(frame.key_line, self.source) if here else node

    def close(self) -> Node:
        """End the innermost mapping or list and put it where it belongs.

        Raises:
            UnreadableError: It is too large.
        """
        frame = self.frames.pop()
        node = container(frame.items, frame.line, self.source)
        self.add(node)
        return node

    def scalar(self, value: Any, line: int) -> Node:
        """A node of a value that is neither mapping nor list; text that nothing can hold is a fault."""
        if isinstance(value, str) and (why := unusable(value)):
            self.fault(why, line)
        return Node(value, line, self.source)
