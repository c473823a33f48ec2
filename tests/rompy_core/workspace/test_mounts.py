"""Mounts inside a folder are seen."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rompy_core.workspace import mounts
from rompy_core.workspace.mounts import mounts_below

MOUNTINFO = Path("/proc/self/mountinfo")


@pytest.fixture(params=["kernel", "devices"] if os.geteuid() == 0 else ["list"])
def mounted(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in which ``deep/my disk`` is another file system; who is not root has only a list that says so."""
    target = tmp_path / "base" / "deep" / "my disk"
    target.mkdir(parents=True)
    if request.param == "list":
        (tmp_path / "mountinfo").write_text(
            f"36 35 98:0 / {str(target).replace(' ', chr(92) + '040')} rw - tmpfs none rw\n"
        )
        monkeypatch.setattr(mounts, "_MOUNTINFO", tmp_path / "mountinfo")
        yield tmp_path / "base"
        return
    monkeypatch.setattr(mounts, "_MOUNTINFO", MOUNTINFO if request.param == "kernel" else tmp_path / "none")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(target)], check=True)
    yield tmp_path / "base"
    subprocess.run(["umount", str(target)], check=True)


def test_mounts_below_finds_them(mounted: Path) -> None:
    """By the kernel's list, and by device numbers where there is no such list (macOS)."""
    assert mounts_below(mounted) == ["deep/my disk"]
    assert mounts_below(mounted / "deep") == ["my disk"]
    assert mounts_below(mounted / "deep" / "my disk") == []


def test_mounts_below_of_a_plain_folder_is_nothing(tmp_path: Path) -> None:
    """The folder itself may be anywhere."""
    assert mounts_below(tmp_path) == []
    assert "proc" in mounts_below(Path("/"))
