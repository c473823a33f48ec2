"""Moments, lengths of time and sizes."""

import contextlib
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_core.structuring import structure
from rompy_core.structuring.moments import DATETIME, DURATION, format_timedelta, parse_datetime, parse_timedelta
from rompy_hooks import ByteSize, Seconds


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        (datetime, "2023-01-01", datetime(2023, 1, 1)),
        (datetime, "20230101", datetime(2023, 1, 1)),
        (datetime, "2023-01-01T00:00:00Z", datetime(2023, 1, 1, tzinfo=UTC)),
        (datetime, "2023-01-01t06:00z", datetime(2023, 1, 1, 6, tzinfo=UTC)),
        (datetime, "20230101T0600", datetime(2023, 1, 1, 6)),
        (datetime, "20230101T06", datetime(2023, 1, 1, 6)),
        (datetime, "20230101.060000", datetime(2023, 1, 1, 6)),
        (datetime, "2023-01-01 06:00+02:00", datetime(2023, 1, 1, 6, tzinfo=timezone(timedelta(hours=2)))),
        (datetime, "2023-01-01T06:00:00.25", datetime(2023, 1, 1, 6, 0, 0, 250000)),
        (datetime, date(2023, 1, 1), datetime(2023, 1, 1)),
        (datetime, datetime(2023, 1, 1, 6), datetime(2023, 1, 1, 6)),
        (date, "2023-01-01", date(2023, 1, 1)),
        (date, date(2023, 1, 1), date(2023, 1, 1)),
        (timedelta, "2H30m", timedelta(hours=2, minutes=30)),
        (timedelta, "PT6H", timedelta(hours=6)),
        (timedelta, 90, timedelta(seconds=90)),
        (timedelta, -1.5, timedelta(seconds=-1.5)),
        (timedelta, timedelta(1), timedelta(1)),
        (Seconds, 90, 90.0),
        (Seconds, "1D", 86400.0),
        (ByteSize, 4096, 4096),
        (ByteSize, "512m", 512 * 1024**2),
    ],
)
def test_amount_takes_what_people_write(kind: Any, data: Any, expected: Any) -> None:
    """ISO 8601, short forms, numbers, and what Python or TOML have parsed already."""
    found = structure(kind, data)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        (datetime, 20230101, f"must be {DATETIME}, got 20230101; put it in quotes"),
        (datetime, "2023-01", f"must be {DATETIME}, got '2023-01'"),
        (datetime, "2023-01-01x06:00", f"must be {DATETIME}, got '2023-01-01x06:00'"),
        (datetime, "2023-01-01T06:00:00.1234567", f"must be {DATETIME}, got '2023-01-01T06:00:00.1234567'"),
        (datetime, "٢٠٢٣-01-01", f"must be {DATETIME}, got '٢٠٢٣-01-01'"),
        (datetime, "2023-02-30", "'2023-02-30' does not exist: day is out of range for month"),
        (datetime, "2023-01-01T25", "'2023-01-01T25' does not exist: hour must be in 0..23"),
        (datetime, ["2023"], f"must be {DATETIME}, got a list"),
        (date, datetime(2023, 1, 1), "must be a date such as 2023-01-01, got 2023-01-01T00:00:00 (date and time)"),
        (date, "2023-01-01T00", "must be a date such as 2023-01-01, got '2023-01-01T00'"),
        (date, "2023-13-01", "'2023-13-01' does not exist: month must be in 1..12"),
        (timedelta, "soon", f"must be {DURATION}, got 'soon'"),
        (timedelta, "1Y", "must not have years or months, which differ in length; use days such as 30D, got '1Y'"),
        (timedelta, "P1M", "must not have years or months, which differ in length; use days such as 30D, got 'P1M'"),
        (timedelta, "-1D", "must not be negative, got '-1D'"),
        (timedelta, "99999999999D", "is longer than can be reckoned with, got '99999999999D'"),
        (timedelta, math.nan, f"must be {DURATION}, got nan"),
        (timedelta, 1e300, f"must be {DURATION}, got 1e+300"),
        (timedelta, True, f"must be {DURATION}, got true"),
        (Seconds, math.nan, f"must be {DURATION}, got nan"),
        (Seconds, math.inf, f"must be {DURATION}, got inf"),
        (Seconds, 10**400, f"must be {DURATION}, got a whole number of 1329 bits"),
        (Seconds, "9" * 400, f"must be {DURATION}, got '{'9' * 60}'... (text)"),
        (Seconds, True, f"must be {DURATION}, got true"),
        (Seconds, None, f"must be {DURATION}, got null"),
        (ByteSize, 1.5, "must be a number of bytes, or a text such as 512m, 1.5g or 4GiB, got 1.5"),
        (ByteSize, "much", "must be a number of bytes, or a text such as 512m, 1.5g or 4GiB, got 'much'"),
        (
            ByteSize,
            "9" * 400 + ".5g",
            f"must be a number of bytes, or a text such as 512m, 1.5g or 4GiB, got '{'9' * 60}'... (text)",
        ),
    ],
)
def test_amount_that_does_not_fit_is_told(kind: Any, data: Any, message: str, faults: Callable[..., list[str]]) -> None:
    """Each fault says what would do; no guess about zones, months or digits past microseconds."""
    assert faults(kind, data, key=("when",)) == [f"when: {message}"]


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=36500)))
def test_format_timedelta_can_be_parsed_again(length: timedelta) -> None:
    """What is written into a record is read back as the same length, to the microsecond."""
    text = format_timedelta(length)
    assert isinstance(text, str)
    assert parse_timedelta(text) == length


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_parse_datetime_reads_what_isoformat_writes(moment: datetime) -> None:
    """Every moment that Python can write is read back with its offset."""
    again = parse_datetime(moment.isoformat())
    assert again.replace(tzinfo=None) == moment.replace(tzinfo=None)
    assert again.utcoffset() == moment.utcoffset()


@given(st.text(max_size=30))
def test_parse_of_any_text_gives_a_value_or_a_value_error(text: str) -> None:
    """No text brings another exception about."""
    for parse in (parse_datetime, parse_timedelta):
        with contextlib.suppress(ValueError):
            assert parse(text) is not None
