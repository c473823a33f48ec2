"""The simulated time: from when to when, and how often."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs

from rompy_core.structuring.moments import format_timedelta, parse_datetime, parse_timedelta


class PeriodError(ValueError):
    """What was given makes no period.

    Attributes:
        key: The argument that is wrong, or ``""`` where they don't go together.
        message: What is wrong with it.
    """

    def __init__(self, key: str, message: str) -> None:
        super().__init__(key, message)
        self.key = key
        self.message = message

    def __str__(self) -> str:
        return f"{self.key} {self.message}".strip()


@attrs.frozen(init=False)
class Period:
    """A start, an end after it and, where outputs come regularly, the time between them.

    Time zones are never guessed: moments without one stay so, and start and end must both have one or neither.

    Args:
        start: First moment; a datetime, or an ISO 8601 text.
        end: Last moment; or give the duration instead. Both are taken when they agree.
        duration: From start to end; a timedelta, or a text such as ``2D``, ``2H30m`` or ``PT6H``.
        interval: Time between outputs; not longer than the duration.

    Raises:
        PeriodError: They do not make a period (a ``ValueError``).

    >>> period = Period(start="2023-01-01", duration="2D", interval="1H")
    >>> period.end, len(list(period.times()))
    (datetime.datetime(2023, 1, 3, 0, 0), 49)
    """

    #: First moment.
    start: datetime
    #: Last moment.
    end: datetime
    #: Time between outputs, where one was given.
    interval: timedelta | None

    def __init__(
        self,
        start: datetime | str,
        end: datetime | str | None = None,
        duration: timedelta | str | None = None,
        interval: timedelta | str | None = None,
    ) -> None:
        first, last = _moment("start", start), None if end is None else _moment("end", end)
        length, step = _length("duration", duration), _length("interval", interval)
        if last is not None:
            _check_order(first, last)
        until = _end(first, last, length)
        if step is not None and step > between(first, until):
            raise PeriodError("interval", f"{format_timedelta(step)} is longer than the period, {_told(first, until)}")
        self.__attrs_init__(first, until, step)

    @property
    def duration(self) -> timedelta:
        """From start to end."""
        return between(self.start, self.end)

    def times(self) -> Iterator[datetime]:
        """The moments from the start, an interval apart, up to the end; without an interval start and end."""
        step = self.interval or self.duration
        for number in range(self.duration // step + 1):
            yield shifted(self.start, number * step)

    def to_dict(self) -> dict[str, Any]:
        """The period as data that JSON can hold, and that a period can be made of again."""
        data: dict[str, Any] = {"start": self.start.isoformat(), "end": self.end.isoformat()}
        return data if self.interval is None else {**data, "interval": format_timedelta(self.interval)}


def between(start: datetime, end: datetime) -> timedelta:
    """The time that passes between two moments, also where clocks are put forward or back between them."""
    clocks = end.replace(tzinfo=None) - start.replace(tzinfo=None)
    return clocks - ((end.utcoffset() or timedelta(0)) - (start.utcoffset() or timedelta(0)))


def shifted(moment: datetime, length: timedelta) -> datetime:
    """The moment that comes a length of time later, in the same zone.

    Raises:
        OverflowError: It is outside the years 1 to 9999.
    """
    if moment.utcoffset() is None or isinstance(moment.tzinfo, timezone):
        return moment + length
    return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)


def _end(start: datetime, end: datetime | None, duration: timedelta | None) -> datetime:
    if duration is None:
        if end is None:
            raise PeriodError("", "needs key 'end' or 'duration'")
        return end
    try:
        reached = shifted(start, duration)
    except OverflowError:
        told = f"{format_timedelta(duration)} from {start.isoformat()} on ends outside the years 1 to 9999"
        raise PeriodError("duration", told) from None
    if end is not None and between(start, end) != duration:
        told = f"{format_timedelta(duration)} reaches {reached.isoformat()}, but end is {end.isoformat()}"
        raise PeriodError("duration", f"{told}; give one of them")
    return reached if end is None else end


def _moment(key: str, value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise PeriodError(key, f"must be a datetime or an ISO 8601 text, got {value!r}")
    try:
        return parse_datetime(value)
    except ValueError as error:
        raise PeriodError(key, str(error)) from None


def _length(key: str, value: Any) -> timedelta | None:
    if isinstance(value, str):
        try:
            value = parse_timedelta(value)
        except ValueError as error:
            raise PeriodError(key, str(error)) from None
    if value is not None and not isinstance(value, timedelta):
        raise PeriodError(key, f"must be a timedelta or a text such as 2D, 2H30m or PT6H, got {value!r}")
    if value is not None and value <= timedelta(0):
        raise PeriodError(key, f"must be > 0, got {value.total_seconds():g} seconds")
    return value


def _check_order(start: datetime, end: datetime) -> None:
    naive = [name for name, moment in (("start", start), ("end", end)) if moment.utcoffset() is None]
    if len(naive) == 1:
        moment = start if naive == ["start"] else end
        raise PeriodError(
            "",
            f"start and end must both have a time zone or neither, got {_told(start, end)}; "
            f"{naive[0]} has none, write {moment.isoformat()}Z if it is UTC",
        )
    if between(start, end) <= timedelta(0):
        raise PeriodError("end", f"must be after start, got {_told(start, end)}")


def _told(start: datetime, end: datetime) -> str:
    return f"{start.isoformat()} to {end.isoformat()}"
