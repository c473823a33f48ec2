"""Readers of moments, lengths of time and sizes."""

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from rompy_core.structuring.cursor import Cursor
from rompy_core.structuring.moments import DATE, DATETIME, DURATION, parse_date, parse_datetime, parse_timedelta
from rompy_hooks import parse_byte_size, parse_duration

T = TypeVar("T")

BYTE_SIZE = "a number of bytes, or a text such as 512m, 1.5g or 4GiB"


def read_datetime(cursor: Cursor, _type: Any) -> datetime:
    """ISO 8601; a date alone is its first moment."""
    value = cursor.value
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # naive stays naive
    return _of_text(cursor, parse_datetime, DATETIME)


def read_date(cursor: Cursor, _type: Any) -> date:
    """ISO 8601."""
    value = cursor.value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return _of_text(cursor, parse_date, DATE)


def read_timedelta(cursor: Cursor, _type: Any) -> timedelta:
    """A number of seconds, or a text with units."""
    value = cursor.value
    if isinstance(value, timedelta):
        return value
    if not _is_number(value):
        return _of_text(cursor, parse_timedelta, DURATION)
    try:
        return timedelta(seconds=value)
    except (OverflowError, ValueError):  # too long; not a number
        raise cursor.misfit(DURATION) from None


def read_seconds(cursor: Cursor, _type: Any) -> float:
    """A finite number of seconds, or a text with units."""
    value = cursor.value
    try:
        seconds = float(value) if _is_number(value) else _of_text(cursor, parse_duration, DURATION)
    except OverflowError:
        raise cursor.misfit(DURATION) from None
    if not math.isfinite(seconds):
        raise cursor.misfit(DURATION)
    return seconds


def read_byte_size(cursor: Cursor, _type: Any) -> int:
    """A whole number of bytes, or a text with units."""
    value = cursor.value
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    return _of_text(cursor, parse_byte_size, BYTE_SIZE)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _of_text(cursor: Cursor, parse: Callable[[str], T], expected: str) -> T:
    value = cursor.value
    if not isinstance(value, str):
        hint = "; put it in quotes" if parse in (parse_datetime, parse_date) and _is_number(value) else ""
        raise cursor.refusal(f"must be {expected}, got {cursor.quoted(value)}{hint}")
    try:
        return parse(str.__str__(value))
    except ValueError as error:
        if cursor.secret or len(value) > 100:  # the message quotes the text
            raise cursor.misfit(expected) from None
        raise cursor.refusal(str(error)) from None
    except OverflowError:
        raise cursor.misfit(expected) from None
