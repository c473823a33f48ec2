"""What messages call the model by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_core.workspace import program_of


@pytest.mark.parametrize(
    ("command", "program"),
    [
        ("./swan.exe -n 4", "./swan.exe"),
        ("API_TOKEN=sesame false", "false"),
        ("A='sesame 2' B=\"sesame 3\" C=$(cat sesame x) D=sesame\\ 4 ./model; ls", "./model"),
        ("A=sesame; ./model", "./model"),
        ("A=sesame && ./model", "./model"),
        ("cd 'run dir' && ./model", "./model"),
        ("export TOKEN=sesame; exec ./model < x", "./model"),
        ("ulimit -s unlimited\n./model", "./model"),
        ("env TOKEN=sesame ./model", "./model"),
        ("cd run", "cd"),
        ("TOKEN=sesame", "the command"),
        ("TOKEN='sesame", "the command"),
        ("TOKEN=$(sesame", "the command"),
        ("true;", "true"),
        ("https://me:sesame@host", "https://me:***@host"),
        (["env", "TOKEN=sesame"], "env"),
        (("TOKEN=sesame", "x"), "TOKEN=***"),
    ],
)
def test_program_is_the_word_that_people_mean(command: str | list[str], program: str) -> None:
    """Not an assignment before it, which may hold a secret."""
    assert program_of(command) == program


@given(st.text())
def test_program_of_any_text_is_told(command: str) -> None:
    """One word, whatever it is."""
    assert program_of(command)


def test_program_of_a_long_text_is_found_at_once() -> None:
    """No way through the pattern is tried twice."""
    assert program_of("A=" + "$()" * 20000 + "'") == "the command"
