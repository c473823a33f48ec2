"""Why a class refuses the values of its fields: every validator is asked, not only the first that raises."""

from collections.abc import Mapping
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
    hide = _Hide([cursor.value, given], cursor.secret)
    instance: Any = object.__new__(cls)
    faults: list[Fault] = []
    known = [field for field in fields_of(cls) if field.alias in given]
    for field in known:
        faults += _unconvertible(cursor, field, given[key_of(field)], instance, hide)
    for field in known:
        if field.validator is not None and hasattr(instance, field.name):
            faults += _refused(cursor, field, instance, hide)
    if error is not None and not faults:
        faults.append(cursor.fault(hide(_text(error))))
    return faults


def _unconvertible(
    cursor: Cursor, field: "attrs.Attribute[Any]", value: Any, instance: Any, hide: "_Hide"
) -> list[Fault]:
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


def _refused(cursor: Cursor, field: "attrs.Attribute[Any]", instance: Any, hide: "_Hide") -> list[Fault]:
    raw = cursor.value.get(field.alias)
    place = cursor.child(key_of(field), raw)
    value = getattr(instance, field.name)
    # The value may be what a converter made of the one that was given: 9000.0 of 2H30m.
    found = refusals(field.validator, instance, field, value, lambda part: place.quoted(raw if part is value else part))
    return [_at_field(cursor, field, inside, message, hide) for inside, message in found]


def _at_field(
    cursor: Cursor, field: "attrs.Attribute[Any]", inside: tuple[str | int, ...], message: str, hide: "_Hide"
) -> Fault:
    return cursor.fault(hide(message), inside=(key_of(field), *inside))


def _text(error: Exception) -> str:
    if isinstance(error, (ValueError, TypeError)) and str(error):
        return str(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


class _Hide:
    """Takes the secrets of the data out of messages that somebody else's code wrote."""

    def __init__(self, data: list[Any], secret: bool) -> None:
        self._data = data
        self._secret = secret
        self._found: list[str] | None = None

    def __call__(self, message: str) -> str:
        if self._found is None:
            self._found = sorted(_secrets(self._data, self._secret), key=len, reverse=True)
        for secret in self._found:
            message = message.replace(repr(secret)[1:-1], "***").replace(secret, "***")
        return message


def _secrets(data: Any, secret: bool) -> set[str]:
    """The texts in plain data that must not be seen; data that is deep or contains itself is no matter."""
    found: set[str] = set()
    seen: set[tuple[int, bool]] = set()
    waiting = [(data, secret)]
    while waiting:
        value, secret = waiting.pop()
        if isinstance(value, Secret):
            found.add(value.reveal())
        elif isinstance(value, str):
            found |= {value} if secret else set()
        elif isinstance(value, (Mapping, list, tuple)) and (id(value), secret) not in seen:
            seen.add((id(value), secret))
            items = value.items() if isinstance(value, Mapping) else enumerate(value)
            waiting += [(item, secret or (isinstance(name, str) and looks_secret(name))) for name, item in items]
    return {text for text in found if len(text) >= _SHORTEST_SECRET}
