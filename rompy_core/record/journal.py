"""The journal ``events.jsonl``: one event a line, appended before anything is done about it."""

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from rompy_core.record.json_text import json_encoder
from rompy_core.record.plain_data import PlainData, plain_data
from rompy_core.workspace.atomic import write_all
from rompy_core.workspace.record_dir import JOURNAL
from rompy_hooks import Event, EventKind, WorkspaceError

_KINDS: dict[str, EventKind] = {kind.value: kind for kind in EventKind}
# ASCII only: a line holds no byte that an editor or another encoding could trip over, and lone surrogates of file
# names survive.
_TO_JSON = json_encoder(",", ":")


def seal(event: Event, workspace: Path | None = None) -> Event:
    """The event as the journal keeps it and watchers see it; nothing happens to one that is sealed.

    Args:
        event: An event whose data may hold paths, results and secrets.
        workspace: Paths inside it become relative to it.

    Raises:
        ValueError: The event's time has no time zone.
    """
    if event.time.tzinfo is None:
        raise ValueError(f"the time of an event needs a time zone, got {event.time.isoformat()}")
    if type(event.data) is PlainData:
        return event
    return Event(
        kind=event.kind,
        time=event.time,
        run_id=event.run_id,
        attempt=event.attempt,
        stage=event.stage,
        data=plain_data(event.data, workspace),
    )


def encode(event: Event) -> bytes:
    """The event as one line of JSON, its secrets replaced, its time in UTC.

    Raises:
        ValueError: The event's time has no time zone.
    """
    time = event.time
    if time.tzinfo is not UTC or type(event.data) is not PlainData:
        event = seal(event)
        time = time.astimezone(UTC)
    line = _TO_JSON(
        {
            "kind": event.kind if isinstance(event.kind, str) else str(event.kind),
            "time": time.isoformat(timespec="microseconds"),
            "run_id": event.run_id,
            "attempt": event.attempt,
            "stage": event.stage,
            "data": event.data,
        }
    )
    return line.encode("ascii") + b"\n"


def decode(line: bytes) -> Event | None:
    """The event of a line, or ``None`` where the line holds none: torn by a crash, or written by something else."""
    try:
        fields: Any = json.loads(line)
        kind, data = fields["kind"], fields["data"]
        if not (isinstance(kind, str) and isinstance(data, dict)):
            return None
        return Event(
            kind=_KINDS.get(kind, kind),
            time=datetime.fromisoformat(fields["time"]).astimezone(UTC),
            run_id=str(fields["run_id"]),
            attempt=int(fields["attempt"]),
            stage=fields["stage"],
            data=PlainData(data),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def open_journal(record_dir: Path) -> int:
    """The journal of an existing record, open for appending; the caller holds the lock and closes it.

    A last line that a crash tore is ended, so that the next event has a line of its own.

    Raises:
        WorkspaceError: There is no journal, or it cannot be opened.
    """
    path = record_dir / JOURNAL
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        raise WorkspaceError(f"{path}: the journal cannot be opened: {error.strerror}") from error
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            append(descriptor, b"\n")
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def append(descriptor: int, line: bytes, *, sync: bool = False) -> None:
    """Append a line to the journal.

    Args:
        descriptor: The journal, open for appending; the caller holds the workspace's lock.
        line: With its newline.
        sync: Whether it must survive a loss of power (costs a flush of the disk).

    Raises:
        OSError: It cannot be written; what was written of it is taken back.
    """
    try:
        written = os.write(descriptor, line)
        if written < len(line):
            # The disk is nearly full, or a signal came: the rest tells.
            _write_rest(descriptor, line, written)
    except OSError as error:
        error.filename = JOURNAL
        raise
    if sync:
        os.fsync(descriptor)


def _write_rest(descriptor: int, line: bytes, written: int) -> None:
    size = os.fstat(descriptor).st_size - written
    try:
        write_all(descriptor, line[written:])
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, size)
        raise


class _Events(Iterator[Event]):
    """The events of a journal, read as they are asked for."""

    def __init__(self, path: Path) -> None:
        #: Lines so far that hold no event.
        self.skipped = 0
        self._lines = path.open("rb")

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event:
        for line in self._lines:
            event = decode(line)
            if event is not None:
                return event
            self.skipped += line != b"\n"
        self._lines.close()
        raise StopIteration


def read_events(path: Path) -> _Events:
    """The events of a journal, in order; ``skipped`` of the iterator counts the lines that hold none.

    Kinds that this version does not know are texts.

    Raises:
        OSError: The journal cannot be read.
    """
    return _Events(path)
