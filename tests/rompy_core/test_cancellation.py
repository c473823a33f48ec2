"""Asking for the end of a run."""

import os
import select
import signal
import threading
import time
from pathlib import Path

from rompy_core import RunCancellation


def test_cancellation_keeps_the_first_reason() -> None:
    """Who asks first is who is named."""
    cancellation = RunCancellation()
    assert (cancellation.requested, cancellation.reason, cancellation.wait(0)) == (False, None, False)
    cancellation.request("SIGTERM")
    cancellation.request("SIGINT")
    assert (cancellation.requested, cancellation.reason, cancellation.wait(0)) == (True, "SIGTERM", True)


def test_cancellation_wakes_a_thread_that_waits() -> None:
    """A wait without limit ends with the request of another thread."""
    cancellation = RunCancellation()
    seen: list[bool] = []
    thread = threading.Thread(target=lambda: seen.append(cancellation.wait()))
    thread.start()
    cancellation.request()
    thread.join(timeout=10)
    assert seen == [True]


def test_cancellation_can_be_asked_for_by_a_signal_handler_during_a_wait() -> None:
    """A handler that interrupts wait() in the same thread does not block on it."""
    cancellation = RunCancellation()
    previous = signal.signal(signal.SIGUSR1, lambda *_: cancellation.request("SIGUSR1"))
    try:
        timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
        timer.start()
        assert cancellation.wait(30)
        timer.join()
    finally:
        signal.signal(signal.SIGUSR1, previous)
    assert cancellation.reason == "SIGUSR1"


def test_cancellation_until_shares_the_request_and_keeps_the_earlier_deadline() -> None:
    """A stage's view of a run's cancellation can only shorten the time."""
    run = RunCancellation(deadline=100.0)
    assert run.until(200.0).deadline == 100.0
    assert run.until(50.0).deadline == 50.0
    assert run.until(None).deadline == 100.0
    view = run.until(50.0)
    view.request("enough")
    assert (run.requested, run.reason, view.requested, view.reason) == (True, "enough", True, "enough")
    assert view.fileno() == run.fileno()


def test_cancellation_descriptor_stays_readable_and_is_closed_with_it() -> None:
    """Several can poll the same descriptor; nothing is left open afterwards."""
    cancellation = RunCancellation()
    cancellation.request()
    descriptor = cancellation.fileno()
    for _ in range(2):
        assert select.select([descriptor], [], [], 0)[0] == [descriptor]
    before = len(list(Path("/proc/self/fd").iterdir()))
    del cancellation
    assert len(list(Path("/proc/self/fd").iterdir())) == before - 2


def test_request_at_once_is_a_hang_up_that_can_be_told_apart() -> None:
    """Who polls for nothing but hang-ups wakes when the grace period is over, and sooner ones stay as they were."""
    cancellation = RunCancellation()
    view = cancellation.until(None)
    poll = select.poll()
    poll.register(view.fileno(), 0)
    view.request("SIGINT")
    assert poll.poll(0) == []
    for _ in range(2):
        view.request("SIGTERM", now=True)
        assert poll.poll(0) == [(cancellation.fileno(), select.POLLHUP)]
    assert (cancellation.requested, cancellation.reason, cancellation.wait(0)) == (True, "SIGINT", True)


def test_request_at_once_is_a_request() -> None:
    """It need not be asked for twice."""
    cancellation = RunCancellation()
    cancellation.request("enough", now=True)
    assert (cancellation.requested, cancellation.reason, cancellation.wait(0)) == (True, "enough", True)


def test_wait_gives_up_after_its_timeout() -> None:
    """A wait with a limit ends without a request, and says so."""
    began = time.monotonic()
    assert RunCancellation().wait(0.01) is False
    assert time.monotonic() - began >= 0.009


def test_wait_takes_more_than_poll_does() -> None:
    """A deadline of a month: poll() knows milliseconds of an int."""
    cancellation = RunCancellation()
    cancellation.request()
    assert cancellation.wait(3e6)
    assert cancellation.wait(float("inf"))


def test_close_wakes_who_waits_and_can_be_done_twice() -> None:
    """A plugin's thread that outlives its run neither hangs nor waits on somebody else's descriptor."""
    cancellation = RunCancellation()
    view = cancellation.until(None)
    seen: list[bool] = []
    thread = threading.Thread(target=lambda: seen.append(view.wait()))
    thread.start()
    before = len(list(Path("/proc/self/fd").iterdir()))
    cancellation.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before - 2
    thread.join(timeout=10)
    cancellation.close()
    assert (seen, view.wait(), view.fileno(), view.requested) == ([True], True, -1, False)
    view.request("too late", now=True)
    assert view.reason == "too late"
