"""Errors as people and programs read them."""

import json
from pathlib import Path

import click
import pytest

from rompy_core.cli.failures import tell
from rompy_hooks import ConfigError, Fault, PluginError, RequestError, RunCancelledError, WorkspaceInUseError


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (RequestError("no such thing"), 2, "Error: no such thing\n"),
        (PluginError("plugin 'tides' raised"), 3, "Error: plugin 'tides' raised\n"),
        (WorkspaceInUseError("process 7 has it"), 75, "Error: process 7 has it\n"),
        (RunCancelledError("cancelled: SIGTERM"), 130, "Error: cancelled: SIGTERM\n"),
        (click.Abort(), 130, "Error: interrupted\n"),
        (PermissionError(13, "Permission denied", "sims"), 1, "Error: [Errno 13] Permission denied: 'sims'\n"),
        (
            ConfigError(Fault("must be > 0, got -3", Path("swan.yml"), 12, "config.config.nx")),
            2,
            "Error: swan.yml:12: config.config.nx: must be > 0, got -3\n",
        ),
        (
            ConfigError([Fault("bad", Path("a.yml"), 1), Fault("worse", Path("a.yml"), 2, "backend")]),
            2,
            "Error: 2 faults\n  a.yml:1: bad\n  a.yml:2: backend: worse\n",
        ),
        (
            KeyError("x"),
            1,
            (
                "Error: internal error: KeyError: 'x'. This is a fault of rompy: please report it;"
                " rompy --debug ... shows the traceback\n"
            ),
        ),
    ],
)
def test_error_becomes_one_message_and_an_exit_code(capsys, error: Exception, code: int, text: str) -> None:
    """Each kind of error has its exit code, and no traceback."""
    assert tell(error, debug=False, as_json=False) == code
    assert capsys.readouterr() == ("", text)


def test_debug_shows_the_traceback_before_the_message(capsys) -> None:
    """With --debug, whoever looks for a fault gets its cause too."""
    try:
        raise RequestError("no such thing") from KeyError("cause")
    except RequestError as error:
        tell(error, debug=True, as_json=False)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "KeyError: 'cause'"
    assert "Traceback (most recent call last):" in lines
    assert lines[-1] == "Error: no such thing"


def test_json_tells_the_error_and_each_fault(capsys) -> None:
    """A program gets the faults apart, people the message on stderr."""
    tell(ConfigError(Fault("bad", Path("a.yml"), 1, "backend")), debug=False, as_json=True)
    out, err = capsys.readouterr()
    assert json.loads(out) == {
        "success": False,
        "error": "a.yml:1: backend: bad",
        "exit_code": 2,
        "faults": [{"file": "a.yml", "line": 1, "key": "backend", "message": "bad"}],
    }
    assert err == "Error: a.yml:1: backend: bad\n"
