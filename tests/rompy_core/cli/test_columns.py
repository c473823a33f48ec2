"""Tables that fit into a terminal."""

import pytest

from rompy_core.cli.columns import columns

ROWS = [
    {"name": "local", "summary": "child processes on this machine", "hooks": ["backends", "run"]},
    {"name": "noop", "summary": "", "hooks": ["process"]},
]
NAMES = ("name", "summary", "hooks")


@pytest.mark.parametrize("width", [None, 53, 200])
def test_what_fits_and_what_goes_into_a_pipe_is_one_line_a_row(width: int | None) -> None:
    """A program splits lines; nothing is cut."""
    assert list(columns(NAMES, ROWS, width)) == [
        "name   summary                          hooks",
        "local  child processes on this machine  backends, run",
        "noop   -                                process",
    ]


def test_what_is_too_wide_is_folded_between_words() -> None:
    """The widest column first, under its own heading."""
    assert list(columns(NAMES, ROWS, 40)) == [
        "name   summary             hooks",
        "local  child processes on  backends, run",
        "       this machine",
        "noop   -                   process",
    ]


def test_rows_of_long_words_become_blocks() -> None:
    """Where a table would cut words; what is not there is left out."""
    assert list(columns(NAMES, ROWS, 20)) == [
        "local",
        "    summary: child",
        "        processes on",
        "        this machine",
        "    hooks: backends,",
        "        run",
        "noop",
        "    hooks: process",
    ]


@pytest.mark.parametrize("command", ["plugins", "backends"])
def test_listings_fit_into_80_columns(on_terminal, command: str) -> None:
    """No line is wrapped by the terminal, and no word is torn."""
    code, text = on_terminal(command, COLUMNS="80")
    lines = text.splitlines()
    assert code == 0
    assert max(map(len, lines)) <= 80
    assert "builtin:local_pipeline" in text
