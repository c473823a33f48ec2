"""Whatever is killed, the driver, the supervisor or a worker: the model ends with it."""

from __future__ import annotations

import fcntl
import os
import signal
from typing import TYPE_CHECKING

import pytest

from rompy_core.processes import run_process, start_supervisor
from rompy_core.processes.proc import descendants

if TYPE_CHECKING:
    from conftest import Driver, Stage

#: Tells its number through the FIFO and stays, deaf to SIGTERM.
MODEL = "trap '' TERM; echo $$ > fifo; while :; do sleep 0.01; done"

#: A driver that owns the lock and runs the model.
OWNER = f"""
lock = os.open("lock", os.O_RDWR | os.O_CREAT)
fcntl.flock(lock, fcntl.LOCK_EX)
shell({MODEL!r}, hold=[lock], grace_period=0.3)
"""

PATIENCE = 20.0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_death_of_the_driver_ends_the_model_before_the_lock_is_free(
    stage: Stage, driver: Driver, number: signal.Signals
) -> None:
    """Who gets the lock finds nothing of the run that had it."""
    stage.fifo()
    process = driver.start(OWNER)
    model = stage.number("fifo")
    worker = stage.parent_of(model)
    supervisor = stage.parent_of(worker)
    process.send_signal(number)
    assert process.wait(PATIENCE) == -number
    assert not stage.is_gone(model)
    with (stage.folder / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert stage.is_gone(model)
    assert stage.is_gone(worker, PATIENCE)
    assert stage.is_gone(supervisor, PATIENCE)


def test_interrupt_of_the_driver_is_raised_when_the_tree_is_gone(stage: Stage, driver: Driver) -> None:
    """KeyboardInterrupt is not swallowed, and the model got its SIGTERM and its time."""
    stage.fifo()
    code = """
try:
    shell("trap 'sleep 0.2; echo saved; exit' TERM; echo $$ > fifo; while :; do sleep 0.01; done")
except KeyboardInterrupt:
    print("interrupted", Path("out.log").read_text())
"""
    process = driver.start(code)
    model = stage.number("fifo")
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=PATIENCE)[0] == "interrupted saved\n\n"
    assert stage.is_gone(model)


def test_second_interrupt_kills_without_more_grace(stage: Stage, driver: Driver) -> None:
    """Who presses twice does not want to wait for ten seconds."""
    stage.fifo()
    code = """
try:
    shell("trap 'echo $$ > fifo' TERM; echo $$ > fifo; while :; do sleep 0.01; done", grace_period=3600)
except KeyboardInterrupt:
    print("interrupted")
"""
    process = driver.start(code)
    model = stage.number("fifo")
    process.send_signal(signal.SIGINT)
    assert stage.number("fifo") == model  # it has heard of the first
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=PATIENCE)[0] == "interrupted\n"
    assert stage.is_gone(model)


def test_death_of_the_supervisor_ends_the_run_as_lost(stage: Stage) -> None:
    """The workers end what they run and themselves; the next run has another supervisor."""
    stage.fifo()
    run = stage.background(lambda: stage.shell(MODEL, grace_period=0.2))
    model = stage.number("fifo")
    supervisor = start_supervisor()
    workers = [process.pid for process in descendants(supervisor) if process.parent == supervisor]
    os.kill(supervisor, signal.SIGKILL)
    outcome = run.outcome()
    assert (outcome.signal, outcome.ended_by) == (signal.SIGKILL, "lost")
    assert outcome.error == "the supervisor of the driver's processes was killed; the process tree was ended"
    assert stage.is_gone(model)
    assert all(stage.is_gone(worker, PATIENCE) for worker in workers)
    assert stage.shell("exit 6").exit_code == 6
    assert start_supervisor() != supervisor


def test_death_of_an_idle_supervisor_is_not_noticed(stage: Stage) -> None:
    """It is replaced when it is needed."""
    supervisor = start_supervisor()
    os.kill(supervisor, signal.SIGKILL)
    assert stage.is_gone(supervisor, PATIENCE)
    assert stage.shell("exit 6").exit_code == 6


def test_death_of_a_worker_ends_the_run_as_lost(stage: Stage) -> None:
    """The supervisor ends what the worker left, daemons included, before the driver hears of it."""
    stage.fifo()
    daemon = "os.setsid(); open('daemon', 'w').write(str(os.getpid())); os.closerange(0, 99); signal.pause()"
    script = f'python3 -I -S -c "import os, signal\nif os.fork() == 0: {daemon}"; {MODEL}'
    run = stage.background(lambda: stage.shell(script, env=dict(os.environ), grace_period=3600))
    model = stage.number("fifo")
    supervisor, worker = start_supervisor(), stage.parent_of(model)
    assert stage.parent_of(worker) == supervisor
    os.kill(worker, signal.SIGKILL)
    outcome = run.outcome()
    assert (outcome.exit_code, outcome.signal, outcome.ended_by) == (None, None, "lost")
    assert outcome.error == "the worker that watched over this process was killed; the process tree was ended"
    assert stage.is_gone(model)
    assert stage.is_gone(stage.number("daemon"))
    assert start_supervisor() == supervisor
    assert stage.shell("exit 6").exit_code == 6


def test_death_of_a_worker_costs_no_other_run(stage: Stage) -> None:
    """Only what is below no worker is ended."""
    first, second = stage.fifo("first"), stage.fifo("second")
    request = stage.request("sh", "-c", f"echo $$ > {first}; exec sleep 100")
    other = stage.request("sh", "-c", f"echo $$ > {second}; read go < {second}; exit 9")
    lost, kept = stage.background(lambda: run_process(request)), stage.background(lambda: run_process(other))
    model, survivor = stage.number("first"), stage.number("second")
    os.kill(stage.parent_of(model), signal.SIGKILL)
    assert lost.outcome().ended_by == "lost"
    assert not stage.is_gone(survivor)
    second.write_text("go\n")
    assert (kept.outcome().exit_code, kept.outcome().ended_by) == (9, "exit")


def test_signal_ignored_at_the_start_stays_ignored(stage: Stage, driver: Driver) -> None:
    """nohup: the terminal's SIGHUP ends neither the driver nor the model."""
    stage.fifo()
    code = 'print(shell("echo $$ > fifo; read go < fifo; exit 8").exit_code)'
    process = driver.start(code, "sh", "-c", 'trap "" HUP; exec "$@"', "sh")
    model = stage.number("fifo")
    os.kill(model, signal.SIGHUP)
    process.send_signal(signal.SIGHUP)
    (stage.folder / "fifo").write_text("go\n")
    assert process.communicate(timeout=PATIENCE)[0] == "8\n"


def test_terminal_signals_do_not_reach_the_supervisor(stage: Stage) -> None:
    """It decides nothing by itself, not even while it starts."""
    running = start_supervisor()
    os.kill(running, signal.SIGKILL)
    assert stage.is_gone(running, PATIENCE)
    supervisor = start_supervisor()
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT):
        os.kill(supervisor, number)
    assert stage.run("true").exit_code == 0
    assert start_supervisor() == supervisor
    assert os.getsid(supervisor) == supervisor


def test_end_of_the_driver_leaves_nothing(stage: Stage, driver: Driver) -> None:
    """Not even for the millisecond in which an idle supervisor ends."""
    text = driver.output("shell('ps -o ppid= -p $$ > worker'); print(start_supervisor())")
    assert stage.is_gone(int(text))
    assert stage.is_gone(stage.number("worker"))


def test_driver_under_another_run_is_no_leftover(stage: Stage, driver: Driver) -> None:
    """A model that uses this package itself, as config.run() does."""
    code = driver.PRELUDE + "assert shell('exit 2').exit_code == 2"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in __import__("sys").path if p)}
    outcome = stage.run("python3", "-c", code, env=environment)
    assert (outcome.exit_code, outcome.leftovers) == (0, 0), stage.err.read_text()


def test_descriptors_that_the_driver_inherited_are_let_go(stage: Stage, driver: Driver) -> None:
    """A pipe whose end somebody waits for is not kept open by the supervisor."""
    code = """
reader, writer = os.pipe()
os.set_inheritable(writer, True)
shell("true")
os.close(writer)
print(os.read(reader, 1))
"""
    assert driver.output(code) == "b''\n"
