"""TOML: data with dates as text, and the lines of keys."""

from collections.abc import Callable

import pytest

from rompy_core.config_files import Document

Faults = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\n[b]\nc = ${X}", "x.toml:3: is not TOML: invalid value (column 5); text needs quotes"),
        ("a = 1\na = 2", "x.toml:2: is not TOML: a key is given twice; keep one of them"),
        ("a = 1\na = 2\nb = 1", "x.toml:2: is not TOML: a key is given twice; keep one of them (column 6)"),
        (
            "a = [1,\n\n",
            "x.toml:2: is not TOML: invalid value at the end of the file; is a bracket or quote not closed?",
        ),
        ("a: 1", "x.toml:1: is not TOML: expected '=' after a key in a key/value pair (column 2)"),
        ("a." * 2000 + "b = 1", "x.toml:1: mappings and lists are nested deeper than 100 levels"),
        ("a = " + "[" * 5000, "x.toml: mappings and lists are nested deeper than 100 levels"),
        ("a = " + "9" * 5000, "x.toml: is not TOML: a number is too long; write it in quotes if it is text"),
        ("a = 1e999", "x.toml: the number 1e999 is too large; write .inf (YAML) or inf (TOML) for infinity"),
        ("# nothing", "x.toml: the file is empty; a config is a mapping of keys, such as 'run_id: test'"),
        ('[a]\nb = "\\u0000"', "x.toml:2: a.b: holds a NUL character, which no path, command or variable can hold"),
    ],
)
def test_toml_faults_name_the_line(faults: Faults, text: str, expected: str) -> None:
    """Python's own words where they are plain, ours for the rest."""
    (fault,) = faults(text, "x.toml")
    assert fault == expected


def test_toml_dates_and_times_become_iso_text(read: Callable[..., Document]) -> None:
    """As in YAML, dates are text until a field says otherwise; infinity is a float that TOML has."""
    text = "a = 1979-05-27\nb = 07:32:00\nc = 1979-05-27 07:32:00\nd = 1979-05-27T07:32:00Z\ne = [inf, true]"
    assert read(text, "x.toml").data == {
        "a": "1979-05-27",
        "b": "07:32:00",
        "c": "1979-05-27T07:32:00",
        "d": "1979-05-27T07:32:00+00:00",
        "e": [float("inf"), True],
    }


def test_toml_faults_of_later_steps_name_lines_in_arrays_of_tables(faults: Faults) -> None:
    """The scan knows which of the tables a key belongs to, and inside of arrays the line of the key."""
    text = '[[s]]\nx = [1,\n 2, "${X}"]\n[[s]]\n"a.b".c = "${Y}"\n[s.t]\nu = "${Z}"'
    unset = "is not set. Set it, or write"
    assert faults(text, "x.toml") == [
        f"x.toml:2: s[0].x[2]: the variable X {unset} ${{X:-default}}",
        f'x.toml:5: s[1]."a.b".c: the variable Y {unset} ${{Y:-default}}',
        f"x.toml:7: s[1].t.u: the variable Z {unset} ${{Z:-default}}",
    ]
