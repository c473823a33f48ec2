"""The filters of ``${VAR|filter:argument}``: dates and what can be done with them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from rompy_core.config_files.texts import may_hold_secret

#: Digits alone, by how many there are.
_COMPACT = {8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_SHIFT = re.compile(r"([+-]?)((?:\d{1,9}(?:\.\d{1,9})?[wdhms])+)", re.IGNORECASE)
_AMOUNT = re.compile(r"([\d.]+)([wdhms])", re.IGNORECASE)
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


#: More of a value is not shown.
_LONGEST = 40


class FilterError(ValueError):
    """A filter cannot be applied; the message never holds the value that it was given.

    Args:
        message: What is wrong; where that is the value, it begins with "the value".
        value: The value that is wrong, if it is that.
    """

    def __init__(self, message: str, value: str | None = None) -> None:
        super().__init__(message)
        self.value = value

    def shown(self) -> str:
        """The message with the value in it, for those who may see it."""
        if self.value is None or may_hold_secret(self.value):
            return str(self)
        quoted = repr(self.value) if len(self.value) <= _LONGEST else f"{self.value[:_LONGEST]!r}..."
        return f"{quoted}{str(self).removeprefix('the value')}"


def as_datetime(value: str | datetime, argument: str | None) -> datetime:
    """A date from text: ISO 8601, digits alone such as ``2024010106``, or the given format.

    Raises:
        FilterError: The text is no date.

    >>> as_datetime("2024010106", None)
    datetime.datetime(2024, 1, 1, 6, 0)
    """
    if isinstance(value, datetime):
        return value
    text = value.strip()
    pattern = argument
    if pattern is None and text.isascii() and text.isdigit():
        pattern = _COMPACT.get(len(text))
    try:
        return datetime.fromisoformat(text) if pattern is None else datetime.strptime(text, pattern)
    except (ValueError, re.error) as error:
        wanted = (
            "ISO 8601 (2024-01-01T06:00) or digits (2024010106)" if argument is None else f"the format '{argument}'"
        )
        remedy = "; as_datetime:FORMAT reads other formats" if argument is None else ""
        raise FilterError(f"the value is no date in {wanted}{remedy}", value) from error


def shift(value: str | datetime, argument: str | None) -> datetime:
    """A date earlier or later: ``-3h``, ``+1d12h``, ``90s``.

    Raises:
        FilterError: No such duration, or the value is no date, or the result is none.

    >>> shift("2024-01-01", "-1d12h")
    datetime.datetime(2023, 12, 30, 12, 0)
    """
    match = _SHIFT.fullmatch(argument or "")
    if match is None:
        raise FilterError(
            f"shift needs a duration such as -3h, +1d or 1d12h (units w, d, h, m, s), got '{argument or ''}'"
        )
    date = as_datetime(value, None)
    try:
        step = sum(
            (timedelta(**{_UNITS[unit.lower()]: float(n)}) for n, unit in _AMOUNT.findall(match[2])), timedelta()
        )
        return date - step if match[1] == "-" else date + step
    except OverflowError as error:
        raise FilterError(f"shift:{argument} leads out of the years 1 to 9999") from error


def strftime(value: str | datetime, argument: str | None) -> str:
    """A date as text in a format of :meth:`datetime.datetime.strftime`.

    Raises:
        FilterError: No format, one that cannot be used, or the value is no date.

    >>> strftime("2024-01-01", "%d.%m.%Y")
    '01.01.2024'
    """
    if not argument:
        raise FilterError("strftime needs a format, such as strftime:%Y%m%dT%H")
    date = as_datetime(value, None)
    try:
        return date.strftime(argument)
    except ValueError as error:
        raise FilterError(f"strftime cannot use the format '{argument}'") from error


#: What stands behind a ``|``.
FILTERS: dict[str, Callable[[str | datetime, str | None], str | datetime]] = {
    "as_datetime": as_datetime,
    "shift": shift,
    "strftime": strftime,
}
