"""The files that a record lists as the run's own."""

from pathlib import Path

from rompy_core.record import AttemptRecord, Record, listed_files, own_outputs
from rompy_core.workspace import Entry, write_manifest


def record_of(record_dir: Path, *attempts: list[Entry]) -> Record:
    """A record of attempts that wrote something."""
    for number, entries in enumerate(attempts, 1):
        folder = record_dir / "attempts" / str(number)
        folder.mkdir(parents=True)
        write_manifest(folder, entries)
    return Record(inputs=["INPUT"], attempts=[AttemptRecord(number=n) for n in range(1, len(attempts) + 1)])


def test_listed_files_are_inputs_and_outputs_of_all_attempts(tmp_path: Path) -> None:
    """An attempt without a manifest wrote nothing; what two attempts wrote is as the second left it."""
    record = record_of(
        tmp_path,
        [Entry("a.nc", 1, 2, 3), Entry("b.nc", 4, 5, 6), Entry("INPUT", 1, 1, 1)],
        [],
        [Entry("b.nc", 7, 8, 9, was=(6, 4, 5)), Entry("c.nc", 1, 2, 4)],
    )
    assert listed_files(tmp_path, record) == {"INPUT": None, "a.nc": (3, 1, 2), "b.nc": (9, 7, 8), "c.nc": (4, 1, 2)}


def test_own_outputs_are_not_what_was_there_before(tmp_path: Path) -> None:
    """The model appended to a user's file, or a user replaced ours and the model wrote to his."""
    record = record_of(
        tmp_path,
        [Entry("notes", 9, 9, 1, was=(1, 2, 3)), Entry("out", 1, 1, 1)],
        [Entry("notes", 10, 10, 1, was=(1, 9, 9)), Entry("out", 3, 3, 2, was=(2, 2, 2))],
    )
    assert own_outputs(tmp_path, record) == {}
