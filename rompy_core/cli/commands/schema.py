"""``rompy schema``: a JSON Schema for an editor's completion."""

import click

from rompy_core.cli.completion import complete_schemas
from rompy_core.cli.host_options import HostOptions
from rompy_core.cli.request import json_option


@click.command("schema", short_help="Print a JSON Schema, for an editor's completion.")
@click.argument(
    "what", required=False, default="pipeline", metavar="[pipeline|BACKEND]", shell_complete=complete_schemas
)
@json_option(always=True)
@click.pass_obj
def command(host: HostOptions, what: str, as_json: bool) -> int:  # noqa: ARG001  the schema is JSON in any case
    """Print the JSON Schema of a pipeline file, or of the settings of one backend.

    BACKEND is a name, or KIND:NAME where several kinds have it, such as process:noop.
    """
    from rompy_core.cli.json_document import print_document
    from rompy_core.cli.log_output import log_shown
    from rompy_core.cli.schemas import schema_of

    with log_shown(host):
        print_document(schema_of(host.manager(), what))
    return 0
