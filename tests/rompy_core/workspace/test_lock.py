"""One owner at a time, with real locks and real processes."""

import errno
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from rompy_core.workspace import WorkspaceLock, owner_of
from rompy_core.workspace.lock import LOCK
from rompy_hooks import WorkspaceError, WorkspaceInUseError

HOLD = """
import sys
from pathlib import Path
from rompy_core.workspace import WorkspaceLock
lock = WorkspaceLock.acquire(Path(sys.argv[1]), run_id="swan-06")
if "model" in sys.argv:  # a model that outlives its driver, with a copy of the descriptor
    import subprocess
    child = subprocess.Popen(["sleep", "60"], pass_fds=[lock.descriptor], stdout=subprocess.DEVNULL)
    print(child.pid, flush=True)
else:
    print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def record_dir(tmp_path: Path) -> Path:
    """The ``.rompy`` of a workspace."""
    folder = tmp_path / "swan-06" / ".rompy"
    folder.mkdir(parents=True)
    return folder


class Holder:
    """Another process that holds the lock."""

    def __init__(self, record_dir: Path, *words: str) -> None:
        command = [sys.executable, "-c", HOLD, str(record_dir), *words]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline().strip()

    def kill(self) -> None:
        """End it with -9."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def holders() -> Iterator[list[Holder]]:
    """Processes that are ended with the test."""
    started: list[Holder] = []
    yield started
    for holder in started:
        holder.kill()
        assert holder.process.stdin is not None
        assert holder.process.stdout is not None
        holder.process.stdin.close()
        holder.process.stdout.close()
        if holder.said.isdecimal():
            os.kill(int(holder.said), signal.SIGKILL)


def test_acquire_tells_the_owner_to_the_second(record_dir: Path, holders: list[Holder]) -> None:
    """Upstream defect 14: the same run twice at once; the second is told who has it."""
    holders.append(Holder(record_dir, "--api-token=abc"))
    with pytest.raises(WorkspaceInUseError) as caught:
        WorkspaceLock.acquire(record_dir, run_id="swan-06")
    pid = holders[0].process.pid
    assert re.fullmatch(
        rf"{record_dir.parent} is in use by process {pid} of \S+ on {re.escape(os.uname().nodename)} since "
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00: .*; wait for it, or end it",
        str(caught.value),
        re.DOTALL,
    )
    assert caught.value.exit_code == 75
    owner = owner_of(record_dir)
    assert owner is not None
    assert owner.command.endswith("--api-token=***")
    assert (owner.run_id, owner.is_gone()) == ("swan-06", False)


def test_acquire_succeeds_once_the_owner_was_killed(record_dir: Path, holders: list[Holder]) -> None:
    """The kernel lets go of a lock with its last holder; no stale lock is left."""
    holders.append(Holder(record_dir))
    holders[0].kill()
    WorkspaceLock.acquire(record_dir, run_id="swan-06").release()


def test_acquire_tells_when_only_the_model_is_left(record_dir: Path, holders: list[Holder]) -> None:
    """A model with a copy of the descriptor owns the workspace after its driver was killed."""
    holders.append(Holder(record_dir, "model"))
    holders[0].kill()
    with pytest.raises(WorkspaceInUseError) as caught:
        WorkspaceLock.acquire(record_dir, run_id="swan-06")
    text = str(caught.value)
    assert text.startswith(f"{record_dir.parent} is in use: process {holders[0].process.pid} of ")
    assert text.endswith(" has ended, but its model still runs; wait for it, or end it")


def test_acquire_refuses_a_second_time_in_one_process(record_dir: Path) -> None:
    """Two threads of a host are two owners."""
    with WorkspaceLock.acquire(record_dir, run_id="a") as lock:
        assert lock.descriptor >= 0
        with pytest.raises(WorkspaceInUseError):
            WorkspaceLock.acquire(record_dir, run_id="a")
    assert lock.descriptor == -1
    WorkspaceLock.acquire(record_dir, run_id="a").release()


def test_release_only_closes(record_dir: Path) -> None:
    """A copy of the descriptor, as a supervisor holds it, keeps the workspace locked; releasing twice is fine."""
    lock = WorkspaceLock.acquire(record_dir, run_id="a")
    copy = os.dup(lock.descriptor)
    lock.release()
    lock.release()
    with pytest.raises(WorkspaceInUseError):
        WorkspaceLock.acquire(record_dir, run_id="a")
    os.close(copy)
    WorkspaceLock.acquire(record_dir, run_id="a").release()


def test_descriptor_is_not_inherited_by_chance(record_dir: Path) -> None:
    """A program that a host starts beside must not keep the workspace locked."""
    with WorkspaceLock.acquire(record_dir, run_id="a") as lock:
        assert not os.get_inheritable(lock.descriptor)


def test_acquire_writes_the_owner_over_a_longer_one(record_dir: Path) -> None:
    """The file holds one line of JSON, whatever was in it."""
    (record_dir / LOCK).write_bytes(b"x" * 10_000)
    with WorkspaceLock.acquire(record_dir, run_id="a"):
        assert json.loads((record_dir / LOCK).read_bytes())["pid"] == os.getpid()


@pytest.mark.parametrize("content", [b"", b"garbage\n", b"{}\n", b'"text"\n'])
def test_acquire_tells_of_an_owner_that_cannot_be_read(record_dir: Path, content: bytes) -> None:
    """In the moment between locking and writing nobody knows who it is."""
    with WorkspaceLock.acquire(record_dir, run_id="a"):
        (record_dir / LOCK).write_bytes(content)
        with pytest.raises(WorkspaceInUseError) as caught:
            WorkspaceLock.acquire(record_dir, run_id="a")
    assert str(caught.value) == f"{record_dir.parent} is in use by another process; wait for it, or end it"


def test_acquire_does_not_trust_a_file_that_lost_its_name(record_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody replaced the lock file between our opening and locking it: the new file is locked instead."""
    flock, replaced = fcntl.flock, []

    def replace_once(descriptor: int, operation: int) -> None:
        if not replaced:
            replaced.append(descriptor)
            (record_dir / LOCK).unlink()
            (record_dir / LOCK).touch()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", replace_once)
    with WorkspaceLock.acquire(record_dir, run_id="a") as lock:
        assert os.path.samestat(os.fstat(lock.descriptor), (record_dir / LOCK).stat())
        assert lock.guards(record_dir.parent)
        (record_dir / LOCK).unlink()
        assert not lock.guards(record_dir.parent)


def test_acquire_gives_up_where_the_file_never_stays(record_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock file that vanishes each time ends with an error, not in a loop."""
    monkeypatch.setattr(fcntl, "flock", lambda *_: (record_dir / LOCK).unlink())
    with pytest.raises(WorkspaceError) as caught:
        WorkspaceLock.acquire(record_dir, run_id="a")
    assert str(caught.value) == (
        f"{record_dir}/lock is replaced again and again; find out who does that, then try again"
    )


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_acquire_refuses_a_file_system_without_locks(
    record_dir: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """No such file system can be had here, so the system call is what is replaced."""

    def refuse(*_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(WorkspaceError) as caught:
        WorkspaceLock.acquire(record_dir, run_id="a")
    assert str(caught.value) == (
        f"{record_dir}/lock: this file system has no locks ({os.strerror(code)}), so two runs could not be told apart; "
        "choose an output_dir on another one, or mount this one with locks"
    )
    assert not isinstance(caught.value, WorkspaceInUseError)


def test_acquire_follows_no_symlink(record_dir: Path, tmp_path: Path) -> None:
    """A link in the lock's place would have us write into a stranger's file."""
    (tmp_path / "precious").write_text("data")
    (record_dir / LOCK).symlink_to(tmp_path / "precious")
    with pytest.raises(WorkspaceError) as caught:
        WorkspaceLock.acquire(record_dir, run_id="a")
    assert str(caught.value) == f"{record_dir}/lock: the lock cannot be opened: Too many levels of symbolic links"
    assert (tmp_path / "precious").read_text() == "data"


def test_acquire_follows_no_symlink_to_a_record(record_dir: Path, tmp_path: Path) -> None:
    """Where ``.rompy`` is a link somebody's file called lock would be overwritten, or made."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / LOCK).write_text("data")
    record_dir.rmdir()
    record_dir.symlink_to(tmp_path / "mine")
    with pytest.raises(WorkspaceError) as caught:
        WorkspaceLock.acquire(record_dir, run_id="a")
    assert str(caught.value) == f"{record_dir}/lock: the lock cannot be opened: Not a directory"
    assert (tmp_path / "mine" / LOCK).read_text() == "data"


def test_lock_that_an_interrupt_drops_is_let_go(record_dir: Path) -> None:
    """A signal comes when the lock is taken and before anybody has it."""

    def interrupt(frame: FrameType, event: str, _argument: object) -> Any:
        if event == "return" and frame.f_code.co_name == "acquire":
            raise KeyboardInterrupt
        return interrupt

    tracer = sys.gettrace()
    sys.settrace(interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            WorkspaceLock.acquire(record_dir, run_id="a")
    finally:
        sys.settrace(tracer)
    WorkspaceLock.acquire(record_dir, run_id="a").release()


FORK = """
import os, sys
from pathlib import Path
from rompy_core.workspace import WorkspaceLock
lock = WorkspaceLock.acquire(Path(sys.argv[1]), run_id="a")
released, forked = os.pipe(), os.pipe()
child = os.fork()
if not child:
    os.close(released[1])
    os.write(forked[1], b"x")
    os.read(released[0], 1)
    os._exit(lock.descriptor != -1)
os.read(forked[0], 1)
lock.release()
WorkspaceLock.acquire(Path(sys.argv[1]), run_id="a").release()
os.write(released[1], b"x")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_lock_is_not_kept_by_a_forked_child(record_dir: Path) -> None:
    """A host forked for reasons of its own while the workspace was locked."""
    subprocess.run([sys.executable, "-c", FORK, str(record_dir)], check=True)


def test_owner_of_an_unlocked_workspace_is_nobody(record_dir: Path) -> None:
    """No lock file, no owner."""
    assert owner_of(record_dir) is None
