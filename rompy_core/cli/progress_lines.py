"""Progress as plain lines: for a pipe, a file, a dumb terminal."""

from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from rompy_core.cli.durations import readable
from rompy_core.cli.last_lines import last_lines
from rompy_core.cli.output import writable, write_from_handler
from rompy_hooks.markers import hookimpl

#: Lines of a failed model's log that are shown.
TAIL = 8


class ProgressLines:
    """A plugin that writes a line when something begins or ends."""

    def __init__(self, stream: TextIO) -> None:
        """Take the stream to write to."""
        self._stream = stream
        self._backend = ""
        self._steps = 0
        self._logs: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None

    @property
    def watchers(self) -> tuple[Any, ...]:
        """The display itself."""
        return (self,)

    def signalled(self, name: str, done: str) -> None:
        """Say that a signal was heard."""
        # A terminal may have written ^C to the line.
        write_from_handler(f"\nrompy: {name}: {done}\n")

    @hookimpl
    def on_event(self, event: Any) -> None:
        """Tell one event; kinds that are not for people are passed over."""
        tell = _TOLD.get(event.kind)
        if tell is not None:
            tell(self, event)

    def _attempt_started(self, event: Any) -> None:
        self._backend = str(event.data.get("backend", ""))
        self._steps = len(event.data.get("steps", ()))

    def _step_started(self, event: Any) -> None:
        self._logs = [Path(event.data[name]) for name in ("stdout", "stderr") if event.data.get(name)]
        step = f" {event.data.get('step')}" if self._steps > 1 else ""
        log = f", log {self._logs[0]}" if self._logs else ""
        self._write(f"run{step} ... started on {self._backend}{log}")

    def _step_ended(self, event: Any) -> None:
        if self._steps > 1:
            self._write(f"run {event.data.get('step')} ... {ended(event.data)}")

    def _stage_ended(self, event: Any) -> None:
        self._write(f"{event.stage} ... {ended(event.data)}")
        if event.stage == "run" and not event.data.get("success"):
            for path in self._logs:
                self._tail(path)

    def _tail(self, path: Path) -> None:
        lines = last_lines(path, TAIL)
        if lines:
            self._write(f"  the end of {path}:")
            for line in lines:
                self._write(f"    {line}")

    def _stalled(self, event: Any) -> None:
        self._write(f"run ... neither output nor computing for {readable(float(event.data.get('seconds', 0)))}")

    def _warning(self, event: Any) -> None:
        self._write(f"warning: {event.data.get('message')}")

    def _write(self, line: str) -> None:
        # Where nobody watches any more, the run goes on.
        with suppress(OSError):
            self._stream.write(writable(line, self._stream) + "\n")
            self._stream.flush()


#: By the texts of the kinds: the enumeration's members are equal to them.
_TOLD = {
    "attempt_started": ProgressLines._attempt_started,
    "step_started": ProgressLines._step_started,
    "step_ended": ProgressLines._step_ended,
    "stage_ended": ProgressLines._stage_ended,
    "stalled": ProgressLines._stalled,
    "warning": ProgressLines._warning,
}


def ended(data: Any) -> str:
    """How a stage or step ended, in a few words; why it failed is told by the command, once."""
    taken = readable(float(data.get("duration") or 0.0))
    if data.get("success"):
        return f"done in {taken}"
    if data.get("signal"):
        return f"FAILED after {taken} (signal {data['signal']})"
    return f"FAILED after {taken} (exit code {data['exit_code']})" if data.get("exit_code") else f"FAILED after {taken}"
