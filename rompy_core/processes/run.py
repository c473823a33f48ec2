"""Running one process to its end."""

import _socket
import math
import os
import select
import time
from collections.abc import Callable, Sequence

from rompy_core.processes.client import Supervisor, client
from rompy_core.processes.outcome import ProcessOutcome, lost, read_report
from rompy_core.processes.request import ProcessRequest
from rompy_core.processes.wire import END, INLINE, STOP_CANCELLED, STOP_NOW, STOP_TIMEOUT, Report

#: The longest time that poll() takes, in milliseconds.
_LONGEST_POLL = 2**31 - 1


def run_process(
    request: ProcessRequest,
    *,
    hold: Sequence[int] = (),
    cancelled_fd: int | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> ProcessOutcome:
    """Run a process and wait until it and all below it are gone.

    May be called from any thread. What ends the wait otherwise (``KeyboardInterrupt``, a handler that raises) ends the
    tree, waits for that and is raised again; a second interrupt kills without the rest of the grace period.

    Args:
        request: What to run.
        hold: Descriptors, such as that of a lock, that stay open until the tree is gone, also when this process dies.
            A ``flock`` is held by the file description, so closing the own copy afterwards frees it; LOCK_UN would
            free it at once.
        cancelled_fd: A descriptor (eventfd, pipe) that becomes readable when the run shall be ended. When it hangs up,
            the tree is killed without the rest of the grace period.
        meanwhile: Called once, when the job has been given away and before the wait: a driver that has something to
            do anyway does it in the half millisecond that the start of a process takes. What it raises ends the
            tree and is raised.

    Returns:
        How it ended. What cannot be started is an outcome too (``not_started``).

    Raises:
        SupervisorError: The supervisor cannot be started.
        ValueError: The request has NUL characters.
        OSError: One of the descriptors is not open.
    """
    if not hasattr(os, "pidfd_open"):
        from rompy_core.processes.process_group import run_in_group

        return run_in_group(request, cancelled_fd=cancelled_fd, meanwhile=meanwhile)
    payload = request.payload()
    if cancelled_fd is not None:
        os.fstat(cancelled_fd)
    return _Wait(request, cancelled_fd).run(payload, hold, meanwhile)


class _Wait:
    """The driver's end of one run."""

    def __init__(self, request: ProcessRequest, cancelled_fd: int | None) -> None:
        self._request, self._cancelled_fd = request, cancelled_fd
        self._started, self._clock = time.time(), time.monotonic()
        self._message = b""
        self._supervisor: Supervisor | None = None

    def run(self, payload: bytes, hold: Sequence[int], meanwhile: Callable[[], object] | None) -> ProcessOutcome:
        self._channel, theirs = _socket.socketpair()
        try:
            try:
                self._submit(payload, [theirs.fileno(), *hold])
            finally:
                theirs.close()
            if meanwhile is not None:
                # The kernel may have put the worker on this processor, since who sends usually sleeps next; without
                # this it waits until ``meanwhile`` is over (50 us of a run's 1,650).
                os.sched_yield()
                meanwhile()
            self._wait()
            return self._outcome()
        except BaseException:
            self._abandon()
            raise
        finally:
            self._channel.close()
            if self._supervisor is not None:
                client.done()

    def _submit(self, payload: bytes, descriptors: list[int]) -> None:
        self._supervisor = client.submit(b"%d\n%b" % (len(payload), payload[:INLINE]), descriptors)
        if len(payload) > INLINE:
            self._channel.sendall(payload[INLINE:])

    def _wait(self) -> None:
        """Until the report is there or the worker is not; tells it to stop at the deadline or when asked to."""
        if self._request.timeout is None and self._cancelled_fd is None:
            while not self._receive():
                pass
            return
        poll = select.poll()
        poll.register(self._channel.fileno(), select.POLLIN)
        if self._cancelled_fd is not None:
            poll.register(self._cancelled_fd, select.POLLIN)
        left = self._left()
        stop = STOP_CANCELLED
        while True:
            ready = [descriptor for descriptor, _ in poll.poll(left)]
            if self._channel.fileno() in ready:
                if self._receive():
                    return
            elif ready:
                self._stop(stop)
                if stop == STOP_NOW:
                    poll.unregister(ready[0])
                else:  # it stays readable; a hang-up is told unasked
                    poll.modify(ready[0], 0)
                    stop = STOP_NOW
            elif left is not None and (left := self._left()) == 0:
                left = None
                self._stop(STOP_TIMEOUT)

    def _left(self) -> int | None:
        """Milliseconds until the timeout, or until poll() has to be called again."""
        if self._request.timeout is None:
            return None
        left = self._request.timeout - (time.monotonic() - self._clock)
        return max(0, math.ceil(min(left * 1000, _LONGEST_POLL)))

    def _receive(self) -> bool:
        """Whether the worker has nothing more to say."""
        try:
            part = self._channel.recv(65536)
        except ConnectionError:
            part = b""
        self._message += part
        return not part or self._message.endswith(END)

    def _stop(self, message: bytes) -> None:
        try:  # noqa: SIM105 - contextlib takes milliseconds to import
            self._channel.send(message)
        except ConnectionError:  # the worker is gone: the next recv says so
            pass

    def _abandon(self) -> None:
        if self._supervisor is None:
            return
        message = STOP_CANCELLED
        while True:
            try:
                self._stop(message)
                while not self._receive():
                    pass
                if not self._message.endswith(END):
                    self._supervisor.sweep()
            except OSError:  # its worker and the supervisor are gone: nothing more can be learnt
                return
            except BaseException:  # noqa: BLE001 - interrupted again; the first one is raised when the tree is gone
                message = STOP_NOW
            else:
                return

    def _outcome(self) -> ProcessOutcome:
        if self._message.endswith(END):
            return read_report(Report.unpack(self._message), self._request)
        supervisor = self._supervisor
        assert supervisor is not None  # noqa: S101
        supervisor.sweep()
        who = "worker that watched over this process" if supervisor.alive else "supervisor of the driver's processes"
        error = f"the {who} was killed; the process tree was ended"
        return lost(error, self._started, time.time(), time.monotonic() - self._clock)
