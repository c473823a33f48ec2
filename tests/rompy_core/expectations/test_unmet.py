"""Sentences about what was not met."""

from rompy_core.expectations import Unmet, explain
from rompy_core.expectations.unmet import readable


def test_explain_tells_all_of_it() -> None:
    """The sentence of STYLE, the most telling first."""
    unmet = [
        Unmet("error_files", "Errfile", 'Errfile is not empty: "** Error: no grid"', "Errfile", 1, "** Error: no grid"),
        Unmet("outputs", "*.nc", "expected output '*.nc' is missing"),
    ]
    assert explain(unmet, "swan.exe") == (
        "swan.exe exited 0 but Errfile is not empty: \"** Error: no grid\"; expected output '*.nc' is missing"
    )


def test_readable_is_short_and_harmless() -> None:
    """A log must not clear the terminal of who reads the error, nor fill it."""
    assert readable("\x1b[2J  bad\x00depth\x9b ") == "[2J  bad depth"
    assert readable("x" * 1_000_000) == "x" * 200 + "..."
