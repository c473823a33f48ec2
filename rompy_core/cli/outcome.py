"""What a command says at its end: results on stdout, failures on stderr, and the exit code."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rompy_core.cli import exit_codes
from rompy_core.cli.log_of_failure import with_log
from rompy_core.cli.made import made_lines, missing_outputs
from rompy_core.cli.output import write_line, write_message

if TYPE_CHECKING:
    from rompy_core.cli.request import Request
    from rompy_core.cli.work import Work
    from rompy_hooks import PipelineResult, ProcessResult, RunResult


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
    failure = "" if result else _run_failure(result, error)
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
    lines = _lines_made(result, workspace) if result else []
    return _finish(request, code, {**result, "workspace": str(workspace)}, failure, lines)


def finish_pipeline(result: "PipelineResult", work: "Work", request: "Request") -> int:
    """Say what came of the pipeline; the last line is the path of a picture, an output, or the workspace."""
    workspace = result.staging_dir or work.model_run.staging_dir
    failure = "" if result else _pipeline_failure(result)
    code = exit_codes.of_pipeline(result, work.cancellation)
    processed = result.postprocess_results
    if result and processed is not None and not processed:
        write_message(f"warning: {result.message or processed.message}")
    lines = _lines_made(processed or {}, workspace) if result else []
    return _finish(request, code, {**result, "workspace": str(workspace)}, failure, lines)


def _finish(request: "Request", code: int, facts: Mapping[str, Any], failure: str, lines: Sequence[str]) -> int:
    if failure:
        write_message(f"Error: {failure}")
        record = Path(facts["workspace"]) / ".rompy"
        if record.is_dir():
            write_message(f"Record: {record}")
    if request.as_json:
        from rompy_core.cli.json_document import print_document
        from rompy_hooks.secret import redact

        error = {"error": failure} if failure else {}
        # What a processor tells may hold its secrets.
        print_document(redact({**facts, "success": code == exit_codes.DONE, "exit_code": code, **error}))
    elif code == exit_codes.DONE:
        for line in lines:
            write_line(line)
    return code


def _lines_made(result: "ProcessResult | Mapping[str, Any]", workspace: Path) -> list[str]:
    """What was made, and on stderr a warning of what was not."""
    for warning in missing_outputs(result, workspace):
        write_message(f"warning: {warning}")
    return made_lines(result, workspace)


def _run_failure(result: "RunResult", error: str) -> str:
    reason = error or result.message or str(result.failure)
    text = reason if reason.startswith("Run ") else f"Run {result.run_id!r} failed: {reason}"
    return with_log(text, result)


def _pipeline_failure(result: "PipelineResult") -> str:
    reason = result.error or result.message or "no reason was given"
    where = "" if result.stage == "run" else f" in stage {result.stage}"
    text = reason if reason.startswith("Run ") else f"Run {result.run_id!r} failed{where}: {reason}"
    run_result = result.run_result
    return text if result.stage != "run" or run_result is None else with_log(text, run_result)
