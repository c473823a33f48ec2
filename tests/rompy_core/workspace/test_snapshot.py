"""What lies in a workspace, and what has changed in it."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_core.workspace import Entry, changes, take_snapshot
from rompy_core.workspace.snapshot import facts_at


def test_take_snapshot_lists_files_below_but_not_the_record(tmp_path: Path) -> None:
    """``.rompy`` is ours, not the run's."""
    (tmp_path / ".rompy").mkdir()
    (tmp_path / ".rompy" / "lock").touch()
    (tmp_path / "OUTPUT" / "deep").mkdir(parents=True)
    (tmp_path / "OUTPUT" / "deep" / "a.nc").write_bytes(b"12345")
    (tmp_path / "INPUT").write_bytes(b"")
    taken = take_snapshot(tmp_path)
    facts = (tmp_path / "OUTPUT/deep/a.nc").stat()
    assert sorted(taken) == ["INPUT", "OUTPUT/deep/a.nc"]
    assert taken["OUTPUT/deep/a.nc"] == (facts.st_ino, 5, facts.st_mtime_ns)


def test_take_snapshot_leaves_out_workspaces_of_other_runs(tmp_path: Path) -> None:
    """With run_id_subdir false other runs may lie below; their outputs are not ours to list or delete."""
    (tmp_path / "other" / ".rompy").mkdir(parents=True)
    (tmp_path / "other" / "out.nc").write_bytes(b"x")
    (tmp_path / "out.nc").write_bytes(b"x")
    assert sorted(take_snapshot(tmp_path)) == ["out.nc"]


def test_take_snapshot_follows_symlinks_to_files_only(tmp_path: Path) -> None:
    """A model may write through a link to a file; a folder behind a link is elsewhere."""
    workspace = tmp_path / "w"
    workspace.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "big.nc").write_bytes(b"123456789")
    (workspace / "big.nc").symlink_to(tmp_path / "elsewhere" / "big.nc")
    (workspace / "folder").symlink_to(tmp_path / "elsewhere")
    (workspace / "broken").symlink_to("nowhere")
    taken = take_snapshot(workspace)
    assert sorted(taken) == ["big.nc", "broken", "folder"]
    assert taken["big.nc"][1] == 9
    assert taken["folder"][0] == os.lstat(workspace / "folder").st_ino


def test_take_snapshot_of_a_name_that_is_no_text(tmp_path: Path) -> None:
    """Any byte may be in a file name."""
    name = os.fsdecode(b"wave\xff.nc")
    (tmp_path / name).write_bytes(b"x")
    assert sorted(take_snapshot(tmp_path)) == [name]


def test_take_snapshot_of_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    """A workspace that is gone is not an empty one."""
    with pytest.raises(FileNotFoundError):
        take_snapshot(tmp_path / "gone")


def test_changes_are_told_without_a_clock(tmp_path: Path) -> None:
    """Upstream defect 26: a copy of an old file with its old time is new; a file that only lies there is not."""
    (tmp_path / "stale.nc").write_bytes(b"old")
    (tmp_path / "rewritten.nc").write_bytes(b"old")
    before = take_snapshot(tmp_path)
    (tmp_path / "rewritten.nc").write_bytes(b"new.")
    (tmp_path / "copied.nc").write_bytes(b"x")
    os.utime(tmp_path / "copied.nc", ns=(5, 5))
    (tmp_path / "replaced").write_bytes(b"old")
    os.utime(tmp_path / "replaced", ns=(before["stale.nc"][2],) * 2)
    (tmp_path / "replaced").rename(tmp_path / "stale.nc")
    made = changes(before, take_snapshot(tmp_path))
    assert [entry.path for entry in made] == ["copied.nc", "rewritten.nc", "stale.nc"]
    assert made[0] == Entry("copied.nc", 1, 5, (tmp_path / "copied.nc").stat().st_ino)
    assert [entry.was for entry in made] == [None, before["rewritten.nc"], before["stale.nc"]]


def test_facts_at_are_those_of_the_snapshot(tmp_path: Path) -> None:
    """Of files, links to files, and links that lead nowhere or to a folder."""
    (tmp_path / "file").write_bytes(b"123")
    (tmp_path / "folder").mkdir()
    for name, target in (("a", "file"), ("b", "nowhere"), ("c", "folder")):
        (tmp_path / name).symlink_to(target)
    folder = os.open(tmp_path, os.O_RDONLY)
    taken = take_snapshot(tmp_path)
    assert {name: facts_at(name, folder) for name in taken} == taken
    os.close(folder)


facts = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
snapshots = st.dictionaries(st.text("ab/", min_size=1, max_size=3), facts)


@given(snapshots, snapshots)
def test_changes_are_what_differs(
    before: dict[str, tuple[int, int, int]], after: dict[str, tuple[int, int, int]]
) -> None:
    """Applied to what was before, the changes give what is after, for all that is still there."""
    made = changes(before, after)
    assert [entry.path for entry in made] == sorted(path for path in after if before.get(path) != after[path])
    assert changes(after, after) == ()
