"""Waking up when a child ends. Loaded by the supervisor."""

import posix

import _signal  # type: ignore[import-not-found]  # isort: skip


class ChildAlarm:
    """A descriptor that becomes readable when a child of this process ends.

    One for the whole life of a process: a pidfd a child would not tell of orphans that were adopted.
    """

    def __init__(self) -> None:
        self.fd, self._writer = posix.pipe2(posix.O_CLOEXEC | posix.O_NONBLOCK)
        _signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        _signal.signal(_signal.SIGCHLD, _ignore)  # the descriptor is written to only where there is a handler

    def clear(self) -> None:
        """Forget what has ended so far; to be called before collecting it."""
        try:  # noqa: SIM105 - contextlib takes milliseconds to import
            posix.read(self.fd, 4096)
        except BlockingIOError:
            pass

    def close(self) -> None:
        """Close the descriptors, in a forked child that makes its own."""
        _signal.set_wakeup_fd(-1)
        posix.close(self.fd)
        posix.close(self._writer)


def _ignore(_number: int, _frame: object) -> None:
    """The descriptor tells all."""
