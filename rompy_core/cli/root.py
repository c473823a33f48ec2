"""The group ``rompy`` with the options that stand before a command."""

from typing import Any

import click

from rompy_core import __version__
from rompy_core.cli.host_options import HostOptions
from rompy_core.cli.lazy_group import LazyGroup

#: Name and short help of each command; a test holds the short help against the command's own.
COMMANDS = {
    "generate": "Make the input files of a model run.",
    "run": "Make the input files and run the model.",
    "postprocess": "Postprocess what a model run has written.",
    "pipeline": "Generate, run and postprocess.",
    "validate": "Check a config file and say what is wrong with it.",
    "schema": "Print a JSON Schema, for an editor's completion.",
    "backends": "List the backends, processors and pipelines.",
    "plugins": "List the plugins, and what is wrong with those that are broken.",
}

EPILOG = """\
CONFIG is a YAML, TOML or JSON file. Exit codes: 0 done, 1 the model or a stage failed, 2 bad usage or config,
3 a plugin is at fault, 75 the workspace is in use, 124 timeout, 130 interrupted.
"""


@click.group(
    cls=LazyGroup, lazy_commands=COMMANDS, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "-p", "plugins", metavar="NAME", multiple=True, help="Load the plugin module NAME; no:NAME leaves a plugin out."
)
@click.option("--strict-plugins", is_flag=True, help="A plugin that cannot be loaded is an error.")
@click.option("--no-local-plugins", is_flag=True, help="Leave a rompy_plugins.py beside the config file alone.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option("-v", "--verbose", count=True, help="Show the log; -vv shows all of it.")
@click.option("-q", "--quiet", is_flag=True, help="Show errors and results only.")
@click.option(
    "--log-format",
    type=click.Choice(["console", "json"]),
    default="console",
    help="How the log looks on stderr; json is one object a line.",
)
@click.version_option(__version__, message="rompy-core %(version)s")
@click.pass_context
def rompy(context: click.Context, /, **options: Any) -> None:
    """Run numerical ocean, wave and coastal models.

    Generates a run's input files, runs the model, postprocesses what it wrote and records what happened.
    """
    context.obj = HostOptions(**options)
