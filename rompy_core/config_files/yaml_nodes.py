"""YAML text into a tree of nodes: our own composing of PyYAML's events.

PyYAML's composer recurses (its C one until the process dies), resolves YAML 1.1 and overwrites duplicate keys; the
events below it do none of that.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from rompy_core.config_files.core_schema import Scalar, resolve
from rompy_core.config_files.keys import Key
from rompy_core.config_files.nodes import MAX_VALUES, Node, Source
from rompy_core.config_files.tree_builder import Frame, Report, TreeBuilder
from rompy_core.config_files.unreadable import UnreadableError
from rompy_core.config_files.yaml_messages import refuse_control_characters, unreadable
from rompy_core.nearest import did_you_mean

if TYPE_CHECKING:
    import yaml

#: Reads an included file: its path as written, the line and the key where it stands.
Include = Callable[[str, int, Key], Node]

_CORE = "tag:yaml.org,2002:"
_TYPES: dict[str, tuple[type, ...]] = {"int": (int,), "float": (float, int), "bool": (bool,), "null": (type(None),)}
_TAGS = ("!include", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq")


def parse_yaml(text: str, source: Source, prefix: Key, report: Report, include: Include) -> Node | None:
    """The tree of a YAML text; ``None`` when there is nothing in it.

    Args:
        text: The whole file.
        source: What the nodes are from.
        prefix: Key of the root, for messages.
        report: Takes the faults that do not end the reading.
        include: Reads what ``!include`` names.

    Raises:
        UnreadableError: The text is no YAML, too large, or more than one document.
    """
    refuse_control_characters(text)
    composer = _Composer(source, prefix, report, include)
    for event in _events(text):
        composer.take(event)
    return composer.root


def _events(text: str) -> "Iterator[yaml.Event]":
    import yaml

    loader: type[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        parser = loader(text)
        while parser.check_event():
            yield parser.get_event()
    except yaml.YAMLError as error:
        raise unreadable(error, text) from error
    except (ValueError, OverflowError, RecursionError) as error:
        # The parser in Python lets through what it does not expect, such as "\UFFFFFFFF".
        raise UnreadableError(f"is not YAML: {error}") from error


class _Composer(TreeBuilder):
    """Takes events; adds anchors, tags, merges and includes to the building of the tree."""

    def __init__(self, source: Source, prefix: Key, report: Report, include: Include) -> None:
        super().__init__(source, prefix, report)
        self._include = include
        self._anchors: dict[str, Node] = {}
        self._documents = 0
        self._merged = 0

    def take(self, event: "yaml.Event") -> None:
        """Take one event; those that say nothing about the data are passed over."""
        taker = getattr(self, "_take_" + type(event).__name__, None)
        if taker is not None and event.start_mark is not None:
            taker(event, event.start_mark.line + 1)

    def _take_DocumentStartEvent(self, _event: Any, line: int) -> None:  # noqa: N802 - the event's name
        self._documents += 1
        if self._documents > 1:
            raise UnreadableError("more than one document in a file; remove the '---' and what follows it", line)

    def _take_ScalarEvent(self, event: Any, line: int) -> None:  # noqa: N802
        if self.awaits_key:
            self._take_key(event, line)
            return
        node = self._scalar_node(event, line)
        if event.anchor:
            self._anchors[event.anchor] = node
        self._add_value(node)

    def _take_AliasEvent(self, event: Any, line: int) -> None:  # noqa: N802
        node = self._anchored(event.anchor, line)
        if self.awaits_key:
            self._take_alias_key(node, event.anchor, line)
        else:
            self._add_value(node.at(line, self.source))

    def _take_MappingStartEvent(self, event: Any, line: int) -> None:  # noqa: N802
        self._open({}, event, line, "map")

    def _take_SequenceStartEvent(self, event: Any, line: int) -> None:  # noqa: N802
        self._open([], event, line, "seq")

    def _take_MappingEndEvent(self, _event: Any, _line: int) -> None:  # noqa: N802
        frame = self.frames[-1]
        if frame.merge is not None:
            self._merge(frame, frame.merge)
        self._close(frame)

    def _take_SequenceEndEvent(self, _event: Any, _line: int) -> None:  # noqa: N802
        self._close(self.frames[-1])

    def _open(self, items: Any, event: Any, line: int, kind: str) -> None:
        if is_key := self.awaits_key:
            self.fault("a key must be text, not a mapping or list; write it in quotes", line)
        if event.tag not in {None, "!", _CORE + kind}:
            self._refuse_tag(event.tag, line, "takes the path of one file" if event.tag == "!include" else None)
        frame = self.open(items, line)
        frame.is_key = is_key
        if event.anchor:
            frame.anchor = event.anchor
            self._anchors.pop(event.anchor, None)

    def _close(self, frame: Frame) -> None:
        if frame.is_key:
            self.frames.pop()
            self.drop_next(frame.line)
            return
        merges = len(self.frames) > 1 and self.frames[-2].key is _MERGE
        node = self.close()
        if frame.anchor:
            self._anchors[frame.anchor] = node
        if merges:
            self.frames[-1].merge = node

    def _add_value(self, node: Node) -> None:
        if self.frames and self.frames[-1].key is _MERGE:
            self.frames[-1].merge = node
        self.add(node)

    # Keys

    def _take_key(self, event: Any, line: int) -> None:
        text, plain = event.value, event.implicit[0] and event.tag is None
        if plain and text == "<<":
            self.key(_MERGE, line)
            return
        value = self._scalar(event, line) if plain or event.tag else text
        if not isinstance(value, str):
            self.fault(f"the key {text or 'without a name'} is {_kind(value)} here; write it in quotes: '{text}'", line)
            self.drop_next(line)
            return
        if event.anchor:
            self._anchors[event.anchor] = self.scalar(value, line)
        self.key(value, line)

    def _take_alias_key(self, node: Node, anchor: str, line: int) -> None:
        if isinstance(node.value, str):
            self.key(node.value, line)
        else:
            self.fault(f"the key *{anchor} is {_kind(node.value)}; a key must be text", line)
            self.drop_next(line)

    # Scalars and tags

    def _scalar_node(self, event: Any, line: int) -> Node:
        if event.tag != "!include":
            return self.scalar(self._scalar(event, line), line)
        if not event.value.strip():
            self.fault("!include needs the path of a file, such as '!include grid.yml'", line)
            return self.scalar(None, line)
        return self._include(event.value.strip(), line, self.path())

    def _scalar(self, event: Any, line: int) -> Scalar:
        tag, text = event.tag, event.value
        try:
            if tag is None:
                return resolve(text) if event.implicit[0] else text
            if tag in {"!", _CORE + "str"}:
                return str(text)
            return self._tagged(tag, text, line)
        except UnreadableError as error:
            self.fault(error.message, line)
            return None

    def _tagged(self, tag: str, text: str, line: int) -> Scalar:
        kind = tag.removeprefix(_CORE)
        if tag == "!include":
            self._refuse_tag(tag, line, "cannot stand in a key")
            return text
        if tag == kind or kind not in _TYPES:
            self._refuse_tag(tag, line)
            return str(text)
        value = resolve(text)
        if type(value) not in _TYPES[kind]:
            self.fault(f"!!{kind} needs {_NAMES[kind]}, got '{text}'", line)
        return float(value) if kind == "float" and isinstance(value, int) else value

    def _refuse_tag(self, tag: str, line: int, why: str | None = None) -> None:
        name = "!!" + tag.removeprefix(_CORE) if tag.startswith(_CORE) else tag
        unknown = f"is an unknown tag.{did_you_mean(name, ['!include'])} Known: {', '.join(_TAGS)}"
        self.fault(f"{name} {why or unknown}", line)

    # Anchors and merges

    def _anchored(self, anchor: str, line: int) -> Node:
        if anchor in self._anchors:
            return self._anchors[anchor]
        if any(frame.anchor == anchor for frame in self.frames):
            self.fault(f"*{anchor} stands inside of &{anchor}, so it would contain itself", line)
        else:
            nearest = did_you_mean(anchor, self._anchors)
            self.fault(f"*{anchor} has no &{anchor} above it.{nearest}".removesuffix("."), line)
        return Node({}, line, self.source)  # fits where a scalar would be a second fault

    def _merge(self, frame: Frame, merged: Node) -> None:
        items = frame.items
        assert isinstance(items, dict)  # noqa: S101 - only mappings have keys
        items.pop(_MERGE, None)
        parts = merged.value if isinstance(merged.value, list) else [merged]
        for part in parts:
            if not isinstance(part.value, dict):
                self.fault(f"<< merges mappings, got {_kind(part.value)}", merged.line or frame.line)
                continue
            self._merged += len(part.value)
            if self._merged > MAX_VALUES:
                raise UnreadableError(f"merges more than {MAX_VALUES:,} keys with <<", frame.line)
            for name, node in part.value.items():
                items.setdefault(name, node)


class _Merge(str):
    """The key under which ``<<`` waits for the end of its mapping; the text ``"<<"`` in quotes is another key."""

    __slots__ = ()
    __hash__ = object.__hash__
    __eq__ = object.__eq__


_MERGE = _Merge("<<")
_NAMES = {"int": "a whole number", "float": "a number", "bool": "true or false", "null": "null or nothing"}


def _kind(value: Any) -> str:
    if value is None:
        return "empty (null)"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "a mapping"
