"""Why a class refuses the values of its fields: every validator is asked, not only the first that raises."""

import re
from collections.abc import Mapping
from typing import Any

import attrs

from rompy_core.structuring.cursor import Cursor
from rompy_core.structuring.hiding import Hide
from rompy_core.structuring.plans import fields_of, key_of
from rompy_core.structuring.refusals import refusals
from rompy_hooks import Fault, looks_secret

#: How a class's own check names the field that it refuses.
_NAMED = re.compile(r"(\w+): (.+)", re.DOTALL)


def diagnose(cursor: Cursor, cls: type[Any], given: Mapping[str, Any], error: Exception | None) -> list[Fault]:
    """The faults of values that have the right types.

    Args:
        cursor: The mapping that the object should be made of.
        cls: Its class.
        given: The arguments that could be read, by key.
        error: What the class raised when it was given all arguments; ``None`` when some could not be read.
    """
    hide = Hide([cursor.value, given], secret=cursor.secret)
    instance: Any = object.__new__(cls)
    faults: list[Fault] = []
    known = [field for field in fields_of(cls) if field.alias in given]
    for field in known:
        faults += _unconvertible(cursor, field, given[key_of(field)], instance, hide)
    for field in known:
        if field.validator is not None and hasattr(instance, field.name):
            faults += _refused(cursor, field, instance, hide)
    if error is not None and not faults:
        faults.append(_of_the_class(cursor, cls, hide(_text(error))))
    return faults


def _of_the_class(cursor: Cursor, cls: type[Any], message: str) -> Fault:
    """What the class says of its values together: at the field whose key the message begins with, where it does."""
    named = _NAMED.fullmatch(message)
    if named is None or named[1] not in {key_of(field) for field in fields_of(cls)}:
        return cursor.fault(message)
    return cursor.fault(named[2], inside=(named[1],))


def _unconvertible(cursor: Cursor, field: "attrs.Attribute[Any]", value: Any, instance: Any, hide: Hide) -> list[Fault]:
    """Give the instance the field's value, past a class that is frozen; the fault, when its converter raises."""
    try:
        object.__setattr__(instance, field.name, _converted(field, value, instance))
    except Exception as error:  # noqa: BLE001 - a plugin's converter may raise anything
        hidden = cursor.secret or looks_secret(key_of(field))
        return [_at_field(cursor, field, (), "is refused, got ***" if hidden else _text(error), hide)]
    return []


def _converted(field: "attrs.Attribute[Any]", value: Any, instance: Any) -> Any:
    converter: Any = field.converter
    if converter is None:
        return value
    if type(converter).__name__ != "Converter":
        return converter(value)
    context = [instance] if converter.takes_self else []
    return converter.converter(value, *context, *([field] if converter.takes_field else []))


def _refused(cursor: Cursor, field: "attrs.Attribute[Any]", instance: Any, hide: Hide) -> list[Fault]:
    raw = cursor.value.get(field.alias)
    place = cursor.child(key_of(field), raw)
    value = getattr(instance, field.name)
    # The value may be what a converter made of the one that was given: 9000.0 of 2H30m.
    found = refusals(field.validator, instance, field, value, lambda part: place.quoted(raw if part is value else part))
    return [_at_field(cursor, field, inside, message, hide) for inside, message in found]


def _at_field(
    cursor: Cursor, field: "attrs.Attribute[Any]", inside: tuple[str | int, ...], message: str, hide: Hide
) -> Fault:
    return cursor.fault(hide(message), inside=(key_of(field), *inside))


def _text(error: Exception) -> str:
    if isinstance(error, (ValueError, TypeError)) and str(error):
        return str(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
