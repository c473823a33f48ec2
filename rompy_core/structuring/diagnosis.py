"""Why a class refuses the values of its fields: every validator is asked, not only the first that raises."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from rompy_core.structuring.cursor import Cursor
from rompy_core.structuring.plans import fields_of, key_of
from rompy_core.structuring.refusals import refusals
from rompy_hooks import Fault, Secret, looks_secret

#: Shorter ones would blot out half of a message, and are no secrets.
_SHORTEST_SECRET = 3


def diagnose(cursor: Cursor, cls: type[Any], given: Mapping[str, Any], error: Exception | None) -> list[Fault]:
    """The faults of values that have the right types.

    Args:
        cursor: The mapping that the object should be made of.
        cls: Its class.
        given: The arguments that could be read, by key.
        error: What the class raised when it was given all arguments; ``None`` when some could not be read.
    """
    secrets = sorted(set(_secrets(cursor.value, secret=cursor.secret)), key=len, reverse=True)
    instance: Any = object.__new__(cls)
    faults: list[Fault] = []
    known = [field for field in fields_of(cls) if field.alias in given]
    for field in known:
        faults += _unconvertible(cursor, field, given[key_of(field)], instance, secrets)
    for field in known:
        if field.validator is not None and hasattr(instance, field.name):
            faults += _refused(cursor, field, instance, secrets)
    if error is not None and not faults:
        faults.append(cursor.fault(_hidden(_text(error), secrets)))
    return faults


def _unconvertible(
    cursor: Cursor, field: "attrs.Attribute[Any]", value: Any, instance: Any, secrets: list[str]
) -> list[Fault]:
    """Give the instance the field's value, past a class that is frozen; the fault, when its converter raises."""
    try:
        object.__setattr__(instance, field.name, _converted(field, value, instance))
    except Exception as error:  # noqa: BLE001 - a plugin's converter may raise anything
        return [_at_field(cursor, field, (), _text(error), secrets)]
    return []


def _converted(field: "attrs.Attribute[Any]", value: Any, instance: Any) -> Any:
    converter: Any = field.converter
    if converter is None:
        return value
    if type(converter).__name__ != "Converter":
        return converter(value)
    context = [instance] if converter.takes_self else []
    return converter.converter(value, *context, *([field] if converter.takes_field else []))


def _refused(cursor: Cursor, field: "attrs.Attribute[Any]", instance: Any, secrets: list[str]) -> list[Fault]:
    raw = cursor.value.get(field.alias)
    place = cursor.child(key_of(field), raw)
    value = getattr(instance, field.name)
    # The value may be what a converter made of the one that was given: 9000.0 of 2H30m.
    found = refusals(field.validator, instance, field, value, lambda part: place.quoted(raw if part is value else part))
    return [_at_field(cursor, field, inside, message, secrets) for inside, message in found]


def _at_field(
    cursor: Cursor, field: "attrs.Attribute[Any]", inside: tuple[str | int, ...], message: str, secrets: list[str]
) -> Fault:
    return cursor.fault(_hidden(message, secrets), inside=(key_of(field), *inside))


def _text(error: Exception) -> str:
    if isinstance(error, (ValueError, TypeError)) and str(error):
        return str(error)
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def _hidden(message: str, secrets: list[str]) -> str:
    """The message of somebody else's code without the secrets of the data."""
    for secret in secrets:
        message = message.replace(secret, "***")
    return message


def _secrets(value: Any, *, secret: bool) -> Iterator[str]:
    """The texts in plain data that must not be seen."""
    if isinstance(value, Secret):
        yield value.reveal()
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _secrets(item, secret=secret or (isinstance(key, str) and looks_secret(key)))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _secrets(item, secret=secret)
    elif secret and isinstance(value, (str, int, float)) and len(str(value)) >= _SHORTEST_SECRET:
        yield str(value)
