"""``--dry-run``: check everything, say what would be done, leave nothing behind."""

from typing import TYPE_CHECKING

from rompy_core.cli.foreseen import foreseen_faults
from rompy_core.cli.json_document import print_document
from rompy_core.cli.log_output import log_shown
from rompy_core.cli.output import write_line
from rompy_core.cli.plan import Plan
from rompy_core.cli.trial import Trial, stdin_fault, try_render
from rompy_core.cli.work import check_request

if TYPE_CHECKING:
    from rompy_core.cli.host_options import HostOptions
    from rompy_core.cli.request import Request
    from rompy_core.pipeline_file import PipelineFile


def show_plan(host: "HostOptions", request: "Request", action: str, *, skip_generate: bool = False) -> int:
    """Print what the command would do.

    Raises:
        RompyError: The command would refuse, or fail in a way that can be foreseen.
    """
    with log_shown(host):
        manager = request.manager(host)
        file = request.read(manager)
        check_request(file, action, existing=skip_generate or action == "postprocess")
        plan = Plan(manager, file, action, skip_generate=skip_generate)
        plan.trial = _tried(file, plan)
    if request.as_json:
        print_document({"success": True, "exit_code": 0, "dry_run": True, **plan.to_dict()})
    else:
        for line in plan.lines():
            write_line(line)
    return 0


def _tried(file: "PipelineFile", plan: Plan) -> Trial | None:
    from rompy_hooks import ConfigError, Fault

    generates = "generate" in plan.stages
    trial = try_render(file.model_run) if generates else None
    faults = [*foreseen_faults(file, generates=generates)]
    if trial is not None and trial.fault:
        faults.append(Fault(trial.fault))
    elif "run" in plan.stages and plan.steps:
        rendered = () if trial is None else trial.rendered
        fault = stdin_fault(file, plan.steps[0], rendered, emptied=plan.empties == "all")
        faults += [fault] if fault else []
    if faults:
        raise ConfigError(faults)
    return trial
