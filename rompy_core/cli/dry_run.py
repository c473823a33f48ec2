"""``--dry-run``: check everything, say what would be done, do nothing."""

from typing import TYPE_CHECKING

from rompy_core.cli.json_document import print_document
from rompy_core.cli.log_output import log_shown
from rompy_core.cli.output import write_line
from rompy_core.cli.plan import Plan
from rompy_core.cli.work import check_request

if TYPE_CHECKING:
    from rompy_core.cli.host_options import HostOptions
    from rompy_core.cli.request import Request


def show_plan(host: "HostOptions", request: "Request", action: str, *, skip_generate: bool = False) -> int:
    """Print what the command would do.

    Raises:
        RompyError: The command would refuse.
    """
    with log_shown(host):
        manager = request.manager(host)
        file = request.read(manager)
        check_request(file, action, existing=skip_generate or action == "postprocess")
        plan = Plan(manager, file, action, skip_generate=skip_generate)
    if request.as_json:
        print_document({"success": True, "exit_code": 0, "dry_run": True, **plan.to_dict()})
    else:
        for line in plan.lines():
            write_line(line)
    return 0
