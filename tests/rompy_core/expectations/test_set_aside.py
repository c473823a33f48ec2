"""What an earlier attempt left leaves the way of the next."""

from pathlib import Path

import pytest

from rompy_core.expectations import set_aside
from rompy_core.workspace import take_snapshot
from rompy_hooks import Expect

EXPECT = Expect(error_files=("Errfile", "deep/*.err"), logs=("PRINT", "stdout.log"), outputs=("*.nc",))


@pytest.fixture
def attempts(tmp_path: Path) -> Path:
    """The folder of attempts of a workspace in which a model failed."""
    for name in ("Errfile", "deep/a.err", "PRINT", "stdout.log", "out.nc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    for number in "12":
        (tmp_path / ".rompy" / "attempts" / number).mkdir(parents=True)
    (tmp_path / ".rompy" / "attempts" / "1" / "stdout.log").write_text("ours")
    return tmp_path / ".rompy" / "attempts"


def files(folder: Path) -> dict[str, str]:
    """Names and contents below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_set_aside_moves_into_the_attempt_before(attempts: Path, tmp_path: Path) -> None:
    """Error files and logs go, with their folders' names, and replace nothing; outputs stay."""
    moved = ("Errfile", "PRINT", "deep/a.err", "stdout.log")
    assert set_aside(EXPECT, tmp_path, attempts / "2", ours=lambda: take_snapshot(tmp_path)) == (moved, ())
    assert files(attempts / "1") == {
        "Errfile": "Errfile",
        "PRINT": "PRINT",
        "deep/a.err": "deep/a.err",
        "stdout.log": "ours",
        "stdout.log.1": "stdout.log",
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == [".rompy", "deep", "out.nc"]
    assert set_aside(EXPECT, tmp_path, attempts / "2", ours=lambda: take_snapshot(tmp_path)) == ((), ())


def test_set_aside_of_an_attempt_whose_folder_is_gone(attempts: Path, tmp_path: Path) -> None:
    """It goes beside this one's own logs."""
    set_aside(Expect(error_files=("Errfile",)), tmp_path, attempts / "1", ours=lambda: take_snapshot(tmp_path))
    assert files(attempts / "1") == {"earlier/Errfile": "Errfile", "stdout.log": "ours"}


def test_set_aside_leaves_what_no_attempt_made(attempts: Path, tmp_path: Path) -> None:
    """A user's file that was there, and one of ours that somebody has written to since, stay and are told."""
    ours = dict(take_snapshot(tmp_path))
    del ours["Errfile"]
    (tmp_path / "PRINT").write_text("somebody's words")
    expect = Expect(error_files=("Errfile", "deep/*"), logs=("PRINT",))
    assert set_aside(expect, tmp_path, attempts / "2", ours=lambda: ours) == (("deep/a.err",), ("Errfile", "PRINT"))
    assert (tmp_path / "Errfile").read_text() == "Errfile"


def test_set_aside_leaves_inputs(attempts: Path, tmp_path: Path) -> None:
    """A glob may match an input, which the model needs."""
    keep = ["PRINT", "out.nc"]
    answer = set_aside(Expect(logs=("*",)), tmp_path, attempts / "2", ours=lambda: take_snapshot(tmp_path), keep=keep)
    assert answer == (("Errfile", "stdout.log"), ())


def test_set_aside_without_expectations_does_nothing(attempts: Path, tmp_path: Path) -> None:
    """Outputs alone move nothing."""
    before = files(tmp_path)
    assert set_aside(Expect(outputs=("*",)), tmp_path, attempts / "2", ours=dict) == ((), ())
    assert files(tmp_path) == before


def test_set_aside_moves_links_not_what_they_lead_to(attempts: Path, tmp_path: Path) -> None:
    """A log that is a link goes as a link."""
    (tmp_path / "PRINT").unlink()
    (tmp_path / "PRINT").symlink_to(tmp_path / "out.nc")
    set_aside(Expect(logs=("PRINT",)), tmp_path, attempts / "2", ours=lambda: take_snapshot(tmp_path))
    assert (attempts / "1" / "PRINT").is_symlink()
    assert (tmp_path / "out.nc").read_text() == "out.nc"
