"""What the command line asks for: a config file, what to override in it, backends and processors."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rompy_core.cli.completion import CONFIG_SUFFIXES, complete_configs, complete_processors, complete_run_backends

if TYPE_CHECKING:
    from rompy_core.cli.host_options import HostOptions
    from rompy_core.pipeline_file import PipelineFile
    from rompy_core.plugins import PluginManager

Decorator = Callable[[Any], Any]


class Request:
    """The positional argument and the options that commands on a config file share."""

    __slots__ = ("as_json", "backend", "config", "config_from_env", "dry_run", "overrides", "processors")

    def __init__(
        self,
        *,
        config: str | None,
        overrides: Sequence[str] = (),
        backend: str | None = None,
        processors: Sequence[str] = (),
        dry_run: bool = False,
        config_from_env: bool = False,
        as_json: bool = False,
    ) -> None:
        """Take the values of the options, by their names.

        Raises:
            click.UsageError: Neither or both of a config file and ``--config-from-env`` were given.
        """
        if config is None and not config_from_env:
            raise click.UsageError("Missing argument 'CONFIG': name a config file, or give --config-from-env.")
        if config is not None and config_from_env:
            raise click.UsageError(f"Give CONFIG or --config-from-env, not both: got {config!r} too.")
        self.config = None if config is None else Path(config)
        self.overrides = tuple(overrides)
        self.backend = None if backend is None else name_or_file(backend)
        self.processors = tuple(map(name_or_file, processors))
        self.dry_run = dry_run
        self.config_from_env = config_from_env
        self.as_json = as_json

    @property
    def source(self) -> str:
        """The config's name for people."""
        return "the environment" if self.config is None else str(self.config)

    def manager(self, host: "HostOptions", *watchers: Any) -> "PluginManager":
        """The plugin manager for this config."""
        return host.manager(self.config, *watchers)

    def read(self, manager: "PluginManager") -> "PipelineFile":
        """Read the config.

        Raises:
            ConfigError: With all its faults.
        """
        from rompy_core import pipeline_file

        options: dict[str, Any] = {"overrides": self.overrides, "plugin_manager": manager, "backend": self.backend}
        options["processor"] = self.processors or None
        if self.config is None:
            return pipeline_file.pipeline_from_environment(**options)
        return pipeline_file.read_pipeline_file(self.config, **options)


def name_or_file(text: str) -> str | Path:
    """A file where the text looks like one, else a name.

    >>> name_or_file("local"), name_or_file("hpc.yml"), name_or_file("./hpc")
    ('local', PosixPath('hpc.yml'), PosixPath('hpc'))
    """
    return Path(text) if "/" in text or text.endswith(CONFIG_SUFFIXES) else text


def takes_request(*, backend: bool = False, processor: bool = False, dry_run: bool = True) -> Decorator:
    """Give a command the argument CONFIG and the options on it; it is called with a :class:`Request`.

    Args:
        backend: Whether it has ``--backend``.
        processor: Whether it has ``--processor``.
        dry_run: Whether it has ``--dry-run``.
    """
    options: list[Decorator] = [
        click.argument("config", required=False, metavar="CONFIG", shell_complete=complete_configs),
        click.option(
            "-o", "overrides", metavar="KEY=VALUE", multiple=True, help="Override a key, such as backend.timeout=2H."
        ),
    ]
    if backend:
        options.append(_backend())
    if processor:
        options.append(_processors())
    if dry_run:
        options.append(click.option("--dry-run", is_flag=True, help="Check all, say what would be done, do nothing."))
    options += [
        click.option("--config-from-env", is_flag=True, help="Read the config from the environment, not from a file."),
        json_option(),
    ]
    return lambda function: _decorated(function, options)


def json_option(*, always: bool = False) -> Decorator:
    """The option ``--json``; with it stdout is for the document alone.

    Args:
        always: Whether the command prints a document in any case.
    """

    def keep_stdout(context: click.Context, _param: click.Parameter, given: bool) -> bool:
        if (given or always) and not context.resilient_parsing:
            from rompy_core.cli.json_document import keep_stdout_for_the_document

            keep_stdout_for_the_document(context)
        return given

    return click.option(
        "--json", "as_json", is_flag=True, callback=keep_stdout, help="Print one JSON document on stdout."
    )


def _backend() -> Decorator:
    return click.option(
        "--backend",
        metavar="NAME|FILE",
        shell_complete=complete_run_backends,
        help="Run backend, by its name or by a file with its settings.",
    )


def _processors() -> Decorator:
    return click.option(
        "--processor",
        "processors",
        metavar="NAME|FILE",
        multiple=True,
        shell_complete=complete_processors,
        help="Processor, by its name or by a file with its settings; several are done in order.",
    )


def _decorated(function: Callable[..., Any], options: list[Decorator]) -> Callable[..., Any]:
    def with_request(host: "HostOptions", /, **values: Any) -> Any:
        asked = {name: values.pop(name) for name in Request.__slots__ if name in values}
        return function(host, Request(**asked), **values)

    with_request.__doc__ = function.__doc__
    decorated: Callable[..., Any] = with_request
    for option in reversed(options):
        decorated = option(decorated)
    # Options that the command has of its own stand after the shared ones.
    own = getattr(function, "__click_params__", [])
    decorated.__click_params__ = [*own, *getattr(decorated, "__click_params__", [])]  # type: ignore[attr-defined]
    return click.pass_obj(decorated)
