"""The log of a run."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from rompy_core import ModelRun, create_plugin_manager


def run(folder: Path) -> None:
    """A run that knows a secret and does nothing."""
    manager = create_plugin_manager(autoload=False, environ={})
    model = ModelRun(run_id="sea", output_dir=folder, plugin_manager=manager)
    assert model.run(command="API_TOKEN=sesame true")


def told(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    """The messages of a level."""
    return [record.getMessage() for record in caplog.records if record.levelno == level]


def test_stages_are_logged_at_info(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where they begin and end, with what matters of it."""
    with caplog.at_level(logging.INFO, "rompy"):
        run(tmp_path)
    assert told(caplog, logging.INFO) == ["stage run started", "stage run ended"]
    assert told(caplog, logging.DEBUG) == []
    started, ended = (record.rompy for record in caplog.records)
    assert started == {"backend": "local", "run_id": "sea", "stage": "run", "attempt": 1}
    assert (ended["success"], sorted(ended)) == (True, ["attempt", "duration", "run_id", "stage", "success"])


def test_events_are_logged_at_debug_without_secrets(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """For those who look for a fault: the same facts as in the journal."""
    with caplog.at_level(logging.DEBUG, "rompy"):
        run(tmp_path)
    kinds = ["stage_started", "attempt_started", "step_started", "step_ended", "attempt_ended", "stage_ended"]
    assert [kind for kind in told(caplog, logging.DEBUG) if kind != "run_opened"] == [*kinds, "run_ended"]
    (step,) = [record.rompy for record in caplog.records if record.getMessage() == "step_started"]
    assert step["command"] == "API_TOKEN=*** true"
    assert "sesame" not in str([record.rompy for record in caplog.records])


def test_a_log_that_nobody_reads_costs_no_import(tmp_path: Path) -> None:
    """structlog takes as long as ten runs."""
    code = (
        "import sys\nfrom rompy_core import ModelRun, create_plugin_manager\n"
        f"ModelRun(run_id='sea', output_dir={str(tmp_path)!r}, plugin_manager=create_plugin_manager(autoload=False))"
        ".run(command='true')\nsys.exit('structlog' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3]).returncode == 0
