"""``rompy postprocess``: postprocess what a run has written."""

import click

from rompy_core.cli.host_options import HostOptions
from rompy_core.cli.request import Request, takes_request


@click.command("postprocess", short_help="Postprocess what a model run has written.")
@takes_request(processor=True)
def command(host: HostOptions, request: Request) -> int:
    """Postprocess what the model run in CONFIG has written.

    The processors are those of the file, or of --processor; noop where neither says. The last line on stdout is the
    path of a picture or output that was made, else the workspace's.
    """
    from rompy_core.cli.outcome import finish_postprocess
    from rompy_core.cli.work import processors, work_in_hand

    if request.dry_run:
        from rompy_core.cli.dry_run import show_plan

        return show_plan(host, request, "postprocess")
    with work_in_hand(host, request, "postprocess", existing=True) as work:
        result = work.model_run.postprocess(processor=list(processors(work.file)))
    return finish_postprocess(result, work, request)
