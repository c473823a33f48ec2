"""Starting a run's main process. Loaded by the supervisor."""

import errno
import posix

from rompy_core.processes.wire import Job

import _signal  # type: ignore[import-not-found]  # isort: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: Where a command is searched when its environment has no PATH; what ``os.defpath`` says.
DEFAULT_PATH = b"/bin:/usr/bin"

#: Neither waits for the other end of a FIFO: a worker that hangs in open() could not be told to stop.
_INPUT = posix.O_RDONLY | posix.O_CLOEXEC | posix.O_NONBLOCK
_OUTPUT = posix.O_WRONLY | posix.O_APPEND | posix.O_CREAT | posix.O_CLOEXEC | posix.O_NONBLOCK
_OUTPUT_MODE = 0o666


class NotStartedError(Exception):
    """Something that the child needs could not be had."""

    def __init__(self, what: str, number: int) -> None:
        """Say what.

        Args:
            what: cwd, stdin, stdout, stderr or executable.
            number: The errno.
        """
        super().__init__(what, number)
        self.what, self.number = what, number


class Spawner:
    """Starts children in sessions of their own, with nothing of the worker in them."""

    def __init__(self, ignored: frozenset[int], null: int) -> None:
        """Prepare.

        Args:
            ignored: Signals that were ignored when the driver started, and stay so (``nohup``).
            null: A descriptor of the null device.
        """
        # SIGPIPE and SIGXFSZ are ignored by every Python, SIGCHLD ignored would take the exit codes of the model's
        # own children away; the rest is what the supervisor ignores for itself.
        self._defaults = sorted(_signal.valid_signals() - ignored - {_signal.SIGKILL, _signal.SIGSTOP})
        self._null = null

    def start(self, job: Job) -> int:
        """Start a child.

        Args:
            job: What to start.

        Returns:
            Its process number.

        Raises:
            NotStartedError: Something that it needs could not be had; nothing runs then.
        """
        opened: list[int] = []
        try:
            _had("cwd", posix.chdir, job.cwd)
            stdin = self._open(opened, "stdin", job.stdin, _INPUT) if job.stdin else self._null
            stdout = self._open(opened, "stdout", job.stdout, _OUTPUT)
            stderr = self._open(opened, "stderr", job.stderr, _OUTPUT)
            return self._execute(job, (stdin, stdout, stderr))
        finally:
            for descriptor in opened:
                posix.close(descriptor)
            posix.chdir("/")  # do not keep the workspace busy

    def _open(self, opened: list[int], what: str, path: bytes, flags: int) -> int:
        descriptor: int = _had(what, posix.open, path, flags, _OUTPUT_MODE)
        opened.append(descriptor)
        posix.set_blocking(descriptor, True)
        return descriptor

    def _execute(self, job: Job, streams: tuple[int, int, int]) -> int:
        actions = [(posix.POSIX_SPAWN_DUP2, descriptor, number) for number, descriptor in enumerate(streams)]
        path = executable(job.argv[0], job.env)
        pid: int = _had(
            "executable", posix.posix_spawn, path, job.argv, job.env,
            file_actions=actions, setsid=True, setsigmask=(), setsigdef=self._defaults,
        )  # fmt: skip
        return pid


def executable(name: bytes, env: dict[bytes, bytes]) -> bytes:
    """Find the file of a command, as a shell in the child's directory and environment would.

    Args:
        name: The command; with a slash it is the path itself.
        env: The child's environment.

    Returns:
        The path.

    Raises:
        NotStartedError: No folder of PATH has it (ENOENT), or none that may be executed (EACCES).
    """
    if b"/" in name:
        return name
    number = errno.ENOENT
    for folder in env.get(b"PATH", DEFAULT_PATH).split(b":"):
        path = (folder or b".") + b"/" + name
        if posix.access(path, posix.X_OK):
            if posix.stat(path).st_mode & _TYPE != _DIRECTORY:
                return path
        elif posix.access(path, posix.F_OK):
            number = errno.EACCES
    raise NotStartedError("executable", number)


_TYPE, _DIRECTORY = 0o170000, 0o040000


def _had(what: str, call: "Callable[..., Any]", *args: object, **options: object) -> "Any":
    """Call, and say of a failure what it was about."""
    try:
        return call(*args, **options)
    except OSError as error:
        raise NotStartedError(what, error.errno or 0) from error
