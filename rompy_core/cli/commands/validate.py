"""``rompy validate``: check a config file."""

import click

from rompy_core.cli.host_options import HostOptions
from rompy_core.cli.request import Request, takes_request


@click.command("validate", short_help="Check a config file and say what is wrong with it.")
@takes_request(backend=True, processor=True, dry_run=False)
def command(host: HostOptions, request: Request) -> int:
    """Check CONFIG and whether what it names is there; nothing is created.

    All faults are told together, each with its line.
    """
    from rompy_core.cli.foreseen import foreseen_faults
    from rompy_core.cli.json_document import print_document
    from rompy_core.cli.log_output import log_shown
    from rompy_core.cli.output import write_line
    from rompy_core.cli.plan import Plan
    from rompy_hooks import ConfigError

    with log_shown(host):
        manager = request.manager(host)
        file = request.read(manager)
        faults = list(foreseen_faults(file))
        if faults:
            raise ConfigError(faults)
        plan = Plan(manager, file, "pipeline")
    if request.as_json:
        print_document({"success": True, "exit_code": 0, "config": request.source, **plan.to_dict()})
    else:
        write_line(f"{request.source}: valid: {plan.summary()}")
    return 0
