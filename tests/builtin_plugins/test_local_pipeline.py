"""``local`` (pipeline): the three stages, what fails them, and what is told about it."""

import json

import attrs
import pytest

from builtin_plugins.local import LocalConfig
from builtin_plugins.local_pipeline import LocalPipelineBackend
from builtin_plugins.noop import NoopConfig
from rompy_core import RunCancellation
from rompy_hooks import (
    Backend,
    NothingToExecuteError,
    PluginError,
    ProcessConfig,
    RequestError,
    StageError,
    TemplateError,
    UnknownNameError,
    WorkspaceError,
    hookimpl,
)

KEYS = {
    "success", "run_id", "stages_completed", "run_backend", "processor", "staging_dir", "run_success", "run_result",
    "postprocess_results", "message",
}  # fmt: skip


@attrs.frozen(kw_only=True)
class JudgeConfig(ProcessConfig):
    """A processor that says what it is told to say."""

    success: bool = True
    raises: bool = False


class Judge:
    """A plugin with a processor."""

    @hookimpl
    def backends(self):
        return [Backend(kind="process", name="judge", config=JudgeConfig)]

    @hookimpl
    def process(self, config: JudgeConfig, workspace_dir):
        if config.raises:
            raise RuntimeError("out of ink")
        (workspace_dir / "judged.txt").write_text("x")
        return {"success": config.success, "message": "" if config.success else "the sea is flat"}


def test_a_pipeline_that_succeeds_has_these_keys(host):
    """Exactly them, as data that JSON can hold."""
    model = host.model(config=host.template(a__txt="1"))
    results = model.pipeline(run_kwargs={"command": "echo 1 > out.txt"})
    assert isinstance(results, dict)
    assert results
    assert set(results) == KEYS
    assert json.loads(json.dumps(results)) == results
    assert results["stages_completed"] == ["generate", "run", "postprocess"]
    assert (results["run_backend"], results["processor"]) == ("local", "noop")
    assert results["staging_dir"] == str(model.staging_dir)
    assert results["run_success"] is True
    assert results["run_result"]["exit_code"] == 0
    assert results["message"] == "run 'sea' succeeded"
    assert results.get("error") is None
    assert results.run_result.success
    assert results.postprocess_results.outputs[0]["path"] == "out.txt"
    assert host.record(model).state == "succeeded"


def test_a_run_that_fails_fails_the_pipeline(host):
    """Nothing is postprocessed."""
    results = host.model().pipeline(run_kwargs={"command": "exit 3"})
    assert not results
    assert set(results) == KEYS | {"stage", "error"}
    assert results["stages_completed"] == ["generate"]
    assert (results["stage"], results["error"]) == ("run", "exit ended with exit code 3")
    assert results["message"] == "run 'sea' failed in stage run: exit ended with exit code 3"
    assert (results["run_success"], results["postprocess_results"]) == (False, None)
    assert results.run_result.exit_code == 3


def test_a_timeout_is_reported_in_the_result(host):
    """It raises out of ``run`` only."""
    results = host.model().pipeline(run_kwargs={"command": "sleep 1000", "timeout": 0.2})
    assert (results["stage"], results["run_result"]["failure"]) == ("run", "timeout")
    assert results["error"] == "sleep took longer than 0.2 s and was ended"


def test_an_image_or_program_that_cannot_be_had_is_a_false_result(host):
    """It names what is missing."""
    results = host.model().pipeline(run_kwargs={"command": ["./swan.exe"]})
    assert results["run_result"]["failure"] == "not_started"
    assert "executable './swan.exe': No such file or directory" in results["error"]


def test_a_processor_that_fails_fails_the_pipeline(host):
    """What it told is in the result."""
    model = host.model(Judge())
    results = model.pipeline(run_kwargs={"command": "true"}, processor="judge", process_kwargs={"success": False})
    assert set(results) == KEYS | {"stage", "error"}
    assert (results["success"], results["stage"], results["error"]) == (False, "postprocess", "the sea is flat")
    assert results["stages_completed"] == ["generate", "run"]
    assert results["run_success"] is True
    assert results["postprocess_results"]["message"] == "the sea is flat"
    assert host.record(model).state == "failed"


def test_a_failed_processor_may_be_forgiven(host):
    """The message says so."""
    model = host.model(Judge())
    results = model.pipeline(
        run_kwargs={"command": "true"},
        processor="judge",
        process_kwargs={"success": False},
        continue_on_process_failure=True,
    )
    assert results
    assert set(results) == KEYS
    assert results["message"] == "run 'sea' succeeded; its postprocessing failed: the sea is flat"
    assert results["postprocess_results"]["success"] is False
    assert host.record(model).state == "succeeded"


def test_data_that_cannot_be_had_fails_the_stage_generate(host):
    """A reason outside rompy is a result; nothing was run."""
    data = [{"source": str(host.folder / "missing.nc"), "target": "in.nc"}]
    results = host.model(config=host.template(a__txt="1", more={"data": data})).pipeline(run_kwargs={"command": "true"})
    assert (results["stage"], results["stages_completed"], results["run_result"]) == ("generate", [], None)
    assert "missing.nc" in results["error"]


def test_a_template_that_is_wrong_raises(host):
    """It is a fault of what was asked for."""
    model = host.model(config=host.template(a__txt="{{ missing }}"))
    with pytest.raises(TemplateError):
        model.pipeline(run_kwargs={"command": "true"})


def test_a_plugin_that_raises_is_an_error_of_the_plugin(host):
    """No false result of the model: its run is in the record."""
    model = host.model(Judge())
    with pytest.raises(PluginError, match="out of ink"):
        model.pipeline(run_kwargs={"command": "true"}, processor="judge", process_kwargs={"raises": True})
    record = host.record(model)
    assert (record.state, record.attempts[0].success) == ("failed", True)


def test_a_cancelled_pipeline_is_a_false_result(host):
    """Before a stage as in the middle of one."""
    cancellation = RunCancellation()
    model = host.model()
    with model.in_hand(cancellation=cancellation) as bound:
        cancellation.request("SIGTERM")
        results = bound.pipeline(run_kwargs={"command": "true"})
    assert (results["stage"], results["error"]) == (
        "generate",
        "Run 'sea' was cancelled before stage generate: SIGTERM",
    )


def test_several_processors_are_done_in_order(host):
    """Each with its own keys; all are told."""
    model = host.model(Judge())
    results = model.pipeline(run_kwargs={"command": "true"}, processor=["judge", {"type": "noop", "checksum": True}])
    assert results["processor"] == ["judge", "noop"]
    told = results["postprocess_results"]
    assert (told["success"], told["message"]) == (True, "2 processors succeeded")
    assert [each["processor"] for each in told["processors"]] == ["judge", "noop"]


def test_config_objects_serve_as_well_as_names(host):
    """For both stages."""
    results = host.model().pipeline(run_backend=LocalConfig(command="exit 4"), processor=NoopConfig())
    assert results.run_result.exit_code == 4


@pytest.mark.parametrize(
    ("options", "error", "texts"),
    [
        (
            {"run_backend": "locl", "processor": "nop"},
            RequestError,
            [
                "no run backend is called 'locl'. Did you mean 'local'?",
                "no processor is called 'nop'. Did you mean 'noop'?",
            ],
        ),
        ({"processor": "nop", "run_kwargs": {"command": "true"}}, UnknownNameError, ["Did you mean 'noop'?"]),
        ({"processor": []}, RequestError, ["an empty list of processors", "nothing to execute"]),
        ({}, NothingToExecuteError, ["backend 'local' has nothing to execute"]),
        ({"run_kwargs": {"comand": "x"}}, RequestError, ["'local' has no key 'comand'. Did you mean 'command'?"]),
        ({"run_kwargs": {"command": "x"}, "process_kwargs": {"n": 1}}, RequestError, ["'noop' has no key 'n'"]),
        ({"run_kwarg": {}}, RequestError, ["has no key 'run_kwarg'. Did you mean 'run_kwargs'?"]),
        ({"cleanup_on_failure": "yes"}, RequestError, ["cleanup_on_failure"]),
    ],
)
def test_what_cannot_be_asked_for_raises_before_anything_is_created(host, options, error, texts):
    """For every stage at once: a misspelt processor must not surface after ten hours."""
    with pytest.raises(error) as caught:
        host.model().pipeline(**options)
    for text in texts:
        assert text in str(caught.value)
    assert not host.sims.exists()


def test_cleanup_keeps_the_record_of_what_failed(host):
    """Logs and all; the files of the run go."""
    model = host.model(config=host.template(a__txt="1"))
    results = model.pipeline(run_kwargs={"command": "echo why; echo 1 > out.txt; exit 3"}, cleanup_on_failure=True)
    assert set(results) == KEYS | {"stage", "error", "cleaned_up"}
    assert results["cleaned_up"] is True
    assert host.files(model.staging_dir) == {}
    assert results.run_result.stdout.read_text() == "why\n"
    assert (host.record(model).state, host.record(model).message) == ("failed", results["message"])


def test_cleanup_after_a_failed_processor(host):
    """The stage makes no difference."""
    model = host.model(Judge())
    model.pipeline(
        run_kwargs={"command": "true"}, processor="judge", process_kwargs={"success": False}, cleanup_on_failure=True
    )
    assert host.files(model.staging_dir) == {}


def test_cleanup_without_a_subdir_removes_ours_only(host):
    """What else lies in output_dir is somebody's."""
    host.sims.mkdir()
    (host.sims / "thesis.tex").write_text("!")
    model = host.model(config=host.template(a__txt="1"), run_id_subdir=False)
    assert not model.pipeline(run_kwargs={"command": "echo 1 > out.txt; exit 3"}, cleanup_on_failure=True)
    assert host.files(host.sims) == {"thesis.tex": "!"}


def test_cleanup_that_is_refused_does_not_hide_the_failure(host):
    """Why it is refused is told beside."""
    precious = host.folder / "precious"
    precious.mkdir()
    host.sims.mkdir()
    (host.sims / "sea").symlink_to(precious)
    results = host.model().pipeline(run_kwargs={"command": "echo 1 > out.txt; exit 3"}, cleanup_on_failure=True)
    assert (results["stage"], results["cleaned_up"]) == ("run", False)
    assert results["error"] == "echo ended with exit code 3"
    assert "it is a symlink" in results["message"]
    assert host.files(precious) == {"out.txt": "1\n"}


def test_nothing_is_cleaned_up_unless_asked(host):
    """Nor after a success."""
    model = host.model()
    model.pipeline(run_kwargs={"command": "echo 1 > out.txt; exit 3"})
    assert host.files(model.staging_dir) == {"out.txt": "1\n"}
    model.pipeline(run_kwargs={"command": "echo 2 > out.txt"}, cleanup_on_failure=True)
    assert host.files(model.staging_dir) == {"out.txt": "2\n"}


def test_a_pipeline_regenerates_in_place_as_a_new_attempt(host):
    """However the last one ended."""
    model = host.model(config=host.template(a__txt="1"))
    for number, command in enumerate(["exit 3", "true", "true"], start=1):
        assert model.pipeline(run_kwargs={"command": f"echo x >> a.txt; {command}"}).run_result.attempt == number
    generated = [e for e in host.events(model) if e["kind"] == "stage_started" and e["stage"] == "generate"]
    assert len(generated) == 3
    assert host.files(model.staging_dir) == {"a.txt": "1x\n"}


def test_a_workspace_that_vanishes_during_the_run_is_noticed(host):
    """A model that removes it has not succeeded."""
    model = host.model()
    results = model.pipeline(run_kwargs={"command": f"rm -rf {host.sims}"})
    assert not results
    assert results["stage"] == "run"


def test_the_class_runs_by_itself(host):
    """With the arguments of rompy 0.6."""
    pipeline = LocalPipelineBackend()
    model = host.model()
    results = pipeline.execute(
        model, run_backend="local", processor="noop", run_kwargs={"command": "true"}, process_kwargs={"checksum": True},
        cleanup_on_failure=False, validate_stages=True,
    )  # fmt: skip
    assert set(results) == KEYS
    assert results
    assert not pipeline.execute(model, run_kwargs={"command": "false"})
    with pytest.raises(RequestError, match=r"^pipeline 'local' has no option 'procesor'\. Did you mean 'processor'\?"):
        pipeline.execute(model, procesor="noop")


def test_the_class_by_itself_leaves_a_true_record(host):
    """Of a pipeline that succeeds although its processor failed, too."""
    model = host.model(Judge())
    LocalPipelineBackend().execute(
        model, processor="judge", run_kwargs={"command": "true"}, process_kwargs={"success": False},
        continue_on_process_failure=True,
    )  # fmt: skip
    assert host.record(model).state == "succeeded"


def test_the_end_asked_for_during_the_postprocess_fails_the_pipeline(host):
    """In that stage, as cancelled, whatever the processor answers and may fail."""
    cancellation = RunCancellation()

    class Deaf(Judge):
        @hookimpl
        def process(self, config: JudgeConfig):
            cancellation.request("SIGINT")
            return {}

    model = host.model(Deaf())
    with model.in_hand("pipeline", cancellation=cancellation) as bound:
        results = bound.pipeline(run_kwargs={"command": "true"}, processor="judge", continue_on_process_failure=True)
    error = "Run 'sea' was cancelled in stage postprocess: SIGINT"
    assert (results.success, results.stage, results.error, results["failure"]) == (
        False, "postprocess", error, "cancelled",
    )  # fmt: skip
    assert results.stages_completed == ["generate", "run"]
    assert host.record(model).state == "failed"


class Breaks(Judge):
    """A plugin whose processor raises what a test gives it, after it wrote a file."""

    def __init__(self, error):
        self.error = error

    @hookimpl
    def process(self, config: JudgeConfig, workspace_dir):
        (workspace_dir / "half.txt").write_text("x")
        raise self.error


@pytest.mark.parametrize(
    "error", [RuntimeError("out of ink"), RequestError("no such map"), PluginError("out of paper")]
)
def test_cleanup_on_failure_is_done_too_when_a_fault_is_raised(host, error):
    """The fault goes on its way; the record stays."""
    model = host.model(Breaks(error), config=host.template(a__txt="1"))
    with pytest.raises((RequestError, PluginError), match=str(error)):
        model.pipeline(run_kwargs={"command": "echo 1 > out.txt"}, processor="judge", cleanup_on_failure=True)
    assert host.files(model.staging_dir) == {}
    assert host.record(model).stages["postprocess"].state == "failed"


@pytest.mark.parametrize("error", [StageError("the disk is full"), WorkspaceError("not yours")])
def test_what_the_host_could_not_do_is_a_false_result_with_its_stage(host, error):
    """And the files go where that was asked for."""
    model = host.model(Breaks(error), config=host.template(a__txt="1"))
    keys = {"run_kwargs": {"command": "true"}, "processor": "judge"}
    results = model.pipeline(**keys)
    assert (results.success, results.stage, results.error) == (False, "postprocess", str(error))
    assert host.files(model.staging_dir) == {"a.txt": "1", "half.txt": "x"}
    assert model.pipeline(**keys, cleanup_on_failure=True)["cleaned_up"] is True
    assert host.files(model.staging_dir) == {}
