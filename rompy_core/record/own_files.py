"""The files that a record lists as the run's own."""

from pathlib import Path

from rompy_core.record.record import Record
from rompy_core.workspace.manifest import read_manifest


def listed_files(record_dir: Path, record: Record) -> tuple[str, ...]:
    """Inputs and outputs of all attempts, relative to the workspace, sorted.

    Args:
        record_dir: The workspace's ``.rompy``, with the attempts' manifests.
        record: The run's record.
    """
    files = set(record.inputs)
    for attempt in record.attempts:
        files.update(entry.path for entry in read_manifest(record_dir / "attempts" / str(attempt.number)))
    return tuple(sorted(files))
