"""What a driver does while its child starts."""

from collections.abc import Callable

import pytest

from rompy_core.processes import ProcessOutcome, run_process
from rompy_core.processes.process_group import run_in_group

RUNNERS = [run_process, run_in_group]


@pytest.mark.parametrize("run", RUNNERS)
def test_meanwhile_is_called_once_while_the_child_runs(stage, run: Callable[..., ProcessOutcome]) -> None:
    """The child waits for what it does."""
    gate = stage.fifo()
    calls = []
    outcome = run(stage.request("sh", "-c", f"cat {gate}"), meanwhile=lambda: calls.append(gate.write_text("come in")))
    assert (outcome.exit_code, len(calls), stage.out.read_text()) == (0, 1, "come in")


@pytest.mark.parametrize("run", RUNNERS)
def test_what_meanwhile_raises_ends_the_child_and_is_raised(stage, run: Callable[..., ProcessOutcome]) -> None:
    """A driver that fails leaves nothing behind."""
    stage.fifo("child")

    def fail() -> None:
        stage.pid = stage.number("child")
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        run(stage.request("sh", "-c", "echo $$ > child; exec sleep 1000", grace_period=5.0), meanwhile=fail)
    assert stage.is_gone(stage.pid)


def test_meanwhile_is_not_called_for_what_cannot_be_asked_for(stage) -> None:
    """Nothing was given away."""
    calls: list[str] = []
    with pytest.raises(ValueError, match="NUL"):
        run_process(stage.request("true\0"), meanwhile=lambda: calls.append("x"))
    assert not calls
