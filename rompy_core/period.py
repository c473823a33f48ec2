"""The simulated time: from when to when, and how often."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

from rompy_core.structuring.moments import format_timedelta, parse_datetime, parse_timedelta


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
        ValueError: They do not make a period.

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
            _check_zones(first, last)
        until = _end(first, last, length)
        if step is not None and step > between(first, until):
            raise ValueError(f"interval {format_timedelta(step)} is longer than the period, {_told(first, until)}")
        self.__attrs_init__(first, until, step)

    @property
    def duration(self) -> timedelta:
        """From start to end."""
        return between(self.start, self.end)

    def times(self) -> Iterator[datetime]:
        """The moments from the start, an interval apart, up to the end; without an interval start and end."""
        if self.interval is None:
            yield from (self.start, self.end)
            return
        moment, duration, passed = self.start, self.duration, timedelta(0)
        while passed <= duration:
            yield moment
            passed += self.interval
            if passed <= duration:
                moment = shifted(self.start, passed)

    def to_dict(self) -> dict[str, Any]:
        """The period as data that JSON can hold, and that a period can be made of again."""
        data: dict[str, Any] = {"start": self.start.isoformat(), "end": self.end.isoformat()}
        return data if self.interval is None else {**data, "interval": format_timedelta(self.interval)}


def between(start: datetime, end: datetime) -> timedelta:
    """The time that passes between two moments, also where clocks are put forward or back between them."""
    return end - start if start.tzinfo is None else end.astimezone(UTC) - start.astimezone(UTC)


def shifted(moment: datetime, length: timedelta) -> datetime:
    """The moment that comes a length of time later, in the same zone.

    Raises:
        OverflowError: It would be after the year 9999.
    """
    if moment.tzinfo is None:
        return moment + length
    return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)


def _end(start: datetime, end: datetime | None, duration: timedelta | None) -> datetime:
    if end is None and duration is None:
        raise ValueError("needs end or duration")
    if end is not None and between(start, end) <= timedelta(0):
        raise ValueError(f"end must be after start, got {_told(start, end)}")
    if duration is None:
        return end  # type: ignore[return-value]  # one of the two was given
    try:
        reached = shifted(start, duration)
    except OverflowError:
        raise ValueError(
            f"start {start.isoformat()} and duration {format_timedelta(duration)} end after the year 9999"
        ) from None
    if end is not None and between(start, end) != duration:
        raise ValueError(
            f"end {end.isoformat()} and duration {format_timedelta(duration)} differ: "
            f"from start on the duration reaches {reached.isoformat()}; give one of them"
        )
    return reached if end is None else end


def _moment(name: str, value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a datetime or an ISO 8601 text, got {value!r}")
    try:
        return parse_datetime(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _length(name: str, value: Any) -> timedelta | None:
    if isinstance(value, str):
        try:
            value = parse_timedelta(value)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    if value is not None and not isinstance(value, timedelta):
        raise TypeError(f"{name} must be a timedelta or a text such as 2D, 2H30m or PT6H, got {value!r}")
    if value is not None and value <= timedelta(0):
        raise ValueError(f"{name} must be > 0, got {format_timedelta(value)}")
    return value


def _check_zones(start: datetime, end: datetime) -> None:
    if (start.utcoffset() is None) == (end.utcoffset() is None):
        return
    without, moment = ("start", start) if start.utcoffset() is None else ("end", end)
    raise ValueError(
        f"start and end must both have a time zone or neither, got {_told(start, end)}; {without} has none, "
        f"write {moment.isoformat()}Z if it is UTC"
    )


def _told(start: datetime, end: datetime) -> str:
    return f"{start.isoformat()} to {end.isoformat()}"
