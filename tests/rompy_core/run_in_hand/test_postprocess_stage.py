"""The stage postprocess: one processor or several, and what is made of their answers."""

import json

import attrs
import pytest

from rompy_core import RunCancellation
from rompy_hooks import Backend, PluginError, ProcessConfig, ProcessResult, RunCancelledError, hookimpl


@attrs.frozen(kw_only=True)
class MapConfig(ProcessConfig):
    """A processor of a plugin."""

    name: str = "map"


class Map:
    """Answers with whatever a test gives it."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.seen = []

    @hookimpl
    def backends(self):
        return [Backend(kind="process", name="map", config=MapConfig)]

    @hookimpl
    def process(self, model_run, config: MapConfig, workspace_dir, run_result, context):
        self.seen.append((model_run, config, workspace_dir, run_result, context))
        answer = self.answers.pop(0)
        return answer() if callable(answer) else answer


def test_a_processor_gets_the_run(host):
    """The model run bound, the workspace, its config and the context; alone there is no run result."""
    plugin = Map({"outputs": ["a.png"], "metrics": {"runup_m": 2.5}, "extra": 1})
    model = host.model(plugin)
    model.run(command="true")
    result = model.postprocess("map", name="depth")
    assert isinstance(result, ProcessResult)
    assert json.loads(json.dumps(result)) == {
        "success": True,
        "message": "",
        "run_id": "sea",
        "output_dir": str(model.staging_dir),
        "processor": "map",
        "outputs": ["a.png"],
        "metrics": {"runup_m": 2.5},
        "extra": 1,
    }
    ((bound, config, workspace, run_result, context),) = plugin.seen
    assert (bound, config.name, workspace, run_result) == (model, "depth", model.staging_dir, None)
    assert (context.stage, context.attempt, context.steps) == ("postprocess", 1, ())


def test_after_a_run_in_the_same_hold_there_is_a_run_result(host):
    """The result of that very run."""
    plugin = Map({})
    with host.model(plugin).in_hand() as bound:
        result = bound.run(command="true")
        bound.postprocess("map")
    assert plugin.seen[0][3] == result


def test_without_a_workspace_it_is_a_failure_that_creates_nothing(host):
    """Not a success, as it once was."""
    result = host.model().postprocess()
    assert not result
    assert result.message == f"there is no workspace {host.sims}/sea; generate and run first"
    assert not host.sims.exists()


def test_several_are_done_in_order_and_told_together(host):
    """Their outputs and metrics are joined, each has its own result."""
    model = host.model(Map({"outputs": ["a"], "metrics": {"x": 1}}, {"outputs": ["b"], "metrics": {"y": 2}}))
    model.generate()
    result = model.postprocess(["map", {"type": "map", "name": "two"}])
    assert (result.success, result.message) == (True, "2 processors succeeded")
    assert (result.outputs, result.metrics) == (["a", "b"], {"x": 1, "y": 2})
    assert [each["processor"] for each in result["processors"]] == ["map", "map"]
    json.dumps(result)


def test_the_first_that_fails_is_the_last_that_is_asked(host):
    """What the others told stays."""
    plugin = Map({"outputs": ["a"]}, {"success": False, "message": "no sea"}, {})
    model = host.model(plugin)
    model.generate()
    result = model.postprocess(["map"] * 3)
    assert (result.success, result.message, len(plugin.seen)) == (False, "map: no sea", 2)
    assert result.outputs == ["a"]
    assert host.record(model).stages["postprocess"].state == "failed"
    assert host.record(model).state == "failed"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda: 1 / 0, "raised in hook process: ZeroDivisionError: division by zero"),
        (7, "answered the hook process with 7 (a int): expected a ProcessResult or a mapping"),
        ({"success": "yes"}, "success must be true or false, got 'yes'"),
    ],
)
def test_a_plugin_at_fault_is_told(host, answer, text):
    """And the stage has failed in the record."""
    model = host.model(Map(answer))
    model.generate()
    with pytest.raises(PluginError) as caught:
        model.postprocess("map")
    assert text in str(caught.value)
    assert host.record(model).stages["postprocess"].state == "failed"


def test_cancelled_between_processors_the_next_is_not_asked(host):
    """Who asked for the end does not wait for a second map."""
    cancellation = RunCancellation()
    plugin = Map(lambda: cancellation.request("SIGTERM") or {}, {})
    model = host.model(plugin)

    with model.in_hand(cancellation=cancellation) as bound:
        bound.generate()
        with pytest.raises(RunCancelledError, match="SIGTERM"):
            bound.postprocess(["map", "map"])
    assert len(plugin.seen) == 1


def test_a_processor_that_does_not_listen_is_no_success(host):
    """Who asked for the end meanwhile is told that it came, and so does the record."""
    cancellation = RunCancellation()
    model = host.model(Map(lambda: cancellation.request("SIGINT") or {}))
    with model.in_hand(cancellation=cancellation) as bound:
        bound.generate()
        with pytest.raises(RunCancelledError) as caught:
            bound.postprocess("map")
    message = "Run 'sea' was cancelled in stage postprocess: SIGINT"
    assert str(caught.value) == message
    record = host.record(model)
    assert (record.state, record.message) == ("failed", message)
    assert record.stages["postprocess"].state == "failed"
