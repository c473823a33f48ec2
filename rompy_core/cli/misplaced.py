"""Options that exist, but on the other side of the command."""

import click

from rompy_core.cli.root import COMMANDS, rompy


def where_it_belongs(error: click.NoSuchOption) -> str | None:
    """Where an option has to stand; ``None`` where nobody has it.

    Args:
        error: What click says of an option that was not found.
    """
    option, context = error.option_name, error.ctx
    if context is None:
        return None
    if context.parent is None:
        takers = [name for name in COMMANDS if _has(rompy.get_command(context, name), option)]
        some = "|".join(takers) if len(takers) <= 3 else "COMMAND"
        return f"Option {option!r} belongs behind the command: rompy {some} {option} ..." if takers else None
    if _has(rompy, option):
        return f"Option {option!r} belongs before the command: rompy {option} {context.info_name} ..."
    return None


def _has(command: click.Command | None, option: str) -> bool:
    return command is not None and any(
        option in (*param.opts, *param.secondary_opts) for param in command.params if isinstance(param, click.Option)
    )
