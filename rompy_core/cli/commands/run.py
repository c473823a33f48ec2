"""``rompy run``: make the input files and run the model."""

import click

from rompy_core.cli.host_options import HostOptions
from rompy_core.cli.request import Request, takes_request


@click.command("run", short_help="Make the input files and run the model.")
@takes_request(backend=True)
@click.option("--skip-generate", is_flag=True, help="Run with the input files that are there.")
def command(host: HostOptions, request: Request, skip_generate: bool) -> int:
    """Make the input files of the model run in CONFIG, and run the model.

    The backend is the one of the file, or --backend; local where neither says. The last line on stdout is the
    workspace's path.
    """
    if request.dry_run:
        from rompy_core.cli.dry_run import show_plan

        return show_plan(host, request, "run", skip_generate=skip_generate)
    from rompy_core.processes import start_supervisor

    # Its start overlaps with our imports and the reading of the config.
    start_supervisor()
    from rompy_core.cli.outcome import finish_run
    from rompy_core.cli.work import run_backend, work_in_hand
    from rompy_hooks.errors import RunTimeoutError

    error = ""
    with work_in_hand(host, request, "run", existing=skip_generate) as work:
        work.model_run.generate()
        try:
            result = work.model_run.run(backend=run_backend(work.file))
        except RunTimeoutError as timeout:
            result, error = timeout.result, str(timeout)
    return finish_run(result, work, request, error)
