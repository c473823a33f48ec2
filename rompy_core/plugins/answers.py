"""What implementations may answer, and the one form that the host goes on with."""

from collections.abc import Callable, Mapping
from typing import Any

from rompy_hooks import FetchResult, PipelineResult, ProcessResult, RunResult


def _run(answer: Any) -> RunResult:
    if isinstance(answer, RunResult):
        return answer
    if isinstance(answer, bool):
        return RunResult(success=answer, message="" if answer else "the backend returned False and did not say why")
    raise TypeError("expected a RunResult, True or False")


def _process(answer: Any) -> ProcessResult:
    if isinstance(answer, ProcessResult):
        return answer
    if isinstance(answer, Mapping):
        return ProcessResult.from_mapping(answer)
    raise TypeError("expected a ProcessResult or a mapping")


def _pipeline(answer: Any) -> PipelineResult:
    if isinstance(answer, PipelineResult):
        return answer
    if isinstance(answer, Mapping):
        return PipelineResult.from_mapping(answer)
    raise TypeError("expected a PipelineResult or a mapping")


def _fetch(answer: Any) -> FetchResult | bool:
    # False for a source that nobody could bring would read as success further on: it has to be an error or None.
    if isinstance(answer, FetchResult) or answer is True:
        return answer
    raise TypeError("expected a FetchResult, True, or None for a source that is not its own")


#: By hook: makes the host's form of an answer, or raises a TypeError that says what was wrong.
NORMALISE: Mapping[str, Callable[[Any], Any]] = {
    "run": _run,
    "process": _process,
    "execute_pipeline": _pipeline,
    "fetch": _fetch,
}
