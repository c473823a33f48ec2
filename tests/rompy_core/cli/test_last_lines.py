"""The last lines of a model's log, fit for a terminal."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_core.cli.last_lines import last_lines, last_written


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"one\ntwo\nthree\n", ["two", "three"]),
        (b"one\n\n\ntwo\n\n", ["one", "two"]),
        (b"no end", ["no end"]),
        (b"10 %\r20 %\r30 %\r\n", ["30 %"]),
        (b"dos\r\nlines\r\n", ["dos", "lines"]),
        (b"\x1b[31mred\x1b[0m\x07 \x1b]0;title\x07end\n", ["red end"]),
        (b"wind \xff m/s\n", ["wind \N{REPLACEMENT CHARACTER} m/s"]),
        (b"a\tb\n", ["a       b"]),
        (b"", []),
    ],
)
def test_last_lines_are_clean(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    """Whatever a model writes becomes lines that do not steer the terminal."""
    log = tmp_path / "stdout.log"
    log.write_bytes(data)
    assert last_lines(log, 2) == expected


def test_last_lines_of_a_large_file_are_its_end(tmp_path: Path) -> None:
    """Only the end is read, however large the log is."""
    log = tmp_path / "stdout.log"
    log.write_text("".join(f"line {number}\n" for number in range(100_000)))
    assert last_lines(log, 3) == ["line 99997", "line 99998", "line 99999"]


def test_last_lines_of_no_file_are_none(tmp_path: Path) -> None:
    """A log that the model has not begun is no error."""
    assert last_lines(tmp_path / "missing.log", 3) == []


@given(data=st.binary(max_size=200))
def test_last_lines_hold_no_control_characters(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """No byte of a log reaches the terminal as a control character."""
    log = tmp_path_factory.getbasetemp() / "any.log"
    log.write_bytes(data)
    shown = last_lines(log, 100)
    assert all(ord(character) >= 32 and not 127 <= ord(character) < 160 for line in shown for character in line)


def test_last_written_is_the_newest_that_has_anything(tmp_path: Path) -> None:
    """Of stdout and stderr, the one where something happens is shown."""
    old, new, empty = (tmp_path / name for name in ("old", "new", "empty"))
    for path, text, when in ((old, "x", 1), (new, "x", 2), (empty, "", 3)):
        path.write_text(text)
        os.utime(path, (when, when))
    assert last_written([old, new, empty, tmp_path / "missing"]) == new
    assert last_written([empty]) is None
