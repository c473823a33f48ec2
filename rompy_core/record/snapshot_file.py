"""``record.json``: the record as a file, written at the end and trusted while the journal has not grown since."""

import contextlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from rompy_core.record.journal import read_events
from rompy_core.record.json_text import json_encoder
from rompy_core.record.record import Record
from rompy_core.workspace.atomic import write_whole
from rompy_core.workspace.location import RECORD_DIR
from rompy_core.workspace.record_dir import JOURNAL
from rompy_hooks import WorkspaceError

#: The record's name in its folder.
RECORD = "record.json"

_TO_JSON = json_encoder()


def write_record(
    record_dir: Path, record: Record, *, sync: bool = False, journal_bytes: int | None = None, is_first: bool = False
) -> None:
    """Write the record; readers see it whole, or none and then the journal.

    Args:
        record_dir: The workspace's ``.rompy``; the caller holds the lock.
        record: All events of the journal are applied to it.
        sync: Whether it must survive a loss of power.
        journal_bytes: How long the journal is, where the caller knows.
        is_first: Whether there was no record before.

    Raises:
        OSError: It cannot be written; the journal, which holds the same, then stands alone.
    """
    record.workspace = str(record_dir.parent)
    data = record.to_dict()
    data["journal_bytes"] = _journal_size(record_dir) if journal_bytes is None else journal_bytes
    if not is_first:
        # Readers that miss it read the journal; a rename onto an existing file makes ext4 flush it, a quarter of a ms.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{record_dir}/{RECORD}")  # noqa: PTH108 - a hot path
    write_whole(f"{record_dir}/{RECORD}", _lines(data).encode("ascii"), sync=sync)


def read_record(workspace: Path) -> Record:
    """The record of a workspace: from ``record.json`` while it agrees with the journal, else from the journal.

    Raises:
        WorkspaceError: There is no journal, or it cannot be read.
    """
    record_dir = workspace / RECORD_DIR
    try:
        record = _written(record_dir) or Record.from_events(read_events(record_dir / JOURNAL))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise WorkspaceError(f"{workspace} has no {RECORD_DIR}/{JOURNAL}: rompy has not run anything there") from error
    except OSError as error:
        raise WorkspaceError(f"{record_dir / JOURNAL}: the journal cannot be read: {error.strerror}") from error
    record.workspace = str(workspace)
    return record


def _written(record_dir: Path) -> Record | None:
    try:
        data: Any = json.loads((record_dir / RECORD).read_bytes())
        if not isinstance(data, dict) or data.pop("journal_bytes", None) != _journal_size(record_dir):
            return None
        record = Record.from_dict(data)
        datetime.fromisoformat(record.updated or "")
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    return record


def _journal_size(record_dir: Path) -> int:
    return os.stat(f"{record_dir}/{JOURNAL}").st_size  # noqa: PTH116 - a hot path


def _lines(data: dict[str, Any]) -> str:
    """JSON in a few lines, each attempt on one of its own: people read it, and few calls of the encoder cost little."""
    attempts = data.pop("attempts", None)
    head = _TO_JSON(data)
    if not attempts:
        return f'{head[:-1]},\n"attempts": []}}\n'
    listed = ",\n  ".join(map(_TO_JSON, attempts))
    return f'{head[:-1]},\n"attempts": [\n  {listed}\n]}}\n'
