"""What a run left behind decides beside its exit code."""

import os
from pathlib import Path

import pytest

from rompy_core.expectations import Unmet, judge
from rompy_core.workspace import take_snapshot
from rompy_hooks import Expect


class Run:
    """A workspace, its snapshot before, and the logs of a model that just ran in it."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.logs = [workspace / ".rompy" / "stdout.log", workspace / ".rompy" / "stderr.log"]
        self.logs[0].parent.mkdir()
        for log in self.logs:
            log.touch()
        self.before = take_snapshot(workspace)

    def judged(self, **expect: str) -> tuple[Unmet, ...]:
        """What is not met of an expectation."""
        return judge(Expect(**expect), self.workspace, self.before, take_snapshot(self.workspace), self.logs)  # type: ignore[arg-type]

    def messages(self, **expect: str) -> list[str]:
        """The words about it."""
        return [unmet.message for unmet in self.judged(**expect)]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run in a workspace where an output of an earlier attempt lies."""
    (tmp_path / "stale.nc").write_text("old result")
    return Run(tmp_path)


def test_judge_of_nothing_is_nothing(run: Run) -> None:
    """A model that promises nothing is judged by its exit code."""
    assert run.judged() == ()


def test_judge_wants_outputs_there_full_and_new(run: Run) -> None:
    """Upstream defects 23 and 26: stale outputs passed as new."""
    (run.workspace / "OUTPUT").mkdir()
    (run.workspace / "OUTPUT" / "empty.nc").touch()
    (run.workspace / "good.nc").write_text("result")
    assert run.messages(outputs="good.nc") == []
    assert run.messages(outputs="*.nc") == []
    assert run.messages(outputs="*.sww") == ["expected output '*.sww' is missing"]
    assert run.messages(outputs="OUTPUT/*") == ["expected output 'OUTPUT/*' is empty"]
    assert run.messages(outputs="stale.nc") == ["expected output 'stale.nc' was there before and has not changed"]
    assert run.messages(outputs="OUTPUT") == ["expected output 'OUTPUT' is a folder; 'OUTPUT/**' is what lies in it"]
    assert run.messages(outputs=".rompy/stdout.log") == ["expected output '.rompy/stdout.log' is missing"]


def test_judge_passes_over_logs_and_error_files_that_were_there_before(run: Run) -> None:
    """They are somebody else's; once the model writes to them they tell."""
    expect = {"error_files": "stale.nc", "logs": "stale.nc", "log_errors": "old"}
    assert run.messages(**expect) == []
    (run.workspace / "stale.nc").write_text("an old error")
    assert run.messages(**expect) == [
        'stale.nc is not empty: "an old error"',
        "stale.nc:1 matches 'old': \"an old error\"",
    ]


def test_judge_takes_an_output_that_was_written_again(run: Run) -> None:
    """The same name, other content: new, whatever its time says."""
    (run.workspace / "stale.nc").write_text("new result.")
    os.utime(run.workspace / "stale.nc", (0, 0))
    assert run.messages(outputs="stale.nc") == []


def test_judge_leaves_the_workspace_by_no_link(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A folder behind a link is elsewhere; a file behind a link counts by what it leads to."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "a.nc").write_text("x")
    (elsewhere / "empty.nc").touch()
    (run.workspace / "OUT").symlink_to(elsewhere)
    (run.workspace / "linked.nc").symlink_to(elsewhere / "a.nc")
    (run.workspace / "linked_empty.nc").symlink_to(elsewhere / "empty.nc")
    assert run.messages(outputs="OUT/*.nc") == ["expected output 'OUT/*.nc' is missing"]
    assert run.messages(outputs="linked.nc") == []
    assert run.messages(outputs="linked_empty.nc") == ["expected output 'linked_empty.nc' is empty"]


def test_judge_quotes_the_error_file(run: Run) -> None:
    """Upstream defect 23: SWAN exits 0 and writes its error into a file only."""
    (run.workspace / "Errfile").write_text("\n  ** Error: file bottom.grd does not exist\nmore\n")
    assert run.judged(error_files="Errfile*") == (
        Unmet(
            kind="error_files",
            pattern="Errfile*",
            message='Errfile is not empty: "** Error: file bottom.grd does not exist"',
            file="Errfile",
            line_number=2,
            line="** Error: file bottom.grd does not exist",
        ),
    )


def test_judge_takes_an_error_file_that_is_absent_or_empty(run: Run) -> None:
    """Some models make it at their start, always."""
    assert run.messages(error_files="Errfile") == []
    (run.workspace / "Errfile").touch()
    assert run.messages(error_files="Errfile") == []
    (run.workspace / "Errfile").write_text(" \n")
    assert run.messages(error_files="Errfile") == ["Errfile is not empty"]


def test_judge_searches_all_logs_for_errors(run: Run) -> None:
    """The first line that matches is told, with its place."""
    run.logs[1].write_text("ok\n")
    (run.workspace / "PRINT").write_text("head\n** Severe error: unstable\nSevere error again\n")
    assert run.messages(logs="PRINT", log_errors="Severe error") == [
        "PRINT:2 matches 'Severe error': \"** Severe error: unstable\""
    ]
    assert run.messages(log_errors="Severe error") == []
    run.logs[0].write_text("x\rSevere error\r")
    assert run.messages(logs="PRINT", log_errors="Severe error") == [
        "stdout.log:1 matches 'Severe error': \"Severe error\""
    ]


def test_judge_wants_each_success_pattern_somewhere(run: Run) -> None:
    """A log that breaks off does not say that the model ended."""
    (run.workspace / "PRINT").write_text("step 1\n")
    expect = {"logs": "PRINT", "log_success": "Normal end"}
    assert run.messages(**expect) == ["no line of stdout.log, stderr.log, PRINT matches 'Normal end'"]
    (run.workspace / "PRINT").write_text("step 1\nNormal end of run\n")
    assert run.messages(**expect) == []
    (run.workspace / "PRINT").unlink()
    assert run.messages(**expect) == ["no line of stdout.log, stderr.log, PRINT (missing) matches 'Normal end'"]


def test_judge_tells_which_logs_without_drowning(run: Run) -> None:
    """Hundreds of logs are not listed, and no log at all is told."""
    for number in range(9):
        (run.workspace / f"log.{number}").write_text("x")
    assert run.messages(logs="log.*", log_success="end") == [
        "no line of stdout.log, stderr.log, log.0, log.1, log.2, log.3 and 5 more matches 'end'"
    ]
    run.logs = []
    assert run.messages(log_success="end") == ["no line of any log (there is none) matches 'end'"]


def test_judge_passes_over_logs_that_cannot_be_read(run: Run) -> None:
    """A step that was never started has no logs."""
    run.logs.append(run.workspace / "gone.log")
    (run.workspace / "broken").symlink_to("nowhere")
    assert run.messages(logs="broken", log_errors="x") == []
    assert run.messages(error_files="broken") == ["broken is not empty"]


def test_judge_tells_the_most_telling_first(run: Run) -> None:
    """The error file names the cause, the missing output only its effect."""
    (run.workspace / "Errfile").write_text("no grid\n")
    run.logs[0].write_text("ERROR 7\n")
    kinds = [
        unmet.kind for unmet in run.judged(outputs="a.nc", error_files="Errfile", log_errors="ERR", log_success="end")
    ]
    assert kinds == ["error_files", "log_errors", "log_success", "outputs"]
