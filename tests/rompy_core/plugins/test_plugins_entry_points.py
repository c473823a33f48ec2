"""Entry points are found by reading files, as importlib.metadata would find them."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_core.plugins.entry_points import EntryPoint, entry_points

GROUPS = ("rompy", "rompy.run", "rompy.commands")


def install(folder: Path, info: str, text: str, metadata: str = "", file: str = "METADATA") -> None:
    """Write a metadata folder."""
    (folder / info).mkdir(parents=True)
    (folder / info / "entry_points.txt").write_text(text, encoding="utf-8")
    if metadata:
        (folder / info / file).write_text(metadata, encoding="utf-8")


def test_entry_points_are_found_with_name_and_version(tmp_path: Path) -> None:
    """Group, name, value, distribution and version, in the order of the file; other groups are left alone."""
    install(
        tmp_path,
        "rompy_pbs-0.3.1.dist-info",
        "[console_scripts]\npbs = rompy_pbs:main\n\n[rompy]\n# a remark\npbs = rompy_pbs.hooks\n"
        "[rompy.run]\nq=a:B.c [x]\n",
        "Metadata-Version: 2.1\nName: rompy-pbs\nVersion: 0.3.1\n\nName: no header\n",
    )
    assert entry_points(GROUPS, [str(tmp_path)]) == (
        EntryPoint("rompy", "pbs", "rompy_pbs.hooks", "rompy-pbs", "0.3.1"),
        EntryPoint("rompy.run", "q", "a:B.c [x]", "rompy-pbs", "0.3.1"),
    )
    assert entry_points(("rompy.pipeline",), [str(tmp_path)]) == ()


def test_entry_points_of_a_develop_install_are_found(tmp_path: Path) -> None:
    """An egg-info folder in a project that was put on the path tells its version in PKG-INFO."""
    install(tmp_path, "rompy_dev.egg-info", "[rompy]\ndev = dev\n", "Name: rompy-dev\nVersion: 1.2.dev0\n", "PKG-INFO")
    assert entry_points(GROUPS, [str(tmp_path)]) == (EntryPoint("rompy", "dev", "dev", "rompy-dev", "1.2.dev0"),)


def test_entry_points_without_metadata_take_the_name_of_the_folder(tmp_path: Path) -> None:
    """A distribution whose METADATA is gone is still named."""
    install(tmp_path, "rompy_bare-2.0.dist-info", "[rompy]\nbare = bare\n")
    assert entry_points(GROUPS, [str(tmp_path)]) == (EntryPoint("rompy", "bare", "bare", "rompy-bare", "2.0"),)


def test_entry_points_of_a_distribution_that_is_there_twice_count_once(tmp_path: Path) -> None:
    """The first on the path wins, however its name is written."""
    for folder, name in (("first", "Rompy.Twice"), ("second", "rompy-twice")):
        install(tmp_path / folder, "rompy_twice-1.dist-info", f"[rompy]\nt = {folder}\n", f"Name: {name}\nVersion: 1\n")
    found = entry_points(GROUPS, [str(tmp_path / "first"), str(tmp_path / "second")])
    assert [point.value for point in found] == ["first"]


def test_entry_points_pass_over_what_cannot_be_read(tmp_path: Path) -> None:
    """Folders that are gone, files on the path, a folder for a file, bytes that are no UTF-8: nothing is raised."""
    (tmp_path / "archive.zip").write_bytes(b"PK")
    (tmp_path / "odd-1.dist-info" / "entry_points.txt").mkdir(parents=True)
    (tmp_path / "bytes-1.dist-info").mkdir()
    (tmp_path / "bytes-1.dist-info" / "entry_points.txt").write_bytes(b"[rompy]\n\xff = bad\nnoise\n=\ngood = module\n")
    path = [str(tmp_path / "gone"), str(tmp_path / "archive.zip"), str(tmp_path)]
    assert [point.name for point in entry_points(GROUPS, path)][-1] == "good"


def test_entry_points_look_into_the_working_directory_for_an_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty text on the path is the working directory, for Python and for us."""
    install(tmp_path, "here-1.dist-info", "[rompy]\nhere = here\n")
    monkeypatch.chdir(tmp_path)
    assert [point.name for point in entry_points(GROUPS, [""])] == ["here"]


def test_entry_point_loads_objects_and_their_attributes() -> None:
    """A module, an object of it, an attribute of the object."""
    assert EntryPoint("rompy", "a", "pathlib", "", "").load() is sys.modules["pathlib"]
    assert EntryPoint("rompy", "a", "pathlib:Path", "", "").load() is Path
    assert EntryPoint("rompy", "a", "pathlib:Path.cwd [extra]", "", "").load() == Path.cwd


def test_entry_points_import_next_to_nothing() -> None:
    """``rompy --help`` reads them, so neither attrs nor pluggy, re or importlib.metadata may come with them."""
    code = (
        "import sys; before = set(sys.modules); from rompy_core.plugins.entry_points import entry_points;"
        " entry_points(('rompy.commands',)); print(*sorted(set(sys.modules) - before))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"attr", "attrs", "pluggy", "importlib.metadata", "configparser", "inspect", "rompy_hooks"}
    assert heavy.isdisjoint(ran.stdout.split())


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_entry_points_take_any_text(text: str) -> None:
    """Whatever stands in a file, nothing is raised, and names and values have no blanks around them."""
    from rompy_core.plugins.entry_points import _parse

    for group, name, value in _parse(text.splitlines()):
        assert (group, name, value) == (group.strip(), name.strip(), value.strip())


def test_entry_points_are_those_of_importlib_metadata(tmp_path: Path) -> None:
    """The standard library finds the same in the same files."""
    install(tmp_path, "one-1.0.dist-info", "[rompy]\na = m.n:o\nb = p\n\n[other]\nc = d\n", "Name: one\nVersion: 1.0\n")
    install(tmp_path, "two-2.0.dist-info", "[rompy]\n# no\nz=q:r\n", "Name: two\nVersion: 2.0\n")
    theirs = [
        (point.group, point.name, point.value, each.name, each.version)
        for each in importlib.metadata.distributions(path=[str(tmp_path)])
        for point in each.entry_points
        if point.group in GROUPS
    ]
    ours = entry_points(GROUPS, [str(tmp_path)])
    assert sorted(theirs) == sorted((p.group, p.name, p.value, p.distribution, p.version) for p in ours)
