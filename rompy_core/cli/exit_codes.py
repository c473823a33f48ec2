"""The exit codes of results."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rompy_core.cancellation import RunCancellation
    from rompy_hooks import PipelineResult, RunResult

DONE, FAILED, PLUGIN, TIMEOUT, INTERRUPTED = 0, 1, 3, 124, 130

_OF_FAILURE = {"timeout": TIMEOUT, "cancelled": INTERRUPTED, "plugin": PLUGIN}


def of_failure(failure: str | None) -> int:
    """The exit code of a failure's kind; kinds that are not known are failures of the model.

    >>> of_failure("timeout"), of_failure("exit_code"), of_failure(None)
    (124, 1, 1)
    """
    return FAILED if failure is None else _OF_FAILURE.get(str(failure), FAILED)


def of_run(result: "RunResult") -> int:
    """The exit code of a run."""
    return DONE if result else of_failure(result.failure)


def of_pipeline(result: "PipelineResult", cancellation: "RunCancellation") -> int:
    """The exit code of a pipeline: of its run where that failed, else of the stage that did."""
    if result:
        return DONE
    if cancellation.requested:
        return INTERRUPTED
    run_result = result.run_result
    if run_result is not None and not run_result:
        return of_failure(run_result.failure)
    return of_failure(result.get("failure"))
