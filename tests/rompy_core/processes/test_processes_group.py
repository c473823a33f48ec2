"""What is done on systems without subreapers, which works here too."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from rompy_core.cancellation import RunCancellation
from rompy_core.processes.process_group import run_in_group

if TYPE_CHECKING:
    from conftest import Stage


def test_group_exit_code_and_output(stage: Stage) -> None:
    """As with the supervisor."""
    outcome = run_in_group(stage.request("sh", "-c", "echo out; echo err >&2; exit 4"))
    assert (outcome.exit_code, outcome.signal, outcome.ended_by, outcome.error) == (4, None, "exit", None)
    assert (stage.out.read_text(), stage.err.read_text()) == ("out\n", "err\n")


def test_group_is_ended_with_its_leader(stage: Stage) -> None:
    """A background process in the same group goes."""
    outcome = run_in_group(stage.request("sh", "-c", "sleep 100 & echo $! > child"))
    assert outcome.exit_code == 0
    assert stage.is_gone(stage.number("child"), 20)


def test_group_deaf_to_sigterm_is_killed(stage: Stage) -> None:
    """After the grace period."""
    script = "trap '' TERM; while :; do sleep 0.01; done"
    outcome = run_in_group(stage.request("sh", "-c", script, timeout=0.1, grace_period=0.1))
    assert (outcome.signal, outcome.ended_by) == (signal.SIGKILL, "timeout")


def test_group_can_be_cancelled(stage: Stage) -> None:
    """By a readable descriptor."""
    event = os.eventfd(1)
    try:
        outcome = run_in_group(stage.request("sleep", "100"), cancelled_fd=event)
    finally:
        os.close(event)
    assert (outcome.signal, outcome.ended_by) == (signal.SIGTERM, "cancelled")


def test_group_is_killed_by_a_hang_up(stage: Stage) -> None:
    """Without the grace period."""
    cancellation = RunCancellation()
    cancellation.request(now=True)
    script = "trap '' TERM; while :; do sleep 0.01; done"
    request = stage.request("sh", "-c", script, grace_period=1000.0)
    outcome = run_in_group(request, cancelled_fd=cancellation.fileno())
    assert (outcome.signal, outcome.ended_by) in [(signal.SIGTERM, "cancelled"), (signal.SIGKILL, "cancelled")]


def test_group_that_cannot_start_is_an_outcome(stage: Stage) -> None:
    """No exception."""
    outcome = run_in_group(stage.request("no-such-command"))
    assert (outcome.exit_code, outcome.ended_by) == (None, "not_started")
    assert outcome.error == "[Errno 2] No such file or directory: 'no-such-command'"


def test_run_process_uses_groups_where_pidfds_are_missing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS."""
    monkeypatch.delattr(os, "pidfd_open")
    outcome = stage.shell("exit 4")
    assert (outcome.exit_code, outcome.peak_memory) == (4, 0)
