"""``!include``."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rompy_core.config_files import Document, read_document
from rompy_core.config_files.text_file import SUFFIXES

Faults = Callable[..., list[str]]
Read = Callable[..., Document]
Write = Callable[..., Path]


def test_include_takes_any_format_at_any_place(read: Read, write: Write) -> None:
    """As a value, a list item, a whole list, a single value, merged, and from folder to folder."""
    write("nx: 1\nny: !include sub/ny.json", "parts/grid.yml")
    write("[10, 20]", "parts/sub/ny.json")
    write("timeout = 3", "parts/local.toml")
    write("- !include step.yml\n- name: b", "parts/steps.yml")
    write("name: a", "parts/step.yml")
    write("just text", "parts/text.yml")
    document = read(
        "grid: !include parts/grid.yml\nbackend:\n  <<: !include parts/local.toml\n  type: local\n"
        "steps: !include parts/steps.yml\nlist:\n  - !include parts/text.yml\n"
    )
    assert document.data == document.written == {
        "grid": {"nx": 1, "ny": [10, 20]},
        "backend": {"type": "local", "timeout": 3},
        "steps": [{"name": "a"}, {"name": "b"}],
        "list": ["just text"],
    }  # fmt: skip


def test_include_can_be_the_whole_document(read: Read, write: Write) -> None:
    """A file that says only where the config is."""
    write("a: 1", "other.yml")
    document = read("!include other.yml")
    assert document.data == {"a": 1}
    assert document.position(("a",)) == (Path("other.yml"), 1)


def test_include_positions_and_folders_are_those_of_the_included_file(read: Read, write: Write, tmp_path: Path) -> None:
    """Relative paths are relative to the file that names them, so each key knows its folder."""
    write("\nnx: 1\nfile: grid.nc", "conf/parts/grid.yml")
    document = read("a: 1\ngrid: !include parts/grid.yml\nlast: 2", "conf/run.yml", overrides=["grid.nx=2"])
    run, grid = Path("conf/run.yml"), Path("conf/parts/grid.yml")
    assert document.position(("grid",)) == (grid, 2)
    assert document.position(("grid", "file")) == (grid, 3)
    assert document.position(("last",)) == (run, 3)
    assert document.directory(("grid", "file")) == tmp_path / "conf/parts"
    assert document.directory(("last",)) == tmp_path / "conf"
    assert document.directory(("grid", "nx")) == tmp_path


def test_include_expands_its_path(read: Read, write: Write, faults: Faults) -> None:
    """With the variables of the config; a fault of the expansion is one of the line."""
    write("x: 1", "north.yml")
    assert read("a: !include ${REGION}.yml", environ={"REGION": "north"}).data == {"a": {"x": 1}}
    assert faults("a: 1\nb: !include ${REGION}.yml") == [
        "run.yml:2: b: the variable REGION is not set. Set it, or write ${REGION:-default}"
    ]


def test_include_that_cannot_be_had_names_the_including_line(faults: Faults, write: Write) -> None:
    """Missing, empty, a folder, another suffix; all are told together."""
    write("", "empty.yml")
    write("a: 1", "grid.yml")
    write("x", "text.txt")
    text = "a: !include gird.yml\nb:\n  - !include empty.yml\nc: !include .\nd: !include text.txt\n"
    assert faults(text + "e: !include grid.yml/x.yml\nf: {<<: !include gird.yml}") == [
        "run.yml:1: a: cannot include 'gird.yml': no such file. Did you mean 'grid.yml'?",
        "run.yml:3: b[0]: cannot include 'empty.yml': the file is empty",
        "run.yml:4: c: cannot include '.': is a folder; name a file in it",
        "run.yml:5: d: cannot include 'text.txt': has the suffix '.txt'; config files are " + SUFFIXES,
        "run.yml:6: e: cannot include 'grid.yml/x.yml': no such file: 'grid.yml' is a file, not a folder",
        "run.yml:7: f.<<: cannot include 'gird.yml': no such file. Did you mean 'grid.yml'?",
    ]


def test_faults_inside_of_an_included_file_name_that_file(faults: Faults, write: Write) -> None:
    """With the key in the whole config; one broken include does not hide the faults of others."""
    write("x: 1\ny: 'b", "broken.yml")
    write("x: 1\nx: ${Y}\nz: ${Z}", "twice.yml")
    write("s = [\n", "open.toml")
    assert faults("a: !include broken.yml\nb: !include twice.yml\nc: !include open.toml\nd: ${D}") == [
        "broken.yml:2: a: the closing quote is missing of the text that begins here",
        "twice.yml:2: b.x: is given twice, first in line 1; keep one of them",
        "twice.yml:3: b.z: the variable Z is not set. Set it, or write ${Z:-default}",
        "open.toml:1: c: is not TOML: invalid value at the end of the file; is a bracket or quote not closed?",
        "run.yml:4: d: the variable D is not set. Set it, or write ${D:-default}",
    ]


def test_include_cycles_are_told_with_their_chain(faults: Faults, write: Write) -> None:
    """Also when links and ``..`` give a file another name."""
    write("b: !include sub/b.yml", "a.yml")
    write("c: !include ../link.yml", "sub/b.yml")
    Path("link.yml").symlink_to("a.yml")
    chain = "run.yml -> a.yml -> sub/b.yml -> sub/../link.yml"
    assert faults("a: !include a.yml\nself: !include run.yml") == [
        f"sub/b.yml:1: a.b.c: cannot include '../link.yml': it includes itself: {chain}",
        "run.yml:2: self: cannot include 'run.yml': it includes itself: run.yml -> run.yml",
    ]


def test_include_chains_are_limited(faults: Faults, write: Write) -> None:
    """Seventeen files in a row are no config."""
    for number in range(20):
        write(f"!include {number + 1}.yml", f"{number}.yml")
    assert faults("!include 0.yml") == [
        "15.yml:1: cannot include '16.yml': more than 16 files include each other in a row",
    ]


def test_number_of_included_files_is_limited(faults: Faults, write: Write) -> None:
    """Ten files that include each other's next ten times would be read 10,000 million times."""
    for number in range(9):
        write("\n".join(f"- !include {number + 1}.yml" for _ in range(10)), f"{number}.yml")
    write("x", "9.yml")
    told = faults("a: !include 0.yml")
    assert told[0].endswith(": cannot include '9.yml': more than 1,000 files are included")


def test_nesting_is_limited_over_all_files(faults: Faults, write: Write) -> None:
    """Two files that are deep by themselves are too deep together."""
    write("[" * 60 + "]" * 60, "deep.yml")
    assert faults("a: " + "[" * 60 + "!include deep.yml" + "]" * 60) == [
        "run.yml:1: mappings and lists are nested deeper than 100 levels"
    ]


def test_include_does_not_depend_on_the_working_directory(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only on the folder of the including file."""
    write("x: 1", "conf/b.yml")
    write("b: !include b.yml", "conf/a.yml")
    monkeypatch.chdir("/")
    document = read_document(tmp_path / "conf/a.yml")
    assert document.data == {"b": {"x": 1}}
    assert document.directory(()) == tmp_path / "conf"


def test_include_of_a_path_that_no_file_can_have_is_a_fault(faults: Faults) -> None:
    """A variable may hold anything; the path is named as it was written."""
    assert faults("a: !include ${X}.yml", environ={"X": "a\0"}) == [
        "run.yml:1: a: cannot include '${X}.yml': no such file: a path can hold neither NUL nor broken characters"
    ]


def test_size_is_limited_over_all_files(faults: Faults, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is small by itself is too much when it comes again and again."""
    monkeypatch.setattr("rompy_core.config_files.include.MAX_BYTES", 200)
    write("x: " + "1" * 60, "b.yml")
    assert faults("a: !include b.yml\nb: !include b.yml\nc: !include b.yml") == [
        "run.yml:3: c: cannot include 'b.yml': is too large; a config, its includes together, may have 64 MB"
    ]
