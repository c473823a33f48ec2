"""The files that a record lists as the run's own."""

from pathlib import Path

from rompy_core.record.record import Record
from rompy_core.workspace.manifest import read_manifest
from rompy_core.workspace.snapshot import Facts


def own_outputs(record_dir: Path, record: Record) -> dict[str, Facts]:
    """What attempts made, relative to the workspace, as the last of them that touched it left it.

    A file that lay there before an attempt, and that no earlier one left just so, is somebody else's, also when the
    model wrote to it.

    Args:
        record_dir: The workspace's ``.rompy``, with the attempts' manifests.
        record: The run's record.
    """
    ours: dict[str, Facts] = {}
    for attempt in record.attempts:
        for entry in read_manifest(record_dir / "attempts" / str(attempt.number)):
            if entry.was is None or ours.get(entry.path) == entry.was:
                ours[entry.path] = entry.facts
            else:
                ours.pop(entry.path, None)
    return ours


def listed_files(record_dir: Path, record: Record) -> dict[str, Facts | None]:
    """Inputs, whatever is in them now, and outputs, as the attempts left them.

    Args:
        record_dir: The workspace's ``.rompy``, with the attempts' manifests.
        record: The run's record.
    """
    return {**own_outputs(record_dir, record), **dict.fromkeys(record.inputs)}
