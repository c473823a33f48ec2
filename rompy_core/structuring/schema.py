"""JSON Schema of config classes, so that an editor completes and checks config files."""

import inspect
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, get_args

import attrs

from rompy_core.data_files.source_location import SourceLocation
from rompy_core.structuring import describing
from rompy_core.structuring.choices import option_text
from rompy_core.structuring.field_comments import field_comments
from rompy_core.structuring.periods import PeriodKeys, is_period
from rompy_core.structuring.plans import TEXT_METHOD, fields_of, key_of, options_field
from rompy_core.structuring.unstructuring import unstructure
from rompy_hooks import ByteSize, Seconds, Secret, WorkspacePath

#: What stands for a value of another type until the environment is known; a pattern binds texts only.
_REFERENCE: Final = r"\$\{"
_SIMPLE: Final[Mapping[Any, Mapping[str, Any]]] = {
    bool: {"type": ["boolean", "string"], "pattern": _REFERENCE},
    int: {"type": ["integer", "string"], "pattern": _REFERENCE},
    float: {"type": ["number", "string"], "pattern": _REFERENCE},
    str: {"type": "string"},
    Secret: {"type": "string"},
    Path: {"type": "string"},
    WorkspacePath: {"type": "string"},
    SourceLocation: {"type": "string"},
    Seconds: {"type": ["number", "string"]},
    ByteSize: {"type": ["integer", "string"]},
    datetime: {"type": "string"},
    date: {"type": "string"},
    timedelta: {"type": ["number", "string"]},
    type(None): {"type": "null"},
    Any: {},
}


def json_schema(cls: type[Any]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a config class: types, choices, defaults, required keys and descriptions.

    It has no ``$schema`` and refers to nothing, so that it can be a part of another; a class that holds itself is told
    once, and inside as any object.

    >>> from rompy_hooks import Step
    >>> json_schema(Step)["properties"]["parallel"]["description"]
    'Whether the launcher starts it on all ranks.'
    """
    return _object(cls, ())


def _object(cls: type[Any], outer: tuple[type[Any], ...]) -> dict[str, Any]:
    if cls in outer:
        return {"type": "object"}
    fields = fields_of(cls)
    options = options_field(cls)
    comments = field_comments(cls)
    described = {
        key_of(field): _field(field, comments.get(field.name), (*outer, cls))
        for field in fields
        if field.alias != options
    }
    schema: dict[str, Any] = {"type": "object", "properties": described, "additionalProperties": options is not None}
    required = [key_of(field) for field in fields if field.default is attrs.NOTHING and field.alias != options]
    text = inspect.cleandoc(cls.__doc__ or "").split("\n\n")[0].replace("\n", " ")
    return schema | ({"required": required} if required else {}) | ({"description": text} if text else {})


def _field(field: "attrs.Attribute[Any]", comment: str | None, outer: tuple[type[Any], ...]) -> dict[str, Any]:
    schema = _of(field.type, outer)
    if comment:
        schema["description"] = comment
    default: Any = field.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time, a function to type checkers
        default = attrs.NOTHING if default.takes_self else default.factory()
    if default is not attrs.NOTHING and not isinstance(default, Secret):
        schema["default"] = unstructure(default, omit_defaults=True)
    return schema


def _of(kind: Any, outer: tuple[type[Any], ...]) -> dict[str, Any]:
    if kind in _SIMPLE:
        return dict(_SIMPLE[kind])
    if describing.is_union(kind) or hasattr(kind, TEXT_METHOD):
        return _one_of(list(_alternatives(kind, outer)))
    if describing.is_literal(kind) or describing.is_enum(kind):
        return _choice(kind)
    if describing.is_sequence(kind):
        item = get_args(kind)[0]
        return {"type": ["array", "string"] if item is str else "array", "items": _of(item, outer)}
    if describing.is_mapping(kind):
        return {"type": "object", "additionalProperties": _of(get_args(kind)[1], outer)}
    return _of_keys(kind, outer)


def _of_keys(kind: Any, outer: tuple[type[Any], ...]) -> dict[str, Any]:
    return _object(PeriodKeys, outer) if is_period(kind) else _object(kind, outer)


def _alternatives(kind: Any, outer: tuple[type[Any], ...]) -> Iterator[dict[str, Any]]:
    if describing.is_union(kind):
        for member in get_args(kind):
            yield from _alternatives(member, outer)
    elif hasattr(kind, TEXT_METHOD):
        yield from ({"type": "string"}, _of_keys(kind, outer))
    else:
        yield _of(kind, outer)


def _one_of(alternatives: list[dict[str, Any]]) -> dict[str, Any]:
    """Any of some schemas; where one alone is of an object, an object's fault is told by that one."""
    objects = [schema for schema in alternatives if "properties" in schema]
    others = [schema for schema in alternatives if "properties" not in schema]
    if len(objects) != 1 or not others or any(schema.get("type", "object") == "object" for schema in others):
        return {"anyOf": alternatives}
    # Of anyOf an editor knows only that none fits.
    rest = others[0] if len(others) == 1 else {"anyOf": others}
    return {"if": {"type": "object"}, "then": objects[0], "else": rest}


def _choice(kind: Any) -> dict[str, Any]:
    options = get_args(kind) if describing.is_literal(kind) else [member.value for member in kind]
    return {
        "enum": [
            option if isinstance(option, (str, int)) or option is None else option_text(option) for option in options
        ]
    }
