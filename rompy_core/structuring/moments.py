"""Moments and lengths of time as people write them."""

import re
from datetime import date, datetime, timedelta

from rompy_hooks import parse_duration

DATETIME = "a date and time such as 2023-01-01T06:00, 20230101T0600 or 2023-01-01T06:00Z"
DATE = "a date such as 2023-01-01"
DURATION = "a number of seconds, or a text such as 90s, 15M (minutes), 2H30m, 1D or PT6H"

# Python reads more than this, with any character between date and time, and drops digits past microseconds.
_MOMENT = re.compile(
    r"\d{4}-?\d\d-?\d\d([T .]\d\d(:?\d\d(:?\d\d([.,]\d{1,6})?)?)?(Z|[+-]\d\d(:?\d\d(:?\d\d)?)?)?)?",
    re.ASCII | re.IGNORECASE,
)
_CALENDAR = re.compile(r"P.*Y.*|P[^T]*M.*|[\d.\s]*(Y|YR|YEARS?|MON|MONTHS?|A)", re.DOTALL)


def parse_datetime(text: str) -> datetime:
    """The moment of an ISO 8601 text, extended or basic; a date alone is its first moment.

    With a zone it is aware, without one naive: none is guessed.

    Raises:
        ValueError: The text is none of these, or no such day or hour exists.

    >>> parse_datetime("20230101T0600"), parse_datetime("2023-01-01 06:00Z").utcoffset()
    (datetime.datetime(2023, 1, 1, 6, 0), datetime.timedelta(0))
    """
    plain = text.strip()
    if _MOMENT.fullmatch(plain) is None:
        raise ValueError(f"must be {DATETIME}, got {text!r}")
    try:
        return datetime.fromisoformat(plain.upper())
    except ValueError as error:
        raise ValueError(f"{text!r} does not exist: {error}") from None


def parse_date(text: str) -> date:
    """The day of an ISO 8601 text.

    Raises:
        ValueError: The text is none, or no such day exists.
    """
    plain = text.strip()
    if re.fullmatch(r"\d{4}-?\d\d-?\d\d", plain, re.ASCII) is None:
        raise ValueError(f"must be {DATE}, got {text!r}")
    try:
        return date.fromisoformat(plain)
    except ValueError as error:
        raise ValueError(f"{text!r} does not exist: {error}") from None


def parse_timedelta(text: str) -> timedelta:
    """The length of a text such as ``15M``, ``2H30m``, ``PT6H`` or a number of seconds.

    Raises:
        ValueError: The text is none of these, has years or months, or is longer than Python can tell.

    >>> parse_timedelta("2H30m")
    datetime.timedelta(seconds=9000)
    """
    plain = text.strip().upper()
    if _CALENDAR.fullmatch(plain):
        raise ValueError(f"must not have years or months, which differ in length; use days such as 30D, got {text!r}")
    if plain.startswith("-"):
        raise ValueError(f"must not be negative, got {text!r}")
    try:
        return timedelta(seconds=parse_duration(text))
    except OverflowError:
        raise ValueError(f"is longer than can be reckoned with, got {text!r}") from None


def format_timedelta(length: timedelta) -> str | float:
    """A text that :func:`parse_timedelta` makes the same length of; of a negative one the number of seconds.

    >>> format_timedelta(timedelta(days=1, hours=6)), format_timedelta(timedelta(milliseconds=1500))
    ('P1DT6H', 'PT1.5S')
    """
    if length < timedelta(0):
        return length.total_seconds()
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{length.microseconds:06d}".rstrip("0") if length.microseconds else ""
    parts = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else ""]
    parts.append(f"{seconds}{fraction}S" if seconds or fraction else "")
    days, time = f"{length.days}D" if length.days else "", "".join(parts)
    return f"P{days}T{time}" if time else f"P{days}" if days else "PT0S"
