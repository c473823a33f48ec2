"""What the supervisor does: keep workers ready, and end what a dead worker left. Loaded by the supervisor.

It runs in a session of its own and ignores what a terminal sends. It is the subreaper above the workers, so that the
children of a worker that was killed become its own, and anything below it that is below no worker has to go.
"""

import _socket
import gc
import posix
import resource  # noqa: F401 - wait4 needs it; imported before the workers are forked
import select

from rompy_core.processes.c_library import call
from rompy_core.processes.proc import read_process
from rompy_core.processes.spawn import Spawner
from rompy_core.processes.tree import kill_all
from rompy_core.processes.wakeup import ChildAlarm
from rompy_core.processes.wire import DESCRIPTOR_BYTES, FOR_THE_DRIVER, GROW, SWEEP, unpack_descriptors
from rompy_core.processes.worker import Worker

import _signal  # type: ignore[import-not-found]  # isort: skip

_PR_SET_CHILD_SUBREAPER = 36
_STANDARD_ERROR = 2

#: Milliseconds until what a dead worker left is killed again.
_KILL_INTERVAL = 50

#: Ignored by every Python, or harmful when ignored: children get the default.
_NEVER_KEPT = {_signal.SIGPIPE, _signal.SIGXFSZ, _signal.SIGCHLD}


def main() -> None:
    """Supervise until the driver is gone; descriptor 0 is the supervisor's socket."""
    ignored = frozenset(n for n in _signal.valid_signals() if _signal.getsignal(n) == _signal.SIG_IGN) - _NEVER_KEPT
    for number in FOR_THE_DRIVER:
        _signal.signal(number, _signal.SIG_IGN)
    _signal.pthread_sigmask(_signal.SIG_SETMASK, ())
    _close_inherited()
    control = _socket.socket(fileno=posix.dup(0))
    null = posix.open("/dev/null", posix.O_RDWR | posix.O_CLOEXEC)
    posix.dup2(null, 0)
    become_subreaper()
    code = 1
    try:
        Supervision(control, Spawner(ignored, null)).supervise()
        code = 0
    finally:
        posix._exit(code)


def _close_inherited() -> None:
    """Let go of what the driver had inherited, such as the pipe of a caller that waits for its end."""
    for name in posix.listdir("/proc/self/fd"):
        if int(name) > _STANDARD_ERROR:
            try:  # noqa: SIM105 - contextlib takes milliseconds to import
                posix.close(int(name))
            except OSError:  # it was the listing's own
                pass


def become_subreaper() -> None:
    """Adopt the orphans below this process; forks do not inherit it."""
    call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Supervision:
    """The workers of one driver."""

    def __init__(self, control: _socket.socket, spawner: Spawner) -> None:
        """Take the driver's first message, which brings the jobs' socket and the driver's pidfd.

        Args:
            control: The supervisor's own socket.
            spawner: Starts children, in the workers.
        """
        self._control, self._spawner = control, spawner
        jobs, self._driver = self._receive()[1]
        self._jobs = _socket.socket(fileno=jobs)
        self._self = posix.pidfd_open(posix.getpid())
        self._workers: set[int] = set()
        self._missing = 0  # workers that died and have no successor yet
        self._alarm = ChildAlarm()
        self._poll = select.poll()
        for descriptor in (control.fileno(), self._driver, self._alarm.fd):
            self._poll.register(descriptor, select.POLLIN)
        gc.freeze()  # collecting would copy the pages that the workers share

    def supervise(self) -> None:
        """Serve until the driver is gone and no worker is left."""
        self._fork()
        while self._attend():
            pass
        self._control.close()
        self._jobs.close()  # with the driver's end gone idle workers see its end, busy ones the driver's
        while self._workers:
            self._wait(None)
            self._reap()
        self._sweep()

    def _attend(self) -> bool:
        ready = {descriptor for descriptor, _ in self._poll.poll()}
        if self._driver in ready:
            return False
        if self._alarm.fd in ready:
            self._alarm.clear()
            self._replace()
        return self._control.fileno() not in ready or self._obey()

    def _obey(self) -> bool:
        """Do what the driver asks; False when it has gone away."""
        message, descriptors = self._receive()
        if message == GROW:
            self._fork()
        elif message == SWEEP:
            self._collect_dying()
            self._reap()
            self._sweep()
            for descriptor in descriptors:  # its end is the answer, so no fork may have a copy
                posix.close(descriptor)
            self._replace()
        return bool(message)

    def _receive(self) -> tuple[bytes, list[int]]:
        space = _socket.CMSG_SPACE(2 * DESCRIPTOR_BYTES)
        message, ancillary, _, _ = self._control.recvmsg(64, space, _socket.MSG_CMSG_CLOEXEC)
        return message, [fd for _, _, data in ancillary for fd in unpack_descriptors(data)]

    def _fork(self) -> None:
        try:
            pid = posix.fork()
        except OSError:  # no more processes: the workers that there are take the jobs one after the other
            if not self._workers:
                raise
            return
        if pid:
            self._workers.add(pid)
            return
        try:
            self._alarm.close()
            self._control.close()
            become_subreaper()
            Worker(self._jobs, (self._driver, self._self), self._spawner).serve()
        finally:
            posix._exit(0)

    def _replace(self) -> None:
        """Collect dead workers, end what they left, and start others in their place."""
        self._reap()
        if self._missing:
            self._sweep()
        while self._missing:
            self._missing -= 1
            self._fork()

    def _reap(self) -> None:
        """Collect what has ended, and count the workers among it."""
        try:
            while (pid := posix.waitpid(-1, posix.WNOHANG)[0]) != 0:
                if pid in self._workers:
                    self._workers.remove(pid)
                    self._missing += 1
        except ChildProcessError:  # the last one was collected
            pass

    def _collect_dying(self) -> None:
        """Wait for workers that have begun to exit.

        A driver hears of a worker's death when its descriptors are closed, which is before its children become ours.
        """
        for pid in self._workers:
            process = read_process(pid)
            while process is not None and process.exiting and not process.dead:
                self._wait(_KILL_INTERVAL)
                process = read_process(pid)

    def _sweep(self) -> None:
        """End all that is below no worker."""
        while kill_all(posix.getpid(), self._workers):
            self._wait(_KILL_INTERVAL)
            self._reap()

    def _wait(self, milliseconds: int | None) -> None:
        """Until a child ends."""
        poll = select.poll()
        poll.register(self._alarm.fd, select.POLLIN)
        poll.poll(milliseconds)
        self._alarm.clear()
