"""Plain scalars mean what YAML 1.2's core schema says."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_core.config_files.core_schema import resolve
from rompy_core.config_files.unreadable import UnreadableError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(text, None) for text in ("", "~", "null", "Null", "NULL")],
        *[(text, True) for text in ("true", "True", "TRUE")],
        *[(text, False) for text in ("false", "False", "FALSE")],
        *[("0", 0), ("-12", -12), ("+3", 3), ("007", 7), ("0o17", 15), ("0x1F", 31)],
        *[("1e3", 1000.0), ("-1.5", -1.5), (".5", 0.5), ("1.", 1.0), ("+2E-2", 0.02)],
        *[(".inf", math.inf), ("-.Inf", -math.inf), ("+.INF", math.inf)],
    ],
)
def test_resolve_knows_each_spelling_of_the_core_schema(text: str, value: object) -> None:
    """Nulls, booleans and numbers have their value and exactly their type."""
    resolved = resolve(text)
    assert resolved == value
    assert type(resolved) is type(value)


def test_resolve_knows_nan() -> None:
    """``.nan`` is a float that is no number."""
    assert all(math.isnan(resolve(text)) for text in (".nan", ".NaN", ".NAN"))


@pytest.mark.parametrize(
    "text",
    ["yes", "no", "on", "off", "y", "tRUE", "nULL", "2024-01-01", "2024-01-01T00:00:00", "12_000", "1:30", "0b1",
     "-0x1", "0x", "0o8", "1e", "e3", ".", "-", "+", "..", "inf", "nan", "1 2", "\u0661"],
)  # fmt: skip
def test_resolve_leaves_everything_else_text(text: str) -> None:
    """What YAML 1.1 or Python would convert, dates included, stays text."""
    assert resolve(text) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9" * 4001, "a number of 4001 characters is too long; write it in quotes if it is text"),
        ("-1e999", "the number -1e999 is too large; write .inf (YAML) or inf (TOML) for infinity"),
    ],
)
def test_resolve_refuses_numbers_that_no_computer_holds(text: str, message: str) -> None:
    """A number is never silently infinite, and never an error of Python."""
    with pytest.raises(UnreadableError) as caught:
        resolve(text)
    assert str(caught.value) == message


@settings(deadline=None)
@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_resolve_gives_back_every_number(number: float) -> None:
    """What Python writes for a number is read as the same number."""
    assert resolve(repr(number)) == number
