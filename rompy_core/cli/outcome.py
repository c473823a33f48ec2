"""What a command says at its end: results on stdout, failures on stderr, and the exit code."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rompy_core.cli import exit_codes
from rompy_core.cli.output import write_line, write_message

if TYPE_CHECKING:
    from rompy_core.cli.request import Request
    from rompy_core.cli.work import Work
    from rompy_hooks import PipelineResult, ProcessResult, RunResult

_PICTURES = (".png", ".svg", ".jpg", ".jpeg", ".gif", ".pdf", ".webp", ".tif", ".tiff")

#: Outputs of a processor that are listed; a manifest may have thousands.
_LISTED = 10


def finish_generate(workspace: Path, request: "Request") -> int:
    """Say where the inputs are."""
    return _finish(request, exit_codes.DONE, {"workspace": str(workspace)}, "", [str(workspace)])


def finish_run(result: "RunResult", work: "Work", request: "Request", error: str = "") -> int:
    """Say how the run ended.

    Args:
        result: The run's result.
        work: The run in hand.
        request: What the command was asked.
        error: What to say of a failure; the result's own words unless given.
    """
    workspace = str(work.model_run.staging_dir)
    failure = "" if result else error or _run_failure(result)
    code = exit_codes.of_run(result)
    return _finish(request, code, {**result.to_dict(), "workspace": workspace}, failure, [workspace])


def finish_postprocess(result: "ProcessResult", work: "Work", request: "Request") -> int:
    """Say what the processors made."""
    workspace = work.model_run.staging_dir
    failure = "" if result else f"Postprocessing of run {work.model_run.run_id!r} failed: {result.message}"
    if result:
        code = exit_codes.DONE
    elif work.cancellation.requested:
        code = exit_codes.INTERRUPTED
    else:
        code = exit_codes.of_failure(result.get("failure"))
    return _finish(request, code, {**result, "workspace": str(workspace)}, failure, _made(result, workspace))


def finish_pipeline(result: "PipelineResult", work: "Work", request: "Request") -> int:
    """Say what came of the pipeline; the last line is the path of a picture, an output, or the workspace."""
    workspace = result.staging_dir or work.model_run.staging_dir
    failure = "" if result else _pipeline_failure(result, workspace)
    code = exit_codes.of_pipeline(result, work.cancellation)
    processed = result.postprocess_results
    if result and processed is not None and not processed:
        write_message(f"warning: {result.message or processed.message}")
    lines = _made(processed or {}, workspace)
    return _finish(request, code, {**result, "workspace": str(workspace)}, failure, lines)


def _finish(request: "Request", code: int, facts: Mapping[str, Any], failure: str, lines: Sequence[str]) -> int:
    if failure:
        write_message(f"Error: {failure}")
    if request.as_json:
        from rompy_core.cli.json_document import print_document

        error = {"error": failure} if failure else {}
        print_document({**facts, "success": code == exit_codes.DONE, "exit_code": code, **error})
    elif code == exit_codes.DONE:
        for line in lines:
            write_line(line)
    return code


def _run_failure(result: "RunResult") -> str:
    reason = result.message or str(result.failure)
    text = reason if reason.startswith("Run ") else f"Run {result.run_id!r} failed: {reason}"
    log = result.stdout
    return text if log is None or str(log) in text else f"{text}. Log: {log}"


def _pipeline_failure(result: "PipelineResult", workspace: Path) -> str:
    reason = result.error or result.message or "no reason was given"
    where = "" if result.stage == "run" else f" in stage {result.stage}"
    text = reason if reason.startswith("Run ") else f"Run {result.run_id!r} failed{where}: {reason}"
    run_result = result.run_result
    log = run_result.stdout if result.stage == "run" and run_result is not None else None
    if log is not None and str(log) not in text:
        text = f"{text}. Log: {log}"
    return f"{text}\nRecord: {workspace / '.rompy'}" if (workspace / ".rompy").is_dir() else text


def _made(result: Mapping[str, Any], workspace: Path) -> list[str]:
    """Message, metrics and outputs of one processor or several; last a path."""
    several = result.get("processors")
    results = several if isinstance(several, list) else [result]
    lines = [line for one in results if isinstance(one, Mapping) for line in _told(one)]
    paths = [path for one in results if isinstance(one, Mapping) for path in _paths(one, workspace)]
    if not paths:
        return [*lines, str(workspace)]
    main = next((path for path in paths if path.lower().endswith(_PICTURES)), paths[0])
    others = [path for path in paths if path != main]
    more = [f"... and {len(others) - _LISTED} more"] if len(others) > _LISTED else []
    return [*lines, *others[:_LISTED], *more, main]


def _told(result: Mapping[str, Any]) -> Iterator[str]:
    if result.get("message"):
        yield str(result["message"])
    metrics = result.get("metrics")
    if isinstance(metrics, Mapping):
        for name, value in metrics.items():
            yield f"{name}: {value}"


def _paths(result: Mapping[str, Any], workspace: Path) -> Iterator[str]:
    outputs = result.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        path = output.get("path") if isinstance(output, Mapping) else output
        if isinstance(path, str) and path:
            yield str(workspace / path)
