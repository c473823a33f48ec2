"""How a process ended."""

import os
from datetime import UTC, datetime
from typing import Literal, cast

import attrs

from rompy_core.processes.request import ProcessRequest
from rompy_core.processes.wire import Report

EndedBy = Literal["exit", "timeout", "cancelled", "out_of_memory", "not_started", "lost"]


@attrs.frozen(kw_only=True)
class ProcessOutcome:
    """How a process and all below it ended; when this exists none of them does."""

    #: Exit code of the main process; None when a signal ended it or it never ran.
    exit_code: int | None
    #: The signal that ended the main process.
    signal: int | None
    #: Why it ended: by itself (``exit``, a signal from elsewhere included) or by us; ``not_started``: nothing ran;
    #: ``lost``: its worker or the supervisor was killed, and the tree was ended.
    ended_by: EndedBy
    #: Why it was not started or lost.
    error: str | None
    #: User and system seconds of the whole tree.
    cpu_seconds: float
    #: Bytes: the largest resident set that a single process of the tree had, never less than the worker's own 10 MB
    #: (the kernel hands it on to what it starts); with a memory limit also the largest sum of all that was seen.
    peak_memory: int
    #: When the main process started and ended, UTC.
    started: datetime
    finished: datetime
    #: Seconds between the two, by the monotonic clock.
    duration: float
    #: Processes that were still there when the main one had ended, and had to be ended.
    leftovers: int


def read_report(report: Report, request: ProcessRequest) -> ProcessOutcome:
    """Make an outcome of what a worker reported.

    Args:
        report: The worker's message.
        request: What was asked for.

    Returns:
        The outcome.
    """
    status = report.status
    return ProcessOutcome(
        exit_code=status if status is not None and status >= 0 else None,
        signal=-status if status is not None and status < 0 else None,
        ended_by=cast(EndedBy, report.ended_by),
        error=_error(report, request),
        cpu_seconds=report.cpu,
        peak_memory=report.peak,
        started=datetime.fromtimestamp(report.started, UTC),
        finished=datetime.fromtimestamp(report.finished, UTC),
        duration=report.duration,
        leftovers=report.leftovers,
    )


def lost(error: str, started: float, finished: float, duration: float) -> ProcessOutcome:
    """The outcome of a run that nobody reported on.

    Args:
        error: What happened.
        started: Seconds since the epoch.
        finished: The same.
        duration: Seconds.

    Returns:
        An outcome without an exit code.
    """
    return ProcessOutcome(
        exit_code=None, signal=None, ended_by="lost", error=error, cpu_seconds=0.0, peak_memory=0,
        started=datetime.fromtimestamp(started, UTC), finished=datetime.fromtimestamp(finished, UTC),
        duration=duration, leftovers=0,
    )  # fmt: skip


def _error(report: Report, request: ProcessRequest) -> str | None:
    if report.ended_by == "lost":
        return report.detail or "the supervisor of the driver's processes was killed; the process tree was ended"
    if report.ended_by != "not_started":
        return None
    reason = os.strerror(report.errno)
    if report.what == "executable":
        return f"executable {request.argv[0]!r}: {reason}{_hint(request, report.errno)}"
    return f"{report.what} {str(getattr(request, report.what))!r}: {reason}"


def _hint(request: ProcessRequest, number: int) -> str:
    """What would do instead, where the reason does not say it."""
    import errno  # only here

    if number == errno.ENOEXEC:
        return ". A script needs a first line such as #!/bin/sh"
    if "/" not in request.argv[0]:
        return f". Searched in PATH={request.env.get('PATH', '/bin:/usr/bin')}"
    if number == errno.ENOENT:
        return f". Looked for in {str(request.cwd)!r}; for a script the program of its first line must exist too"
    return ""
