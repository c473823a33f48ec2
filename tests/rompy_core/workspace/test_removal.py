"""Deletion keeps its rules: nothing outside goes, whatever the tree looks like."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rompy_core.workspace import RECORD_DIR, WorkspaceLock, clear_workspace, create_record_dir, mounts, take_snapshot
from rompy_hooks import WorkspaceError


class Place:
    """A workspace that is marked and locked."""

    def __init__(self, output_dir: Path, run_id: str = "swan-06", subdir: bool = True) -> None:
        self.output_dir, self.run_id, self.subdir = output_dir, run_id, subdir
        self.workspace = output_dir / run_id if subdir else output_dir
        os.close(create_record_dir(self.workspace, b'{"run_id":"%s"}\n' % run_id.encode()))
        self.lock = WorkspaceLock.acquire(self.workspace / RECORD_DIR, run_id=run_id)

    def clear(self, **changed: Any) -> None:
        """Empty it, with other arguments where given."""
        given = {
            "output_dir": self.output_dir,
            "run_id": self.run_id,
            "run_id_subdir": self.subdir,
            "lock": self.lock,
            **changed,
        }
        clear_workspace(given.pop("workspace", self.workspace), **given)

    def names(self) -> list[str]:
        """What is in the workspace."""
        return sorted(path.name for path in self.workspace.iterdir())


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A workspace of its own."""
    place = Place(tmp_path / "sims")
    yield place
    place.lock.release()


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Place]:
    """A workspace that is output_dir itself."""
    place = Place(tmp_path / "sims", subdir=False)
    yield place
    place.lock.release()


def test_clear_workspace_leaves_the_record(place: Place) -> None:
    """Upstream defect 3 and the rule of DESIGN: ``.rompy`` of what failed is kept."""
    (place.workspace / "OUTPUT" / "deep").mkdir(parents=True)
    (place.workspace / "OUTPUT" / "deep" / "a.nc").write_text("x")
    (place.workspace / "INPUT").write_text("x")
    os.mkfifo(place.workspace / "pipe")
    place.clear()
    assert place.names() == [RECORD_DIR]
    assert (place.workspace / RECORD_DIR / "events.jsonl").exists()


def test_clear_workspace_unlinks_symlinks(place: Place, tmp_path: Path) -> None:
    """What a link leads to is elsewhere and stays."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "grid.nc").write_text("precious")
    (place.workspace / "deep").mkdir()
    for name in ("folder", "deep/folder"):
        (place.workspace / name).symlink_to(tmp_path / "data")
    (place.workspace / "file").symlink_to(tmp_path / "data" / "grid.nc")
    place.clear()
    assert place.names() == [RECORD_DIR]
    assert (tmp_path / "data" / "grid.nc").read_text() == "precious"


def test_clear_workspace_refuses_a_symlink(place: Place, tmp_path: Path) -> None:
    """A workspace that was replaced by a link is not emptied."""
    place.workspace.rename(tmp_path / "real")
    place.workspace.symlink_to(tmp_path / "real")
    (tmp_path / "real" / "a.nc").write_text("x")
    with pytest.raises(WorkspaceError) as caught:
        place.clear()
    assert str(caught.value) == (
        f"{place.workspace} is not emptied: it is a symlink to {tmp_path}/real; remove what it leads to by hand"
    )
    assert (tmp_path / "real" / "a.nc").exists()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"run_id": "other"}, "it is not the workspace of run 'other' in {output_dir}"),
        ({"run_id": ".."}, "it is not the workspace of run '..' in {output_dir}"),
        ({"output_dir": Path("/")}, "it is not the workspace of run 'swan-06' in /"),
        ({"run_id_subdir": False}, "it is not the workspace of run 'swan-06' in {output_dir}"),
        ({"lock": WorkspaceLock(-1, Path(".rompy"))}, "it is not locked by this run"),
    ],
)
def test_clear_workspace_refuses_another_place(place: Place, changed: dict[str, Any], why: str) -> None:
    """Upstream defect 1: a run_id of ``../x`` deleted outside the run."""
    (place.workspace / "a.nc").write_text("x")
    with pytest.raises(WorkspaceError) as caught:
        place.clear(**changed)
    assert str(caught.value) == f"{place.workspace} is not emptied: {why.format(output_dir=place.output_dir)}"
    assert (place.workspace / "a.nc").exists()


def test_clear_workspace_refuses_what_is_not_marked(tmp_path: Path) -> None:
    """A folder of the same name that rompy did not make is somebody's data."""
    (tmp_path / "swan-06").mkdir()
    (tmp_path / "swan-06" / "thesis.tex").write_text("x")
    lock = WorkspaceLock(-1, Path(".rompy"))
    with pytest.raises(WorkspaceError) as caught:
        clear_workspace(tmp_path / "swan-06", output_dir=tmp_path, run_id="swan-06", lock=lock)
    assert str(caught.value) == (
        f"{tmp_path}/swan-06 is not emptied: it has no .rompy/ with a journal, so rompy did not make it"
    )
    assert (tmp_path / "swan-06" / "thesis.tex").exists()


def test_clear_workspace_refuses_a_marker_of_another_run(place: Place) -> None:
    """The folder has the name, but the journal tells of another run: it was moved here."""
    (place.workspace / RECORD_DIR / "events.jsonl").write_text('{"run_id":"swan-05"}\n')
    with pytest.raises(WorkspaceError) as caught:
        place.clear()
    assert str(caught.value) == f"{place.workspace} is not emptied: it belongs to run 'swan-05', not to 'swan-06'"


def test_clear_workspace_refuses_with_the_lock_of_another_workspace(place: Place, tmp_path: Path) -> None:
    """Upstream defect 14: a lock that is held elsewhere gives no right here."""
    other = Place(tmp_path / "elsewhere")
    with pytest.raises(WorkspaceError) as caught:
        place.clear(lock=other.lock)
    other.lock.release()
    assert str(caught.value) == f"{place.workspace} is not emptied: it is not locked by this run"


def test_clear_workspace_removes_listed_files_only(shared: Place) -> None:
    """Upstream defect 12: with run_id_subdir false the folder holds others' files too."""
    for name in ("INPUT", "OUTPUT/a.nc", "OUTPUT/deep/b.nc", "notes.txt", "mixed/ours", "mixed/theirs"):
        (shared.workspace / name).parent.mkdir(parents=True, exist_ok=True)
        (shared.workspace / name).write_text(name)
    shared.clear(ours=dict.fromkeys(["INPUT", "OUTPUT/a.nc", "OUTPUT/deep/b.nc", "mixed/ours", "gone", "gone/deep"]))
    assert shared.names() == [RECORD_DIR, "mixed", "notes.txt"]
    assert [path.name for path in (shared.workspace / "mixed").iterdir()] == ["theirs"]


def test_clear_workspace_leaves_listed_files_that_have_changed(shared: Place) -> None:
    """Somebody wrote to one since; the other is as it was left."""
    for name in ("a.nc", "b.nc"):
        (shared.workspace / name).write_text(name)
    listed = take_snapshot(shared.workspace)
    (shared.workspace / "b.nc").write_text("other words")
    shared.clear(ours=listed)
    assert shared.names() == [RECORD_DIR, "b.nc"]


def test_clear_workspace_does_not_leave_by_the_list(shared: Place, tmp_path: Path) -> None:
    """A list that somebody wrote by hand leads nowhere else, nor does a folder that became a link."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.nc").write_text("precious")
    (shared.workspace / "OUTPUT").symlink_to(tmp_path / "data")
    (shared.workspace / "folder").mkdir()
    listed = ["OUTPUT/a.nc", "../data/a.nc", str(tmp_path / "data/a.nc"), ".rompy/lock", "folder", "a\0b", ""]
    shared.clear(ours=dict.fromkeys(listed))
    assert (tmp_path / "data" / "a.nc").exists()
    assert shared.names() == [RECORD_DIR, "OUTPUT", "folder"]
    assert (shared.workspace / RECORD_DIR / "lock").exists()


@pytest.fixture
def mounted(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the workspace where another folder is mounted; who is not root has only a list that says so."""
    target, source = place.workspace / "disk", place.output_dir / "source"
    for folder in (target, source):
        folder.mkdir()
        (folder / "precious").write_text("x")
    if os.geteuid() != 0:
        (source / "mountinfo").write_text(f"36 35 98:0 / {target} rw - ext4 /dev/vda rw\n")
        monkeypatch.setattr(mounts, "_MOUNTINFO", source / "mountinfo")
        yield target
        return
    # On the same file system, so that no device number tells.
    subprocess.run(["mount", "--bind", str(source), str(target)], check=True)
    yield target
    subprocess.run(["umount", str(target)], check=True)


def test_clear_workspace_refuses_mounts_below(place: Place, mounted: Path) -> None:
    """What is mounted is not the workspace's; nothing at all is removed."""
    (place.workspace / "a.nc").write_text("x")
    with pytest.raises(WorkspaceError) as caught:
        place.clear()
    assert str(caught.value) == (
        f"{place.workspace} is not emptied: another file system is mounted below it, at disk; unmount it first"
    )
    assert (mounted / "precious").exists()
    assert (place.workspace / "a.nc").exists()


def test_clear_workspace_refuses_where_another_run_is_below(place: Place) -> None:
    """Its output_dir is in this workspace, and it may be at work; nothing at all is removed."""
    (place.workspace / "a.nc").write_text("x")
    inner = Place(place.workspace / "deep", run_id="b")
    (inner.workspace / "out.nc").write_text("x")
    with pytest.raises(WorkspaceError) as caught:
        place.clear()
    assert str(caught.value) == (
        f"{place.workspace} is not emptied: another run has its workspace in it, {inner.workspace}; "
        "move that away first"
    )
    assert (place.workspace / "a.nc").exists()
    assert (inner.workspace / "out.nc").exists()
    inner.lock.release()


def test_clear_workspace_tells_what_it_cannot_remove(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A root's permissions can hardly be denied, so the system call is what is replaced."""
    (place.workspace / "a.nc").write_text("x")

    def refuse(path: str, *, dir_fd: int) -> None:
        raise PermissionError(1, "Operation not permitted", path)

    monkeypatch.setattr(os, "unlink", refuse)
    with pytest.raises(WorkspaceError) as caught:
        place.clear()
    assert str(caught.value) == f"{place.workspace} cannot be emptied: a.nc: Operation not permitted"


SWAP = """
import os, shutil, sys
folder, link, data = sys.argv[1:]
print("ready", flush=True)
while True:
    try:
        os.symlink(data, link)
        os.rename(link, folder)
        os.unlink(folder)
        os.mkdir(folder)
        open(folder + "/x", "w").close()
        shutil.rmtree(folder)
    except OSError:
        for remove in (os.unlink, os.rmdir):
            for path in (link, folder):
                try:
                    remove(path)
                except OSError:
                    pass
"""


def test_clear_workspace_survives_a_race_of_links(place: Place, tmp_path: Path) -> None:
    """Another process swaps a folder for a link to data again and again while we delete; the data stays."""
    data = tmp_path / "data"
    data.mkdir()
    for number in range(20):
        (data / str(number)).write_text("precious")
    command = [sys.executable, "-c", SWAP, str(place.workspace / "folder"), str(tmp_path / "link"), str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as swapper:
        assert swapper.stdout is not None
        swapper.stdout.readline()
        try:
            for _ in range(300):
                with contextlib.suppress(WorkspaceError):  # what vanished under our hands is told, not followed
                    place.clear()
        finally:
            swapper.kill()
    assert len(list(data.iterdir())) == 20


names = st.sampled_from(["a", "b", "c", ".rompy", "OUT"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
kinds = st.sampled_from(["file", "folder", "link outside", "link up", "link inside"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(st.lists(st.tuples(paths, kinds), max_size=8), st.booleans(), st.lists(paths | st.just("../outside/x")))
def test_clear_workspace_never_deletes_outside(
    tmp_path: Path, tree: list[tuple[str, str]], subdir: bool, ours: list[str]
) -> None:
    """Of any tree with links, only what is inside goes, the record stays, and unlisted files stay where they must."""
    base = tmp_path / str(len(list(tmp_path.iterdir())))
    outside = base / "outside"
    outside.mkdir(parents=True)
    (outside / "x").write_text("precious")
    place = Place(base / "sims", subdir=subdir)
    for path, kind in tree:
        plant(place.workspace / path, kind, outside)
    files = {path for path in place.workspace.rglob("*") if path.is_file() and not path.is_symlink()}
    has_runs = any(
        path.is_dir() and path.relative_to(place.workspace).parts[0] != RECORD_DIR
        for path in place.workspace.rglob(RECORD_DIR)
    )
    with place.lock, pytest.raises(WorkspaceError) if subdir and has_runs else contextlib.nullcontext():
        place.clear(ours=dict.fromkeys(ours))
    assert (outside / "x").read_text() == "precious"
    assert (place.workspace / RECORD_DIR / "events.jsonl").exists()
    if subdir and has_runs:
        assert all(path.exists() for path in files)
    elif subdir:
        assert place.names() == [RECORD_DIR]
    else:
        listed = {place.workspace / path for path in ours if RECORD_DIR not in path.split("/")}
        assert all(path.exists() for path in files - listed)


def plant(path: Path, kind: str, outside: Path) -> None:
    """Put something into a tree, where its place is free and not behind a link."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if any(parent.is_symlink() for parent in path.parents):
            return
        if kind == "file":
            path.open("x").close()
        elif kind == "folder":
            path.mkdir()
        else:
            path.symlink_to({"link outside": outside, "link up": Path(".."), "link inside": Path("a")}[kind])
    except OSError:
        return
