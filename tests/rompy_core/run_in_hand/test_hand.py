"""A run in hand: its lock, its journal, its attempts, its cancellation."""

import fcntl
import gc
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from rompy_core import RunCancellation
from rompy_hooks import (
    EventKind,
    RequestError,
    RunCancelledError,
    StageError,
    WorkspaceError,
    WorkspaceInUseError,
    hookimpl,
)

ROOT = Path(__file__).parents[3]

DRIVER = """
import sys
from rompy_core import ModelRun, create_plugin_manager
manager = create_plugin_manager(autoload=False, environ={})
model = ModelRun(run_id="sea", output_dir=sys.argv[1], plugin_manager=manager)
model.run(command=sys.argv[2], grace_period=0.1)
"""


@pytest.fixture
def other(host):
    """Starts a run of the same id in another process."""
    started = []

    def start(command):
        process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(host.sims), command],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_workspace_that_another_process_has_is_refused(host, other):
    """Who has it is told, and nothing of it is touched."""
    up, go = host.gate("up"), host.gate("go")
    process = other(f"echo > {up}; read x < {go}; echo 1 > out.txt")
    up.wait()
    model = host.model(delete_existing=True)
    run = {"command": "true"}
    for stage in (model.generate, lambda: model.run(**run), model.postprocess, lambda: model.pipeline(run_kwargs=run)):
        with pytest.raises(WorkspaceInUseError) as caught:
            stage()
        assert f"{model.staging_dir} is in use by process {process.pid} of " in str(caught.value)
        assert caught.value.exit_code == 75
    go.open()
    assert process.wait(30) == 0
    assert host.files(model.staging_dir) == {"out.txt": "1\n"}
    assert model.run(command="true").attempt == 2


def test_a_driver_that_is_killed_takes_its_model_along_and_frees_the_workspace(host, other, is_gone):
    """The next run sees the attempt as failed."""
    up = host.gate("up")
    process = other(f"trap '' TERM; echo $$ > {up}; sleep 1000")
    model_pid = int(up.wait())
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert is_gone(model_pid, 20)
    lock = os.open(host.sims / "sea/.rompy/lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)  # waits for the supervisor, which holds it until all is gone
    os.close(lock)
    model = host.model()
    assert model.run(command="true").attempt == 2
    assert [attempt.success for attempt in host.record(model).attempts] == [False, True]


def test_a_record_that_is_a_symlink_is_refused_before_anything_is_written(host):
    """It may lead to somebody's folder, with a file called lock."""
    model = host.model()
    model.staging_dir.mkdir(parents=True)
    (host.folder / "mine").mkdir()
    (host.folder / "mine/lock").write_text("mine")
    (model.staging_dir / ".rompy").symlink_to(host.folder / "mine")
    with pytest.raises(WorkspaceError):
        model.run(command="true")
    assert host.files(host.folder / "mine") == {"lock": "mine"}


def test_what_a_killed_process_left_adopts_no_workspace(host):
    """The folder holds nothing of others."""
    model = host.model()
    (model.staging_dir / ".rompy.rompy-tmp-1-2-ab").mkdir(parents=True)
    model.run(command="true")
    assert not host.record(model).adopted


FORKED = """
import os, sys
from rompy_core import ModelRun, create_plugin_manager
manager = create_plugin_manager(autoload=False, environ={})
model = ModelRun(run_id="sea", output_dir=sys.argv[1], plugin_manager=manager)
end, forked = os.pipe(), os.pipe()
try:
    with model.in_hand() as bound:
        bound.run(command="true")
        child = os.fork()
        if not child:
            os.close(end[1])
            os.write(forked[1], b"x")
            os.read(end[0], 1)
            sys.exit()
        os.read(forked[0], 1)
    assert model.run(command="true").attempt == 2
    os.close(end[1])
finally:
    if not child:
        links = (os.path.realpath(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd"))
        os._exit(any(".rompy" in link for link in links))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_forked_child_leaves_the_run_to_its_parent(host):
    """It keeps nothing open, and what it unwinds is not told in the journal."""
    subprocess.run(
        [sys.executable, "-c", FORKED, str(host.sims)], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True
    )
    events = host.events(host.model())
    assert [event["kind"] for event in events].count("run_ended") == 2


def test_attempts_are_numbered_and_keep_their_logs(host):
    """However they ended."""
    model = host.model()
    results = [model.run(command=f"echo {n}; exit {n}") for n in (1, 0, 2)]
    assert [result.attempt for result in results] == [1, 2, 3]
    assert [result.stdout.read_text() for result in results] == ["1\n", "0\n", "2\n"]
    assert [result.stdout.parent for result in results] == [
        model.staging_dir / f".rompy/attempts/{n}" for n in (1, 2, 3)
    ]


def test_two_runs_in_one_hold_are_two_attempts(host):
    """A backend may try again."""
    with host.model().in_hand() as bound:
        assert [bound.run(command="false").attempt, bound.run(command="true").attempt] == [1, 2]


def test_postprocess_begins_no_attempt(host):
    """It belongs to the last one."""
    model = host.model()
    model.run(command="true")
    model.postprocess()
    assert host.events(model)[-1]["attempt"] == 1
    assert model.run(command="true").attempt == 2


def test_the_journal_begins_with_who_and_what(host):
    """Enough to do it again."""
    model = host.model(config=host.template(a__txt="1"))
    model.generate()
    opened = host.events(model)[0]
    assert opened["kind"] == "run_opened"
    data = opened["data"]
    assert data["action"] == "generate"
    assert data["model_run"]["config"]["model_type"] == "template"
    assert data["pid"] == os.getpid()
    assert set(data["versions"]) >= {"python", "rompy"}
    assert data["plugins"]["autoload"] is False


def test_a_run_cancelled_before_its_first_stage_raises(host):
    """Nothing is created."""
    cancellation = RunCancellation()
    cancellation.request("no longer needed")
    model = host.model(config=host.template(a__txt="1"))
    with model.in_hand(cancellation=cancellation) as bound, pytest.raises(RunCancelledError) as caught:
        bound.generate()
    assert str(caught.value) == "Run 'sea' was cancelled before stage generate: no longer needed"
    assert not host.sims.exists()


@pytest.mark.parametrize("stage", ["run", "postprocess"])
def test_a_run_cancelled_between_stages_raises(host, stage):
    """As before the first."""
    cancellation = RunCancellation()
    model = host.model()
    with model.in_hand(cancellation=cancellation) as bound:
        bound.generate()
        cancellation.request("SIGTERM")
        with pytest.raises(RunCancelledError, match=f"^Run 'sea' was cancelled before stage {stage}: SIGTERM$"):
            bound.run(command="true") if stage == "run" else bound.postprocess()
    assert host.record(model).state == "failed"


def test_a_run_is_cancelled_from_another_thread(host, background, is_gone):
    """The tree goes, the result says why."""
    up = host.gate("up")
    cancellation = RunCancellation()
    model = host.model()

    def run():
        with model.in_hand(cancellation=cancellation) as bound:
            return bound.run(command=f"sleep 1000 & echo $! > {up}; wait")

    call = background(run)
    pid = int(up.wait())
    cancellation.request("the forecast is no longer needed")
    result = call.result()
    assert (result.success, result.failure) == (False, "cancelled")
    assert result.message == "sleep was ended: the forecast is no longer needed"
    assert is_gone(pid)
    assert host.record(model).attempts[0].result["failure"] == "cancelled"


def test_watchers_see_what_the_journal_holds(host):
    """The same events in the same order; one that raises costs only itself."""
    seen = []

    class Watcher:
        @hookimpl
        def on_event(self, event):
            seen.append((str(event.kind), event.stage))

    class Broken:
        @hookimpl
        def on_event(self, event):
            raise RuntimeError("no network")

    model = host.model(Watcher(), Broken(), config=host.template(a__txt="1"))
    assert model.pipeline(run_kwargs={"command": "true"})
    assert seen == [(event["kind"], event["stage"]) for event in host.events(model)]
    assert seen[0] == ("run_opened", None)
    assert seen[-1] == ("run_ended", None)
    assert ("step_started", "run") in seen


def test_watchers_see_no_secrets(host):
    """Neither in settings nor in commands."""
    seen = []

    class Watcher:
        @hookimpl
        def on_event(self, event):
            seen.append(repr(event))

    config = host.template(a__txt="1", more={"command": ["true", "--token", "sesame"]})
    model = host.model(Watcher(), config=config)
    assert model.run()
    assert model.run(command=["true", "--password=sesame"], env_vars={"API_TOKEN": "sesame"})
    assert not [text for text in seen if "sesame" in text]
    for path in (model.staging_dir / ".rompy").rglob("*"):
        assert path.is_dir() or b"sesame" not in path.read_bytes(), path


def test_the_output_of_a_model_is_no_part_of_the_journal(host):
    """Watchers get it; the log has it."""
    lines = []

    class Watcher:
        @hookimpl
        def on_event(self, event):
            if event.kind == EventKind.OUTPUT:
                lines.extend((event.data["stream"], line) for line in event.data["lines"])

    model = host.model(Watcher())
    model.run(command="echo one; echo two >&2; printf 'b\\377d\\n'", stream_output=True)
    assert sorted(lines) == [("stderr", "two"), ("stdout", "b�d"), ("stdout", "one")]
    assert "output" not in {event["kind"] for event in host.events(model)}


def test_clear_keeps_the_record(host):
    """Of a workspace that is not there nothing is cleared."""
    model = host.model(config=host.template(a__txt="1"))
    assert model.clear_workspace() is False
    assert not host.sims.exists()
    model.run(command="echo 1 > out.txt")
    assert model.clear_workspace() is True
    assert host.files(model.staging_dir) == {}
    assert len(host.record(model).attempts) == 1


def test_after_clear_the_inputs_are_made_again(host):
    """In the same hold, too."""
    model = host.model(config=host.template(a__txt="1"))
    with model.in_hand() as bound:
        bound.generate()
        bound.clear_workspace()
        assert bound.run(command="cat a.txt").stdout.read_text() == "1"


def test_a_file_in_the_place_of_the_workspace_is_told(host):
    """No traceback of mkdir."""
    host.sims.mkdir()
    (host.sims / "sea").write_text("x")
    with pytest.raises(WorkspaceError, match="the workspace cannot be made"):
        host.model().generate()


def test_a_record_that_cannot_be_written_is_told(host):
    """A run without a true record is no run."""
    model = host.model()
    with pytest.raises(StageError) as caught:
        # The script is written while the model starts; what deletes the folder meanwhile would race with it.
        model.run(command="until test -e .rompy/run.sh; do :; done; rm -rf .rompy")
    assert f"Run 'sea': its record in {host.sims}/sea/.rompy cannot be written: " in str(caught.value)


def test_an_interrupt_of_the_host_ends_the_model_and_is_recorded(host, other, is_gone):
    """Ctrl-C in a notebook: the tree goes, KeyboardInterrupt goes on, the attempt counts as cancelled."""
    up = host.gate("up")
    process = other(f"sleep 1000 & echo $! > {up}; wait")
    pid = int(up.wait())
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == -signal.SIGINT
    assert is_gone(pid)
    record = host.record(host.model())
    assert (record.state, record.attempts[0].result["failure"]) == ("failed", "cancelled")


def test_runs_leave_no_descriptors_to_the_garbage_collector(host):
    """A host with thousands of runs between two collections would have none left."""

    def open_now():
        return len(list(Path("/proc/self/fd").iterdir()))

    def runs():
        for number in range(5):
            model = host.model(run_id=f"sea{number}")
            model.run(command="true")
            model.pipeline(run_kwargs={"command": "true"})
            model.postprocess()

    runs()
    gc.collect()
    before = open_now()
    gc.disable()
    try:
        runs()
        assert open_now() == before
    finally:
        gc.enable()


def test_a_cancellation_of_the_host_is_left_open(host):
    """It may serve the next run."""
    cancellation = RunCancellation()
    with host.model().in_hand(cancellation=cancellation) as bound:
        bound.generate()
    assert cancellation.fileno() >= 0


def test_a_bound_model_run_is_of_no_use_after_the_end(host):
    """It would work without the lock of the hold, or in another workspace."""
    model = host.model()
    with model.in_hand() as bound:
        bound.generate()
    assert (bound.staging_dir, bound) == (model.staging_dir, model)
    for stage in (bound.generate, lambda: bound.run(command="true"), bound.postprocess, bound.clear_workspace):
        with pytest.raises(RequestError) as caught:
            stage()
        assert str(caught.value) == (
            "Run 'sea' is no longer in hand: the with statement or the hook that gave this model run has ended;"
            " use the one that was taken in hand"
        )


def test_a_problem_of_a_watcher_is_told_in_the_run_where_it_came(host, background):
    """Two runs share a manager: what another one's event brought meanwhile is not in this one's record."""
    there, go = threading.Event(), threading.Event()

    class Watcher:
        @hookimpl
        def on_event(self, event):
            if event.run_id == "slow" and event.kind == EventKind.STAGE_STARTED:
                there.set()
                assert go.wait(30)

    class Broken:
        @hookimpl
        def on_event(self, event):
            if event.run_id == "broken":
                raise RuntimeError("no network")

    manager = host.manager_with(Watcher(), Broken())
    slow, broken = (host.model(run_id=name, plugin_manager=manager) for name in ("slow", "broken"))
    call = background(lambda: slow.run(command="true"))
    assert there.wait(30)
    broken.run(command="true")
    go.set()
    assert call.result()
    assert (len(host.record(slow).warnings), len(host.record(broken).warnings)) == (0, 1)
