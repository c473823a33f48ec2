"""Signals end the whole tree of a run, and the record is written."""

import json
import os
import signal
from pathlib import Path

import pytest

from rompy_core.cancellation import RunCancellation
from rompy_core.cli.signals import signals_end
from rompy_core.workspace import JOURNAL

#: A processor that says that it computes, and hears nothing.
DEAF = """
import attrs
from rompy_hooks import Backend, ProcessConfig, hookimpl

@attrs.frozen(kw_only=True)
class DeafConfig(ProcessConfig):
    pass

@hookimpl
def backends() -> list[Backend]:
    return [Backend(kind="process", name="deaf", config=DeafConfig)]

@hookimpl
def process(config: DeafConfig):
    open("{ready}", "w").close()
    while True:
        pass
"""


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """A FIFO into which the model writes a process number when it runs."""
    os.mkfifo(tmp_path / "ready")
    return tmp_path / "ready"


def is_alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_ends_the_model_and_its_children(
    start, config, ready: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """Exit code 130, no process left, the reason in the record."""
    config(f"sleep 60 & echo $! > {ready}; wait")
    process = start("run", "run.yml")
    child = int(ready.read_text())
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert f"rompy: {number.name}: ending the run and all its processes; once more kills them\n" in err
    assert "Error: Run 'sea' failed: " in err
    assert "Traceback" not in err
    assert not is_alive(child)
    record = json.loads((tmp_path / "sims/sea/.rompy/record.json").read_text())
    assert number.name in json.dumps(record)


def test_second_signal_kills(start, config, ready: Path, tmp_path: Path) -> None:
    """An impatient Ctrl-C waits for no grace period; nothing is left, and the record is written."""
    config(
        f"trap 'echo asked > {ready}' INT TERM; echo $$ > {ready}; while :; do sleep 0.05; done",
        backend="grace_period: 1000",
    )
    process = start("run", "run.yml")
    model = int(ready.read_text())
    process.send_signal(signal.SIGINT)
    assert ready.read_text() == "asked\n"
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "rompy: SIGTERM: killing the run's processes; once more interrupts rompy itself\n" in err
    assert not is_alive(model)
    (attempt,) = json.loads((tmp_path / "sims/sea/.rompy/record.json").read_text())["attempts"]
    assert attempt["result"]["failure"] == "cancelled"


def test_third_signal_ends_what_does_not_look(start, config, ready: Path, tmp_path: Path) -> None:
    """A processor that computes in Python is interrupted; the lock is free, and the record tells it."""
    (tmp_path / "rompy_plugins.py").write_text(DEAF.format(ready=ready))
    config(more="postprocessor: deaf")
    process = start("pipeline", "run.yml")
    ready.read_text()
    for word in ("ending", "killing", "interrupted"):
        process.send_signal(signal.SIGINT)
        next(line for line in process.stderr if line.startswith(f"rompy: SIGINT: {word}"))
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.splitlines()[-1]) == (130, "", "Error: interrupted")
    stage_ended, run_ended = (tmp_path / "sims/sea/.rompy" / JOURNAL).read_text().splitlines()[-2:]
    assert json.loads(stage_ended)["data"]["success"] is False
    assert json.loads(run_ended)["data"]["success"] is False


def test_signal_is_an_object_in_a_log_of_objects(start, config, ready: Path) -> None:
    """A collector of logs reads every line."""
    config(f"echo $$ > {ready}; exec sleep 60")
    process = start("--log-format", "json", "run", "run.yml")
    ready.read_text()
    process.send_signal(signal.SIGHUP)
    _, err = process.communicate(timeout=30)
    (told,) = [json.loads(line) for line in err.splitlines() if '"event": "signal"' in line]
    assert (told["signal"], told["level"]) == ("SIGHUP", "warning")
    assert told["message"].startswith("ending the run")


def test_ignored_signal_stays_ignored(start, config, ready: Path, tmp_path: Path) -> None:
    """``nohup rompy run`` survives the end of its terminal."""
    os.mkfifo(tmp_path / "go")
    config(f"echo $$ > {ready}; cat {tmp_path}/go > /dev/null")
    process = start("run", "run.yml", under=("nohup",))
    ready.read_text()
    process.send_signal(signal.SIGHUP)
    (tmp_path / "go").write_text("go")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, f"{tmp_path}/sims/sea\n"), err


def test_json_of_an_interrupted_run_is_one_document(start, config, ready: Path) -> None:
    """A program that waits for the document gets it."""
    config(f"echo $$ > {ready}; exec sleep 60")
    process = start("pipeline", "run.yml", "--json")
    ready.read_text()
    process.terminate()
    out, _ = process.communicate(timeout=30)
    document = json.loads(out)
    assert (process.returncode, document["success"], document["exit_code"]) == (130, False, 130)


def test_interrupt_before_the_run_begins(start, config, ready: Path, tmp_path: Path) -> None:
    """While a plugin is imported nothing has been made yet: the command ends at once, without a traceback."""
    os.mkfifo(tmp_path / "never")
    (tmp_path / "rompy_plugins.py").write_text(f"open({str(ready)!r}, 'w').close(); open({str(tmp_path / 'never')!r})")
    config()
    process = start("run", "run.yml")
    ready.read_text()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.strip()) == (130, "", "Error: interrupted")
    assert not (tmp_path / "sims").exists()


def test_handlers_are_given_back() -> None:
    """A host that calls the command keeps its own handlers."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    cancellation = RunCancellation()
    told: list[str] = []
    with signals_end(cancellation, lambda name, _done: told.append(name)):
        signal.raise_signal(signal.SIGTERM)
    assert told == ["SIGTERM"]
    assert cancellation.reason == "SIGTERM"
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before
