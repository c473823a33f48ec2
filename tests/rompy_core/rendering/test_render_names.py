"""Rendered names stay inside the workspace, whatever they are rendered to."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_core.rendering import render_tree
from rompy_hooks import RompyError, TemplateError


def rendered(folder: Path, name: str, kind: str = "file") -> tuple[Path, ...]:
    """What a template with one entry, named by a variable, is rendered to."""
    entry = folder / "t/{{ name }}"
    entry.parent.mkdir()
    entry.mkdir() if kind == "folder" else entry.write_text("x")
    if kind == "folder":
        (entry / "leaf").write_text("x")
    return render_tree(folder / "t", folder / "out", {"name": name})


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "which is empty"),
        ("/etc/passwd", "which is absolute"),
        ("..", "which leads out of its folder"),
        ("a/../../b", "which leads out of its folder"),
        ("a//b", "which has an empty part"),
        ("a/", "which has an empty part"),
        (".", "which has an empty part"),
        ("a\0b", "which has control characters"),
        ("a\nb", "which has control characters"),
        ("\ud800", "which has characters that no file name can have"),
        ("ß" * 128, "which has more than 255 bytes"),
    ],
)
def test_render_tree_refuses_names(tmp_path: Path, name: str, why: str, kind: str) -> None:
    """The template is named, what its name becomes, and why that is none."""
    with pytest.raises(TemplateError) as caught:
        rendered(tmp_path, name, kind)
    assert str(caught.value) == f"{tmp_path}/t/{{{{ name }}}}: its name becomes {name!r}, {why}"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", [".rompy", ".Rompy", ".rompy/events.jsonl"])
def test_render_tree_refuses_the_place_of_the_record(tmp_path: Path, name: str) -> None:
    """Rendered or not, nothing is written into ``.rompy``."""
    told = f"{tmp_path}/t/{{{{ name }}}}: its name is {name!r}; .rompy holds the run's record"
    with pytest.raises(TemplateError) as caught:
        rendered(tmp_path, name)
    assert str(caught.value) == told
    (tmp_path / "u/.rompy").mkdir(parents=True)
    with pytest.raises(TemplateError, match=r"its name is '\.rompy'"):
        render_tree(tmp_path / "u", tmp_path / "out", {})


def test_render_tree_allows_the_name_of_the_record_deeper_down(tmp_path: Path) -> None:
    """Only the workspace's own is the record."""
    assert rendered(tmp_path, "a/.rompy") == (Path("a/.rompy"),)


def test_render_tree_refuses_two_templates_of_one_name(tmp_path: Path) -> None:
    """One would replace the other without a word."""
    (tmp_path / "t").mkdir()
    for name in ("a", "{{ 'a' }}"):
        (tmp_path / "t" / name).write_text(name)
    with pytest.raises(TemplateError) as caught:
        render_tree(tmp_path / "t", tmp_path / "out", {})
    assert str(caught.value) == f"{tmp_path}/t/{{{{ 'a' }}}}: its name becomes 'a', and so does that of {tmp_path}/t/a"


def test_render_tree_refuses_a_file_where_a_folder_is_needed(tmp_path: Path) -> None:
    """Neither order of writing would do."""
    (tmp_path / "t").mkdir()
    for name in ("a", "{{ path }}"):
        (tmp_path / "t" / name).write_text(name)
    with pytest.raises(TemplateError) as caught:
        render_tree(tmp_path / "t", tmp_path / "out", {"path": "a/b"})
    assert (
        str(caught.value) == f"{tmp_path}/t/a: its name becomes 'a', which is the folder of {tmp_path}/t/{{{{ path }}}}"
    )


def test_render_tree_puts_folders_of_one_name_together(tmp_path: Path) -> None:
    """Folders are only places."""
    for folder, leaf in (("{{ x }}", "one"), ("sub", "two")):
        (tmp_path / "t" / folder).mkdir(parents=True)
        (tmp_path / "t" / folder / leaf).write_text("")
    assert render_tree(tmp_path / "t", tmp_path / "out", {"x": "sub"}) == (Path("sub/one"), Path("sub/two"))


parts = st.sampled_from(["..", ".", "", "a", "b", ".rompy", "/", "~", "a\0", "..a", "\\", "C:", " ", "{{ name }}", "ß"])
names = st.one_of(st.lists(parts, min_size=1, max_size=4).map("/".join), st.text(max_size=12))


@given(name=names, kind=st.sampled_from(["file", "folder"]))
def test_render_tree_never_writes_outside_its_target(name: str, kind: str) -> None:
    """Whatever a name is rendered to, it is refused by our own error or lands inside, where it was said to."""
    with TemporaryDirectory() as text:
        folder = Path(text)
        try:
            written = rendered(folder, name, kind)
        except RompyError:
            assert not (folder / "out").exists()
        else:
            found = [os.path.relpath(file, folder / "out") for file in (folder / "out").rglob("*") if file.is_file()]
            assert sorted(map(str, written)) == sorted(found)
        assert sorted(path.name for path in folder.iterdir() if path.name != "out") == ["t"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("{{ config.zz }}", "'config.zz' is undefined. config has: a"),
        ("{{ zz }}.txt", "'zz' is undefined. Known: config"),
        ("{% if %}", "Expected an expression, got 'end of statement block'"),
        (
            "{{ config.__class__ }}",
            "templates may not do this: access to attribute '__class__' of 'dict' object is unsafe.",
        ),
    ],
)
def test_render_tree_tells_what_is_wrong_with_a_name(tmp_path: Path, name: str, message: str) -> None:
    """The path is named, and what is in a folder of that name is not told as well."""
    (tmp_path / "t" / name).mkdir(parents=True)
    (tmp_path / "t" / name / "leaf").write_text("")
    with pytest.raises(TemplateError) as caught:
        render_tree(tmp_path / "t", tmp_path / "out", {"config": {"a": 1}})
    assert str(caught.value) == f"{tmp_path}/t/{name}: its name: {message}"
