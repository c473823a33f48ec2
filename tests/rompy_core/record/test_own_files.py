"""The files that a record lists as the run's own."""

from pathlib import Path

from rompy_core.record import AttemptRecord, Record, listed_files
from rompy_core.workspace import Entry, write_manifest


def test_listed_files_are_inputs_and_outputs_of_all_attempts(tmp_path: Path) -> None:
    """An attempt without a manifest wrote nothing; what two attempts wrote is listed once."""
    record = Record(inputs=["INPUT"], attempts=[AttemptRecord(number=number) for number in (1, 2, 3)])
    for number, names in ((1, ["a.nc", "b.nc"]), (3, ["b.nc", "c.nc"])):
        (tmp_path / "attempts" / str(number)).mkdir(parents=True)
        write_manifest(tmp_path / "attempts" / str(number), [Entry(name, 1, 2) for name in names])
    assert listed_files(tmp_path, record) == ("INPUT", "a.nc", "b.nc", "c.nc")
