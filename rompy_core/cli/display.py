"""Which display fits where the command runs."""

import os
import sys
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from rompy_core.cli.host_options import HostOptions


class Display(AbstractContextManager[Any], Protocol):
    """Shows progress while it is entered."""

    def signalled(self, name: str, done: str) -> None:
        """Show that a signal came and what is done; called in its handler, also before the display is entered."""

    @property
    def watchers(self) -> tuple[Any, ...]:
        """Plugins that are told the events."""


class NoDisplay:
    """Shows nothing."""

    watchers: tuple[Any, ...] = ()

    def signalled(self, name: str, done: str) -> None:
        """Say that a signal was heard: it is an answer to who sent it."""
        from rompy_core.cli.output import write_from_handler

        write_from_handler(f"\nrompy: {name}: {done}\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None


def display_for(host: "HostOptions") -> "Display":
    """A plugin and context manager that shows progress on stderr; with ``-q`` one that shows nothing.

    A picture is for a terminal that can be drawn on; ``TERM=dumb``, pipes and files get plain lines, a log of JSON
    objects gets more of these.
    """
    if host.quiet or sys.stderr is None:
        return NoDisplay()
    if host.log_format == "json":
        from rompy_core.cli.progress_objects import ProgressObjects

        return ProgressObjects(sys.stderr)
    if sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        from rompy_core.cli.live_display import LiveDisplay

        return LiveDisplay(sys.stderr)
    from rompy_core.cli.progress_lines import ProgressLines

    return ProgressLines(sys.stderr)
