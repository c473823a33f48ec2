"""Asking for the end of a run, from a signal handler, another thread or a watcher."""

import os
import select
import time

# What poll() takes is the C language's int.
_LONGEST_POLL = 2**31 - 1


class RunCancellation:
    """Whether somebody asked for the end of a run, and until when the run may last.

    It is a pipe and no lock, so that :meth:`request` is safe in a signal handler that interrupts :meth:`wait` in the
    same thread, and the descriptor alone tells whoever polls it all there is to know: a byte asks for the end, a
    hang-up for the end at once.

    >>> cancellation = RunCancellation()
    >>> cancellation.request("the forecast is no longer needed")
    >>> cancellation.requested, cancellation.wait(), cancellation.reason
    (True, True, 'the forecast is no longer needed')
    """

    def __init__(self, deadline: float | None = None, parent: "RunCancellation | None" = None) -> None:
        self._deadline = deadline
        self._parent = parent
        self._reason: str | None = None
        self._requested = False
        self._read, self._write = (-1, -1) if parent else os.pipe()

    def until(self, deadline: float | None) -> "RunCancellation":
        """The same request with a deadline (by :func:`time.monotonic`); the earlier one holds."""
        deadlines = [moment for moment in (self.deadline, deadline) if moment is not None]
        return RunCancellation(min(deadlines, default=None), self)

    def request(self, reason: str = "cancelled", *, now: bool = False) -> None:
        """Ask for the end; the first reason stays.

        Args:
            reason: Why, in words.
            now: Whether the model's processes are to be killed without the grace period, or the rest of it. What ends
                otherwise, such as a container, may take the time that it takes.
        """
        if self._parent:
            self._parent.request(reason, now=now)
            return
        if not self._requested:
            self._reason, self._requested = reason, True
            if self._write >= 0:
                os.write(self._write, b"c")
        if now and self._write >= 0:
            descriptor, self._write = self._write, -1
            os.close(descriptor)

    @property
    def requested(self) -> bool:
        """Whether the end was asked for."""
        return self._parent.requested if self._parent else self._requested

    @property
    def reason(self) -> str | None:
        """Why, in words."""
        return self._parent.reason if self._parent else self._reason

    @property
    def deadline(self) -> float | None:
        """When the run has to be over, by :func:`time.monotonic`."""
        return self._deadline

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the end is asked for or there, at most ``timeout`` seconds; tells whether it was."""
        descriptor = self.fileno()
        if descriptor < 0:
            return True
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        if timeout is None:
            return bool(poll.poll())
        end = time.monotonic() + timeout
        while not poll.poll(max(0.0, min((end - time.monotonic()) * 1000, _LONGEST_POLL))):
            if time.monotonic() >= end:
                return False
        return True

    def fileno(self) -> int:
        """A descriptor that becomes and stays readable when the end is asked for, and hangs up when at once."""
        return self._parent.fileno() if self._parent else self._read

    def close(self) -> None:
        """Free the descriptors when the run is over: who waits wakes, and :meth:`wait` waits no more."""
        # The end that is written to goes first: its hang-up wakes a thread that still waits at the other.
        descriptors, self._write, self._read = (self._write, self._read), -1, -1
        for descriptor in descriptors:
            if descriptor >= 0:
                os.close(descriptor)

    def __del__(self) -> None:
        self.close()
