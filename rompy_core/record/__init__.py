"""What is written down about a run: the journal of its events, and the record that they add up to."""

from typing import TYPE_CHECKING, Any

from rompy_core.record.journal import append, encode, open_journal, read_events, seal
from rompy_core.record.plain_data import PlainData, plain_data
from rompy_core.record.record import AttemptRecord, Record, StageRecord
from rompy_core.record.snapshot_file import read_record, write_record
from rompy_core.record.versions import versions
from rompy_core.workspace.owner import host_and_user

if TYPE_CHECKING:
    from rompy_core.record.own_files import listed_files, own_outputs
    from rompy_core.record.run_script import repeat_script, write_repeat_script

__all__ = [
    "AttemptRecord",
    "PlainData",
    "Record",
    "StageRecord",
    "append",
    "encode",
    "host_and_user",
    "listed_files",
    "open_journal",
    "own_outputs",
    "plain_data",
    "read_events",
    "read_record",
    "repeat_script",
    "seal",
    "versions",
    "write_record",
    "write_repeat_script",
]


def __getattr__(name: str) -> Any:
    # What not every run needs is imported when it is asked for.
    if name in ("listed_files", "own_outputs"):
        from rompy_core.record import own_files

        return getattr(own_files, name)
    if name in ("repeat_script", "write_repeat_script"):
        from rompy_core.record import run_script

        return getattr(run_script, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
