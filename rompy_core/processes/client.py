"""The driver's side of the supervisor: one a process, started when it is first needed, safe from many threads."""

import _socket  # what socket is made of: the module itself takes milliseconds to import
import atexit
import os
import select
import sys
import threading
from collections.abc import Sequence

from rompy_core.processes.errors import SupervisorError
from rompy_core.processes.wire import FOR_THE_DRIVER, GROW, SWEEP, pack_descriptors

_PROGRAM = f"{__file__.rpartition('/')[0]}/supervisor.py"


class Supervisor:
    """A running supervisor, seen from the driver."""

    def __init__(self) -> None:
        """Start it; it works once Python is up there, and jobs may be sent at once.

        Raises:
            SupervisorError: There is no Python to start it with.
        """
        #: Workers that it was asked for.
        self.workers = 1
        self._control, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
        self._jobs, their_jobs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
        driver = os.pidfd_open(os.getpid())
        try:
            _send(self._control, b"start", [their_jobs.fileno(), driver])
            self._pid = _spawn(theirs.fileno())
            self._pidfd = os.pidfd_open(self._pid)
        except BaseException:
            self._control.close()
            self._jobs.close()
            raise
        finally:
            os.close(driver)
            theirs.close()
            their_jobs.close()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return not self.wait(0)

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._pid

    def wait(self, milliseconds: int) -> bool:
        """Wait for its end.

        Args:
            milliseconds: How long at most.

        Returns:
            Whether it has ended.
        """
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(milliseconds))

    def grow(self) -> None:
        """Ask for one more worker."""
        self.workers += 1
        self._control.send(GROW)

    def send_job(self, message: bytes, descriptors: Sequence[int]) -> None:
        """Give a job to whichever worker is idle.

        Args:
            message: Length of its payload, a new line, and what of it goes along.
            descriptors: The run's socket, and what the worker has to hold.
        """
        _send(self._jobs, message, descriptors)

    def sweep(self) -> None:
        """Have it end all that a dead worker left, and wait until it has, or is dead itself."""
        ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
        try:
            _send(self._control, SWEEP, [theirs.fileno()])
            theirs.close()
            ours.recv(1)
        except ConnectionError:
            pass
        finally:
            ours.close()
            theirs.close()

    def forget(self) -> None:
        """Close what belongs to another process, in a forked child."""
        self._control.close()
        self._jobs.close()
        os.close(self._pidfd)

    def close(self, milliseconds: int = 0) -> None:
        """Let it go: it ends when it has no more runs.

        Args:
            milliseconds: How long to wait for that at most.
        """
        self._control.close()
        self._jobs.close()
        self.wait(milliseconds)
        os.close(self._pidfd)
        try:  # noqa: SIM105 - contextlib takes milliseconds to import
            os.waitpid(self._pid, os.WNOHANG)
        except ChildProcessError:  # a host that collects all its children
            pass


class SupervisorClient:
    """The supervisor of this process, whichever it is at the time: it is started anew when it was killed."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._lock = threading.Lock()
        self._supervisor: Supervisor | None = None
        self._running = 0

    def start(self) -> Supervisor:
        """The running supervisor; starts it where there is none.

        Returns:
            The supervisor, which may still be starting.

        Raises:
            SupervisorError: There is no Python to start it with.
        """
        with self._lock:
            return self._started()

    def submit(self, message: bytes, descriptors: Sequence[int]) -> Supervisor:
        """Give a job away; ``done`` has to follow.

        Args:
            message: Length of its payload, a new line, and what of it goes along.
            descriptors: The run's socket, and what the worker has to hold.

        Returns:
            Who got it.

        Raises:
            SupervisorError: The supervisor cannot be started.
            OSError: A descriptor is not open.
        """
        try:
            return self._give(message, descriptors)
        except ConnectionError:  # it was killed since we looked
            try:
                return self._give(message, descriptors)
            except ConnectionError as error:
                raise SupervisorError(
                    f"the supervisor of child processes ends as soon as it starts: {error}"
                ) from error

    def _give(self, message: bytes, descriptors: Sequence[int]) -> Supervisor:
        with self._lock:
            supervisor = self._started()
            if self._running >= supervisor.workers:
                supervisor.grow()
            self._running += 1
        try:
            supervisor.send_job(message, descriptors)
        except BaseException:
            self.done()
            raise
        return supervisor

    def done(self) -> None:
        """A job that was given away is over."""
        with self._lock:
            self._running -= 1

    def forget(self) -> None:
        """In a forked child: the supervisor is the parent's, and a thread that is not here may hold the lock."""
        self._lock = threading.Lock()
        self._running = 0
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is not None:
            supervisor.forget()

    def close(self) -> None:
        """At the end of the process: let the supervisor go, and see it gone when nothing runs."""
        with self._lock:
            supervisor, self._supervisor = self._supervisor, None
            if supervisor is not None:
                supervisor.close(0 if self._running else _FAREWELL)

    def _started(self) -> Supervisor:
        if self._supervisor is not None and not self._supervisor.alive:
            dead, self._supervisor = self._supervisor, None
            dead.close()
        if self._supervisor is None:
            self._supervisor = Supervisor()
        return self._supervisor


#: Milliseconds that the end of a driver waits for its idle supervisor, which needs one or two.
_FAREWELL = 1000


def _send(channel: _socket.socket, message: bytes, descriptors: Sequence[int]) -> None:
    rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, pack_descriptors(descriptors, sys.byteorder))
    channel.sendmsg([message], [rights])


def _spawn(control: int) -> int:
    if not sys.executable:
        raise SupervisorError(
            "sys.executable is empty, as in an embedded Python, so the supervisor of child processes cannot be "
            "started. Set sys.executable to the path of a Python interpreter of this version"
        )
    null = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (1, 2)]
    try:
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-I", "-S", _PROGRAM],
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, control, 0), *null],
            setsid=True,
            setsigmask=FOR_THE_DRIVER,
        )
    except OSError as error:
        text = f"sys.executable, to start the supervisor of child processes: {error.strerror}"
        raise SupervisorError(error.errno, text, sys.executable) from error


#: The one of this process: as there is one process, there is one supervisor of it.
client = SupervisorClient()
atexit.register(client.close)
os.register_at_fork(after_in_child=client.forget)


def start_supervisor() -> int:
    """Start the supervisor now, so that its start overlaps with other work; once is enough.

    Returns:
        Its process number.

    Raises:
        SupervisorError: There is no Python to start it with.
    """
    return client.start().pid
