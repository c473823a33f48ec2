"""What structuring needs to know about an attrs class, found out once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

from rompy_core.structuring.containers import Reader

#: A class method of a config class: a text instead of a mapping is handed to it, with the folder of its file.
TEXT_METHOD = "__rompy_from_text__"


@attrs.frozen
class FieldPlan:
    """How the key of one field is read."""

    #: The field's type.
    kind: Any
    read: Reader


@attrs.frozen
class Plan:
    """The keys of a class."""

    cls: type[Any]
    #: What the class is called in messages.
    title: str
    #: By key.
    fields: Mapping[str, FieldPlan]
    #: Keys without a default, in the order of the class.
    required: tuple[str, ...]
    #: The field that collects keys which are no fields.
    options: str | None
    #: Makes an instance of a text and the folder that relative paths in it are relative to, where the class can.
    of_text: Callable[[str, Path], Any] | None


def plan_of(cls: type[Any], reader_of: Callable[[Any], Reader]) -> Plan:
    """The plan of an attrs class."""
    options = options_field(cls)
    fields = [field for field in fields_of(cls) if field.alias != options]
    return Plan(
        cls,
        title_of(cls),
        {key_of(field): FieldPlan(field.type, reader_of(field.type)) for field in fields},
        tuple(key_of(field) for field in fields if field.default is attrs.NOTHING),
        options,
        getattr(cls, TEXT_METHOD, None),
    )


def fields_of(cls: type[Any]) -> "list[attrs.Attribute[Any]]":
    """The fields that can be given, with types that are no texts any more.

    Raises:
        TypeError: A name in an annotation is not to be found.
    """
    if any(isinstance(field.type, str) for field in attrs.fields(cls)):
        try:
            attrs.resolve_types(cls)
        except NameError as error:
            raise TypeError(f"{cls.__qualname__}: an annotation cannot be resolved: {error}") from None
    return [field for field in attrs.fields(cls) if field.init]


def key_of(field: "attrs.Attribute[Any]") -> str:
    """What files call a field: its name without a leading underscore, or its alias."""
    return field.alias or field.name


def options_field(cls: type[Any]) -> str | None:
    """The field that collects keys which are no fields, of a class that says ``__rompy_options__``."""
    name: str | None = getattr(cls, "__rompy_options__", None)
    return name


def title_of(cls: type[Any]) -> str:
    """What users know a class as: what it says itself (``__rompy_title__``), else its name.

    >>> class LocalPipelineConfig: ...
    >>> title_of(LocalPipelineConfig)
    'local-pipeline'
    """
    title: str | None = getattr(cls, "__rompy_title__", None)
    if title is not None:
        return title
    name = cls.__name__.removesuffix("Config") or cls.__name__
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).strip("-_")
