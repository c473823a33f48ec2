"""Dotted keys."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_core.config_files.keys import Key, Segment, dotted, parse_assignment


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ((), ""),
        (("a", "b-c", "d_e"), "a.b-c.d_e"),
        (("a", 0, 1, "b"), "a[0][1].b"),
        (("a.b", "c d", "é"), '"a.b"."c d".é'),
        (("a", 'say "x"'), "a.'say \"x\"'"),
        (("", "a"), '"".a'),
    ],
)
def test_dotted_writes_keys_as_people_do(key: Key, text: str) -> None:
    """Quotes only where a name has characters of its own meaning."""
    assert dotted(key) == text


def test_parse_assignment_splits_at_the_first_equals_sign_outside_of_quotes() -> None:
    """The value may hold anything."""
    assert parse_assignment('a."b=c"[2].3=x=y') == (
        [Segment("a"), Segment("b=c"), Segment("2", 2, bracketed=True), Segment("3", 3)],
        "x=y",
    )


@pytest.mark.parametrize(
    "text", ["", "=", "a", ".a=1", "a.=1", "a..b=1", "a]=1", 'a"b"=1', '"a=1', "a[1234567]=1", "[=1"]
)
def test_parse_assignment_knows_what_is_none(text: str) -> None:
    """Nothing is guessed."""
    assert parse_assignment(text) is None


@settings(deadline=None)
@given(
    st.lists(st.text(min_size=1).filter(lambda name: not {"'", '"'} <= set(name)) | st.integers(0, 999_999), min_size=1)
)
def test_dotted_keys_are_read_again(key: list[str | int]) -> None:
    """What messages show can be typed behind ``-o``."""
    parsed = parse_assignment(f"{dotted(tuple(key))}=x")
    assert parsed is not None
    segments, value = parsed
    assert value == "x"
    assert [segment.index if segment.bracketed else segment.name for segment in segments] == key
