"""Progress as JSON objects."""

import json
from io import StringIO

import pytest

from rompy_core.cli.display import NoDisplay, display_for
from rompy_core.cli.host_options import HostOptions
from rompy_core.cli.progress_lines import ProgressLines
from rompy_core.cli.progress_objects import ProgressObjects


def test_each_line_of_stderr_is_an_object(rompy, config) -> None:
    """With --log-format json, log and progress can be shipped as they are; no key is lost."""
    config()
    result = rompy("-v", "--log-format", "json", "pipeline", "run.yml")
    assert result.returncode == 0
    entries = [json.loads(line) for line in result.stderr.splitlines()]
    assert [(entry["event"], entry["stage"]) for entry in entries if entry["logger"] == "rompy.events"] == [
        ("stage_started", "generate"),
        ("stage_ended", "generate"),
        ("stage_started", "run"),
        ("step_started", "run"),
        ("step_ended", "run"),
        ("stage_ended", "run"),
        ("stage_started", "postprocess"),
        ("stage_ended", "postprocess"),
    ]
    assert entries[-1]["success"] is True
    assert (entries[-1]["run_id"], entries[-1]["level"]) == ("sea", "info")


@pytest.mark.parametrize(
    ("options", "kind"),
    [({}, ProgressLines), ({"log_format": "json"}, ProgressObjects), ({"quiet": True}, NoDisplay)],
)
def test_display_fits_where_the_command_runs(monkeypatch, options: dict[str, object], kind: type) -> None:
    """A pipe gets lines, a log shipper objects, -q nothing."""
    monkeypatch.setattr("sys.stderr", StringIO())
    assert isinstance(display_for(HostOptions(**options)), kind)
