"""Shell completion of config files, and of names without importing a plugin: what is built in, and entry points."""

import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: Names that come with rompy; a test holds them against what the built-in plugins offer.
BUILT_IN = {"run": ("docker", "local"), "process": ("noop",), "pipeline": ("local",)}

#: What config files end in.
CONFIG_SUFFIXES = (".yml", ".yaml", ".toml", ".json")

#: What a shell does not take as it is.
_NOT_PLAIN = re.compile(r"[^\w.,:+%@/-]")

_GROUPS = {"run": "rompy.run", "process": "rompy.postprocess", "pipeline": "rompy.pipeline"}


def complete_run_backends(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Names of run backends; files where a path was begun."""
    return _completed("run", incomplete)


def complete_processors(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Names of processors; files where a path was begun."""
    return _completed("process", incomplete)


def complete_schemas(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """What ``rompy schema`` knows: the file, and all names."""
    from click.shell_completion import CompletionItem

    names = sorted({"pipeline", *(name for kind in BUILT_IN for name in names_of(kind))})
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def complete_configs(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Config files, and the folders on the way to them."""
    from click.shell_completion import CompletionItem

    folder, slash, begun = incomplete.rpartition("/")
    try:
        entries = [entry for entry in os.scandir(folder + slash or ".") if entry.name.startswith(begun)]
    except OSError:
        entries = []
    shown = [entry for entry in entries if begun or not entry.name.startswith(".")]
    files = [entry.name for entry in shown if entry.name.endswith(CONFIG_SUFFIXES) and entry.is_file()]
    folders = [f"{entry.name}/" for entry in shown if entry.is_dir()]
    if any(_NOT_PLAIN.search(name) for name in (folder, *files, *folders)):
        return [CompletionItem(incomplete, type="file")]  # the shell knows how to quote it
    if not files:
        return [CompletionItem(incomplete, type="dir")]  # and not to put a blank behind a folder
    return [CompletionItem(f"{folder}{slash}{name}") for name in sorted([*files, *folders])]


def _completed(kind: str, incomplete: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    names = [name for name in names_of(kind) if name.startswith(incomplete)]
    return [CompletionItem(name) for name in names] or [CompletionItem(incomplete, type="file")]


def names_of(kind: str) -> Sequence[str]:
    """The names of a kind that are known without importing a plugin, sorted."""
    from rompy_core.plugins.entry_points import entry_points

    return sorted({*BUILT_IN[kind], *(point.name for point in entry_points((_GROUPS[kind],)))})
