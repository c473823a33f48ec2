"""Readers of choices: ``Literal`` and ``Enum``."""

from enum import Enum
from typing import Any, get_args

from rompy_core.config_files.texts import EnvironmentText
from rompy_core.nearest import did_you_mean
from rompy_core.structuring.cursor import Cursor


def read_literal(cursor: Cursor, kind: Any) -> Any:
    """One of the values of a ``Literal``; ``1`` is not ``True``."""
    return _choose(cursor, [(option, option) for option in get_args(kind)])


def read_enum(cursor: Cursor, kind: Any) -> Any:
    """A member of an ``Enum``, by its value."""
    if isinstance(cursor.value, kind):
        return cursor.value
    return _choose(cursor, [(member, member.value) for member in kind])


def not_chosen(given: Any, options: list[Any], quoted: str) -> str:
    """The message for a value that is none of the options."""
    names = sorted(str(option) for option in options)
    message = f"must be one of {', '.join(names)}, got {quoted}"
    if not isinstance(given, str) or quoted == "***":
        return message
    if given in names:
        return f"{message}; leave the quotes out"
    hint = did_you_mean(given, names)
    return f"{message}.{hint}" if hint else message


def _choose(cursor: Cursor, options: list[tuple[Any, Any]]) -> Any:
    given = cursor.value
    for option, value in options:
        if isinstance(given, EnvironmentText):
            if str(given) == option_text(value):
                return option
        elif type(given) is type(value) and given == value:
            return option
    raise cursor.refusal(not_chosen(given, [option_text(value) for _, value in options], cursor.quoted(given)))


def option_text(value: Any) -> str:
    """How an option is written in a file."""
    if isinstance(value, Enum):
        value = value.value
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
