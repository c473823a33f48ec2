"""Progress as JSON objects, one a line, beside a log in the same form."""

from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TextIO

from rompy_core.cli.json_document import json_text
from rompy_core.cli.output import write_from_handler
from rompy_hooks.markers import hookimpl

#: Kinds that tell how far a run is; the others are for the journal, which has all of them.
_SHOWN = frozenset({"stage_started", "stage_ended", "step_started", "step_ended", "progress", "stalled", "warning"})


class ProgressObjects:
    """A plugin that writes an object when something begins or ends, with the keys of a log line."""

    def __init__(self, stream: TextIO) -> None:
        """Take the stream to write to."""
        self._stream = stream

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
        """Say that a signal was heard, as a log line."""
        from datetime import UTC, datetime

        time = datetime.now(UTC).isoformat()
        entry = {"time": time, "level": "warning", "logger": "rompy.events", "event": "signal"}
        write_from_handler(json_text({**entry, "signal": name, "message": done}) + "\n")

    @hookimpl
    def on_event(self, event: Any) -> None:
        """Tell one event."""
        if event.kind not in _SHOWN:
            return
        entry = {
            **event.data,
            "run_id": event.run_id,
            "attempt": event.attempt,
            "stage": event.stage,
            "time": event.time.isoformat(),
            "level": "warning" if event.kind in ("stalled", "warning") else "info",
            "logger": "rompy.events",
            "event": str(event.kind),
        }
        with suppress(OSError):
            self._stream.write(json_text(entry) + "\n")
            self._stream.flush()
