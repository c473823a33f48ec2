"""What is wrong with a template is told with file, line, what was asked for and what there is."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rompy_core.rendering import render_tree
from rompy_hooks import TemplateError

CONTEXT: dict[str, Any] = {
    "config": {"mesh_size": 100, "grid": {"nx": 3}, "points": [1, 2]},
    "runtime": SimpleNamespace(run_id="x", period=None),
}


def fault(folder: Path, **files: str) -> str:
    """The error of rendering a template of these files, told from inside ``folder``."""
    for name, content in files.items():
        (folder / "template").mkdir(exist_ok=True)
        (folder / "template" / name).write_text(content)
    with pytest.raises(TemplateError) as caught:
        render_tree(folder / "template", folder / "out", CONTEXT)
    assert not (folder / "out").exists()
    return str(caught.value).replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("\n\n{{ mesh_sise }}", "3: 'mesh_sise' is undefined. Known: config, runtime"),
        ("{{ mesh_size }}", "1: 'mesh_size' is undefined. Did you mean 'config.mesh_size'? Known: config, runtime"),
        ("{{ cnofig.x }}", "1: 'cnofig' is undefined. Did you mean 'config'? Known: config, runtime"),
        (
            "{% set width = 2 %}\n{{ widht }}",
            "2: 'widht' is undefined. Did you mean 'width'? Known: config, runtime, width",
        ),
        (
            "a\n{{ config.mesh_sise }}",
            "2: 'config.mesh_sise' is undefined. Did you mean 'mesh_size'? config has: grid, mesh_size, points",
        ),
        ("{{ config.grid.ny }}", "1: 'config.grid.ny' is undefined. config.grid has: nx"),
        ("{{ config['grid'].zz }}", "1: \"config['grid'].zz\" is undefined. config['grid'] has: nx"),
        ("{{ config['zz'] + 1 }}", "1: 'config.zz' is undefined. config has: grid, mesh_size, points"),
        ("{{ config.points[5] }}", "1: 5 is undefined. config.points has: 2 parts"),
        ("{{ (config | attr('zz')) }}", "1: 'zz' is undefined. The dict has: grid, mesh_size, points"),
        ("{% for i in config.zz %}{% endfor %}", "1: 'config.zz' is undefined. config has: grid, mesh_size, points"),
        ("{% if config.zz %}{% endif %}", "1: 'config.zz' is undefined. config has: grid, mesh_size, points"),
        ("{{ config.zz | upper }}", "1: 'config.zz' is undefined. config has: grid, mesh_size, points"),
        ("{{ runtime.run }}", "1: 'runtime.run' is undefined. Did you mean 'run_id'? runtime has: period, run_id"),
        (
            "{{ config.zz.deep }}",
            "1: 'config.zz' is undefined. config has: grid, mesh_size, points",
        ),
        ("{{ config.items }}", "1: 'items' is a function, not a value; call it: items()"),
        ("{{ 1 / 0 }}", "1: ZeroDivisionError: division by zero"),
        (
            "\n{% for i in x %}",
            (
                "2: Unexpected end of template. Jinja was looking for the following tags: 'endfor' or 'else'. "
                "The innermost block that needs to be closed is 'for'"
            ),
        ),
        ("{{ 1 | uper }}", "1: No filter named 'uper'. Did you mean 'upper'?"),
        ("{{ 1 is definde }}", "1: No test named 'definde'. Did you mean 'defined'?"),
        ("{{ ", "1: unexpected 'end of template'"),
        (
            "\n{% include 'nothing.txt' %}",
            "2: includes 'nothing.txt', which is no text file inside the template's folder",
        ),
        ("{% include '../secret' %}", "1: includes '../secret', which is no text file inside the template's folder"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "1: a macro or an include calls itself without end"),
        ("{% include 'file' %}", "1: a macro or an include calls itself without end"),
        ("{{ ''.join([1]) }}", "1: TypeError: sequence item 0: expected str instance, int found"),
    ],
)
def test_render_tree_tells_what_is_wrong(tmp_path: Path, source: str, message: str) -> None:
    """One line: where, what, and what would do."""
    (tmp_path / "secret").write_text("secret")
    assert fault(tmp_path, file=source) == f"template/file:{message}"


def test_render_tree_tells_the_line_of_an_included_file(tmp_path: Path) -> None:
    """The innermost template is the one to mend."""
    told = fault(tmp_path, a="\n{% include 'b' %}", b="\n\n\n{{ zz }}")
    assert told.splitlines() == ["template/b:4: 'zz' is undefined. Known: config, runtime"] * 2


def test_render_tree_tells_the_line_of_a_syntax_error_in_an_included_file(tmp_path: Path) -> None:
    """Here, too, the file is named that is wrong."""
    told = fault(tmp_path, a="{% import 'b' as b %}", b="\n{{ }}")
    assert set(told.splitlines()) == {"template/b:2: Expected an expression, got 'end of print statement'"}


def test_render_tree_tells_all_faults_together(tmp_path: Path) -> None:
    """One of each file, and those of names."""
    told = fault(tmp_path, **{"a": "{{ x }}", "b": "{% if %}", "{{ zz }}.txt": "", "d": "fine"})
    assert told.splitlines() == [
        "template/a:1: 'x' is undefined. Known: config, runtime",
        "template/b:1: Expected an expression, got 'end of statement block'",
        "template/{{ zz }}.txt: its name: 'zz' is undefined. Known: config, runtime",
    ]


def test_render_tree_tells_paths_as_people_write_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative to the working directory where the template is inside it."""
    (tmp_path / "t").write_text("{{ x }}")
    monkeypatch.chdir(tmp_path)
    for template in (Path("t"), tmp_path / "t"):
        with pytest.raises(TemplateError) as caught:
            render_tree(template, tmp_path / "out", CONTEXT)
        assert str(caught.value) == "t:1: 'x' is undefined. Known: config, runtime"


def test_render_tree_names_the_nearest_template(tmp_path: Path) -> None:
    """A template that is not there, with the name that is most like it."""
    (tmp_path / "template").mkdir()
    with pytest.raises(TemplateError) as caught:
        render_tree(tmp_path / "templtae", tmp_path / "out", CONTEXT)
    assert str(caught.value) == f"{tmp_path}/templtae: no such directory or file. Did you mean '{tmp_path}/template'?"


def test_render_tree_refuses_a_template_that_is_no_file(tmp_path: Path) -> None:
    """A named pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TemplateError, match=r"pipe: is neither a file nor a directory, so it cannot be a template$"):
        render_tree(tmp_path / "pipe", tmp_path / "out", CONTEXT)
    (tmp_path / "t").mkdir()
    os.mkfifo(tmp_path / "t/pipe")
    with pytest.raises(
        TemplateError, match=r"t/pipe: is neither a file, a directory nor a link, so it cannot be staged$"
    ):
        render_tree(tmp_path / "t", tmp_path / "out", CONTEXT)


@pytest.mark.parametrize(
    "text", ["/etc/passwd", "../outside", "sub/../../outside", "deep/up/../../../outside", "around"]
)
def test_render_tree_refuses_links_that_leave_the_template(tmp_path: Path, text: str) -> None:
    """By their text, and through another link."""
    (tmp_path / "t/a/b/c").mkdir(parents=True)
    (tmp_path / "t/deep").mkdir()
    (tmp_path / "t/deep/up").symlink_to("..")
    (tmp_path / "outside").write_text("secret")
    if text == "around":
        (tmp_path / "t/a/b/c/top").symlink_to("../../..")
        text = "a/b/c/top/../../outside"
    (tmp_path / "t/link").symlink_to(text)
    with pytest.raises(TemplateError) as caught:
        render_tree(tmp_path / "t", tmp_path / "out", CONTEXT)
    assert str(caught.value) == (
        f"{tmp_path}/t/link: is a link to {text!r}, which leaves the template; "
        "put the file itself there, or name it in 'data' with link: symlink"
    )


def test_render_tree_refuses_a_workspace_inside_the_template(tmp_path: Path) -> None:
    """The next run would take this one's outputs for templates."""
    (tmp_path / "a").write_text("a")
    with pytest.raises(TemplateError) as caught:
        render_tree(tmp_path, tmp_path / "sims/x", CONTEXT)
    assert str(caught.value) == (
        f"{tmp_path}: the workspace {tmp_path}/sims/x is inside this template; give the template a folder of its own"
    )
