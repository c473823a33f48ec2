"""Wait for a fetch that may hang: until it is done, its time is over, or the end of the run is asked for."""

import os
import select
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from rompy_hooks import Cancellation, RunCancelledError, StageError

T = TypeVar("T")


def check_cancelled(cancellation: Cancellation | None) -> None:
    """Stop where the end of the run was asked for.

    Raises:
        RunCancelledError: Somebody asked.
        StageError: The run's time is over.
    """
    if cancellation is None:
        return
    if cancellation.requested:
        raise RunCancelledError(cancellation.reason or "cancelled")
    if cancellation.deadline is not None and time.monotonic() >= cancellation.deadline:
        raise StageError("the run's time is over")


def in_time(work: Callable[[], T], timeout: float | None, cancellation: Cancellation | None) -> T:
    """Do something in a thread of its own that is left alone when its time is over.

    Nothing can end a thread that waits for a server; it is a daemon, and what it still writes goes to a folder that was
    removed.

    Args:
        work: What to do.
        timeout: Seconds that it may take.
        cancellation: Ends the wait, as does its deadline.

    Raises:
        TimeoutError: ``timeout`` is over.
        RunCancelledError: The end of the run was asked for.
        StageError: The run's time is over.
    """
    from concurrent.futures import Future
    from threading import Thread

    future: Future[T] = Future()
    done, tell = os.pipe2(os.O_CLOEXEC) if hasattr(os, "pipe2") else os.pipe()

    def worker() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that waits
            future.set_exception(error)
        finally:
            os.close(tell)

    try:
        Thread(target=worker, name="rompy-fetch", daemon=True).start()
        _wait(done, timeout, cancellation)
    finally:
        with suppress(OSError):
            os.close(done)
    return future.result()


def _wait(done: int, timeout: float | None, cancellation: Cancellation | None) -> None:
    ends = [] if timeout is None else [time.monotonic() + timeout]
    if cancellation is not None and cancellation.deadline is not None:
        ends.append(cancellation.deadline)
    poll = select.poll()
    poll.register(done)
    if cancellation is not None:
        poll.register(cancellation.fileno(), select.POLLIN)
    while True:
        ready = {descriptor for descriptor, _ in poll.poll(_milliseconds(ends))}
        if done in ready:
            return
        check_cancelled(cancellation)
        if timeout is not None and time.monotonic() >= ends[0]:
            raise TimeoutError(f"it took more than {timeout:g} s")


def _milliseconds(ends: list[float]) -> float | None:
    return max(0.0, min(ends) - time.monotonic()) * 1000 + 1 if ends else None
