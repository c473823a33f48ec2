"""The directory of a run: where it is, who owns it, what lies in it, and how it is filled and emptied."""

from typing import TYPE_CHECKING, Any

from rompy_core.workspace.atomic import write_whole
from rompy_core.workspace.forked import leave_at_fork
from rompy_core.workspace.install import install_inputs
from rompy_core.workspace.location import RECORD_DIR, check_identifier, workspace_of
from rompy_core.workspace.lock import WorkspaceLock, owner_of
from rompy_core.workspace.manifest import checksum, read_manifest, write_manifest
from rompy_core.workspace.owner import Owner, host_and_user
from rompy_core.workspace.record_dir import JOURNAL, create_record_dir, is_marked, marker_of
from rompy_core.workspace.redaction import redact_command, redact_commands
from rompy_core.workspace.snapshot import Entry, Snapshot, changes, take_snapshot

if TYPE_CHECKING:
    from rompy_core.workspace.archive import zip_workspace
    from rompy_core.workspace.program import program_of
    from rompy_core.workspace.removal import clear_workspace

__all__ = [
    "JOURNAL",
    "RECORD_DIR",
    "Entry",
    "Owner",
    "Snapshot",
    "WorkspaceLock",
    "changes",
    "check_identifier",
    "checksum",
    "clear_workspace",
    "create_record_dir",
    "host_and_user",
    "install_inputs",
    "is_marked",
    "leave_at_fork",
    "marker_of",
    "owner_of",
    "program_of",
    "read_manifest",
    "redact_command",
    "redact_commands",
    "take_snapshot",
    "workspace_of",
    "write_manifest",
    "write_whole",
    "zip_workspace",
]


def __getattr__(name: str) -> Any:
    # What most runs never need is imported when it is asked for.
    if name == "clear_workspace":
        from rompy_core.workspace.removal import clear_workspace

        return clear_workspace
    if name == "zip_workspace":
        from rompy_core.workspace.archive import zip_workspace

        return zip_workspace
    if name == "program_of":
        from rompy_core.workspace.program import program_of

        return program_of
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
