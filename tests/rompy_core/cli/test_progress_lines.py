"""Progress as plain lines."""

import os
from datetime import UTC, datetime
from io import StringIO, TextIOWrapper
from pathlib import Path

import pytest

from rompy_core.cli.durations import readable
from rompy_core.cli.progress_lines import ProgressLines
from rompy_hooks import Event, EventKind


def event(kind: EventKind | str, stage: str | None = "run", **data: object) -> Event:
    """An event of a run called sea."""
    return Event(kind=kind, time=datetime(2024, 1, 1, tzinfo=UTC), run_id="sea", attempt=1, stage=stage, data=data)


def lines_of(*events: Event) -> list[str]:
    """What is written of some events."""
    stream = StringIO()
    display = ProgressLines(stream)
    with display:
        for one in events:
            display.on_event(one)
    return stream.getvalue().splitlines()


def test_stages_are_told_when_they_end() -> None:
    """One line a stage, and one when the model starts, with its log."""
    assert lines_of(
        event("run_opened", None),
        event("stage_started", "generate", backend="template"),
        event("stage_ended", "generate", success=True, duration=0.0123, message="3 input files"),
        event("attempt_started", backend="local", steps=["run"], logs="a"),
        event("step_started", step="run", command="swan", stdout="a/stdout.log", stderr="a/stderr.log"),
        event("step_ended", step="run", success=True, duration=72.0),
        event("stage_ended", "run", success=True, duration=72.4),
        event("run_ended", None, success=True),
    ) == [
        "generate ... done in 0.01 s",
        "run ... started on local, log a/stdout.log",
        "run ... done in 1 min 12 s",
    ]


def test_several_steps_are_told_each() -> None:
    """Of a run in steps, each says when it begins and how it ended."""
    assert lines_of(
        event("attempt_started", backend="local", steps=["grid", "shel"]),
        event("step_started", step="grid", stdout="g.log"),
        event("step_ended", step="grid", success=True, duration=1),
        event("step_started", step="shel", stdout="s.log"),
        event("step_ended", step="shel", success=False, exit_code=3, failure="exit_code", duration=2),
        event("stage_ended", "run", success=False, duration=3),
    ) == [
        "run grid ... started on local, log g.log",
        "run grid ... done in 1.00 s",
        "run shel ... started on local, log s.log",
        "run shel ... FAILED after 2.00 s (exit code 3)",
        "run ... FAILED after 3.00 s",
    ]


def test_failed_run_shows_the_end_of_its_logs(tmp_path: Path) -> None:
    """Whoever reads the mail of a scheduler sees why, without a look for files; an empty log is not shown."""
    out, err, empty = (tmp_path / name for name in ("stdout.log", "stderr.log", "empty.log"))
    out.write_text("".join(f"line {number}\n" for number in range(20)))
    err.write_bytes(b"\x1b[31mno bottom.grd\x1b[0m\n")
    empty.write_text("")
    failed = event("stage_ended", "run", success=False, duration=1)
    assert lines_of(event("step_started", step="run", stdout=str(out), stderr=str(err)), failed)[2:] == [
        f"  the end of {out}:",
        *(f"    line {number}" for number in range(12, 20)),
        f"  the end of {err}:",
        "    no bottom.grd",
    ]
    assert len(lines_of(event("step_started", step="run", stdout=str(empty)), failed)) == 2


def test_warnings_and_stalls_are_told() -> None:
    """What people should know while it runs; a signal has its number; unknown kinds are passed over."""
    assert lines_of(
        event(EventKind.WARNING, message="disk nearly full"),
        event(EventKind.STALLED, seconds=300.0),
        event(EventKind.RESOURCES, memory=3),
        event("of a later version"),
        event("stage_ended", "run", success=False, signal=9, duration=0.5),
    ) == [
        "warning: disk nearly full",
        "run ... neither output nor computing for 5 min 0 s",
        "run ... FAILED after 0.50 s (signal 9)",
    ]


def test_nobody_who_reads_does_not_end_the_run() -> None:
    """A pipe that was closed costs the progress, nothing else."""
    with Path("/dev/full").open("w") as full:
        ProgressLines(full).on_event(event(EventKind.WARNING, message="x"))
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())


def test_characters_that_the_stream_lacks_are_escaped(tmp_path: Path) -> None:
    """A locale without UTF-8 does not break the display."""
    with (tmp_path / "out").open("wb") as file:
        stream = TextIOWrapper(file, encoding="ascii")
        ProgressLines(stream).on_event(event(EventKind.WARNING, message="Fjäre"))
        stream.flush()
        assert (tmp_path / "out").read_bytes() == b"warning: Fj\\xe4re\n"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0.00 s"),
        (9.994, "9.99 s"),
        (12.34, "12.3 s"),
        (60, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (86400, "24 h 0 min"),
    ],
)
def test_durations_are_readable(seconds: float, text: str) -> None:
    """Two units at most."""
    assert readable(seconds) == text
