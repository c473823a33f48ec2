"""A workspace as one zip file."""

import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from rompy_core.workspace import zip_workspace
from rompy_hooks import StageError, WorkspaceError


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with a bit of everything."""
    folder = tmp_path / "sims" / "swan-06"
    (folder / ".rompy" / "attempts" / "1").mkdir(parents=True)
    (folder / ".rompy" / "lock").write_text("{}")
    (folder / ".rompy" / "events.jsonl").write_text("{}\n")
    (folder / ".rompy" / "record.json.rompy-tmp-1-2").write_text("half")
    (folder / "INPUT").write_text("input")
    (folder / "swan.exe").write_text("#!/bin/sh\n")
    (folder / "swan.exe").chmod(0o755)
    return folder


def test_zip_workspace_packs_all_but_the_lock(workspace: Path) -> None:
    """The record travels, in a stable order and with modes; lock and half files do not."""
    target = zip_workspace(workspace)
    assert target == workspace.parent / "swan-06.zip"
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == [
            ".rompy/", ".rompy/attempts/", ".rompy/attempts/1/", ".rompy/events.jsonl", "INPUT", "swan.exe",
        ]  # fmt: skip
        assert archive.read("INPUT") == b"input"
        assert stat.S_IMODE(archive.getinfo("swan.exe").external_attr >> 16) == 0o755
    assert sorted(path.name for path in workspace.parent.iterdir()) == ["swan-06", "swan-06.zip"]


def test_zip_workspace_never_holds_itself(workspace: Path) -> None:
    """A target inside the workspace is left out of itself."""
    target = zip_workspace(workspace, workspace / "all.zip")
    with zipfile.ZipFile(target) as archive:
        assert not [name for name in archive.namelist() if "zip" in name]


def test_zip_workspace_follows_no_symlink(workspace: Path, tmp_path: Path) -> None:
    """Links are packed as links, so that nothing from outside gets in; pipes are left out."""
    (tmp_path / "secret").write_text("sesame")
    (workspace / "grid").symlink_to(tmp_path / "secret")
    (workspace / "up").symlink_to("..")
    os.mkfifo(workspace / "pipe")
    with zipfile.ZipFile(zip_workspace(workspace)) as archive:
        assert archive.read("grid") == str(tmp_path / "secret").encode()
        assert stat.S_ISLNK(archive.getinfo("grid").external_attr >> 16)
        assert "pipe" not in archive.namelist()
        assert not [name for name in archive.namelist() if name.startswith("up/")]


def test_zip_workspace_replaces_nothing(workspace: Path) -> None:
    """A file that is there is somebody's."""
    (workspace.parent / "swan-06.zip").write_text("mine")
    with pytest.raises(WorkspaceError) as caught:
        zip_workspace(workspace)
    assert str(caught.value) == f"{workspace}.zip exists already; move it away or name another file"
    assert (workspace.parent / "swan-06.zip").read_text() == "mine"


def test_zip_workspace_of_nothing_is_an_error(tmp_path: Path) -> None:
    """There is nothing to pack."""
    with pytest.raises(WorkspaceError) as caught:
        zip_workspace(tmp_path / "gone")
    assert str(caught.value) == f"{tmp_path}/gone is no folder, so it cannot be packed"


def test_zip_workspace_packs_files_from_before_1980(workspace: Path) -> None:
    """A zip file knows no earlier times; models from a container often have 1970."""
    os.utime(workspace / "INPUT", (0, 0))
    assert zip_workspace(workspace).exists()


def test_zip_workspace_leaves_nothing_half_on_a_full_disk(workspace: Path) -> None:
    """Upstream defect 33: truncated archives; a file that may not grow stands for a full disk."""
    (workspace / "big.nc").write_bytes(os.urandom(100_000))
    code = f"""
import resource, signal
from pathlib import Path
from rompy_core.workspace import zip_workspace
from rompy_hooks import StageError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    zip_workspace(Path({str(workspace)!r}))
except StageError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{workspace} cannot be packed into {workspace}.zip: File too large\n"
    assert [path.name for path in workspace.parent.iterdir()] == ["swan-06"]


def test_zip_workspace_into_a_missing_folder_is_an_error(workspace: Path, tmp_path: Path) -> None:
    """Its folder has to be there."""
    with pytest.raises(StageError) as caught:
        zip_workspace(workspace, tmp_path / "no" / "a.zip")
    assert str(caught.value) == f"{workspace} cannot be packed into {tmp_path}/no/a.zip: No such file or directory"
