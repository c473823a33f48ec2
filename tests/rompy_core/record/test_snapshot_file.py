"""``record.json`` and the journal tell the same."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rompy_core.record import Record, append, encode, open_journal, read_record, write_record
from rompy_core.workspace import RECORD_DIR, create_record_dir
from rompy_hooks import Event, EventKind, WorkspaceError

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def event(kind: EventKind, **data: Any) -> Event:
    """An event of the run swan-06."""
    return Event(kind=kind, time=NOON, run_id="swan-06", attempt=1, stage="run", data=data)


OPENED = event(EventKind.RUN_OPENED, action="run", host="node1")
ENDED = event(EventKind.RUN_ENDED, success=True, message="done")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace whose journal tells of a run that was opened, tried and let go."""
    folder = tmp_path / "swan-06"
    journal = create_record_dir(folder, encode(OPENED))
    for each in (
        event(EventKind.ATTEMPT_STARTED, steps=["a"]),
        event(EventKind.ATTEMPT_ENDED, result={"success": True}),
        ENDED,
    ):
        append(journal, encode(each))
    os.close(journal)
    return folder


def test_read_record_rebuilds_a_missing_one(workspace: Path) -> None:
    """A driver that was killed wrote no record.json; the journal has it all."""
    record = read_record(workspace)
    assert (record.state, record.run_id, record.host, record.events) == ("succeeded", "swan-06", "node1", 4)
    assert record.workspace == str(workspace)


def test_write_record_is_what_read_record_reads(workspace: Path) -> None:
    """The file holds the same as the journal, a line for each attempt, and nothing else is left."""
    rebuilt = read_record(workspace)
    write_record(workspace / RECORD_DIR, rebuilt)
    text = (workspace / RECORD_DIR / "record.json").read_text()
    assert json.loads(text)["state"] == "succeeded"
    assert text.startswith('{"format": 1, "run_id": "swan-06", ')
    assert '\n"attempts": [\n  {"number": 1, ' in text
    (workspace / RECORD_DIR / "events.jsonl").write_bytes(
        b"x" * (workspace / RECORD_DIR / "events.jsonl").stat().st_size
    )
    assert read_record(workspace) == rebuilt  # from the file alone, as the journal holds nothing now
    assert sorted(path.name for path in (workspace / RECORD_DIR).iterdir()) == ["events.jsonl", "record.json"]


def test_read_record_trusts_the_journal_that_has_grown(workspace: Path) -> None:
    """A later process appended and died before its end: the file is older than the journal."""
    write_record(workspace / RECORD_DIR, read_record(workspace))
    journal = open_journal(workspace / RECORD_DIR)
    append(journal, encode(OPENED))
    os.close(journal)
    assert read_record(workspace).state == "running"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b"{}", b"[" * 100_000, b'{"journal_bytes": SIZE, "format": 7}']
)
def test_read_record_passes_over_a_file_that_is_no_record(workspace: Path, content: bytes) -> None:
    """Torn, edited, or of a later version: the journal is read."""
    size = (workspace / RECORD_DIR / "events.jsonl").stat().st_size
    (workspace / RECORD_DIR / "record.json").write_bytes(content.replace(b"SIZE", str(size).encode()))
    assert read_record(workspace).state == "succeeded"


def test_read_record_of_a_moved_workspace_tells_the_new_place(workspace: Path, tmp_path: Path) -> None:
    """Workspaces are archived and moved."""
    write_record(workspace / RECORD_DIR, read_record(workspace))
    workspace.rename(tmp_path / "archive")
    assert read_record(tmp_path / "archive").workspace == str(tmp_path / "archive")


def test_read_record_of_a_stranger_is_an_error(tmp_path: Path) -> None:
    """A folder that rompy did not make has no record."""
    for place in (tmp_path, tmp_path / "gone"):
        with pytest.raises(WorkspaceError) as caught:
            read_record(place)
        assert str(caught.value) == f"{place} has no .rompy/events.jsonl: rompy has not run anything there"


def test_read_record_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """A folder in the journal's place."""
    (tmp_path / RECORD_DIR / "events.jsonl").mkdir(parents=True)
    with pytest.raises(WorkspaceError) as caught:
        read_record(tmp_path)
    assert str(caught.value) == f"{tmp_path}/.rompy/events.jsonl: the journal cannot be read: Is a directory"


def test_write_record_survives_a_loss_of_power_when_asked(workspace: Path) -> None:
    """With sync the file and its name are flushed; it is the same file."""
    write_record(workspace / RECORD_DIR, Record.from_events([OPENED]), sync=True)
    assert json.loads((workspace / RECORD_DIR / "record.json").read_bytes())["state"] == "running"
