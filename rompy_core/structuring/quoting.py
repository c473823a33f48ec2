"""How a value that was given is told in a message: short, with its kind where the text alone would mislead."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from pathlib import PurePath
from typing import Any

from rompy_core.data_files.shown import shown_source
from rompy_hooks import Secret

#: Longer values are cut: the line in the file says the rest.
_LONGEST = 60


def quote(value: Any) -> str:
    """A value for a message; what is in mappings and lists is never told, it may hold secrets.

    >>> quote("3x"), quote(3.5), quote(True), quote(None), quote({"token": "sesame"})
    ("'3x' (text)", '3.5', 'true', 'null', 'a mapping')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Secret):
        return "***"
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, str):
        return f"{quote_text(value)} (text)"
    if isinstance(value, (int, float)):
        return _number(value)
    return _other(value)


def quote_text(text: str) -> str:
    """A text in quotes, cut where it is long; a URL without its password and signature."""
    text = shown_source(str.__str__(text))
    return repr(text) if len(text) <= _LONGEST else f"{text[:_LONGEST]!r}..."


def _number(value: float) -> str:
    # Python refuses to write whole numbers of more than 4300 digits.
    huge = isinstance(value, int) and value.bit_length() > 200
    return f"a whole number of {value.bit_length()} bits" if huge else repr(value)  # type: ignore[attr-defined]


def _other(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, PurePath):
        return f"{quote_text(str(value))} (path)"
    if isinstance(value, date):
        return f"{value.isoformat()} ({'date and time' if isinstance(value, datetime) else 'date'})"
    return f"an object of the class {type(value).__name__}"
