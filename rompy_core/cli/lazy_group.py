"""A click group that knows its commands by name, and imports one when it is called.

click's own groups import every command to print their help; that would cost ten interpreters here.
"""

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NoReturn

import click

#: Where plugins offer commands.
COMMAND_GROUP = "rompy.commands"


class LazyGroup(click.Group):
    """Commands of a table, and of entry points, by name."""

    def __init__(self, *args: Any, lazy_commands: Mapping[str, str], **kwargs: Any) -> None:
        """Take the table.

        Args:
            *args: As click's.
            lazy_commands: Name and short help; each lives in ``rompy_core.cli.commands.NAME`` as ``command``.
            **kwargs: As click's.
        """
        super().__init__(*args, **kwargs)
        self._lazy = lazy_commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Our commands in the order of a run's life, then those of plugins."""
        return [*self._lazy, *sorted(self._of_plugins(ctx))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command.

        Raises:
            PluginError: A plugin offers it and cannot be imported.
        """
        if cmd_name in self._lazy:
            command: click.Command = import_module(f"rompy_core.cli.commands.{cmd_name}").command
            return command
        point = self._of_plugins(ctx).get(cmd_name)
        return None if point is None else _load(point)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, with the nearest name of a command that is not there."""
        known = self._lazy if args[0] in self._lazy else self.list_commands(ctx)
        if args[0] not in known and not ctx.resilient_parsing:
            from rompy_core.nearest import did_you_mean

            ctx.fail(f"There is no command {args[0]!r}.{did_you_mean(args[0], known)} Known: {', '.join(known)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._lazy.items()))
        offered = self._of_plugins(ctx)
        if offered:
            with formatter.section("Commands of plugins"):
                formatter.write_dl([(name, f"from {offered[name].distribution}") for name in sorted(offered)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Complete commands without importing them, and options."""
        from click.shell_completion import CompletionItem

        summaries = {**dict.fromkeys(self._of_plugins(ctx)), **self._lazy}
        found = [CompletionItem(name, help=text) for name, text in summaries.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def _of_plugins(self, ctx: click.Context) -> dict[str, Any]:
        if os.environ.get("ROMPY_DISABLE_PLUGIN_AUTOLOAD"):
            return {}
        from rompy_core.plugins.entry_points import entry_points

        left_out = {name.removeprefix("no:") for name in ctx.params.get("plugins", ()) if name.startswith("no:")}
        return {
            point.name: point
            for point in entry_points((COMMAND_GROUP,))
            if point.name not in self._lazy and not {point.name, f"{COMMAND_GROUP}:{point.name}"} & left_out
        }


def _load(point: Any) -> click.Command:
    import gc

    # A stranger's command may be a long one; ours are short but for those that do stages.
    gc.enable()
    try:
        command = point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001  whatever a stranger's module raises
        _at_fault(point, f"failed to load: {type(error).__name__}: {error}", error)
    if not isinstance(command, click.Command):
        _at_fault(point, f"is no click command but a {type(command).__name__}")
    return command


def _at_fault(point: Any, what: str, cause: BaseException | None = None) -> NoReturn:
    from rompy_hooks.errors import PluginError

    offered_by = f"{point.distribution} {point.version}".rstrip()
    raise PluginError(f"Command {point.name!r} ({offered_by}) {what}") from cause
