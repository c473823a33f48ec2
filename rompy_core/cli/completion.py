"""Shell completion of names of backends, without importing a plugin: what is built in, and entry points."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: Names that come with rompy; a test holds them against what the built-in plugins offer.
BUILT_IN = {"run": ("docker", "local"), "process": ("noop",), "pipeline": ("local",)}

_GROUPS = {"run": "rompy.run", "process": "rompy.postprocess", "pipeline": "rompy.pipeline"}


def complete_run_backends(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Names of run backends; files where a path was begun."""
    return _completed("run", incomplete)


def complete_processors(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Names of processors; files where a path was begun."""
    return _completed("process", incomplete)


def _completed(kind: str, incomplete: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    names = [name for name in names_of(kind) if name.startswith(incomplete)]
    return [CompletionItem(name) for name in names] or [CompletionItem(incomplete, type="file")]


def names_of(kind: str) -> Sequence[str]:
    """The names of a kind that are known without importing a plugin, sorted."""
    from rompy_core.plugins.entry_points import entry_points

    return sorted({*BUILT_IN[kind], *(point.name for point in entry_points((_GROUPS[kind],)))})
