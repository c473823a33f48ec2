"""The processes below this one, from the start of the main one until none is left. Loaded by the supervisor."""

import posix

from rompy_core.processes.proc import descendants

# The numbers themselves: the signal module costs the supervisor 2 ms of its start.
import _signal  # type: ignore[import-not-found]  # isort: skip

_KILOBYTE = 1024


class Tree:
    """What a worker's run consists of: it is a subreaper, so all that descends from it belongs to its run."""

    def __init__(self, main: int) -> None:
        """Watch a tree.

        Args:
            main: The process that was started.
        """
        self.main = main
        self.status: int | None = None
        self.cpu = 0.0
        self.peak = 0
        self.leftovers = 0
        self._told: set[int] = set()
        self._root = posix.getpid()

    def reap(self) -> bool:
        """Collect what has ended, adopted orphans included.

        Returns:
            Whether nothing is left: the kernel says so (ECHILD), no list of ours.
        """
        while True:
            try:
                pid, status, usage = posix.wait4(-1, posix.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                return False
            if pid == self.main:
                self.status = posix.waitstatus_to_exitcode(status)
            self.cpu += usage.ru_utime + usage.ru_stime
            self.peak = max(self.peak, usage.ru_maxrss * _KILOBYTE)

    def terminate(self) -> None:
        """Send SIGTERM to each process that had none yet.

        One look only: a second one would find what a trap has just started to clean up, which shall be let work. What
        the look missed gets its SIGTERM when the main process has ended, or meets the kill.
        """
        for process in descendants(self._root):
            if process.pid not in self._told:
                self._tell(process.pid)
                send(process.pid, _signal.SIGTERM)
                send(process.pid, _signal.SIGCONT)  # a stopped process sees SIGTERM only when it goes on

    def kill(self) -> None:
        """Send SIGKILL to each process and process group; to be repeated until ``reap`` says that nothing is left."""
        for process in kill_all(self._root):
            self._tell(process)

    def _tell(self, pid: int) -> None:
        if pid not in self._told:
            self._told.add(pid)
            self.leftovers += self.status is not None


def kill_all(root: int, without: "frozenset[int] | set[int]" = frozenset()) -> list[int]:
    """Send SIGKILL to what descends from a process.

    A group gets it at once, so that a process that forks and exits for ever cannot outrun us. All groups are the
    tree's own: a child begins a session, which nobody outside can join.

    Args:
        root: The ancestor, which is spared.
        without: Children of the root to spare, with all below them.

    Returns:
        The processes that were there.
    """
    found = descendants(root, without)
    own = posix.getpgrp()
    for group in {process.group for process in found} - {own, 0}:
        send(-group, _signal.SIGKILL)
    for process in found:
        send(process.pid, _signal.SIGKILL)
    return [process.pid for process in found]


def send(pid: int, number: int) -> None:
    """Send a signal to a process that may be gone, or to a group (a negative number).

    Args:
        pid: Whom.
        number: Which signal.
    """
    try:  # noqa: SIM105 - contextlib takes milliseconds to import
        posix.kill(pid, number)
    except (ProcessLookupError, PermissionError):  # gone; or it became another user's, then only waiting helps
        pass
