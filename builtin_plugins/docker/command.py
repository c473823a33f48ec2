"""``rompy containers``: the containers that rompy made, and the end of those whose owner is gone."""

import json
from collections.abc import Iterable
from typing import Any

import click

from rompy_hooks import RompyError

_HEADINGS = ("container", "run", "step", "state", "owner", "workspace")


@click.command(
    "containers",
    short_help="List rompy's containers, and remove those of the dead.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--prune", is_flag=True, help="Remove the containers whose owner is gone, and no other.")
@click.option("--left", is_flag=True, help="With --prune, also those that were left on purpose and still run.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, prune: bool, left: bool, as_json: bool) -> int:
    """List the containers that rompy made on the Docker Engine, and remove those whose owner is gone.

    A container's owner is the process that runs the model. It removes its containers itself, unless it is killed
    together with all that it started.
    """
    if left and not prune:
        raise click.UsageError("--left is for --prune")
    # docker-py takes 0.1 s, which --help need not wait for.
    from builtin_plugins.docker.pruning import list_containers, prune_containers
    from builtin_plugins.docker.trouble import DockerError

    try:
        if prune:
            removed, failed = prune_containers(left=left)
            rows = [_row(found) for found in removed]
        else:
            failed = []
            rows = [_row(found) for found in list_containers()]
    except DockerError as error:
        raise RompyError(str(error)) from error
    if as_json:
        _print_document(rows, "removed" if prune else "containers", failed)
    else:
        _print_lines(rows, failed, "removed {container} of run {run}" if prune else None)
    return 1 if failed else 0


def _row(found: Any) -> dict[str, str]:
    return {
        "container": found.name,
        "id": found.id,
        "run": found.owner.run_id,
        "step": found.step,
        "state": found.state,
        "status": found.status,
        "image": found.image,
        "owner": f"{found.owner.pid} on {found.owner.host}{' (gone)' if found.is_orphan else ''}",
        "workspace": found.workspace,
    }


def _print_document(rows: list[dict[str, str]], key: str, failed: list[str]) -> None:
    document = {"success": not failed, "exit_code": int(bool(failed)), key: rows, "errors": failed}
    click.echo(json.dumps(document, indent=2))


def _print_lines(rows: list[dict[str, str]], failed: Iterable[str], line: str | None) -> None:
    if line is not None:
        for row in rows:
            click.echo(line.format(**row))
    elif rows:
        widths = [max(len(name), *(len(row[name]) for row in rows)) for name in _HEADINGS]
        for words in (_HEADINGS, *([row[name] for name in _HEADINGS] for row in rows)):
            click.echo("  ".join(word.ljust(width) for word, width in zip(words, widths, strict=True)).rstrip())
    for message in failed:
        click.echo(f"Error: {message}", err=True)
