"""The simulated time."""

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_core.period import Period
from rompy_core.structuring import json_schema, structure, unstructure
from rompy_hooks import ConfigError, PeriodLike

HOUR = timedelta(hours=1)
NEW_YEAR = datetime(2023, 1, 1)


@pytest.mark.parametrize(
    ("given_keys", "end", "interval"),
    [
        ({"end": "2023-01-03"}, datetime(2023, 1, 3), None),
        ({"duration": "2D"}, datetime(2023, 1, 3), None),
        ({"duration": "2H30m", "interval": "15M"}, datetime(2023, 1, 1, 2, 30), timedelta(minutes=15)),
        ({"duration": "PT6H", "interval": "PT6H"}, datetime(2023, 1, 1, 6), 6 * HOUR),
        ({"end": "20230101T0600"}, datetime(2023, 1, 1, 6), None),
        ({"end": "2023-01-02", "duration": "1D"}, datetime(2023, 1, 2), None),
    ],
)
def test_period_takes_an_end_or_a_duration(given_keys: Any, end: datetime, interval: timedelta | None) -> None:
    """From Python and from files the same keys give the same period."""
    for period in (Period(start="2023-01-01", **given_keys), structure(Period, {"start": "2023-01-01", **given_keys})):
        assert period.start == NEW_YEAR
        assert period.end == end
        assert period.duration == end - NEW_YEAR
        assert period.interval == interval


def test_period_takes_datetimes_and_timedeltas() -> None:
    """Python code gives objects; numbers of seconds are for files."""
    period = Period(NEW_YEAR, duration=2 * HOUR, interval=HOUR)
    assert period == Period("2023-01-01", "2023-01-01T02:00", interval="1H")
    assert structure(Period, {"start": NEW_YEAR, "duration": 7200, "interval": 3600}) == period
    assert structure(Period, period) is period


NEEDED = "a date and time such as 2023-01-01T06:00, 20230101T0600 or 2023-01-01T06:00Z"
DURATION = "a number of seconds, or a text such as 90s, 15M (minutes), 2H30m, 1D or PT6H"
BOTH = "start and end must both have a time zone or neither, got"
CALENDAR = "must not have years or months, which differ in length; use days such as 30D, got"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"end": "2023-01-01"}, "period: needs key 'start'"),
        ({"start": "2023-01-01"}, "period: needs key 'end' or 'duration'"),
        ({"start": "soon", "duration": "1D"}, f"period.start: must be {NEEDED}, got 'soon'"),
        ({"start": 2023, "duration": "1D"}, f"period.start: must be {NEEDED}, got 2023; put it in quotes"),
        (
            {"start": "2023-01-02", "end": "2023-01-01"},
            "period.end: must be after start, got 2023-01-02T00:00:00 to 2023-01-01T00:00:00",
        ),
        (
            {"start": "2023-01-01", "end": "2023-01-01"},
            "period.end: must be after start, got 2023-01-01T00:00:00 to 2023-01-01T00:00:00",
        ),
        (
            {"start": "2023-01-01", "end": "2023-01-02T00Z"},
            (
                f"period: {BOTH} 2023-01-01T00:00:00 to 2023-01-02T00:00:00+00:00; start has none, "
                "write 2023-01-01T00:00:00Z if it is UTC"
            ),
        ),
        (
            {"start": "2023-01-01T00+10", "end": "2023-01-02"},
            (
                f"period: {BOTH} 2023-01-01T00:00:00+10:00 to 2023-01-02T00:00:00; end has none, "
                "write 2023-01-02T00:00:00Z if it is UTC"
            ),
        ),
        (
            {"start": "2023-01-01", "end": "2023-01-03", "duration": "1D"},
            "period.duration: P1D reaches 2023-01-02T00:00:00, but end is 2023-01-03T00:00:00; give one of them",
        ),
        ({"start": "2023-01-01", "duration": 0}, "period.duration: must be > 0, got 0 seconds"),
        ({"start": "2023-01-01", "duration": "-1D"}, "period.duration: must not be negative, got '-1D'"),
        ({"start": "2023-01-01", "duration": "1Y"}, f"period.duration: {CALENDAR} '1Y'"),
        ({"start": "2023-01-01", "duration": "P1M"}, f"period.duration: {CALENDAR} 'P1M'"),
        ({"start": "2023-01-01", "duration": "2 months"}, f"period.duration: {CALENDAR} '2 months'"),
        (
            {"start": "2023-01-01", "duration": "9999999D"},
            "period.duration: P9999999D from 2023-01-01T00:00:00 on ends outside the years 1 to 9999",
        ),
        (
            {"start": "9999-12-31T23:00-05:00", "duration": "1D"},
            "period.duration: P1D from 9999-12-31T23:00:00-05:00 on ends outside the years 1 to 9999",
        ),
        (
            {"start": "2023-01-01", "duration": "1D", "interval": -5},
            "period.interval: must be > 0, got -5 seconds",
        ),
        (
            {"start": "2023-01-01", "duration": "1D", "interval": "2D"},
            "period.interval: P2D is longer than the period, 2023-01-01T00:00:00 to 2023-01-02T00:00:00",
        ),
        (
            {"start": "2023-01-01", "duraton": "1D"},
            "period: 'period' has no key 'duraton'. Did you mean 'duration'? Keys: duration, end, interval, start",
        ),
        ("2023", "period: must be a mapping, got '2023' (text)"),
    ],
)
def test_period_that_makes_no_sense_is_told_at_its_key(data: Any, message: str) -> None:
    """Each fault names the key, what was given and what would do; nothing is guessed."""
    with pytest.raises(ConfigError) as caught:
        structure(Period, data, key=("period",))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: Period("2023-01-02", "2023-01-01"),
            "end must be after start, got 2023-01-02T00:00:00 to 2023-01-01T00:00:00",
        ),
        (lambda: Period("2023-01-01"), "needs key 'end' or 'duration'"),
        (lambda: Period("x", duration="1D"), f"start must be {NEEDED}, got 'x'"),
        (lambda: Period("2023-01-01", duration="x1"), f"duration must be {DURATION}, got 'x1'"),
        (
            lambda: Period(2023, duration="1D"),  # type: ignore[arg-type]
            "start must be a datetime or an ISO 8601 text, got 2023",
        ),
        (
            lambda: Period(NEW_YEAR, duration=3),  # type: ignore[arg-type]
            "duration must be a timedelta or a text such as 2D, 2H30m or PT6H, got 3",
        ),
    ],
)
def test_period_from_python_raises_a_value_error_that_says_it_all(call: Callable[[], Period], message: str) -> None:
    """In Python the argument's name stands before what is wrong with it."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        call()
    assert str(caught.value) == message


def test_period_keeps_zones_as_they_are() -> None:
    """Naive stays naive, aware stays aware, in its own zone."""
    assert Period("2023-01-01", duration="1D").end.tzinfo is None
    period = Period("2023-01-01T00:00+02:00", duration="1D")
    assert period.end == datetime(2023, 1, 2, tzinfo=timezone(2 * HOUR))
    assert period.end.utcoffset() == 2 * HOUR
    mixed = Period("2023-01-01T00:00+02:00", "2023-01-01T00:00Z")
    assert mixed.duration == 2 * HOUR


def test_period_counts_the_hours_that_pass_when_clocks_change() -> None:
    """On the night when clocks are put forward a day from midnight on ends at one o'clock."""
    sydney, madrid = ZoneInfo("Australia/Sydney"), ZoneInfo("Europe/Madrid")
    period = Period(datetime(2023, 3, 26, tzinfo=madrid), duration="1D", interval="6H")
    assert period.end == datetime(2023, 3, 27, 1, tzinfo=madrid)
    assert [moment.hour for moment in period.times()] == [0, 7, 13, 19, 1]
    assert Period(datetime(2023, 4, 2, tzinfo=sydney), datetime(2023, 4, 3, tzinfo=sydney)).duration == 25 * HOUR


@pytest.mark.parametrize(
    ("interval", "hours"),
    [("1H", [0, 1, 2]), ("90M", [0, 1]), ("2H", [0, 2]), (None, [0, 2])],
)
def test_period_times_are_an_interval_apart(interval: str | None, hours: list[int]) -> None:
    """Start first, none after the end; without an interval start and end."""
    times = list(Period(NEW_YEAR, duration="2H", interval=interval).times())
    assert [moment.hour for moment in times] == hours
    assert times[0] == NEW_YEAR


def test_period_times_are_made_as_they_are_asked_for() -> None:
    """A century by the second costs nothing until somebody goes through it."""
    times = Period("1900-01-01", "2000-01-01", interval="1S").times()
    assert [next(times) for _ in range(2)] == [datetime(1900, 1, 1), datetime(1900, 1, 1, 0, 0, 1)]


def test_period_is_a_value() -> None:
    """Equal, hashable, copied, pickled, changed into another, and what plugins expect of a period."""
    period = Period("2023-01-01T00Z", duration="1D", interval="1H")
    like: PeriodLike = period
    assert like.interval == HOUR
    assert {period, copy.deepcopy(period), pickle.loads(pickle.dumps(period))} == {period}
    assert attrs.evolve(period, end=datetime(2023, 1, 3, tzinfo=UTC)).duration == 48 * HOUR
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        period.start = NEW_YEAR  # type: ignore[misc]


@given(
    st.datetimes(timezones=st.none() | st.just(UTC) | st.timezones(), allow_imaginary=False),
    st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=20000)),
    st.none() | st.integers(1, 100),
)
def test_period_is_read_back_from_what_it_serialises_to(
    start: datetime, duration: timedelta, parts: int | None
) -> None:
    """Start, end and interval as texts are enough to make the same period, in any zone and century."""
    try:
        period = Period(
            start, duration=duration, interval=max(duration / parts, duration.resolution) if parts else None
        )
    except ValueError as error:
        assert str(error).endswith("outside the years 1 to 9999")  # noqa: PT017 - both outcomes are right
        return
    again = structure(Period, unstructure(period))
    assert (again.start.isoformat(), again.end.isoformat()) == (period.start.isoformat(), period.end.isoformat())
    assert (again.duration, again.interval) == (period.duration, period.interval)
    assert period.duration == duration


def test_period_has_a_schema_of_its_keys() -> None:
    """An editor offers start, end, duration and interval."""

    @attrs.frozen(kw_only=True)
    class Keys:
        period: Period

    schema = json_schema(Keys)["properties"]["period"]
    assert schema["required"] == ["start"]
    assert schema["properties"]["interval"]["description"] == "Time between outputs."
