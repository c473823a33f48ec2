"""Nothing of a tree survives its run, however it tries."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from rompy_core.processes import run_process

if TYPE_CHECKING:
    from conftest import Stage

#: Forks twice into a session of its own, closes all, ignores what can be ignored, and tells its number.
DAEMON = """
import os, signal, sys
ready, tell = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        {ignore}
    with open('daemon', 'w') as file:
        file.write(str(os.getpid()))
    os.closerange(0, 100)
    signal.pause()
    os._exit(0)
os.close(tell)
os.wait()
os.read(ready, 1)  # its end: the daemon has closed all
{after}
"""

DEAF = "signal.signal(number, signal.SIG_IGN)"


def test_background_process_ends_with_the_main_one(stage: Stage) -> None:
    """What the shell left behind is counted."""
    outcome = stage.shell("sleep 100 & echo $! > child; exit 3")
    assert (outcome.exit_code, outcome.ended_by, outcome.leftovers) == (3, "exit", 1)
    assert stage.is_gone(stage.number("child"))


def test_nothing_left_counts_nothing(stage: Stage) -> None:
    """A pipeline that was waited for leaves nothing."""
    assert stage.shell("echo | cat | cat").leftovers == 0


def test_daemon_that_closed_all_ends_with_the_run(stage: Stage) -> None:
    """It is in another session, has no parent and no descriptor in common with its run."""
    outcome = stage.python(DAEMON.format(ignore="pass", after="os._exit(5)"))
    assert (outcome.exit_code, outcome.leftovers) == (5, 1)
    assert stage.is_gone(stage.number("daemon"))


def test_daemon_deaf_to_sigterm_is_killed_after_the_grace_period(stage: Stage) -> None:
    """The outcome comes when it is gone, not before."""
    outcome = stage.python(DAEMON.format(ignore=DEAF, after=""), grace_period=0.2)
    assert (outcome.exit_code, outcome.leftovers) == (0, 1)
    assert stage.is_gone(stage.number("daemon"))


def test_timeout_reaches_a_daemon_too(stage: Stage) -> None:
    """While the main process waits and is deaf as well."""
    after = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.closerange(0, 3)\nsignal.pause()"
    outcome = stage.python(DAEMON.format(ignore=DEAF, after=after), timeout=0.5, grace_period=0.2)
    assert (outcome.exit_code, outcome.signal, outcome.ended_by) == (None, signal.SIGKILL, "timeout")
    assert 0.6 < outcome.duration < 10
    assert stage.is_gone(stage.number("daemon"))


def test_grandchild_with_an_empty_environment_ends_too(stage: Stage) -> None:
    """No mark in an environment is needed to find it."""
    script = "env -i setsid sh -c 'echo $$ > child; echo > fifo; exec sleep 100' & read line < fifo"
    stage.fifo()
    assert stage.shell(script).leftovers == 1
    assert stage.is_gone(stage.number("child"))


def test_stopped_process_is_ended_without_waiting(stage: Stage) -> None:
    """SIGTERM alone would wait for its SIGCONT until the grace period is over."""
    outcome = stage.shell("kill -STOP $$", timeout=0.2, grace_period=60)
    assert (outcome.signal, outcome.ended_by) == (signal.SIGTERM, "timeout")
    assert outcome.duration < 30


def test_clean_up_that_a_trap_starts_is_let_work(stage: Stage) -> None:
    """What is started in the grace period gets no SIGTERM of its own."""
    script = "trap 'sh -c \"sleep 0.3; echo saved\"; exit 0' TERM; echo $$ > pid; while :; do sleep 0.01; done"
    assert stage.shell(script, timeout=0.2).exit_code == 0
    assert stage.out.read_text() == "saved\n"


def test_process_that_forks_and_exits_for_ever_is_caught(stage: Stage) -> None:
    """A process that is another one whenever it is looked at cannot outrun a kill of its group."""
    code = (
        "import os, signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "r, w = os.pipe()\nif os.fork() == 0:\n    while True:\n        if os.fork(): os._exit(0)\n"
        "        os.write(1, b'%d\\n' % os.getpid()); os.write(w, b'.')\nos.read(r, 9)"
    )
    outcome = stage.python(code, grace_period=0.2)
    assert (outcome.exit_code, outcome.leftovers > 0) == (0, True)
    assert all(stage.is_gone(int(pid)) for pid in stage.out.read_text().split()[-3:])


def test_orphans_that_end_are_collected_while_the_run_goes_on(stage: Stage) -> None:
    """A long run of a model that daemonises helpers must not fill the process table with zombies."""
    code = (
        "import os\nr, w = os.pipe()\n"
        "if os.fork() == 0:\n    if os.fork(): os._exit(0)\n    os.write(w, b'%d' % os.getpid()); os._exit(0)\n"
        "os.wait()\npid = int(os.read(r, 9))\nopen('pid', 'w').write(str(pid))\n"
        "while os.path.exists(f'/proc/{pid}'): os.sched_yield()"
    )
    outcome = stage.python("import os\n" + code, timeout=20)
    assert (outcome.exit_code, outcome.ended_by, outcome.leftovers) == (0, "exit", 0)


@pytest.mark.parametrize("grace_period", [0.0, 0.1])
def test_process_deaf_to_sigterm_is_killed(stage: Stage, grace_period: float) -> None:
    """Also at once, where no grace is given."""
    script = "trap '' TERM; while :; do sleep 0.01; done"
    outcome = stage.shell(script, timeout=0.1, grace_period=grace_period)
    assert (outcome.signal, outcome.ended_by) == (signal.SIGKILL, "timeout")
    assert outcome.duration < 10


def test_lock_is_held_until_the_last_leftover_is_gone(stage: Stage) -> None:
    """Its holder is the worker: a second owner must not meet processes of the first."""
    import fcntl

    path = stage.folder / "lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    fifo = stage.fifo()
    code = DAEMON.format(ignore=DEAF, after=f"open({str(fifo)!r}, 'w').close()")
    request = stage.request("python3", "-I", "-S", "-c", code, grace_period=0.3, env=dict(os.environ))
    run = stage.background(lambda: run_process(request, hold=[lock]))
    fifo.read_text()
    daemon = stage.number("daemon")
    other = os.open(path, os.O_RDWR)
    with pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert run.outcome().leftovers == 1
    os.close(lock)
    fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert stage.is_gone(daemon)
    os.close(other)
