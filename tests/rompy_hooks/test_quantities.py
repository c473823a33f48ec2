"""Durations and sizes as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hooks import parse_byte_size, parse_duration

SECONDS = {"W": 604_800, "D": 86_400, "H": 3_600, "MIN": 60, "M": 60, "S": 1}
NUMBERS = st.integers(0, 10**6)
COUNTS = st.integers(0, 10**4)


@given(st.lists(st.tuples(NUMBERS, st.sampled_from([*SECONDS, *map(str.lower, SECONDS)])), min_size=1, max_size=5))
def test_short_duration_is_the_sum_of_its_parts(parts: list[tuple[int, str]]) -> None:
    """In any order, in either case, with blanks or without."""
    total = float(sum(number * SECONDS[unit.upper()] for number, unit in parts))
    assert parse_duration("".join(f"{number}{unit}" for number, unit in parts)) == total
    assert parse_duration(" " + " ".join(f"{number} {unit}" for number, unit in parts) + "\t") == total


@given(COUNTS, COUNTS, COUNTS, st.floats(0, 10**4).map(lambda number: round(number, 3)))
def test_iso_duration_is_the_sum_of_its_parts(days: int, hours: int, minutes: int, seconds: float) -> None:
    """Where M stands for minutes, behind the T."""
    total = days * 86_400 + hours * 3_600 + minutes * 60 + seconds
    assert parse_duration(f"P{days}DT{hours}H{minutes}M{seconds:.3f}S") == pytest.approx(total)


@given(st.floats(0, 1e9).map(lambda number: f"{number:.3f}"))
def test_number_alone_is_seconds(text: str) -> None:
    """With decimals or without."""
    assert parse_duration(text) == float(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "M", "15X", "15 M 3", "-15M", "+15M", "1e3", "1,5H", ".5H", "5.H", "P", "PT", "P1", "P1M", "P1Y",
        "P1DT", "PT1D", "P1H", "1Y", "2MO", "1H\n2X", "nan", "inf", "0x10", "1H" * 60, "9" * 101,
    ],
)  # fmt: skip
def test_other_texts_are_no_durations(text: str) -> None:
    """Months and years have no fixed length; signs, exponents and absurd lengths are refused."""
    with pytest.raises(ValueError, match="must be") as caught:
        parse_duration(text)
    assert str(caught.value) == (
        "must be a number of seconds, or a text such as 90s, 15M (minutes), 2H30m, 1D or PT6H, got " + repr(text)
    )


@given(st.text())
def test_any_text_is_a_duration_or_a_value_error(text: str) -> None:
    """Nothing else comes of it, and no negative or endless time."""
    try:
        seconds = parse_duration(text)
    except ValueError:
        return
    assert 0 <= seconds < float("inf")


@given(NUMBERS, st.sampled_from("kmgtp"), st.sampled_from(["", "b", "B", "ib", "iB"]), st.sampled_from(["", " "]))
def test_size_is_a_number_times_a_power_of_1024(number: int, unit: str, suffix: str, blank: str) -> None:
    """In either case."""
    size = number * 1024 ** ("kmgtp".index(unit) + 1)
    assert parse_byte_size(f"{number}{blank}{unit}{suffix}") == parse_byte_size(f"{number}{unit.upper()}") == size


@given(st.integers(0, 10**18))
def test_whole_number_alone_is_bytes(number: int) -> None:
    """To the last digit."""
    assert parse_byte_size(str(number)) == parse_byte_size(f" {number} b ") == number


def test_size_with_decimals_is_cut_to_whole_bytes() -> None:
    """As docker does."""
    assert parse_byte_size("1.5g") == 1_610_612_736
    assert parse_byte_size("0.3k") == 307


@pytest.mark.parametrize("text", ["", "k", "-1k", "1.5", "1,5g", "1e3", "1kk", "1 g b", "1x", "nan", "inf", "9" * 31])
def test_other_texts_are_no_sizes(text: str) -> None:
    """Half a byte is none."""
    with pytest.raises(ValueError, match="must be") as caught:
        parse_byte_size(text)
    assert str(caught.value) == (f"must be a number of bytes, or a text such as 512m, 1.5g or 4GiB, got {text!r}")


@given(st.text())
def test_any_text_is_a_size_or_a_value_error(text: str) -> None:
    """Nothing else comes of it."""
    try:
        size = parse_byte_size(text)
    except ValueError:
        return
    assert size >= 0
