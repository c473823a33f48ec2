"""``rompy plugins``: who is there, and who is broken."""

from typing import Any

import click

from rompy_core.cli.host_options import HostOptions
from rompy_core.cli.request import json_option


@click.command("plugins", short_help="List the plugins, and what is wrong with those that are broken.")
@json_option()
@click.pass_obj
def command(host: HostOptions, as_json: bool) -> int:
    """List the plugins, what they offer, and what is wrong with those that are broken.

    A broken plugin costs only itself: the exit code is 0 unless --strict-plugins is given.
    """
    from rompy_core.cli.columns import columns, terminal_width
    from rompy_core.cli.json_document import print_document
    from rompy_core.cli.log_output import log_shown
    from rompy_core.cli.output import write_line

    # The list tells the problems; the same as warnings beside it would be twice.
    with log_shown(host, warnings=False):
        rows = _rows(host)
    if as_json:
        print_document({"success": True, "exit_code": 0, "plugins": rows})
        return 0
    shown = [_shown(row) for row in rows]
    for line in columns(("name", "state", "version", "hooks", "backends", "problem"), shown, terminal_width()):
        write_line(line)
    return 0


def _rows(host: HostOptions) -> list[dict[str, Any]]:
    manager = host.manager()
    # Asking for the offers loads what can be loaded, so that what is broken is known.
    for kind in ("run", "process", "pipeline"):
        manager.offers(kind)
    manager.model_config_offers()
    problems: dict[str, list[dict[str, str]]] = {}
    for problem in manager.problems:
        problems.setdefault(problem.plugin, []).append(problem.to_dict())
    return [{**info.to_dict(), "problems": problems.get(info.name, [])} for info in manager.infos()]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "version": f"{row['distribution']} {row['version']}".strip(),
        "problem": "; ".join(problem["message"] for problem in row["problems"]),
    }
