"""``-o key=value``: put a text at a dotted key, whatever the file says there."""

import re

from rompy_core.config_files.core_schema import resolve
from rompy_core.config_files.keys import Key, Segment, dotted, parse_assignment
from rompy_core.config_files.nodes import MAX_DEPTH, Node, Source, container, plain
from rompy_core.config_files.texts import EnvironmentText, OverrideText, may_hold_secret, unusable
from rompy_core.config_files.tree_builder import Report
from rompy_core.config_files.unreadable import UnreadableError
from rompy_hooks.errors import Fault
from rompy_hooks.secret import REDACTED, looks_secret

_FLOW = ("[", "{")
_WORD = re.compile(r"[\w.\-]+")


class OverrideError(ValueError):
    """An override cannot be applied to what is there."""


def apply_overrides(root: Node, overrides: tuple[str, ...], report: Report) -> Node:
    """The tree with each ``key=value`` put in its place, later ones over earlier ones; the given tree stays as it is.

    Args:
        root: The tree.
        overrides: As given on the command line.
        report: Takes a fault for each override that cannot be applied.

    Raises:
        UnreadableError: The tree became too large.
    """
    for override in overrides:
        assignment = parse_assignment(override)
        if assignment is None:
            example = "such as backend.timeout=3600 or steps[0].name=grid"
            report(Fault(f"is not of the form key=value, {example}", _malformed(override)))
            continue
        segments, value = assignment
        root = put(root, segments, value, _origin(override, segments, value), report)
    return root


def put(root: Node, segments: list[Segment], value: str, origin: str, report: Report) -> Node:
    """The tree with one text put in its place, or as it was when that is a fault.

    Args:
        root: The tree.
        segments: Where.
        value: What; the type of the field that it fills decides what it becomes, and where that may hold anything,
            the value that it replaces.
        origin: What to name as its position.
        report: Takes the fault.
    """
    key = dotted(tuple(segment.name if segment.index is None else segment.index for segment in segments))
    source = Source(origin)
    try:
        _check(segments, value)
        return _put(root, segments, (), Node(value, None, source))
    except OverrideError as error:
        report(Fault(str(error), origin, None, key))
        return root


def _check(segments: list[Segment], value: str) -> None:
    for text in (value, *(segment.name for segment in segments)):
        if why := unusable(text):
            raise OverrideError(why)
    if len(segments) >= MAX_DEPTH:
        raise OverrideError(f"the key has more than {MAX_DEPTH} parts")


def _put(node: Node, segments: list[Segment], walked: Key, leaf: Node) -> Node:
    if not segments:
        leaf.value = _typed(leaf.value, node)
        return leaf
    segment, rest = segments[0], segments[1:]
    value = node.value
    if value is None:
        value = [] if segment.bracketed or segment.index == 0 else {}
        node = node.at(None, leaf.source)
    if type(value) is dict:
        return _put_key(value, node, segment, rest, walked, leaf)
    if type(value) is list:
        return _put_item(value, node, segment, rest, walked, leaf)
    part = f"item [{segment.name}]" if segment.bracketed else f"key '{segment.name}'"
    raise OverrideError(f"'{dotted(walked)}' is a single value, so it has no {part}")


def _typed(text: str, replaced: Node) -> EnvironmentText:
    """The text of an override, with what it stands for in place of a number, a truth value, a list or a mapping."""
    old = replaced.value
    if not isinstance(old, str) and text.lstrip().startswith(_FLOW):
        return _flow(text)
    if not isinstance(old, (bool, int, float)) or not text.strip():
        return EnvironmentText(text)
    try:
        new = resolve(text.strip())
    except UnreadableError:
        return EnvironmentText(text)
    if type(new) is int and type(old) is float:
        new = float(new)
    fits = type(new) is type(old) or (type(new) is float and type(old) is int)
    return OverrideText(text, new) if fits else EnvironmentText(text)


def _flow(text: str) -> EnvironmentText:
    """A list or mapping in YAML's flow style or JSON; text that is none stays text."""
    from rompy_core.config_files.yaml_nodes import parse_yaml

    faults: list[Fault] = []
    try:
        root = parse_yaml(text, Source(), (), faults.append, _no_include)
    except UnreadableError:
        return EnvironmentText(text)
    return EnvironmentText(text) if root is None or faults else OverrideText(text, plain(root))


def _no_include(_path: str, line: int, _key: Key) -> Node:
    raise UnreadableError("an override cannot include files", line)


def _put_key(
    items: dict[str, Node], node: Node, segment: Segment, rest: list[Segment], walked: Key, leaf: Node
) -> Node:
    name = segment.name
    if segment.bracketed:
        what = f"'{dotted(walked)}'" if walked else "the config"
        raise OverrideError(f"{what} is a mapping, not a list; name a key of it instead of [{name}]")
    child = _put(items.get(name, Node(None, None, leaf.source)), rest, (*walked, name), leaf)
    # Copied, since an alias may have put the same mapping into other places.
    return container({**items, name: child}, node.line, node.source)


def _put_item(items: list[Node], node: Node, segment: Segment, rest: list[Segment], walked: Key, leaf: Node) -> Node:
    index, count = segment.index, len(items)
    name = dotted(walked)
    if index is None:
        raise OverrideError(f"'{name}' is a list; name an item by its index, such as {name}[0]")
    if index and not items:
        raise OverrideError(f"'{name}' is an empty list; the first item to add has the index 0")
    if index > count:
        raise OverrideError(f"'{name}' is a list of {count}; the index can be 0 to {count}, where {count} adds an item")
    old = items[index] if index < count else Node(None, None, leaf.source)
    child = _put(old, rest, (*walked, index), leaf)
    return container([*items[:index], child, *items[index + 1 :]], node.line, node.source)


def _origin(override: str, segments: list[Segment], value: str) -> str:
    hidden = any(looks_secret(segment.name) for segment in segments) or may_hold_secret(value)
    return f"-o {_shown(override.removesuffix(value) + (REDACTED if hidden and value else value))}"


def _malformed(override: str) -> str:
    """An override without a key or ``=``, cut where a secret may begin."""
    if any(map(looks_secret, _WORD.findall(override))):
        key, equals, _ = override.partition("=")
        name = _WORD.match(key)
        override = f"{key}={REDACTED}" if equals and _WORD.fullmatch(key) else f"{name[0] if name else ''}{REDACTED}"
    return f"-o {_shown(override)}"


def _shown(text: str, width: int = 80) -> str:
    text = text.encode(errors="replace").decode().replace("\n", "\\n").replace("\0", "\\0")
    return text if len(text) <= width else text[: width - 3] + "..."
