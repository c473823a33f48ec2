"""One process from its start to its end."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rompy_core.cancellation import RunCancellation
from rompy_core.processes import ProcessOutcome, run_process, start_supervisor
from rompy_core.processes.proc import descendants

if TYPE_CHECKING:
    from conftest import Stage

#: Signals 32 and 33 are the C library's; its posix_spawn leaves them ignored until the child's own library sets them.
GLIBC_OWN = 0x180000000


@pytest.mark.parametrize("code", [0, 1, 37, 255])
def test_exit_code_is_that_of_the_process(stage: Stage, code: int) -> None:
    """Each code arrives, and no signal."""
    outcome = stage.shell(f"exit {code}")
    assert (outcome.exit_code, outcome.signal, outcome.ended_by, outcome.error) == (code, None, "exit", None)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGTERM])
def test_signal_is_told_apart_from_an_exit_code(stage: Stage, number: int) -> None:
    """A process that a signal ended has no exit code."""
    outcome = stage.shell(f"kill -{int(number)} $$")
    assert (outcome.exit_code, outcome.signal, outcome.ended_by) == (None, number, "exit")


def test_output_is_appended_byte_for_byte(stage: Stage) -> None:
    """What is no UTF-8 lands in the files as it was written, after what was there."""
    stage.out.write_bytes(b"before\n")
    stage.shell(r"printf '\377\000\200\n'; printf '\376' >&2")
    assert (stage.out.read_bytes(), stage.err.read_bytes()) == (b"before\n\xff\x00\x80\n", b"\xfe")


def test_output_of_64_megabytes_arrives_whole(stage: Stage) -> None:
    """Nothing passes through the driver, so size does not matter."""
    assert stage.run("head", "-c", str(64 << 20), "/dev/zero").exit_code == 0
    assert stage.out.stat().st_size == 64 << 20


def test_one_file_may_take_both_streams(stage: Stage) -> None:
    """stdout and stderr in one file do not overwrite each other."""
    stage.shell("echo one; echo two >&2; echo three", stderr=stage.out)
    assert stage.out.read_text() == "one\ntwo\nthree\n"


def test_stdin_is_the_null_device_unless_given(stage: Stage) -> None:
    """A model that reads gets an end of file, or the file that was named."""
    assert stage.run("cat").exit_code == 0
    assert stage.out.read_text() == ""
    (stage.folder / "input").write_text("4 ranks\n")
    stage.run("cat", stdin=stage.folder / "input")
    assert stage.out.read_text() == "4 ranks\n"


def test_child_gets_the_given_environment_and_nothing_else(stage: Stage) -> None:
    """Bytes that are no UTF-8 survive in names, values, arguments and paths."""
    folder = stage.folder / os.fsdecode(b"d\xff")
    folder.mkdir()
    out = folder / os.fsdecode(b"o\xfe")
    outcome = stage.run(
        "/bin/sh", "-c", 'env | grep -v ^PWD= | grep -v ^SHLVL= | grep -v ^_=; pwd; echo "$1"', "sh",
        os.fsdecode(b"\xfd"), cwd=folder, stdout=out,
        env={"A": "1=2", "B": os.fsdecode(b"\xfc"), "PATH": "/bin:/usr/bin"},
    )  # fmt: skip
    assert outcome.exit_code == 0
    lines = out.read_bytes().splitlines()
    assert sorted(lines[:3]) == [b"A=1=2", b"B=\xfc", b"PATH=/bin:/usr/bin"]
    assert lines[3:] == [os.fsencode(folder), b"\xfd"]


def test_large_arguments_and_environment_arrive(stage: Stage) -> None:
    """More than a socket's buffer holds."""
    env = {f"V{n}": "x" * 100_000 for n in range(8)} | {"PATH": os.environ["PATH"]}
    assert stage.shell("test ${#V0} = 100000 && test ${#V7} = 100000 && test ${#1} = 0", env=env).exit_code == 0


def test_relative_log_paths_start_in_the_drivers_directory(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths mean what they mean to the caller, not to the worker."""
    (stage.folder / "inner").mkdir()
    monkeypatch.chdir(stage.folder)
    stage.shell("pwd", cwd=Path("inner"), stdout=Path("rel.log"))
    assert (stage.folder / "rel.log").read_text() == f"{stage.folder}/inner\n"


def test_model_is_the_leader_of_its_session_with_clean_signals(stage: Stage) -> None:
    """No signal is blocked or ignored but what was when the driver started, and no descriptor is open but its own."""
    stage.python(
        "import os; print(os.getsid(0) == os.getpid(), *sorted(os.listdir('/proc/self/fd')))\n"
        "print(os.readlink('/proc/self/fd/0'))"
    )
    assert stage.out.read_text() == "True 0 1 2 3\n/dev/null\n"
    stage.out.unlink()
    stage.run("grep", "-E", "SigBlk|SigIgn", "/proc/self/status")
    kept = {n for n in signal.valid_signals() if signal.getsignal(n) == signal.SIG_IGN}
    mask = sum(1 << n - 1 for n in kept - {signal.SIGPIPE, signal.SIGXFSZ, signal.SIGCHLD})
    blocked, ignored = (int(line.split()[1], 16) for line in stage.out.read_text().splitlines())
    assert (blocked, ignored & ~GLIBC_OWN) == (0, mask)


def test_held_descriptors_are_not_the_models(stage: Stage) -> None:
    """The lock is held by the worker; a model that kept it would own the workspace for ever."""
    with (stage.folder / "lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)
        run_process(stage.request("ls", "-l", "/proc/self/fd"), hold=[lock.fileno()])
    assert "lock" not in stage.out.read_text()
    assert "socket:" not in stage.out.read_text()


def test_lock_is_the_drivers_alone_when_the_run_is_over(stage: Stage) -> None:
    """Closing the own copy frees the lock at once: the worker has closed its before it reports."""
    path = stage.folder / "lock"
    for _ in range(20):
        with path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            run_process(stage.request("true"), hold=[lock.fileno()])
        with path.open("w") as other:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_times_are_utc_and_agree(stage: Stage) -> None:
    """started and finished are of the wall clock, the duration of the monotonic one."""
    before = datetime.now(UTC)
    outcome = stage.python("import time; time.sleep(0.2)")
    assert before <= outcome.started <= outcome.finished <= datetime.now(UTC)
    assert outcome.started.tzinfo is UTC
    assert 0.2 <= outcome.duration < 10


def test_usage_counts_the_whole_tree(stage: Stage) -> None:
    """An orphan's seconds count too, and the peak is that of the largest process."""
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    outcome = stage.python(
        "import os\nr, w = os.pipe()\n"
        f"if os.fork() == 0:\n    if os.fork(): os._exit(0)\n    exec({burn!r})\n    os._exit(0)\n"
        "os.close(w)\nos.wait()\nos.read(r, 1)\nx = b'x' * (80 << 20)"
    )
    assert outcome.exit_code == 0
    assert 0.3 <= outcome.cpu_seconds < 10
    assert 80 << 20 <= outcome.peak_memory < 200 << 20


@pytest.mark.parametrize("timeout", [0.05, 0.3])
def test_timeout_of_any_length_ends_the_run(stage: Stage, timeout: float) -> None:
    """No least time, and the signal that ended it is told."""
    outcome = stage.run("sleep", "100", timeout=timeout)
    assert (outcome.exit_code, outcome.signal, outcome.ended_by) == (None, signal.SIGTERM, "timeout")
    assert timeout * 0.9 <= outcome.duration < 10


def test_timeout_is_told_also_when_the_model_exits_well(stage: Stage) -> None:
    """A model that saves its state when it is told to end has still not finished."""
    outcome = stage.shell("trap 'echo saved; exit 0' TERM; while :; do sleep 0.01; done", timeout=0.2)
    assert (outcome.exit_code, outcome.ended_by) == (0, "timeout")
    assert stage.out.read_text() == "saved\n"


def test_timeout_beyond_what_poll_takes_is_accepted(stage: Stage) -> None:
    """A year of milliseconds does not fit into poll's integer."""
    assert stage.run("true", timeout=365 * 86400.0, grace_period=1e9).ended_by == "exit"
    assert stage.run("true", timeout=float("inf")).ended_by == "exit"


def test_cancellation_ends_the_run(stage: Stage) -> None:
    """A readable eventfd is enough, and it stays readable for others."""
    fifo = stage.fifo()
    event = os.eventfd(0)
    try:
        request = stage.request("sh", "-c", f"echo $$ > {fifo}; exec sleep 100")
        run = stage.background(lambda: run_process(request, cancelled_fd=event))
        pid = stage.number("fifo")
        os.eventfd_write(event, 1)
        outcome = run.outcome()
        assert (outcome.signal, outcome.ended_by, stage.is_gone(pid)) == (signal.SIGTERM, "cancelled", True)
        assert os.eventfd_read(event) == 1
    finally:
        os.close(event)


@pytest.mark.parametrize("late", [True, False])
def test_hang_up_kills_without_the_rest_of_the_grace_period(stage: Stage, late: bool) -> None:
    """A deaf process goes when the end is asked for at once, after it was asked for or with it."""
    fifo = stage.fifo()
    cancellation = RunCancellation()
    script = f"trap 'echo asked > {fifo}' TERM; echo $$ > {fifo}; while :; do sleep 0.01; done"
    request = stage.request("sh", "-c", script, grace_period=1000.0)
    run = stage.background(lambda: run_process(request, cancelled_fd=cancellation.fileno()))
    pid = stage.number("fifo")
    if late:
        cancellation.request("SIGINT")
        assert fifo.read_text() == "asked\n"
    cancellation.request("SIGINT", now=True)
    outcome = run.outcome()
    assert (outcome.signal, outcome.ended_by, stage.is_gone(pid)) == (signal.SIGKILL, "cancelled", True)


def test_closed_descriptors_are_refused_before_anything_runs(stage: Stage) -> None:
    """A number that is no descriptor is an error of the caller."""
    with pytest.raises(OSError, match=r"^\[Errno 9\] Bad file descriptor$"):
        run_process(stage.request("touch", "ran"), cancelled_fd=987_654)
    with pytest.raises(OSError, match=r"^\[Errno 9\] Bad file descriptor$"):
        run_process(stage.request("touch", "ran"), hold=[987_654])
    assert not (stage.folder / "ran").exists()
    assert stage.run("true").exit_code == 0


def test_memory_above_the_limit_ends_the_tree(stage: Stage) -> None:
    """The sum of all processes counts, and what it was is told."""
    half = "x = b'x' * (60 << 20); import signal; signal.pause()"
    outcome = stage.python(f"import os\nos.fork()\n{half}", memory=100 << 20)
    assert (outcome.exit_code, outcome.signal, outcome.ended_by) == (None, signal.SIGKILL, "out_of_memory")
    assert 100 << 20 < outcome.peak_memory < 300 << 20


def test_memory_below_the_limit_is_left_alone(stage: Stage) -> None:
    """A limit alone changes nothing."""
    outcome = stage.python("x = b'x' * (60 << 20)", memory=500 << 20)
    assert (outcome.exit_code, outcome.ended_by) == (0, "exit")


def test_eight_threads_do_not_mix_their_runs(stage: Stage) -> None:
    """Each of 200 runs has its own directory, environment, output and exit code."""

    def one(number: int) -> ProcessOutcome:
        folder = stage.folder / f"run-{number}"
        folder.mkdir()
        return run_process(
            stage.request(
                "sh",
                "-c",
                'echo "$TAG"; pwd; exit "$CODE"',
                cwd=folder,
                stdout=folder / "out",
                stderr=folder / "err",
                env={"TAG": f"tag {number}", "CODE": str(number)},
            )
        )

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(one, range(200)))
    assert [outcome.exit_code for outcome in outcomes] == list(range(200))
    texts = [(stage.folder / f"run-{n}" / "out").read_text() for n in range(200)]
    assert texts == [f"tag {n}\n{stage.folder}/run-{n}\n" for n in range(200)]


def test_no_descriptor_and_no_thread_is_left(stage: Stage) -> None:
    """Neither in the driver nor in the workers, whatever the run ended like."""

    def everything() -> None:
        stage.run("true")
        stage.run("no-such-command")
        stage.run("sleep", "100", timeout=0.01)
        with (stage.folder / "lock").open("w") as lock:
            run_process(stage.request("true"), hold=[lock.fileno()])

    def descriptors() -> dict[int, int]:
        family = [os.getpid(), start_supervisor(), *(process.pid for process in descendants(start_supervisor()))]
        return {pid: stage.descriptors_of(pid) for pid in family}

    everything()
    before, threads = descriptors(), threading.active_count()
    before = {pid: count + 1 for pid, count in before.items()}  # a worker closes a run's socket after its report
    for _ in range(5):
        everything()
    after = descriptors()
    assert after.keys() == before.keys()
    assert all(after[pid] <= before[pid] for pid in after), (before, after)
    assert threading.active_count() == threads
