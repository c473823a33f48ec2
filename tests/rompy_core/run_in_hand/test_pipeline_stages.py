"""A pipeline of a plugin: it does the stages through the bound model run, the host completes the result."""

import json

import attrs
import pytest

from rompy_core import RunCancellation
from rompy_hooks import Backend, PipelineConfig, PipelineResult, PluginError, hookimpl


@attrs.frozen(kw_only=True)
class TwiceConfig(PipelineConfig):
    """A pipeline of a plugin."""

    command: str = "true"


class Twice:
    """Runs twice, and answers with whatever a test gives it."""

    def __init__(self, answer):
        self.answer = answer

    @hookimpl
    def backends(self):
        return [Backend(kind="pipeline", name="twice", config=TwiceConfig)]

    @hookimpl
    def execute_pipeline(self, model_run, config: TwiceConfig, context):
        assert context.stage is None
        results = [model_run.run(command=config.command) for _ in range(2)]
        return self.answer(results) if callable(self.answer) else self.answer


def test_the_stages_of_a_pipeline_are_one_hold(host):
    """One opening of the run, attempts numbered, one end."""
    model = host.model(Twice({"message": "done"}))
    result = model.pipeline("twice", command="echo 1 >> out.txt")
    assert isinstance(result, PipelineResult)
    assert json.loads(json.dumps(result)) == {
        "success": True,
        "message": "done",
        "run_id": "sea",
        "staging_dir": str(model.staging_dir),
        "stages_completed": [],
    }
    kinds = [event["kind"] for event in host.events(model)]
    assert (kinds.count("run_opened"), kinds.count("attempt_started"), kinds.count("run_ended")) == (1, 2, 1)
    assert host.record(model).message == "done"
    assert host.record(model).configs == {"pipeline": {"type": "twice", "command": "echo 1 >> out.txt"}}


def test_a_pipeline_that_says_no_has_failed(host):
    """In the record, too."""
    model = host.model(Twice(lambda results: {"success": False, "stage": "run", "error": "no", "message": "no"}))
    result = model.pipeline("twice")
    assert (bool(result), result.stage, result.error) == (False, "run", "no")
    assert host.record(model).state == "failed"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda results: 1 / 0, "raised in hook execute_pipeline: ZeroDivisionError"),
        (True, "answered the hook execute_pipeline with True (a bool): expected a PipelineResult or a mapping"),
    ],
)
def test_a_plugin_at_fault_is_told(host, answer, text):
    """And the run has failed in the record."""
    model = host.model(Twice(answer))
    with pytest.raises(PluginError) as caught:
        model.pipeline("twice")
    assert text in str(caught.value)
    assert host.record(model).state == "failed"


def test_a_pipeline_that_does_not_listen_is_no_success(host):
    """It ended well after its end had been asked for: whoever asked is told so."""
    cancellation = RunCancellation()
    model = host.model(Twice(lambda results: cancellation.request("SIGTERM") or {"stages_completed": ["run"]}))
    with model.in_hand(cancellation=cancellation) as bound:
        result = bound.pipeline("twice")
    message = "Run 'sea' was cancelled in stage postprocess: SIGTERM"
    assert (bool(result), result.stage, result.error, result.message) == (False, "postprocess", message, message)
    assert (result["failure"], result.stages_completed) == ("cancelled", ["run"])
    assert (host.record(model).state, host.record(model).message) == ("failed", message)
