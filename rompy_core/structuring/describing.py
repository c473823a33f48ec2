"""What a field of some type wants, in words, and the list of the types that a field may have."""

import types
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final, Literal, Union, get_args, get_origin

import attrs

from rompy_core.data_files.source_location import SourceLocation
from rompy_core.structuring.amounts import BYTE_SIZE
from rompy_core.structuring.choices import option_text
from rompy_core.structuring.moments import DATE, DATETIME, DURATION
from rompy_core.structuring.paths import PATH, SOURCE_LOCATION, WORKSPACE_PATH
from rompy_core.structuring.scalars import BOOL, FLOAT, INT, STR
from rompy_hooks import ByteSize, Seconds, Secret, WorkspacePath

#: Types that stand for themselves, and what each wants.
PLAIN_TYPES: Final[Mapping[Any, str]] = types.MappingProxyType(
    {
        bool: BOOL,
        int: INT,
        float: FLOAT,
        str: STR,
        Secret: STR,
        Path: PATH,
        WorkspacePath: WORKSPACE_PATH,
        SourceLocation: SOURCE_LOCATION,
        Seconds: DURATION,
        ByteSize: BYTE_SIZE,
        datetime: DATETIME,
        date: DATE,
        timedelta: DURATION,
        Any: "anything",
    }
)

#: The types that a field of a config class may have, as one writes them.
FIELD_TYPES: Final[tuple[str, ...]] = (
    "bool",
    "int",
    "float",
    "str",
    "Secret",
    "Path",
    "WorkspacePath",
    "SourceLocation",
    "Seconds",
    "ByteSize",
    "datetime",
    "date",
    "timedelta",
    "Period",
    "Enum",
    "Literal[...]",
    "tuple[T, ...]",
    "list[T]",
    "dict[str, T]",
    "Mapping[str, T]",
    "T | U",
    "T | None",
    "an attrs class",
    "Any",
)

_PLURALS = {STR: "texts", INT: "whole numbers", FLOAT: "numbers", PATH: "paths", DATE: "dates"}


def is_union(kind: Any) -> bool:
    """``T | U``, ``Optional[T]`` or ``Union[T, U]``."""
    return get_origin(kind) in (Union, types.UnionType)


def is_sequence(kind: Any) -> bool:
    """``tuple[T, ...]`` or ``list[T]``."""
    arguments = get_args(kind)
    if get_origin(kind) is tuple:
        return len(arguments) == 2 and arguments[1] is Ellipsis
    return get_origin(kind) is list


def is_mapping(kind: Any) -> bool:
    """``dict[str, T]`` or ``Mapping[str, T]``."""
    return get_origin(kind) in (dict, Mapping) and get_args(kind)[0] is str


def is_enum(kind: Any) -> bool:
    """An ``Enum`` with members."""
    return isinstance(kind, type) and issubclass(kind, Enum)


def is_literal(kind: Any) -> bool:
    """``Literal[...]``."""
    return get_origin(kind) is Literal


def is_object(kind: Any) -> bool:
    """An attrs class."""
    return isinstance(kind, type) and attrs.has(kind)


def describe(kind: Any) -> str:
    """What a field of a type wants.

    >>> describe(str | tuple[int, ...]), describe(Mapping[str, str])
    ('a text or a list of whole numbers', 'a mapping of texts')
    """
    if kind in PLAIN_TYPES:
        return PLAIN_TYPES[kind]
    if is_union(kind):
        members = sorted((member for member in get_args(kind) if member is not type(None)), key=_place)
        return " or ".join(dict.fromkeys(map(describe, members)))
    if is_literal(kind):
        return f"one of {', '.join(sorted(map(option_text, get_args(kind))))}"
    if is_enum(kind):
        return f"one of {', '.join(sorted(map(option_text, kind)))}"
    if is_sequence(kind):
        return f"a list{_of(get_args(kind)[0])}"
    if is_mapping(kind):
        return f"a mapping{_of(get_args(kind)[1])}"
    return "a text or a mapping" if hasattr(kind, "__rompy_from_text__") else "a mapping"


def _place(kind: Any) -> tuple[int, str]:
    """The place of a union's member in its description, whatever the order of the annotation: plain types first."""
    return list(PLAIN_TYPES).index(kind) if kind in PLAIN_TYPES else len(PLAIN_TYPES), str(kind)


def _of(item: Any) -> str:
    plural = _PLURALS.get(PLAIN_TYPES.get(item, ""))
    return f" of {plural}" if plural else ""
