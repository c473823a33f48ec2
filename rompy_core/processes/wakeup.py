"""Waking up when a child ends. Loaded by the supervisor."""

import posix
import sys

from rompy_core.processes.c_library import call

import _signal  # type: ignore[import-not-found]  # isort: skip

_SFD_CLOEXEC, _SFD_NONBLOCK = 0o2000000, 0o4000
_LONG, _SIGSET_BYTES = 8, 128


class ChildAlarm:
    """A descriptor that becomes readable when a child of this process ends.

    One for the whole life of a process: a pidfd a child would not tell of orphans that were adopted. It is a signalfd,
    because a handler in Python costs the run of a short child some 20 microseconds more.
    """

    def __init__(self) -> None:
        _signal.pthread_sigmask(_signal.SIG_BLOCK, {_signal.SIGCHLD})
        mask = (1 << _signal.SIGCHLD - 1).to_bytes(_LONG, sys.byteorder).ljust(_SIGSET_BYTES, b"\0")
        self.fd = call("signalfd", -1, mask, _SFD_CLOEXEC | _SFD_NONBLOCK)

    def clear(self) -> None:
        """Forget what has ended so far; to be called before collecting it."""
        try:  # noqa: SIM105 - contextlib takes milliseconds to import
            posix.read(self.fd, 4096)
        except BlockingIOError:
            pass

    def close(self) -> None:
        """Close the descriptor, in a forked child that makes its own."""
        posix.close(self.fd)
