"""Readers of lists and mappings; every item that does not fit is told."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rompy_core.config_files.texts import EnvironmentText, OverrideText
from rompy_core.structuring import environment
from rompy_core.structuring.cursor import Cursor, Refusal
from rompy_core.structuring.scalars import key_text
from rompy_hooks import Fault

#: Reads a value into a type; what cattrs calls a structure hook.
Reader = Callable[[Cursor, Any], Any]


def sequence_reader(make: type, item: Any, read: Reader, expected: str) -> Reader:
    """The reader of ``tuple[T, ...]`` or ``list[T]``; of texts, one alone stands for a list of it."""

    def read_sequence(cursor: Cursor, _type: Any) -> Any:
        value = cursor.value
        if item is str and isinstance(value, str) and not _is_flow(value):
            return make((str.__str__(value),))
        inner = environment.container(cursor, expected)
        if not isinstance(inner.value, (list, tuple)):
            raise cursor.misfit(expected)
        return make(read_items(inner, enumerate(inner.value), item, read))

    return read_sequence


def mapping_reader(item: Any, read: Reader, expected: str) -> Reader:
    """The reader of ``dict[str, T]`` and ``Mapping[str, T]``."""

    def read_mapping(cursor: Cursor, _type: Any) -> dict[str, Any]:
        inner = environment.container(cursor, expected)
        if not isinstance(inner.value, Mapping):
            raise cursor.misfit(expected)
        return _read_values(inner, item, read)

    return read_mapping


def read_any(cursor: Cursor, kind: Any) -> Any:
    """Plain data, copied as it was given; texts from the environment stay texts, other objects what they are.

    A text of ``-o`` is what it stands for: no type tells ``4`` from ``"4"`` here, but what it replaces does.
    """
    value = cursor.value
    if isinstance(value, str):
        if isinstance(value, OverrideText):
            return read_any(cursor.again(value.meaning), kind)
        return str.__str__(value) if isinstance(value, EnvironmentText) else value
    if isinstance(value, Mapping):
        return _read_values(cursor, kind, read_any)
    return read_items(cursor, enumerate(value), kind, read_any) if isinstance(value, (list, tuple)) else value


def _read_values(cursor: Cursor, kind: Any, read: Reader) -> dict[str, Any]:
    """The mapping with its values read.

    Raises:
        Refusal: Some keys or values do not fit; it carries the faults of all.
    """
    pairs, faults = named_items(cursor)
    values: list[Any] = []
    try:
        values = read_items(cursor, pairs, kind, read)
    except Refusal as refusal:
        faults += refusal.faults
    if faults:
        raise Refusal(faults)
    return {name: value for (name, _), value in zip(pairs, values, strict=True)}


def named_items(cursor: Cursor) -> tuple[list[tuple[str, Any]], list[Fault]]:
    """The items of a mapping whose keys are texts, and a fault for each other key."""
    pairs: list[tuple[str, Any]] = []
    faults: list[Fault] = []
    for key, value in cursor.value.items():
        try:
            pairs.append((key if type(key) is str else key_text(cursor, key), value))
        except Refusal as refusal:
            faults += refusal.faults
    return pairs, faults


def read_items(cursor: Cursor, items: Iterable[tuple[Any, Any]], kind: Any, read: Reader) -> list[Any]:
    """Each item read.

    Raises:
        Refusal: Some do not fit; it carries the faults of all.
    """
    cursor.enter()
    found: list[Any] = []
    faults: list[Fault] = []
    for name, value in items:
        try:
            found.append(read(cursor.child(name, value), kind))
        except Refusal as refusal:
            faults += refusal.faults
    if faults:
        raise Refusal(faults)
    return found


def _is_flow(text: str) -> bool:
    """Whether a text from the environment is meant as a list."""
    return isinstance(text, EnvironmentText) and text.lstrip().startswith("[")
