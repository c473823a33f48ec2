"""Paths: beside the file that names them, or inside the workspace."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rompy_core.data_files import SourceLocation
from rompy_core.structuring import structure
from rompy_core.structuring.origin import Key
from rompy_hooks import WorkspacePath


class Includes:
    """An origin whose ``grid`` comes from a file in another folder."""

    def position(self, key: Key, /) -> tuple[Path, int]:
        """One line for all."""
        return Path("run.yml"), len(key)

    def directory(self, key: Key, /) -> Path:
        """The folder of the file that a key stands in."""
        return Path("/included") if key[:1] == ("grid",) else Path("/cases")


def test_path_belongs_to_the_folder_of_the_file_that_names_it() -> None:
    """A relative path is made absolute against its own file's folder; an absolute one stays."""
    data = {"grid": {"depth": "bed.grd"}, "wind": {"file": "../wind.nc", "other": Path("/data/x.nc")}}
    assert structure(dict[str, dict[str, Path]], data, origin=Includes()) == {
        "grid": {"depth": Path("/included/bed.grd")},
        "wind": {"file": Path("/cases/../wind.nc"), "other": Path("/data/x.nc")},
    }


def test_path_from_python_belongs_to_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file the working directory of the moment counts, and ``~`` is the home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ada")
    assert structure(Path, "a.nc") == tmp_path / "a.nc"
    assert structure(Path, Path("b.nc")) == tmp_path / "b.nc"
    assert structure(Path, "~/c.nc") == Path("/home/ada/c.nc")


def test_path_of_a_working_directory_that_is_gone_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults: Callable[..., list[str]]
) -> None:
    """Somebody removed the working directory: that is told, not raised as it comes."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert faults(Path, "a.nc") == ["cannot be made absolute: [Errno 2] No such file or directory"]


def test_workspace_path_stays_relative() -> None:
    """A path inside the workspace is never joined to a folder."""
    assert structure(WorkspacePath, "input/a.nc", origin=Includes()) == Path("input/a.nc")
    assert structure(WorkspacePath, Path("a.nc")) == Path("a.nc")


def test_source_location_is_a_url_or_a_path_beside_the_file() -> None:
    """A URL stays what it is; a path belongs to the folder of the file, as any other."""
    data = {"grid": "bed.grd", "wind": "https://example.org/w.nc", "wave": "simplecache::s3://bucket/wave.nc"}
    assert structure(dict[str, SourceLocation], data, origin=Includes()) == {
        "grid": "/included/bed.grd",
        "wind": "https://example.org/w.nc",
        "wave": "simplecache::s3://bucket/wave.nc",
    }
    assert structure(SourceLocation, Path("/a.nc")) == "/a.nc"


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        (Path, 3, "must be a path, got 3"),
        (Path, "", "must be a path, got '' (text)"),
        (Path, "a\0b", "must not hold a NUL byte"),
        (Path, "~nobody-of-that-name/x", "cannot be made absolute: Could not determine home directory."),
        (SourceLocation, "", "must be a path or a URL, got '' (text)"),
        (SourceLocation, 3, "must be a path or a URL, got 3"),
        (SourceLocation, "a\0b", "must not hold a NUL byte"),
        (WorkspacePath, "", "must be a path relative to the workspace, got '' (text)"),
        (WorkspacePath, "/etc", "must be relative to the workspace and stay inside it, got '/etc' (text)"),
        (WorkspacePath, "a/../../b", "must be relative to the workspace and stay inside it, got 'a/../../b' (text)"),
        (WorkspacePath, "a\0b", "must not hold a NUL byte"),
    ],
)
def test_path_that_nobody_could_mean_is_refused(
    kind: Any, data: object, message: str, faults: Callable[..., list[str]]
) -> None:
    """Empty ones, NUL bytes, unknown homes, and those that leave the workspace."""
    assert faults(kind, data, key=("file",)) == [f"file: {message}"]
