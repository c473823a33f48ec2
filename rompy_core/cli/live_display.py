"""Progress on a terminal: the stages with their times, and the last lines of the model's log (rich)."""

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO

from rompy_core.cli.durations import readable
from rompy_core.cli.last_lines import last_lines, last_written
from rompy_core.cli.progress_lines import ended
from rompy_hooks.markers import hookimpl

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.live import Live
    from rich.segment import Segment

#: Lines of the log that are shown while it runs, and when it failed.
TAIL, TAIL_OF_FAILURE = 8, 20
_REFRESH_PER_SECOND = 5
#: Warnings that are shown; more would push the stages out of the picture.
_NOTES = 5
#: Columns for what the terminal writes itself between two pictures.
_ROOM = 4


class _Row:
    """A stage or step as it is shown."""

    __slots__ = ("data", "name", "started")

    def __init__(self, name: str) -> None:
        self.name = name
        self.started = time.monotonic()
        self.data: Any = None

    def text(self, ending: str = "") -> tuple[str, str]:
        """What to show, and in which style."""
        if self.data is None:
            taken = readable(time.monotonic() - self.started)
            return f"{self.name} ... {f'{ending} ' if ending else ''}{taken}", "bold"
        return f"{self.name} ... {ended(self.data)}", "green" if self.data.get("success") else "bold red"


class _Narrower:
    """A picture that leaves room for the terminal's own ``^C``, which would break a full line and tear it."""

    __slots__ = ("_picture",)

    def __init__(self, picture: "RenderableType") -> None:
        self._picture = picture

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "Iterator[Segment]":
        yield from console.render(self._picture, options.update_width(max(1, options.max_width - _ROOM)))


class LiveDisplay:
    """A plugin that keeps a picture of the run on the terminal while it is entered."""

    def __init__(self, stream: TextIO) -> None:
        """Take the terminal."""
        self._stream = stream
        self._lock = threading.Lock()
        self._rows: list[_Row] = []
        self._notes: list[str] = []
        self._logs: list[Path] = []
        self._over = False
        self._ending = self._signal = ""
        self._live: Live | None = None

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.live import Live

        self._live = Live(
            console=Console(file=self._stream, highlight=False),
            get_renderable=lambda: _Narrower(self.picture()),
            refresh_per_second=_REFRESH_PER_SECOND,
            # Results are for stdout; with --json what is printed comes to stderr, and stands above the picture.
            redirect_stdout=sys.stdout is sys.stderr,
        )
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over = True
        if self._live is not None:
            self._live.stop()

    @property
    def watchers(self) -> tuple[Any, ...]:
        """The display itself."""
        return (self,)

    def signalled(self, name: str, done: str) -> None:
        """Show that a signal came as the state of what is running; anything written would tear the picture."""
        # No lock: a handler may have interrupted who holds it.
        self._ending = f"{done.split()[0]} ({name})"
        self._signal = f"{name}: {done}"

    @hookimpl
    def on_event(self, event: Any) -> None:
        """Take note of one event; the picture is drawn by a thread of its own."""
        with self._lock:
            if event.kind == "stage_started":
                self._rows.append(_Row(str(event.stage)))
            elif event.kind == "step_started":
                self._rows.append(_Row(f"  {event.data.get('step')}"))
                self._logs = [Path(event.data[name]) for name in ("stdout", "stderr") if event.data.get(name)]
            elif event.kind in ("stage_ended", "step_ended"):
                self._end(str(event.stage) if event.kind == "stage_ended" else f"  {event.data.get('step')}", event)
            elif event.kind == "warning":
                self._notes.append(f"warning: {event.data.get('message')}")
            elif event.kind == "stalled":
                self._notes.append(f"neither output nor computing for {readable(float(event.data.get('seconds', 0)))}")

    def _end(self, name: str, event: Any) -> None:
        for row in reversed(self._rows):
            if row.name == name and row.data is None:
                row.data = event.data
                return
        # A stage that had nothing to do may be told by its end alone.
        self._rows.append(_Row(name))
        self._rows[-1].data = event.data

    def picture(self) -> "RenderableType":
        """What is to be seen at this moment."""
        from rich.console import Group

        with self._lock:
            return Group(*self._stages(), *self._log())

    def _stages(self) -> "Iterator[RenderableType]":
        from rich.text import Text

        for row in self._rows:
            text, style = row.text(self._ending)
            # A message may be long, and it is what people need when a run failed.
            yield Text(text, style=style, overflow="fold")
        hidden = [f"... {len(self._notes) - _NOTES} warnings more"] if len(self._notes) > _NOTES else []
        for note in (*hidden, *self._notes[-_NOTES:], *([self._signal] if self._signal else ())):
            yield Text(note, style="yellow", overflow="fold")

    def _log(self) -> "Iterator[RenderableType]":
        from rich.text import Text

        failed = any(row.name == "run" and row.data is not None and not row.data.get("success") for row in self._rows)
        if not failed and (self._over or not self._running()):
            return
        path = last_written(self._logs)
        if path is None:
            return
        yield Text(str(path), style="dim", overflow="fold")
        for line in last_lines(path, TAIL_OF_FAILURE if failed else TAIL):
            yield Text(f"  {line}", style="none" if failed else "dim", no_wrap=True, overflow="ellipsis")

    def _running(self) -> bool:
        return any(row.name == "run" and row.data is None for row in self._rows)
