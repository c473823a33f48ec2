"""The driver's side: one supervisor a process."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from rompy_core.processes import SupervisorError, start_supervisor
from rompy_core.processes.client import SupervisorClient

if TYPE_CHECKING:
    from conftest import Driver, Stage


def test_supervisor_is_one_for_all_threads() -> None:
    """Started by whoever comes first."""
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: start_supervisor(), range(40)))) == 1


def test_forked_child_starts_its_own(driver: Driver) -> None:
    """As multiprocessing does it; the parent keeps its own."""
    code = """
first = start_supervisor()
shell("true")
child = os.fork()
if child == 0:
    code = shell("exit 5").exit_code
    os._exit(code if start_supervisor() != first else 99)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shell("exit 6").exit_code, start_supervisor() == first)
"""
    assert driver.output(code) == "5 6 True\n"


def test_multiprocessing_worker_can_run_processes(driver: Driver) -> None:
    """With the method that copies locks and sockets."""
    code = """
import multiprocessing
def work(number):
    return shell(f"exit {number}").exit_code
shell("true")
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(work, range(6)))
"""
    assert driver.output(code) == "[0, 1, 2, 3, 4, 5]\n"


def test_death_of_a_driver_is_seen_though_its_fork_lives_on(stage: Stage, driver: Driver) -> None:
    """The fork has copies of all sockets, so only the pidfd tells."""
    fifo = stage.fifo()
    process = driver.start(
        "import threading\n"
        "run = threading.Thread(target=shell, args=('echo $$ > fifo; exec sleep 100',))\n"
        "run.start()\n"
        "os.mkfifo('ready')\n"
        "Path('ready').read_text()\n"
        "if os.fork() == 0:\n"
        "    Path('stay').read_text()\n"
        "    os._exit(0)\n"
        "print('forked', flush=True)\n"
        "run.join()\n"
    )
    model = int(fifo.read_text())
    os.mkfifo(stage.folder / "stay")
    (stage.folder / "ready").write_text("go")
    assert process.stdout is not None
    assert process.stdout.readline() == "forked\n"
    process.kill()
    process.wait()
    assert stage.is_gone(model, 20)
    (stage.folder / "stay").write_text("end")


def test_closed_client_leaves_no_supervisor(stage: Stage) -> None:
    """It is waited for, and a closed one can be started again."""
    client = SupervisorClient()
    first = client.start()
    assert (first.workers, first.alive) == (1, True)
    client.close()
    assert stage.is_gone(first.pid)
    second = client.start()
    assert second.pid != first.pid
    client.close()
    client.close()


def test_runs_one_after_the_other_share_a_worker(driver: Driver) -> None:
    """No fork a run."""
    code = """
from rompy_core.processes.proc import descendants
for _ in range(20):
    shell("echo $PPID >> workers; ps -o ppid= -p $$ >> parents")
print(len(set(Path("parents").read_text().split())), len(descendants(start_supervisor())))
"""
    assert driver.output(code) == "1 1\n"


def test_embedded_python_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no interpreter to start the supervisor with."""
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(SupervisorError) as raised:
        SupervisorClient().start()
    assert str(raised.value) == (
        "sys.executable is empty, as in an embedded Python, so the supervisor of child processes cannot be started. "
        "Set sys.executable to the path of a Python interpreter of this version"
    )


def test_missing_python_is_named(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that was deleted under a running program."""
    monkeypatch.setattr(sys, "executable", "/no/python")
    before = stage.descriptors_of(os.getpid())
    with pytest.raises(SupervisorError) as raised:
        SupervisorClient().start()
    assert str(raised.value) == (
        "[Errno 2] sys.executable, to start the supervisor of child processes: No such file or directory: '/no/python'"
    )
    assert stage.descriptors_of(os.getpid()) == before


def test_start_does_not_import_what_is_slow() -> None:
    """It stands on the way of every command."""
    root = __file__.rpartition("/tests/")[0]
    program = (
        f"import sys; sys.path.append({root!r})\n"
        "from rompy_core.processes import start_supervisor; start_supervisor()\n"
        "slow = {'attr', 'subprocess', 'socket', 'selectors', 'ctypes', 'signal', 'asyncio', 'datetime'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    command = [sys.executable, "-I", "-S", "-c", program]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("[]\n", "")
