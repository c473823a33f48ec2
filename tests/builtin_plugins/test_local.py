"""``local``: real children on this machine."""

import signal
import sys
import threading
from pathlib import Path

import pytest

from builtin_plugins.local import LocalConfig, LocalRunBackend
from rompy_hooks import ConfigError, EventKind, RequestError, RunTimeoutError, hookimpl


@pytest.fixture
def script(host):
    """Writes a program that can be executed."""

    def write(name: str, text: str) -> str:
        path = host.folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return str(path)

    return write


def _run(host, command=None, **options):
    return host.model().run("local", **({"command": command} if command is not None else {}), **options)


def test_a_text_goes_through_the_shell(host):
    """Pipes and variables work; both streams are kept apart."""
    result = _run(host, 'echo "a b" | tr a c; echo $((6*7)) >&2')
    assert result
    assert (result.stdout.read_text(), result.stderr.read_text()) == ("c b\n", "42\n")


def test_a_list_has_no_shell(host):
    """What would mean something there is a text here."""
    assert _run(host, ["echo", "$HOME; *", "a  b"]).stdout.read_text() == "$HOME; * a  b\n"


def test_a_text_without_shell_is_split_into_words(host):
    """As a shell would, but nothing else."""
    assert _run(host, "echo '$HOME  x' | cat", shell=False).stdout.read_text() == "$HOME  x | cat\n"


def test_exit_codes_are_told(host):
    """With the last line of stderr, which often says why."""
    result = _run(host, "echo one >&2; echo 'no bathymetry' >&2; exit 37")
    assert (result.success, result.exit_code, result.signal, result.failure) == (False, 37, None, "exit_code")
    assert result.message == 'echo ended with exit code 37: "no bathymetry"'
    assert result.steps[0].exit_code == 37


def test_signals_are_told_apart_from_exit_codes(host):
    """A segmentation fault is no exit code."""
    result = _run(host, "kill -SEGV $$")
    assert (result.exit_code, result.signal, result.failure) == (None, signal.SIGSEGV, "signal")
    assert result.message == "kill was ended by signal SIGSEGV"


def test_an_executable_that_is_missing_is_not_started(host):
    """For a list it is known; where it was looked for is told."""
    result = _run(host, ["swan.exe"], env_vars={"PATH": "/nowhere"})
    assert (result.failure, result.exit_code) == ("not_started", None)
    assert result.message == (
        "swan.exe could not be started: executable 'swan.exe': No such file or directory. Searched in PATH=/nowhere"
    )


def test_a_command_that_a_shell_does_not_find_exits_127(host):
    """The number is explained."""
    result = _run(host, "swan.exe-of-nobody")
    assert (result.failure, result.exit_code) == ("exit_code", 127)
    assert result.message.startswith("swan.exe-of-nobody ended with exit code 127 (command not found): ")


def test_a_file_that_may_not_be_executed_exits_126(host):
    """As POSIX shells say."""
    (host.folder / "model").write_text("x")
    result = _run(host, str(host.folder / "model"))
    assert result.exit_code == 126
    assert "(not executable)" in result.message


def test_stdin_is_the_null_device_unless_given(host):
    """A model that asks does not wait for ever."""
    config = host.template(in__txt="7\n")
    model = host.model(config=config)
    steps = [{"name": "a", "command": "cat"}, {"name": "b", "command": "cat", "stdin": "in.txt"}]
    result = model.run(steps=steps)
    assert [step.stdout.read_text() for step in result.steps] == ["", "7\n"]


def test_a_stdin_that_is_missing_is_told(host):
    """The step is not started."""
    result = _run(host, steps=[{"name": "a", "command": "cat", "stdin": "in.txt"}])
    assert (result.failure, result.message) == (
        "not_started",
        f"step 'a' could not be started: stdin '{host.sims}/sea/in.txt': No such file or directory",
    )


def test_working_dir_is_relative_to_the_workspace(host):
    """PWD says the same."""
    model = host.model()
    (model.staging_dir / "sub").mkdir(parents=True)
    result = model.run(command="/bin/pwd; echo $PWD", working_dir="sub")
    assert result.stdout.read_text() == f"{model.staging_dir}/sub\n" * 2


def test_the_environment_is_the_hosts_and_what_is_added(host, monkeypatch):
    """env_vars win over threads, and both over what was there."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("OF_THE_HOST", "yes")
    text = "echo $OF_THE_HOST $OMP_NUM_THREADS $MINE"
    assert _run(host, text, threads=3, env_vars={"MINE": "m"}).stdout.read_text() == "yes 3 m\n"
    assert _run(host, text, threads=3, env_vars={"OMP_NUM_THREADS": "5"}).stdout.read_text() == "yes 5\n"
    assert _run(host, text).stdout.read_text() == "yes 1\n"


@pytest.mark.parametrize(
    ("launcher", "expected"),
    [("LAUNCH", "-n 4 echo hi"), ("LAUNCH --np={ranks}", "--np=4 echo hi"), (["LAUNCH", "-x"], "-x -n 4 echo hi")],
)
def test_ranks_start_the_command_under_the_launcher(host, script, launcher, expected):
    """It is told how many, in its own words where it has some."""
    program = script("launch", 'printf "%s\\n" "$*"')
    given = (
        launcher.replace("LAUNCH", program)
        if isinstance(launcher, str)
        else [launcher[0].replace("LAUNCH", program), *launcher[1:]]
    )
    assert _run(host, ["echo", "hi"], ranks=4, launcher=given).stdout.read_text() == f"{expected}\n"


def test_only_parallel_steps_get_the_launcher(host, script):
    """The others run as they are."""
    steps = [{"name": "grid", "command": ["echo", "grid"]}, {"name": "shel", "command": "echo shel", "parallel": True}]
    result = _run(host, steps=steps, ranks=2, launcher=script("launch", 'printf "%s\\n" "$*"'))
    assert [step.stdout.read_text() for step in result.steps] == ["grid\n", "-n 2 /bin/sh -c echo shel\n"]


def test_a_failing_third_step_ends_the_run(host):
    """The fourth is not started; each has its own logs and result."""
    steps = [
        {"name": n, "command": f"echo {n}; {c}"}
        for n, c in [("a", "true"), ("b", "true"), ("c", "exit 3"), ("d", "true")]
    ]
    result = _run(host, steps=steps)
    assert [(step.name, step.success, step.exit_code) for step in result.steps] == [
        ("a", True, 0), ("b", True, 0), ("c", False, 3),
    ]  # fmt: skip
    assert [step.stdout.name for step in result.steps] == ["a.stdout.log", "b.stdout.log", "c.stdout.log"]
    assert (result.exit_code, result.message) == (3, "step 'c' ended with exit code 3")
    assert result.stdout == result.steps[-1].stdout
    model = host.model()
    started = [event["data"]["step"] for event in host.events(model) if event["kind"] == "step_started"]
    assert started == ["a", "b", "c"]


def test_a_step_without_its_outputs_fails(host):
    """Though it exits 0; the next is not started."""
    steps = [{"name": "grid", "command": "true", "outputs": ["mod_def.ww3"]}, {"name": "shel", "command": "true"}]
    result = _run(host, steps=steps)
    assert (result.failure, len(result.steps)) == ("expectation", 1)
    assert result.message == "grid exited 0 but expected output 'mod_def.ww3' is missing"


def test_a_run_stops_at_the_step_that_tells_of_an_error(host):
    """Error files and patterns of errors are looked for after each step, so the one that failed is named."""
    steps = [
        {"name": "grid", "command": "echo depth is 3 m"},
        {"name": "shel", "command": "echo '** Error: depth' > Errfile"},
        {"name": "ounf", "command": "true"},
    ]
    result = _run(host, steps=steps, expect={"error_files": ["Errfile"], "log_errors": ["SEVERE"]})
    assert [(step.name, step.success) for step in result.steps] == [("grid", True), ("shel", False)]
    assert result.message == 'shel exited 0 but Errfile is not empty: "** Error: depth"'
    steps[1]["command"] = "echo SEVERE instability"
    result = _run(host, steps=steps, expect={"error_files": ["Errfile"], "log_errors": ["SEVERE"]})
    assert [(step.name, step.success) for step in result.steps] == [("grid", True), ("shel", False)]
    assert result.message == "shel exited 0 but shel.stdout.log:1 matches 'SEVERE': \"SEVERE instability\""


def test_a_step_has_a_timeout_of_its_own(host):
    """The run has none."""
    with pytest.raises(RunTimeoutError, match=r"^Run 'sea' timed out: step 'b' took longer than 0\.2 s and was ended$"):
        _run(host, steps=[{"name": "a", "command": "true"}, {"name": "b", "command": "sleep 1000", "timeout": 0.2}])


def test_the_timeout_is_for_all_steps_together(host):
    """The message says what was asked for, not what was left."""
    steps = [{"name": "a", "command": "true"}, {"name": "b", "command": "sleep 1000"}]
    with pytest.raises(RunTimeoutError) as caught:
        _run(host, steps=steps, timeout=0.5)
    assert caught.value.result.message == "the run, by now at step 'b', took longer than 0.5 s and was ended"


def test_a_model_that_ignores_sigterm_is_killed_after_the_grace_period(host, is_gone):
    """With the children that it has put into sessions of their own."""
    script = "trap '' TERM; setsid sh -c 'trap \"\" TERM; echo $$ > pid; sleep 1000' & wait; sleep 1000"
    with pytest.raises(RunTimeoutError) as caught:
        _run(host, script, timeout=1, grace_period=0.1)
    assert caught.value.result.failure == "timeout"
    assert is_gone(int((host.sims / "sea/pid").read_text()))


def test_a_daemon_of_the_model_ends_with_it(host, is_gone):
    """Nothing of the tree survives the run."""
    daemon = "setsid sh -c 'echo $$ > pid; echo > up; exec sleep 1000' > /dev/null 2>&1"
    assert _run(host, f"mkfifo up; {daemon} & read x < up")
    (warning,) = host.record(host.model()).warnings
    assert warning["message"] == "mkfifo left a process behind when it ended; ended with it"
    assert is_gone(int((host.sims / "sea/pid").read_text()))


def test_more_memory_than_allowed_ends_the_run(host):
    """It is told apart from a crash."""
    python = "import time; x = bytearray(300_000_000); time.sleep(1000)"
    result = _run(host, [sys.executable, "-S", "-c", python], memory="100M", grace_period=0.1)
    assert result.failure == "out_of_memory"
    assert result.message.startswith(f"{sys.executable} used more than ")


def test_usage_is_told(host):
    """CPU seconds and peak memory of the tree."""
    usage = _run(host, "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done").usage
    assert usage.cpu_seconds > 0
    assert usage.peak_memory > 0


def test_output_that_is_no_text_harms_nothing(host):
    """Bytes are bytes; the message has what can be read."""
    result = _run(host, "printf '\\377\\376 bad \\000 end\\n' | tee /dev/stderr; exit 1")
    assert result.stdout.read_bytes() == b"\xff\xfe bad \0 end\n"
    assert "end" in result.message


def test_streamed_output_reaches_watchers_while_the_model_runs(host, background):
    """Not only at its end."""
    go = host.gate("go")
    seen = threading.Event()
    lines = []

    class Watcher:
        @hookimpl
        def on_event(self, event):
            if event.kind == EventKind.OUTPUT:
                lines.extend(event.data["lines"])
                seen.set()

    model = host.model(Watcher())
    call = background(lambda: model.run(command=f"echo first; read x < {go}; echo last", stream_output=True))
    assert seen.wait(30)
    go.open()
    assert call.result()
    assert lines == ["first", "last"]


def test_the_class_runs_by_itself(host):
    """With its own config and, where asked, another workspace."""
    staging = host.folder / "staging"
    staging.mkdir()
    backend = LocalRunBackend()
    assert backend.run(host.model(), LocalConfig(command="exit 3")).exit_code == 3
    assert backend.run(host.model(run_id="lake"), LocalConfig(command="pwd > where"), staging)
    assert (staging / "where").read_text() == f"{staging}\n"
    with pytest.raises(RunTimeoutError):
        backend.run(host.model(), LocalConfig(command="sleep 1000", timeout=0.1))


@pytest.mark.parametrize("seconds", [0.01, 59, 86401, 10**9])
def test_any_positive_timeout_will_do(host, seconds):
    """From milliseconds to decades."""
    assert LocalConfig(command="x", timeout=seconds).timeout == seconds


def test_leaving_a_model_is_refused(host):
    """It ends with the process that watches it."""
    with pytest.raises(ConfigError, match="on_driver_loss: 'leave' is for containers and cluster jobs"):
        _run(host, "true", on_driver_loss="leave")
    assert not host.sims.exists()


@pytest.mark.parametrize(("name", "value"), [("shell", "no"), ("stream_output", 1)])
def test_switches_are_bools(name, value):
    """Nothing is guessed."""
    with pytest.raises(TypeError, match=name):
        LocalConfig(command="x", **{name: value})


def test_the_working_directory_of_the_host_plays_no_part(host, monkeypatch):
    """A relative command is relative to the workspace."""
    monkeypatch.chdir("/")
    config = host.template(model="#!/bin/sh\necho ran in $PWD\n")
    (host.folder / "template/model").chmod(0o755)
    result = host.model(config=config).run(command="./model")
    assert result.stdout.read_text() == f"ran in {host.sims}/sea\n"
    assert Path.cwd() == Path("/")


def test_a_model_that_removes_its_logs_and_fails_is_no_fault_of_the_plugin(host):
    """It is a false result without a last line."""
    result = host.model().run(command="rm -rf .rompy/attempts/1/*.log; exit 3")
    assert (result.success, result.exit_code, result.message) == (False, 3, "rm ended with exit code 3")


def test_a_launcher_without_ranks_starts_the_command(host, script):
    """It was passed over without a word."""
    launch = script("launch", 'printf "%s\\n" "$*"')
    assert _run(host, ["echo", "hi"], launcher=launch).stdout.read_text() == "echo hi\n"


def test_a_launcher_that_starts_nothing_is_refused(host):
    """Before anything is created."""
    with pytest.raises(RequestError) as caught:
        host.model().run(steps=[{"name": "grid", "command": "true"}], launcher=["srun", "--exclusive"])
    assert str(caught.value) == (
        "launcher: 'srun --exclusive' was given, but no step is parallel;"
        " mark those that the launcher starts with parallel: true"
    )
    assert not host.sims.exists()
