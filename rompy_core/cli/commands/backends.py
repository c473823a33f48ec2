"""``rompy backends``: what can be named in a config file."""

from typing import Any

import click

from rompy_core.cli.host_options import HostOptions
from rompy_core.cli.request import json_option

KINDS = ("run", "process", "pipeline")


@click.command("backends", short_help="List the backends, processors and pipelines.")
@click.argument("kind", required=False, type=click.Choice(KINDS), metavar="[KIND]")
@json_option()
@click.pass_obj
def command(host: HostOptions, kind: str | None, as_json: bool) -> int:
    """List the backends, processors and pipelines, and who offers them; KIND is run, process or pipeline."""
    from rompy_core.cli.columns import columns, terminal_width
    from rompy_core.cli.json_document import print_document
    from rompy_core.cli.log_output import log_shown
    from rompy_core.cli.output import write_line

    with log_shown(host):
        rows = _rows(host, KINDS if kind is None else (kind,))
    if as_json:
        print_document({"success": True, "exit_code": 0, "backends": rows})
        return 0
    for line in columns(("kind", "name", "summary", "plugin", "distribution"), rows, terminal_width()):
        write_line(line)
    return 0


def _rows(host: HostOptions, kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    manager = host.manager()
    return [_row(offer) for kind in kinds for offer in sorted(manager.offers(kind), key=lambda offer: offer.name)]


def _row(offer: Any) -> dict[str, Any]:
    """What is known without importing the plugin: an entry point's summary comes with its class."""
    summary = offer.backend.summary if offer.backend else ""
    return {
        "kind": offer.kind,
        "name": offer.name,
        "summary": f"{summary} ({offer.conflict})".strip() if offer.conflict else summary,
        "plugin": offer.plugin,
        "distribution": f"{offer.distribution} {offer.version}".strip(),
    }
