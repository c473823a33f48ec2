"""Readers of ``T | U`` and ``T | None``."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, get_args

from rompy_core.config_files.texts import EnvironmentText
from rompy_core.data_files.source_location import SourceLocation
from rompy_core.structuring import environment
from rompy_core.structuring.containers import Reader
from rompy_core.structuring.cursor import Cursor, Refusal
from rompy_core.structuring.describing import describe, is_enum, is_literal, is_mapping, is_object, is_sequence
from rompy_core.structuring.scalars import read_str
from rompy_hooks import ByteSize, Seconds, Secret, WorkspacePath

#: From the type that accepts the least to the one that accepts the most.
#: ``Enum`` stands for choices, ``Mapping`` for objects and containers.
_RANKS = (
    *(bool, Enum, int, float, ByteSize, Seconds, date, datetime, timedelta, Mapping),
    *(WorkspacePath, Path, SourceLocation, str, Secret, Any),
)

#: Types for which ``null`` and an empty text from the environment are texts like any other.
_TEXTS = (str, Secret, Any)


def union_reader(kind: Any, reader_of: Callable[[Any], Reader]) -> Reader:
    """The reader of a union: the most particular member that the value fits, whatever the order of the annotation.

    (``int | float`` and ``float | int`` are equal, so no cache of hooks could tell their orders apart.) A text from a
    file goes to ``str`` where that is a member; for a text from the environment ``str`` comes last.
    """
    ordered = sorted(get_args(kind), key=lambda member: (_rank(member), str(member)))
    members = [(member, reader_of(member)) for member in ordered if member is not type(None)]
    nullable = type(None) in get_args(kind)
    holds_text = any(member in _TEXTS for member, _ in members)
    read = members[0][1] if len(members) == 1 else _several(members, describe(kind))
    only = members[0][0] if len(members) == 1 else kind

    def read_union(cursor: Cursor, _type: Any) -> Any:
        value = cursor.value
        if value is None and nullable:
            return None
        if nullable and not holds_text and isinstance(value, EnvironmentText) and environment.is_null(value):
            return None
        return read(cursor, only)

    return read_union


def _several(members: list[tuple[Any, Reader]], expected: str) -> Reader:
    takes_str = any(member is str for member, _ in members)

    def read_several(cursor: Cursor, kind: Any) -> Any:
        if takes_str and isinstance(cursor.value, str) and not isinstance(cursor.value, EnvironmentText):
            return read_str(cursor, kind)
        refusals = []
        for member, read in _in_order(members, cursor.value):
            try:
                return read(cursor, member)
            except Refusal as refusal:
                if _same_shape(member, cursor.value):
                    refusals.append(refusal)
        # Of members that want what was given, the one that fits best tells what is wrong inside.
        raise min(refusals, key=lambda refusal: len(refusal.faults)) if refusals else cursor.misfit(expected)

    return read_several


def _in_order(members: list[tuple[Any, Reader]], value: Any) -> list[tuple[Any, Reader]]:
    if not isinstance(value, EnvironmentText):
        return members
    if value.lstrip()[:1] in {"[", "{"}:
        return [pair for pair in members if _is_container(pair[0])] or members
    return [pair for pair in members if not _is_container(pair[0])] or members


def _rank(kind: Any) -> int:
    """The place of a member in the order of asking: what accepts less comes first."""
    if is_literal(kind) or is_enum(kind):
        return _RANKS.index(Enum)
    return _RANKS.index(kind) if kind in _RANKS else _RANKS.index(Mapping)


def _is_container(kind: Any) -> bool:
    return is_sequence(kind) or is_mapping(kind) or is_object(kind)


def _same_shape(kind: Any, value: Any) -> bool:
    if isinstance(value, Mapping):
        return is_mapping(kind) or is_object(kind)
    return isinstance(value, (list, tuple)) and is_sequence(kind)
