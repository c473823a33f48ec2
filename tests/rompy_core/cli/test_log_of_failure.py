"""Which log a failure's message names."""

from pathlib import Path

import pytest

from rompy_core.cli.log_of_failure import with_log
from rompy_hooks import RunResult


@pytest.fixture
def result(tmp_path: Path) -> RunResult:
    """A failed run, both of whose logs have something in them."""
    stdout, stderr = tmp_path / "stdout.log", tmp_path / "stderr.log"
    stdout.write_text("step 1\ncannot open bottom.grd\n")
    stderr.write_text("cannot open wind.nc\nSTOP\n")
    return RunResult(success=False, stdout=stdout, stderr=stderr)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('it ended with exit code 1: "STOP"', "Log: {}/stderr.log"),
        ('its log has "open bottom"', "Log: {}/stdout.log"),
        ('its log has "cannot open"', "Logs: {}"),
        ('Errfile is not empty: "no such line"', "Logs: {}"),
        ("it took longer than 3 s", "Logs: {}"),
    ],
)
def test_log_is_the_one_with_the_quoted_line(result: RunResult, tmp_path: Path, text: str, where: str) -> None:
    """Both are named by their folder where the line is in both, or in none."""
    assert with_log(text, result) == f"{text}. {where.format(tmp_path)}"


def test_only_log_with_anything_in_it_is_named(result: RunResult, tmp_path: Path) -> None:
    """An empty log helps nobody."""
    (tmp_path / "stdout.log").write_text("")
    assert with_log("it failed", result) == f"it failed. Log: {tmp_path}/stderr.log"


def test_log_that_is_told_already_is_not_told_again(result: RunResult, tmp_path: Path) -> None:
    """A backend may name it itself; one that has no logs has none to name."""
    text = f"see {tmp_path}/stderr.log"
    assert with_log(text, result) == text
    assert with_log("it failed", RunResult(success=False)) == "it failed"
