"""The picture on a terminal."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from rompy_core.cli.live_display import LiveDisplay
from rompy_hooks import Event


@pytest.fixture
def display() -> LiveDisplay:
    """A display that nobody looks at."""
    return LiveDisplay(StringIO())


def tell(display: LiveDisplay, kind: str, stage: str | None, **data: object) -> None:
    """Tell the display an event."""
    time = datetime(2024, 1, 1, tzinfo=UTC)
    display.on_event(Event(kind=kind, time=time, run_id="sea", attempt=1, stage=stage, data=data))


def seen(display: LiveDisplay, width: int = 60) -> list[str]:
    """The lines of the picture."""
    stream = StringIO()
    Console(file=stream, width=width).print(display.picture())
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_running_stage_shows_the_time_and_the_end_of_the_log(display: LiveDisplay, tmp_path: Path) -> None:
    """What a person at the terminal wants to know while the model runs."""
    log = tmp_path / "stdout.log"
    log.write_text("".join(f"step {number}\n" for number in range(100)))
    tell(display, "stage_started", "generate")
    tell(display, "stage_ended", "generate", success=True, duration=0.01)
    tell(display, "stage_started", "run", backend="local")
    tell(display, "step_started", "run", step="swan", stdout=str(log), stderr=str(tmp_path / "none"))
    lines = seen(display, 200)
    assert lines[0] == "generate ... done in 0.01 s"
    assert lines[1].startswith("run ... 0.")
    assert lines[2].startswith("  swan ... 0.")
    assert lines[3:] == [str(log), *(f"  step {number}" for number in range(92, 100))]


def test_finished_run_shows_no_log(display: LiveDisplay, tmp_path: Path) -> None:
    """When all went well, the stages remain."""
    (tmp_path / "stdout.log").write_text("noise\n")
    tell(display, "stage_started", "run")
    tell(display, "step_started", "run", step="run", stdout=str(tmp_path / "stdout.log"))
    tell(display, "step_ended", "run", step="run", success=True, duration=1)
    tell(display, "stage_ended", "run", success=True, duration=1)
    assert seen(display) == ["run ... done in 1.00 s", "  run ... done in 1.00 s"]


def test_failed_run_shows_what_failed_and_the_log(display: LiveDisplay, tmp_path: Path) -> None:
    """The failure in red, then the end of the log that was written to last."""
    (tmp_path / "stderr.log").write_text("no bottom.grd\n")
    tell(display, "stage_started", "run")
    tell(display, "step_started", "run", step="run", stderr=str(tmp_path / "stderr.log"))
    tell(display, "step_ended", "run", step="run", success=False, exit_code=3, duration=1)
    tell(display, "stage_ended", "run", success=False, duration=1)
    stream = StringIO()
    Console(file=stream, width=200, force_terminal=True, color_system="standard").print(display.picture())
    first, *_, path, line = stream.getvalue().splitlines()
    assert first == "\x1b[1;31mrun ... FAILED after 1.00 s\x1b[0m"
    assert str(tmp_path / "stderr.log") in path
    assert line == "  no bottom.grd"


def test_markup_in_a_log_is_shown_as_it_is(display: LiveDisplay, tmp_path: Path) -> None:
    """A model that writes brackets does not colour the terminal, and a long line is cut."""
    (tmp_path / "log").write_text("[red]grid[/red] [/] :smile:\n" + "x" * 100 + "\n")
    tell(display, "stage_started", "run")
    tell(display, "step_started", "run", step="run", stdout=str(tmp_path / "log"))
    lines = seen(display, 40)
    assert lines[-2:] == ["  [red]grid[/red] [/] :smile:", "  " + "x" * 37 + "…"]


def test_notes_and_an_end_without_a_beginning_are_shown(display: LiveDisplay) -> None:
    """Warnings, stalls, and a stage that was told by its end alone."""
    tell(display, "stage_ended", "generate", success=True, duration=0)
    tell(display, "warning", "run", message="disk nearly full")
    tell(display, "stalled", "run", seconds=300)
    assert seen(display) == [
        "generate ... done in 0.00 s",
        "warning: disk nearly full",
        "neither output nor computing for 5 min 0 s",
    ]


def test_signal_is_the_state_of_what_runs(display: LiveDisplay) -> None:
    """What was done stays as it is; what the signal does, and what another one would, is said below."""
    tell(display, "stage_ended", "generate", success=True, duration=0)
    tell(display, "stage_started", "run")
    display.signalled("SIGINT", "ending the run; once more kills it")
    first, run, note = seen(display)
    assert first == "generate ... done in 0.00 s"
    assert run.startswith("run ... ending (SIGINT) 0.")
    assert note == "SIGINT: ending the run; once more kills it"
    tell(display, "stage_ended", "run", success=False, duration=1)
    assert seen(display)[1] == "run ... FAILED after 1.00 s"


def test_many_warnings_leave_room_for_the_stages(display: LiveDisplay) -> None:
    """The last ones are shown, and how many there were before."""
    tell(display, "stage_ended", "generate", success=True, duration=0)
    for number in range(7):
        tell(display, "warning", "run", message=f"number {number}")
    first, more, *last = seen(display)
    assert (first, more) == ("generate ... done in 0.00 s", "... 2 warnings more")
    assert last == [f"warning: number {number}" for number in range(2, 7)]
