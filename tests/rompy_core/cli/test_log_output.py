"""The log on stderr, while a command runs and only then."""

import json
import logging
import sys

import pytest

from rompy_core.cli.host_options import HostOptions
from rompy_core.cli.log_output import log_shown

LOGGER = logging.getLogger("rompy")


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({}, ["warning", "error"]),
        ({"verbose": 1}, ["info", "warning", "error"]),
        ({"verbose": 2}, ["debug", "info", "warning", "error"]),
        ({"verbose": 5}, ["debug", "info", "warning", "error"]),
        ({"quiet": True}, ["error"]),
    ],
)
def test_verbosity_selects_levels(capsys, options: dict[str, object], shown: list[str]) -> None:
    """Warnings unless more or less is asked for."""
    with log_shown(HostOptions(**options)):
        for level in ("debug", "info", "warning", "error"):
            getattr(LOGGER, level)("happened")
    assert capsys.readouterr().err.splitlines() == [f"{level}: happened" for level in shown]


def test_console_lines_show_fields_and_tracebacks(capsys) -> None:
    """Fields stand behind the text, quoted where they hold spaces; a traceback follows."""
    with log_shown(HostOptions()):
        LOGGER.warning("staged %s", "data", extra={"rompy": {"files": 3, "target": "a b", "none": ""}})
        try:
            raise ValueError("bad")
        except ValueError:
            LOGGER.exception("broke")
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "warning: staged data  files=3 target='a b' none=''"
    assert lines[1] == "error: broke"
    assert lines[-1] == "ValueError: bad"


def test_json_lines_merge_the_fields(capsys) -> None:
    """One object a line, also with an exception, for programs."""
    with log_shown(HostOptions(log_format="json")):
        LOGGER.warning("staged", extra={"rompy": {"files": 3, "message": "theirs", "path": {1}}})
        try:
            raise ValueError("bad")
        except ValueError:
            LOGGER.exception("broke")
    staged, broke = map(json.loads, capsys.readouterr().err.splitlines())
    assert staged.pop("time").endswith("+00:00")
    assert staged == {
        "level": "warning", "logger": "rompy", "event": "staged", "files": 3, "message": "theirs", "path": "{1}"
    }  # fmt: skip
    assert broke["exception"].endswith("ValueError: bad")


def test_handler_is_there_only_while_the_command_runs() -> None:
    """The logger is left as it was found, for hosts that call the command in their process."""
    before = (LOGGER.level, list(LOGGER.handlers))
    with log_shown(HostOptions(verbose=2)):
        assert len(LOGGER.handlers) == len(before[1]) + 1
    assert (LOGGER.level, list(LOGGER.handlers)) == before


def test_closed_stderr_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A daemon without stderr runs on."""
    monkeypatch.setattr(sys, "stderr", None)
    with log_shown(HostOptions()):
        LOGGER.warning("nobody hears it")


def test_verbose_command_shows_stages_and_then_events(rompy, config) -> None:
    """What -v and -vv are for."""
    config()
    shown = rompy("-v", "run", "run.yml").stderr.splitlines()
    assert "info: stage generate started  backend=template run_id=sea stage=generate attempt=1" in shown
    assert not [line for line in shown if line.startswith("debug: ")]
    shown = rompy("-vv", "run", "run.yml").stderr.splitlines()
    assert [line for line in shown if line.startswith("info: stage run ended  ")]
    assert [line for line in shown if line.startswith("debug: step_started  step=run command=true ")]
