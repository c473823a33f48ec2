"""Filters of dates."""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_core.config_files.filters import FilterError, as_datetime, shift, strftime


@pytest.mark.parametrize(
    ("text", "pattern", "date"),
    [
        ("2024-01-02", None, datetime(2024, 1, 2)),
        (" 2024-01-02 03:04:05 ", None, datetime(2024, 1, 2, 3, 4, 5)),
        ("2024-01-02T03:04:05.5", None, datetime(2024, 1, 2, 3, 4, 5, 500000)),
        ("2024-01-02T03:04Z", None, datetime(2024, 1, 2, 3, 4, tzinfo=UTC)),
        ("20240102T03", None, datetime(2024, 1, 2, 3)),
        ("20240102", None, datetime(2024, 1, 2)),
        ("2024010203", None, datetime(2024, 1, 2, 3)),
        ("202401020304", None, datetime(2024, 1, 2, 3, 4)),
        ("20240102030405", None, datetime(2024, 1, 2, 3, 4, 5)),
        ("02.01.24 03:04", "%d.%m.%y %H:%M", datetime(2024, 1, 2, 3, 4)),
    ],
)
def test_as_datetime_reads_iso_digits_and_formats(text: str, pattern: str | None, date: datetime) -> None:
    """What users of cycles write."""
    assert as_datetime(text, pattern) == date


@pytest.mark.parametrize("text", ["", "x", "2024", "202401", "2024-13-01", "2024010225", "20240230", "1e9", "²0240102"])
def test_as_datetime_refuses_other_text_without_quoting_it(text: str) -> None:
    """The value of a variable may be a secret, so the message has none of it."""
    with pytest.raises(FilterError) as caught:
        as_datetime(text, None)
    assert str(caught.value) == (
        "the value is no date in ISO 8601 (2024-01-01T06:00) or digits (2024010106); "
        "as_datetime:FORMAT reads other formats"
    )


@pytest.mark.parametrize(
    ("duration", "date"),
    [
        ("-3h", datetime(2023, 12, 31, 21)), ("+1d", datetime(2024, 1, 2)), ("30m", datetime(2024, 1, 1, 0, 30)),
        ("90s", datetime(2024, 1, 1, 0, 1, 30)), ("1w", datetime(2024, 1, 8)), ("-1D12H", datetime(2023, 12, 30, 12)),
        ("1.5h", datetime(2024, 1, 1, 1, 30)), ("15M", datetime(2024, 1, 1, 0, 15)),
    ],
)  # fmt: skip
def test_shift_moves_a_date_by_units_alone_or_together(duration: str, date: datetime) -> None:
    """The sign counts for all of a compound duration; upper case is the same."""
    assert shift("2024-01-01", duration) == date


@pytest.mark.parametrize(
    ("call", "argument", "message"),
    [
        (shift, None, "shift needs a duration such as -3h, +1d or 1d12h (units w, d, h, m, s), got ''"),
        (shift, "3", "shift needs a duration such as -3h, +1d or 1d12h (units w, d, h, m, s), got '3'"),
        (shift, "1y", "shift needs a duration such as -3h, +1d or 1d12h (units w, d, h, m, s), got '1y'"),
        (shift, "-999999999w", "shift:-999999999w leads out of the years 1 to 9999"),
        (shift, "-2025w999999d", "shift:-2025w999999d leads out of the years 1 to 9999"),
        (strftime, None, "strftime needs a format, such as strftime:%Y%m%dT%H"),
        (strftime, "\ud800", "strftime cannot use the format '\ud800'"),
        (as_datetime, "%Q", "the value is no date in the format '%Q'"),
        (as_datetime, "%Y%Y", "the value is no date in the format '%Y%Y'"),
    ],
)
def test_filters_refuse_arguments_that_they_cannot_use(
    call: Callable[[str, str | None], object], argument: str | None, message: str
) -> None:
    """The argument stands in the file, so it may be quoted."""
    with pytest.raises(FilterError) as caught:
        call("2024-01-01", argument)
    assert str(caught.value) == message


def test_strftime_takes_a_date_or_its_text() -> None:
    """``as_datetime`` may be left out, as users of rompy do."""
    assert strftime("2024-01-01", "%Y%m%dT%H:%M") == strftime(datetime(2024, 1, 1), "%Y%m%dT%H:%M") == "20240101T00:00"


@settings(deadline=None)
@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.integers(-10_000, 10_000), st.sampled_from("wdhms"))
def test_shift_back_and_forth_gives_the_same_date(date: datetime, amount: int, unit: str) -> None:
    """A shift is undone by its opposite."""
    assert shift(shift(date, f"{amount}{unit}"), f"{-amount}{unit}") == date


@settings(deadline=None)
@given(st.text(), st.none() | st.text())
def test_filters_give_a_value_or_their_own_error(value: str, argument: str | None) -> None:
    """Whatever the texts are."""
    for call in (as_datetime, shift, strftime):
        with contextlib.suppress(FilterError):
            call(value, argument)
