"""What is left to do where pidfds, subreapers and procfs are missing (macOS).

The child gets a session of its own, and its process group is ended with it. What leaves the group (a daemon that calls
setsid) is not found, nothing ends the model when the driver is killed with -9, memory is neither limited nor told, and
``hold`` ends with the driver. The child's end is looked for a hundred times a second.
"""

import os
import select
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rompy_core.processes.outcome import EndedBy, ProcessOutcome
from rompy_core.processes.request import ProcessRequest

if TYPE_CHECKING:
    import subprocess

#: Seconds between two looks.
_INTERVAL = 0.01


def run_in_group(
    request: ProcessRequest, *, cancelled_fd: int | None = None, meanwhile: Callable[[], object] | None = None
) -> ProcessOutcome:
    """Run a process and end its group with it.

    Args:
        request: What to run; ``memory`` is not kept.
        cancelled_fd: Becomes readable when the run shall be ended, and hangs up when at once.
        meanwhile: Called once, when the child has been started.

    Returns:
        How it ended.
    """
    started, clock, before = datetime.now(UTC), time.monotonic(), os.times()
    ended_by: EndedBy = "not_started"
    code, error = None, None
    try:
        child = _start(request)
    except OSError as failure:
        error = str(failure)
    else:
        ended_by = _wait(child, request, cancelled_fd, clock, meanwhile)
        code = child.returncode
    after = os.times()
    return ProcessOutcome(
        exit_code=code if code is not None and code >= 0 else None,
        signal=-code if code is not None and code < 0 else None,
        ended_by=ended_by,
        error=error,
        cpu_seconds=after.children_user + after.children_system - before.children_user - before.children_system,
        peak_memory=0,
        started=started,
        finished=datetime.now(UTC),
        duration=time.monotonic() - clock,
        leftovers=0,
    )


def _start(request: ProcessRequest) -> "subprocess.Popen[bytes]":
    import subprocess

    with ExitStack() as stack:
        stdin = stack.enter_context((request.stdin or Path(os.devnull)).open("rb"))
        stdout, stderr = (stack.enter_context(path.open("ab")) for path in (request.stdout, request.stderr))
        return subprocess.Popen(  # noqa: S603 - running commands is what this is for
            request.argv, cwd=request.cwd, env=dict(request.env), stdin=stdin, stdout=stdout, stderr=stderr,
            start_new_session=True,
        )  # fmt: skip


def _wait(
    child: "subprocess.Popen[bytes]",
    request: ProcessRequest,
    cancelled_fd: int | None,
    clock: float,
    meanwhile: Callable[[], object] | None,
) -> EndedBy:
    ended_by: EndedBy = "exit"
    watched = [] if cancelled_fd is None else [cancelled_fd]
    try:
        if meanwhile is not None:
            meanwhile()
        while child.poll() is None:
            if select.select(watched, [], [], _INTERVAL)[0]:
                ended_by = "cancelled"
                break
            if request.timeout is not None and time.monotonic() - clock >= request.timeout:
                ended_by = "timeout"
                break
    finally:
        _end(child, request.grace_period, watched)
    return ended_by


def _end(child: "subprocess.Popen[bytes]", grace_period: float, watched: Sequence[int]) -> None:
    """SIGTERM to what is left of the group, SIGKILL after the grace period or when a descriptor has hung up."""
    deadline = time.monotonic() + grace_period
    number = signal.SIGTERM
    hang_ups = select.poll()
    for descriptor in watched:
        hang_ups.register(descriptor, 0)
    with suppress(ProcessLookupError, PermissionError):  # the group is empty; macOS says it may not signal zombies
        while True:
            os.killpg(child.pid, number)
            child.poll()
            for descriptor, _ in hang_ups.poll(_INTERVAL * 1000):
                hang_ups.unregister(descriptor)
                deadline = time.monotonic()
            number = signal.SIGKILL if time.monotonic() >= deadline else 0  # type: ignore[assignment]
    child.wait()
