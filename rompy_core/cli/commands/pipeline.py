"""``rompy pipeline``: generate, run and postprocess."""

import click

from rompy_core.cli.host_options import HostOptions
from rompy_core.cli.request import Request, takes_request


@click.command("pipeline", short_help="Generate, run and postprocess.")
@takes_request(backend=True, processor=True)
def command(host: HostOptions, request: Request) -> int:
    """Generate, run and postprocess, as the sections backend, postprocessor and pipeline of CONFIG say.

    Progress is on stderr; on stdout are the processors' messages, metrics and outputs. The last line is the path of a
    picture or output that was made, else the workspace's.
    """
    if request.dry_run:
        from rompy_core.cli.dry_run import show_plan

        return show_plan(host, request, "pipeline")
    from rompy_core.processes import start_supervisor

    # Its start overlaps with our imports and the reading of the config.
    start_supervisor()
    from rompy_core.cli.outcome import finish_pipeline
    from rompy_core.cli.work import work_in_hand

    with work_in_hand(host, request, "pipeline") as work:
        result = work.model_run.pipeline(pipeline_backend=work.file.pipeline)
    return finish_pipeline(result, work, request)
