"""The stage run: attempts, the backend's answer, and the judgement of what was left behind."""

import importlib
import json
import os
import subprocess

import attrs
import pytest

from rompy_core import read_pipeline_file
from rompy_hooks import (
    Backend,
    PluginError,
    RunConfig,
    RunResult,
    RunTimeoutError,
    WorkspaceError,
    hookimpl,
)


@attrs.frozen(kw_only=True)
class CloudConfig(RunConfig):
    """A backend that runs nothing here."""


class Cloud:
    """Answers with whatever a test gives it."""

    def __init__(self, answer, *, executes_steps=False):
        self.answer = answer
        self.executes_steps = executes_steps
        self.seen = None

    @hookimpl
    def backends(self):
        return [Backend(kind="run", name="cloud", config=CloudConfig, executes_steps=self.executes_steps)]

    @hookimpl
    def run(self, model_run, config: CloudConfig, workspace_dir, context):
        self.seen = (model_run, config, workspace_dir, context)
        return self.answer(model_run, workspace_dir, context) if callable(self.answer) else self.answer


def test_a_backend_gets_the_run_in_hand(host):
    """Bound, with the steps resolved, the workspace and the context."""
    cloud = Cloud(True, executes_steps=True)
    model = host.model(cloud, config=host.template(a__txt="1"))
    assert model.run("cloud", command=["x", "y"], threads=4, env_vars={"A": "b"}, timeout=60)
    bound, _config, workspace, context = cloud.seen
    assert bound == model
    assert bound.staging_dir == workspace == model.staging_dir
    assert (context.run_id, context.stage, context.attempt) == ("sea", "run", 1)
    (step,) = context.steps
    assert (step.name, step.command, step.stdin, step.parallel) == ("run", ("x", "y"), None, False)
    assert step.stdout == context.log_dir / "stdout.log" == workspace / ".rompy/attempts/1/stdout.log"
    assert context.environment == {"OMP_NUM_THREADS": "4", "A": "b"}
    assert context.cancellation.deadline is not None


def test_the_result_is_completed_by_the_host(host):
    """Whatever the backend leaves out, the result has."""
    result = host.model(Cloud(True)).run("cloud")
    assert (result.success, result.backend, result.run_id, result.attempt) == (True, "cloud", "sea", 1)
    assert result.started <= result.finished
    assert result.duration > 0


def test_what_the_backend_says_stays(host):
    """Its failure, exit code, message and metadata."""
    told = RunResult(success=False, failure="preempted", exit_code=7, message="gone", metadata={"job": 12})
    result = host.model(Cloud(told)).run("cloud")
    assert (result.failure, result.exit_code, result.message, result.metadata) == ("preempted", 7, "gone", {"job": 12})


def test_generate_in_a_hook_returns_the_existing_workspace(host):
    """Old-style backends call it themselves; nothing is made twice and no lock is in the way."""
    cloud = Cloud(lambda model_run, workspace, context: model_run.generate() == workspace)
    model = host.model(cloud, config=host.template(a__txt="1"))
    assert model.run("cloud")
    kinds = [(event["kind"], event["stage"]) for event in host.events(model)]
    assert kinds.count(("stage_started", "generate")) == 1


def test_a_backend_may_run_another_one_in_its_hold(host):
    """The inner run is an attempt of its own."""
    cloud = Cloud(lambda model_run, workspace, context: model_run.run(command="exit 4"))
    result = host.model(cloud).run("cloud")
    assert (result.exit_code, result.backend) == (4, "cloud")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda *_: 1 / 0, "raised in hook run: ZeroDivisionError: division by zero"),
        (3, "answered the hook run with 3 (a int): expected a RunResult, True or False"),
        (lambda *_: (_ for _ in ()).throw(SystemExit(0)), "raised in hook run: SystemExit: 0"),
    ],
)
def test_a_plugin_at_fault_ends_the_attempt_as_a_failure_of_the_plugin(host, answer, text):
    """The error names it, the record has it."""
    model = host.model(Cloud(answer))
    with pytest.raises(PluginError) as caught:
        model.run("cloud")
    assert text in str(caught.value)
    assert "'Cloud' (" in str(caught.value)
    record = host.record(model)
    (attempt,) = record.attempts
    assert (attempt.success, attempt.result["failure"]) == (False, "plugin")
    assert (record.stages["run"].state, record.state, record.message) == ("failed", "failed", str(caught.value))


def test_an_interrupt_ends_the_attempt_as_cancelled(host):
    """And goes on its way to the host."""

    def interrupt(*_):
        raise KeyboardInterrupt

    model = host.model(Cloud(interrupt))
    with pytest.raises(KeyboardInterrupt):
        model.run("cloud")
    assert host.record(model).attempts[0].result["failure"] == "cancelled"
    assert host.record(model).state == "failed"


def test_a_timeout_raises_with_the_result(host, is_gone):
    """The whole tree is gone, and the record has the result too."""
    model = host.model()
    with pytest.raises(RunTimeoutError) as caught:
        model.run(command="echo hello; sleep 1000 & echo $! > pid; wait", timeout=1, grace_period=0.1)
    assert str(caught.value) == "Run 'sea' timed out: echo took longer than 1 s and was ended"
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.exit_code == 124
    result = caught.value.result
    assert (result.success, result.failure, result.attempt) == (False, "timeout", 1)
    assert result.stdout.read_text() == "hello\n"
    assert host.record(model).attempts[0].result["failure"] == "timeout"
    assert host.record(model).state == "failed"
    assert is_gone(int((model.staging_dir / "pid").read_text()))


def test_the_expectations_of_both_configs_hold(host):
    """The model config's, and the backend's."""
    config = host.template(a__txt="1", more={"expect": {"outputs": "one.nc"}, "command": "echo 1 > one.nc"})
    model = host.model(config=config)
    assert model.run()
    result = model.run(expect={"outputs": ["two.nc"]})
    assert (result.exit_code, result.failure) == (0, "expectation")
    assert result.message == "echo exited 0 but expected output 'two.nc' is missing"
    assert host.record(model).attempts[1].success is False


def test_a_model_that_exits_0_and_tells_its_error_in_a_file_only_fails(host):
    """SWAN does so; the line is quoted."""
    result = host.model().run(
        command="echo '** Error: file bottom.grd does not exist' > Errfile", expect={"error_files": "Errfile"}
    )
    assert (result.exit_code, result.failure) == (0, "expectation")
    assert result.message == 'echo exited 0 but Errfile is not empty: "** Error: file bottom.grd does not exist"'


def test_an_error_file_of_an_earlier_attempt_does_not_fail_a_good_one(host):
    """It is kept with the attempt that wrote it."""
    model = host.model()
    expect = {"error_files": ["Errfile"], "logs": ["PRINT"], "log_errors": ["bad"]}
    first = model.run(command="echo bad > PRINT; echo bad > Errfile", expect=expect)
    assert not first
    assert model.run(command="echo good > PRINT", expect=expect)
    assert (first.stdout.parent / "Errfile").read_text() == "bad\n"
    assert (first.stdout.parent / "PRINT").read_text() == "bad\n"
    assert host.files(model.staging_dir) == {"PRINT": "good\n"}


def test_a_log_that_was_there_before_the_first_attempt_stays(host):
    """It is somebody's: it is told of, and neither moved nor held against the model."""
    host.sims.mkdir()
    (host.sims / "PRINT").write_text("bad")
    model = host.model(run_id_subdir=False)
    expect = {"error_files": ["PRINT"], "logs": ["PRINT"], "log_errors": ["bad"]}
    assert model.run(command="true", expect=expect)
    assert host.files(host.sims) == {"PRINT": "bad"}
    assert [warning["message"] for warning in host.record(model).warnings] == [
        "PRINT is expected to be a log or error file, but no attempt of this run left it so, and it stays"
    ]


def test_outputs_of_an_earlier_attempt_do_not_pass_a_bad_one(host):
    """They must be new, also where the same bytes are written again."""
    model = host.model()
    expect = {"outputs": ["out.nc"]}
    for _ in range(3):
        assert model.run(command="echo 1 > out.nc", expect=expect)
    result = model.run(command="true", expect=expect)
    assert result.message == "true exited 0 but expected output 'out.nc' was there before and has not changed"


def test_a_step_that_writes_the_same_bytes_again_has_its_outputs(host):
    """However soon it follows the earlier attempt."""
    model = host.model()
    steps = [{"name": "one", "command": "echo 1 > out.nc", "outputs": ["out.nc"]}]
    for _ in range(4):
        assert model.run(steps=steps)


def test_logs_are_searched(host):
    """Every success pattern must be found, no error pattern may."""
    model = host.model()
    assert model.run(command="echo ' normal end'", expect={"log_success": ["normal end"]})
    result = model.run(command="echo CFL > PRINT", expect={"logs": ["PRINT"], "log_errors": ["CFL"]})
    assert result.message == "echo exited 0 but PRINT:1 matches 'CFL': \"CFL\""
    result = model.run(command="true", expect={"log_success": ["normal end"]})
    assert result.message == "true exited 0 but no line of stdout.log, stderr.log matches 'normal end'"


def test_expectations_do_not_hide_a_failure(host):
    """A model that failed by its exit code says so."""
    result = host.model().run(command="exit 3", expect={"outputs": ["x"]})
    assert (result.failure, result.exit_code) == ("exit_code", 3)


def test_expectations_hold_for_every_backend(host):
    """The host judges, so a plugin need not."""
    result = host.model(Cloud(True)).run("cloud", expect={"outputs": ["x.nc"]})
    assert (result.failure, result.message) == (
        "expectation",
        "the model exited 0 but expected output 'x.nc' is missing",
    )


def test_the_manifest_lists_what_the_attempt_wrote(host):
    """Not its inputs, and not what lay there before."""
    model = host.model(config=host.template(a__txt="1"))
    model.run(command="echo 1 > one.txt")
    model.run(command="echo 2 > two.txt; echo 3 >> one.txt; mkdir d; echo 4 > d/four.txt")
    manifest = json.loads((model.staging_dir / ".rompy/attempts/2/outputs.json").read_text())
    assert [entry["path"] for entry in manifest["outputs"]] == ["d/four.txt", "one.txt", "two.txt"]
    assert host.record(model).attempts[1].outputs == 3


def test_run_sh_repeats_the_run_by_hand(host):
    """With the environment, in the directory, without secrets."""
    model = host.model()
    (model.staging_dir / "sub").mkdir(parents=True)
    model.run(command="pwd > where.txt; echo $A >> where.txt", env_vars={"A": "it's"}, working_dir="sub")
    where = model.staging_dir / "sub/where.txt"
    first = where.read_text()
    where.unlink()
    subprocess.run(["sh", str(model.staging_dir / ".rompy/run.sh")], check=True, cwd="/")
    assert where.read_text() == first == f"{model.staging_dir}/sub\nit's\n"


def test_a_working_dir_that_is_not_there_is_a_false_result(host):
    """The model is not started, and the attempt says why."""
    model = host.model()
    result = model.run(command=["true"], working_dir="sub")
    assert (result.success, result.failure) == (False, "not_started")
    assert result.message == (f"true could not be started: cwd '{model.staging_dir}/sub': No such file or directory")
    assert host.record(model).state == "failed"


def test_inputs_of_another_config_are_told_of_when_they_are_taken_as_they_are(host):
    """The record names the config that was asked for, so it says that the inputs are older."""
    host.model(config=host.template(a__txt="{{ config.n }}", more={"vars": {"n": 1}})).generate()
    other = host.model(config=host.template(a__txt="{{ config.n }}", more={"vars": {"n": 2}}))
    with other.in_hand(skip_generate=True) as bound:
        assert bound.run(command="cat a.txt").stdout.read_text() == "1"
    (warning,) = host.record(other).warnings
    assert warning["message"] == (
        "the inputs that are there were made of another config or template, and are taken as they are"
    )


def test_a_variable_with_a_secret_name_is_in_no_file(host, monkeypatch):
    """Wherever ``${TOKEN}`` stands in a command: journal, record and run.sh have other words for it."""
    monkeypatch.setenv("API_TOKEN", "s3cr3tvalue")
    path = host.folder / "run.yml"
    path.write_text(
        "config: {run_id: sea, output_dir: sims}\n"
        "backend:\n  type: local\n"
        "  command: 'echo \"Bearer ${API_TOKEN}\" ?k=${API_TOKEN} --password ${API_TOKEN} x > o'\n"
    )
    file = read_pipeline_file(path, plugin_manager=host.manager)
    with file.model_run.in_hand("run", configs=file.configs) as bound:
        assert bound.run(file.backend)
    workspace = file.model_run.staging_dir
    assert (workspace / "o").read_text() == "Bearer s3cr3tvalue ?k=s3cr3tvalue --password s3cr3tvalue x\n"
    for written in (workspace / ".rompy").rglob("*"):
        assert not written.is_file() or b"s3cr3tvalue" not in written.read_bytes(), written
    script = workspace / ".rompy/run.sh"
    (workspace / "o").unlink()
    asked = subprocess.run([script], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False)
    assert (asked.returncode != 0, "API_TOKEN: set it" in asked.stderr) == (True, True)
    subprocess.run([script], check=True)
    assert (workspace / "o").read_text() == "Bearer s3cr3tvalue ?k=s3cr3tvalue --password s3cr3tvalue x\n"


def test_run_never_deletes_outputs_of_a_run_that_is_generated(host):
    """Neither with delete_existing nor with inputs that are taken as they are."""
    model = host.model(config=host.template(a__txt="1", more={"command": "echo 1 >> out.txt"}), delete_existing=True)
    model.run()
    model.run()
    with model.in_hand(skip_generate=True) as bound:
        bound.run()
    assert host.files(model.staging_dir) == {"a.txt": "1", "out.txt": "1\n1\n1\n"}


def test_skip_generate_needs_a_workspace(host):
    """There is nothing to take as it is."""
    model = host.model()
    with model.in_hand(skip_generate=True) as bound, pytest.raises(WorkspaceError) as caught:
        bound.run(command="true")
    assert str(caught.value) == f"there is no workspace {model.staging_dir}; generate it first"
    assert not host.sims.exists()


def test_job_of_a_model_config_that_runs_itself_is_never_left(host, monkeypatch, tmp_path):
    """A backend that does not start it leaves the job, in which secrets are; run.sh does not call it."""
    (tmp_path / "runs_itself.py").write_text("class Itself:\n    def run(self, model_run): return True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    itself = importlib.import_module("runs_itself").Itself()
    seen = []

    def answer(_model_run, _workspace, context):
        seen.append((context.log_dir / "run-job.json").is_file())
        return False

    model = host.model(Cloud(answer, executes_steps=True), config=itself)
    assert not model.run("cloud")
    assert seen == [True]
    record = model.staging_dir / ".rompy"
    assert not (record / "attempts/1/run-job.json").exists()
    assert "run-job" not in (record / "run.sh").read_text()
    assert "rompy run --skip-generate CONFIG" in (record / "run.sh").read_text()


def test_message_names_the_program_without_the_assignments_before_it(host):
    """They may be secrets, and people know the model by its name."""
    model = host.model()
    result = model.run(command="API_TOKEN=sesame1 false")
    assert result.message == "false ended with exit code 1"
    result = model.run(command="API_TOKEN=sesame1 true", expect={"outputs": ["out.nc"]})
    assert result.message.startswith("true ")
    assert "sesame1" not in (model.staging_dir / ".rompy/events.jsonl").read_text()


@pytest.mark.parametrize("kind", ["run_opened", "inputs_planned", "stage_ended", "attempt_ended", "run_ended"])
def test_events_of_the_host_are_refused_from_plugins(host, kind):
    """They would wipe out what the record knows."""

    def answer(_model_run, _workspace, context):
        context.emit(kind)

    model = host.model(Cloud(answer))
    with pytest.raises(PluginError) as caught:
        model.run("cloud")
    assert (
        f"only the host emits '{kind}', which the record is made of;"
        " plugins emit output, progress, resources, stalled, step_ended, step_started, warning"
    ) in str(caught.value)
    assert host.record(model).attempts[0].number == 1
