"""Results: true when they are good, JSON without help, and readable by other versions."""

import json
import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hooks import Failure, FetchResult, PipelineResult, ProcessResult, RunResult, StepResult, Usage
from rompy_hooks.results import failure_of

FAILURES = st.sampled_from(list(Failure)) | st.text(min_size=1)
PATHS = st.none() | st.sampled_from([Path("/sims/a/stdout.log"), Path("b.log")])
USAGES = st.builds(Usage, cpu_seconds=st.floats(0, 1e9), peak_memory=st.integers(0, 2**50))
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
STEPS = st.builds(
    StepResult,
    name=st.text(),
    success=st.booleans(),
    exit_code=st.none() | st.integers(0, 255),
    signal=st.none() | st.integers(1, 64),
    failure=st.none() | FAILURES.map(failure_of),
    message=st.text(),
    duration=st.floats(0, 1e9),
    stdout=PATHS,
    stderr=PATHS,
    usage=USAGES,
)
METADATA = st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text(), max_size=3)


@st.composite
def run_results(draw: st.DrawFn) -> RunResult:
    """Any result of a run."""
    success = draw(st.booleans())
    return RunResult(
        success=success,
        failure=None if success else failure_of(draw(FAILURES)),
        backend=draw(st.text()),
        run_id=draw(st.text()),
        attempt=draw(st.integers(1, 99)),
        exit_code=draw(st.none() | st.integers(0, 255)),
        signal=draw(st.none() | st.integers(1, 64)),
        message=draw(st.text()),
        started=draw(MOMENTS),
        finished=draw(MOMENTS),
        duration=draw(st.floats(0, 1e9)),
        steps=tuple(draw(st.lists(STEPS, max_size=3))),
        stdout=draw(PATHS),
        stderr=draw(PATHS),
        usage=draw(USAGES),
        metadata=draw(METADATA),
    )


@given(run_results())
def test_run_result_survives_json(result: RunResult) -> None:
    """Every field comes back as it was."""
    assert RunResult.from_dict(json.loads(json.dumps(result.to_dict()))) == result


@given(run_results())
def test_run_result_is_true_when_the_run_succeeded(result: RunResult) -> None:
    """So ``if model.run(...)`` asks what it seems to ask."""
    assert bool(result) == result.success == (result.failure is None)


def test_to_dict_has_every_field_as_plain_data() -> None:
    """Paths and moments as texts, the failure by its value."""
    moment = datetime(2026, 3, 1, 6, tzinfo=UTC)
    step = StepResult(name="grid", success=False, failure=Failure.SIGNAL, stdout=Path("a.log"))
    result = RunResult(success=False, failure=Failure.LOST, started=moment, steps=(step,), metadata={"id": Path("x")})
    data = result.to_dict()
    assert list(data) == [field.name for field in attrs.fields(RunResult)]
    assert (data["failure"], data["started"], data["metadata"]) == ("lost", "2026-03-01T06:00:00+00:00", {"id": "x"})
    assert data["usage"] == {"cpu_seconds": 0.0, "peak_memory": 0}
    assert data["steps"][0] | {"usage": None} == {
        "name": "grid", "success": False, "exit_code": None, "signal": None, "failure": "signal", "message": "",
        "duration": 0.0, "stdout": "a.log", "stderr": None, "usage": None,
    }  # fmt: skip


def test_reader_takes_what_a_later_version_writes() -> None:
    """A failure that it doesn't know stays a text; keys that it doesn't know are left out."""
    data = RunResult(success=False, failure=Failure.DISK).to_dict()
    data |= {"failure": "eaten_by_shark", "ocean": "pacific", "usage": {"cpu_seconds": 1.0, "energy": 3}}
    data["steps"] = [{"name": "a", "success": False, "failure": "eaten_by_shark", "new": 1}]
    result = RunResult.from_dict(data)
    assert (result.failure, result.usage.cpu_seconds) == ("eaten_by_shark", 1.0)
    assert not isinstance(result.failure, Failure)
    assert result.steps[0].failure == "eaten_by_shark"
    assert result.to_dict()["failure"] == "eaten_by_shark"


def test_reader_takes_what_an_earlier_version_wrote() -> None:
    """Fields that are missing have their defaults."""
    assert RunResult.from_dict({"success": True}) == RunResult(success=True)
    assert RunResult.from_dict({"success": False}) == RunResult(success=False, failure=Failure.OTHER)


@pytest.mark.parametrize("failure", list(Failure))
def test_failure_is_its_text(failure: Failure) -> None:
    """So it can be compared with what stands in JSON."""
    assert failure_of(failure.value) is failure
    assert failure == failure.value == json.loads(json.dumps(failure))


def test_failed_result_has_a_failure() -> None:
    """Some other one, unless it is said which; a successful one has none."""
    assert RunResult(success=False).failure is Failure.OTHER
    assert RunResult(success=True).failure is None


@pytest.mark.parametrize(
    ("success", "failure", "told"),
    [
        (True, Failure.TIMEOUT, "success is True, so failure cannot be <Failure.TIMEOUT: 'timeout'>"),
        (False, None, "success is False, so failure cannot be None"),
    ],
)
def test_result_does_not_contradict_itself(success: bool, failure: Any, told: str) -> None:
    """Neither succeeded with a failure nor failed without one."""
    with pytest.raises(ValueError, match="so failure cannot be") as caught:
        RunResult(success=success, failure=failure)
    assert str(caught.value) == told


def test_usages_add_up() -> None:
    """Steps follow each other: times are summed, of memory the largest counts."""
    total = Usage(cpu_seconds=1.5, peak_memory=100) + Usage(cpu_seconds=2.0, peak_memory=70)
    assert total == Usage(cpu_seconds=3.5, peak_memory=100)


@pytest.mark.parametrize("cls", [ProcessResult, PipelineResult])
@pytest.mark.parametrize("success", [True, False])
def test_result_is_a_dict_that_is_true_when_it_succeeded(cls: Any, success: bool) -> None:
    """Whatever is in it, an empty message included."""
    result = cls(success=success, extra=[Path("a"), {1: Failure.DISK}], when=datetime(2026, 3, 1, tzinfo=UTC))
    assert isinstance(result, dict)
    assert bool(result) is result.success is result["success"] is success
    assert json.loads(json.dumps(result)) == {
        "success": success, "message": "", "extra": ["a", {"1": "disk"}], "when": "2026-03-01T00:00:00+00:00",
    }  # fmt: skip


@pytest.mark.parametrize("cls", [ProcessResult, PipelineResult])
def test_result_of_a_mapping_keeps_its_keys(cls: Any) -> None:
    """Success is true unless it says otherwise, as plugins of rompy 0.6 mean it."""
    assert cls.from_mapping({"plots": 3}) == {"success": True, "message": "", "plots": 3}
    assert not cls.from_mapping({"success": False})


@pytest.mark.parametrize("given", [None, 1, "yes", []])
def test_success_that_is_no_bool_is_refused(given: Any) -> None:
    """It would be guessed."""
    with pytest.raises(TypeError) as caught:
        ProcessResult.from_mapping({"success": given})
    assert str(caught.value) == f"success must be true or false, got {given!r}"


@pytest.mark.parametrize("cls", [ProcessResult, PipelineResult])
def test_result_travels_between_processes(cls: Any) -> None:
    """With its class and its keys, and a success that is false."""
    result = cls(success=False, message="no", outputs=["a"])
    copy = pickle.loads(pickle.dumps(result))
    assert (type(copy), copy, bool(copy)) == (cls, result, False)


def test_process_result_has_typed_properties() -> None:
    """Of what is missing, empty ones."""
    result = ProcessResult(run_id="a", output_dir=Path("/x"), outputs=[Path("m.png")], metrics={"m": 1})
    assert (result.run_id, result.output_dir, result.outputs, result.metrics) == ("a", Path("/x"), ["m.png"], {"m": 1})
    empty = ProcessResult()
    assert (empty.run_id, empty.output_dir, empty.outputs, empty.metrics, empty.message) == ("", None, [], {}, "")


def test_pipeline_result_has_typed_properties() -> None:
    """The run's result is an object there, a mapping under its key."""
    run = RunResult(success=False, failure=Failure.SIGNAL, signal=9)
    result = PipelineResult(
        success=False,
        stages_completed=["generate"],
        run_result=run,
        postprocess_results=ProcessResult(message="one map"),
        staging_dir=Path("/sims/a"),
        stage="run",
        error="killed",
    )
    assert (result["run_result"]["failure"], result.run_result) == ("signal", run)
    assert (result.postprocess_results, result.staging_dir) == (ProcessResult(message="one map"), Path("/sims/a"))
    assert (result.stages_completed, result.stage, result.error) == (["generate"], "run", "killed")
    empty = PipelineResult()
    assert (empty.run_result, empty.postprocess_results, empty.staging_dir) == (None, None, None)
    assert (empty.stages_completed, empty.stage, empty.error) == ([], None, None)


def test_fetch_result_knows_nothing_unless_told() -> None:
    """All its fields may be missing."""
    assert set(attrs.asdict(FetchResult()).values()) == {None}


@pytest.mark.parametrize(
    ("told", "failure"),
    [
        ({"success": True}, None),
        ({"success": False}, Failure.OTHER),
        ({"success": False, "exit_code": 3}, Failure.EXIT_CODE),
        ({"success": False, "exit_code": 137, "signal": 9}, Failure.SIGNAL),
        ({"success": False, "exit_code": 3, "failure": Failure.TIMEOUT}, Failure.TIMEOUT),
    ],
)
def test_step_that_failed_has_a_failure(told: dict[str, Any], failure: Failure | None) -> None:
    """A backend that tells the exit code alone has said enough."""
    step = StepResult(name="grid", **told)
    assert step.failure is failure
    run = RunResult(success=step.success, failure=step.failure, steps=(step,))
    assert RunResult.from_dict(run.to_dict()).steps == (step,)
