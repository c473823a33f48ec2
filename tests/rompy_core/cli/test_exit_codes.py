"""The exit codes of results."""

import pytest

from rompy_core.cancellation import RunCancellation
from rompy_core.cli.exit_codes import of_pipeline, of_run
from rompy_hooks import PipelineResult, RunResult

FAILURES = [
    ("exit_code", 1),
    ("signal", 1),
    ("expectation", 1),
    ("timeout", 124),
    ("cancelled", 130),
    ("plugin", 3),
    ("of a later version", 1),
]


@pytest.mark.parametrize(("failure", "code"), FAILURES)
def test_failure_of_a_run_has_its_code(failure: str, code: int) -> None:
    """In a run and in a pipeline alike."""
    result = RunResult(success=False, failure=failure)
    assert of_run(result) == code
    pipeline = PipelineResult(success=False, stage="run", run_result=result)
    assert of_pipeline(pipeline, RunCancellation()) == code


def test_success_is_0() -> None:
    """Also of a pipeline that was asked to end when it was done already."""
    cancellation = RunCancellation()
    cancellation.request()
    assert of_run(RunResult(success=True)) == 0
    assert of_pipeline(PipelineResult(), cancellation) == 0


def test_pipeline_that_was_cancelled_between_stages_is_130() -> None:
    """The run succeeded, and then somebody asked for the end."""
    cancellation = RunCancellation()
    cancellation.request("SIGTERM")
    result = PipelineResult(success=False, stage="postprocess", run_result=RunResult(success=True))
    assert of_pipeline(result, cancellation) == 130


def test_pipeline_of_a_stranger_may_tell_its_failure() -> None:
    """A mapping that was returned without a run result may have the kind of its failure."""
    assert of_pipeline(PipelineResult(success=False, failure="timeout"), RunCancellation()) == 124
    assert of_pipeline(PipelineResult(success=False), RunCancellation()) == 1
