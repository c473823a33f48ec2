"""One owner at a time: an flock on ``.rompy/lock``, which ends with the last process that holds its descriptor."""

import errno
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from rompy_core.workspace.forked import leave_at_fork
from rompy_core.workspace.owner import Owner
from rompy_hooks import WorkspaceError, WorkspaceInUseError

#: The lock's name in the record's folder.
LOCK = "lock"
#: In an attempt's folder, while it runs: what a backend calls the thing that may outlive the lock's owner, in a line.
HOLDER = "holder"

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_TAKEN = (errno.EWOULDBLOCK, errno.EACCES)
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)
# How often a lock file may vanish under our hands before we give up: who does that is no other run.
_TRIES = 100


class WorkspaceLock:
    """The lock of a workspace, held.

    ``release`` only closes the descriptor: a supervisor may hold a copy until the model's processes are gone, and the
    workspace stays locked so long. One that is dropped, as by an interrupt, lets go too. Also a context manager.
    """

    def __init__(self, descriptor: int, record_dir: Path) -> None:
        self._descriptor = descriptor
        self._record_dir = record_dir
        leave_at_fork(self)

    @classmethod
    def create(cls, folder: str, record_dir: Path, *, run_id: str) -> Self:
        """Take the lock of a record that does not have its name yet, so that nobody else can have it.

        Args:
            folder: What will be the workspace's ``.rompy``.
            record_dir: Its path then.
            run_id: The run that the workspace is wanted for.

        Raises:
            WorkspaceError: The file system has no locks, or the lock file cannot be written.
        """
        descriptor = _open(f"{folder}/{LOCK}")
        try:
            _flock(descriptor, f"{record_dir}/{LOCK}")
            _write_owner(descriptor, run_id, is_new=True)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(descriptor, record_dir)

    @classmethod
    def acquire(cls, record_dir: Path, *, run_id: str) -> Self:
        """Take the lock, without waiting, and write down who has it.

        Args:
            record_dir: The workspace's ``.rompy``; it exists.
            run_id: The run that the workspace is wanted for.

        Raises:
            WorkspaceInUseError: Another process or thread, or a model that it left, has the lock.
            WorkspaceError: The file system has no locks, or the lock file cannot be opened.
        """
        path = f"{record_dir}/{LOCK}"
        for _ in range(_TRIES):
            descriptor = _open_in(record_dir, path)
            try:
                _flock(descriptor, path)
                if _is_still(descriptor, path):
                    _write_owner(descriptor, run_id, is_new=not os.fstat(descriptor).st_size)
                    return cls(descriptor, record_dir)
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)
        raise WorkspaceError(f"{path} is replaced again and again; find out who does that, then try again")

    @property
    def descriptor(self) -> int:
        """The open lock file, to be handed to processes that may outlive this one; -1 once released."""
        return self._descriptor

    def guards(self, workspace: Path) -> bool:
        """Whether this lock is held and is the one of that workspace, whatever names lead there."""
        return self._descriptor >= 0 and _is_still(self._descriptor, f"{workspace}/{self._record_dir.name}/{LOCK}")

    def release(self) -> None:
        """Let go of the workspace; copies of the descriptor in other processes keep it locked."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def leave_to_parent(self) -> None:
        """As :meth:`release`: the copy of a forked child."""
        self.release()

    def __del__(self) -> None:
        self.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def owner_of(record_dir: Path) -> Owner | None:
    """Who took the lock last, whether or not it is held still; ``None`` where nobody did."""
    try:
        descriptor = os.open(record_dir / LOCK, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        return Owner.decode(os.read(descriptor, 65536))
    finally:
        os.close(descriptor)


def _open_in(record_dir: Path, path: str) -> int:
    """The lock of a record's folder, which is no symlink: that could lead to a stranger's file of this name."""
    try:
        folder = os.open(record_dir, _FOLDER)
    except OSError as error:
        raise WorkspaceError(f"{path}: the lock cannot be opened: {error.strerror}") from error
    try:
        return _open(path, LOCK, folder)
    finally:
        os.close(folder)


def _open(path: str, name: str | None = None, folder: int | None = None) -> int:
    try:
        return os.open(name or path, _FLAGS, 0o666, dir_fd=folder)
    except OSError as error:
        raise WorkspaceError(f"{path}: the lock cannot be opened: {error.strerror}") from error


def _flock(descriptor: int, path: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _TAKEN:
            _tell_owner(Path(path).parent)
        if error.errno in _NO_LOCKS:
            raise WorkspaceError(
                f"{path}: this file system has no locks ({error.strerror}), so two runs could not be told apart; "
                "choose an output_dir on another one, or mount this one with locks"
            ) from error
        raise WorkspaceError(f"{path}: the lock cannot be taken: {error.strerror}") from error


def _tell_owner(record_dir: Path) -> NoReturn:
    owner = owner_of(record_dir)
    workspace = record_dir.parent
    if owner is None:
        raise WorkspaceInUseError(f"{workspace} is in use by another process; wait for it, or end it")
    if owner.is_gone():
        raise WorkspaceInUseError(
            f"{workspace} is in use: {owner} has ended, but its model still runs{_what_runs(record_dir)};"
            " wait for it, or end it"
        )
    raise WorkspaceInUseError(f"{workspace} is in use by {owner}; wait for it, or end it")


def _what_runs(record_dir: Path) -> str:
    """What holds the lock though its owner has ended, as its backend calls it."""
    for holder in record_dir.glob(f"attempts/*/{HOLDER}"):  # one at most: who lets go deletes it
        try:
            return f" ({holder.read_text(encoding='utf-8').strip()})"
        except (OSError, UnicodeDecodeError):
            continue
    return ""


def _is_still(descriptor: int, path: str) -> bool:
    """Whether the path still leads to the file that was opened: a lock on a file without a name guards nothing."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False


def _write_owner(descriptor: int, run_id: str, *, is_new: bool) -> None:
    # In place and in one write, its line first: a reader in between sees a whole line, the old one or the new one.
    data = Owner.myself(run_id).encode()
    try:
        os.pwrite(descriptor, data, 0)
        if not is_new:
            os.ftruncate(descriptor, len(data))
    except OSError as error:
        raise WorkspaceError(f"the lock's owner cannot be written: {error.strerror}") from error
