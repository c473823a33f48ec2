"""``rompy generate``: make the input files."""

import click

from rompy_core.cli.host_options import HostOptions
from rompy_core.cli.request import Request, takes_request


@click.command("generate", short_help="Make the input files of a model run.")
@takes_request()
def command(host: HostOptions, request: Request) -> int:
    """Make the input files of the model run in CONFIG.

    They appear in the workspace whole or not at all; the last line on stdout is its path.
    """
    from rompy_core.cli.outcome import finish_generate
    from rompy_core.cli.work import work_in_hand

    if request.dry_run:
        from rompy_core.cli.dry_run import show_plan

        return show_plan(host, request, "generate")
    with work_in_hand(host, request, "generate") as work:
        workspace = work.model_run.generate()
    return finish_generate(workspace, request)
