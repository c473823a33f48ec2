"""What a process tells about itself when it takes a workspace."""

import os
import subprocess

import attrs

from rompy_core.workspace import Owner, host_and_user
from rompy_core.workspace.owner import process_start


def test_owner_survives_its_own_line() -> None:
    """What is written into the lock file is what is read from it."""
    owner = Owner.myself("swan-06")
    assert Owner.decode(owner.encode() + b"remains of a longer line") == owner
    assert not owner.is_gone()


def test_owner_is_gone_when_its_pid_is_used_again() -> None:
    """Another process of the same number started at another time."""
    owner = Owner.myself("a")
    assert owner.start is not None
    assert attrs.evolve(owner, start=owner.start - 1).is_gone()
    assert not attrs.evolve(owner, start=owner.start - 1, host="elsewhere").is_gone()


def test_process_start_of_a_zombie_is_none() -> None:
    """A process that ended and was not waited for holds nothing any more."""
    child = subprocess.Popen(["true"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert process_start(child.pid) is None
    child.wait()
    assert process_start(child.pid) is None
    assert process_start(os.getpid()) is not None


def test_host_and_user_has_a_name_for_each() -> None:
    """Both are texts that are not empty."""
    facts = host_and_user()
    assert sorted(facts) == ["host", "user"]
    assert all(facts.values())


def test_owner_shows_a_bounded_command() -> None:
    """An error is no place for a thousand words."""
    owner = Owner(
        pid=7, host="h", user="ann", command="x" * 500, since="2026-01-01T00:00:00+00:00", start=1, run_id="a"
    )
    assert str(owner) == f"process 7 of ann on h since 2026-01-01T00:00:00+00:00: '{'x' * 120}...'"
