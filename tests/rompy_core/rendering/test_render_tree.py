"""Rendering of whole trees: what is written, with which bytes, names and modes."""

import os
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from rompy_core.rendering import render_tree
from rompy_hooks import StageError

CONTEXT: Mapping[str, Any] = {
    "config": {"friction": 0.03, "items": ["a", "b"], "name": "beach"},
    "runtime": {"run_id": "x"},
}


def tree(folder: Path, **files: str | bytes) -> Path:
    """A template of files by name."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def test_render_tree_renders_contents_and_names(tmp_path: Path) -> None:
    """Both are templates, and the paths that come back are sorted and relative."""
    template = tree(
        tmp_path / "t",
        **{"{{ config.name }}.toml": "n = {{ config.friction }}\n", "b/{{ runtime.run_id }}/c": "{{ 1 + 1 }}"},
    )
    assert render_tree(template, tmp_path / "out", CONTEXT) == (Path("b/x/c"), Path("beach.toml"))
    assert (tmp_path / "out/beach.toml").read_text() == "n = 0.03\n"
    assert (tmp_path / "out/b/x/c").read_text() == "2"


def test_render_tree_takes_a_single_file(tmp_path: Path) -> None:
    """A file alone is staged under its own name, and its name may be a template, too."""
    tree(tmp_path, **{"{{ config.name }}.swn": "{{ config.friction }}"})
    assert render_tree(tmp_path / "{{ config.name }}.swn", tmp_path / "new/out", CONTEXT) == (Path("beach.swn"),)
    assert (tmp_path / "new/out/beach.swn").read_text() == "0.03"


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe{{ config.nothing }}", b"no marks\r\nat \x00all", "naïve\ufeff".encode()],
    ids=["empty", "no UTF-8", "no marks", "not ASCII"],
)
def test_render_tree_copies_what_is_no_template(tmp_path: Path, content: bytes) -> None:
    """Empty files, files that are not UTF-8 and those without a mark of Jinja2 keep each byte."""
    render_tree(tree(tmp_path / "t", file=content), tmp_path / "out", CONTEXT)
    assert (tmp_path / "out/file").read_bytes() == content


@pytest.mark.parametrize(
    ("source", "written"),
    [
        (b"a {{ 1 }}\r\nb\r\n", b"a 1\r\nb\r\n"),
        (b"a {{ 1 }}\nb\n\n", b"a 1\nb\n\n"),
        ("ß {{ 1 }}".encode(), "ß 1".encode()),
        (b"{{ config.items }}", b"['a', 'b']"),
        (b"{{ config['items'] | length }}", b"2"),
        (b"{% for key, value in config.get('none', {'k': 1}).items() %}{{ key }}={{ value }}{% endfor %}", b"k=1"),
        (b"{{ config.nothing is defined }} {{ config.nothing | default(7) }}", b"False 7"),
        (b"{% raw %}{{ kept }}{% endraw %}", b"{{ kept }}"),
    ],
)
def test_render_tree_renders_text(tmp_path: Path, source: bytes, written: bytes) -> None:
    """Line ends stay as they are, keys win over methods, and an unknown name may be asked about."""
    render_tree(tree(tmp_path / "t", file=source), tmp_path / "out", CONTEXT)
    assert (tmp_path / "out/file").read_bytes() == written


@pytest.mark.parametrize("glob", ["*.tex", "doc", "doc/*.tex", "**/a.tex", "doc/?.tex", "[!x]*", "doc/[a-c].tex"])
def test_render_tree_leaves_raw_files_as_they_are(tmp_path: Path, glob: str) -> None:
    """A glob names files or whole folders; names are rendered all the same."""
    template = tree(tmp_path / "t", **{"doc/a.tex": "{{ not.ours }}", "xyz": "{{ config.name }}"})
    render_tree(template, tmp_path / "out", CONTEXT, raw=[glob])
    assert (tmp_path / "out/doc/a.tex").read_text() == "{{ not.ours }}"
    assert (tmp_path / "out/xyz").read_text() == "beach"


def test_render_tree_renders_names_of_raw_files(tmp_path: Path) -> None:
    """``raw`` is about contents."""
    template = tree(tmp_path / "t", **{"{{ config.name }}.bin": "{{"})
    assert render_tree(template, tmp_path / "out", CONTEXT, raw=["*.bin"]) == (Path("beach.bin"),)


def test_render_tree_keeps_modes(tmp_path: Path) -> None:
    """What was executable is executable; what nobody could write, its owner can now."""
    template = tree(tmp_path / "t", **{"run.sh": "echo {{ config.name }}", "read_only": "x", "plain": "x"})
    for name, mode in (("run.sh", 0o755), ("read_only", 0o444), ("plain", 0o644)):
        (template / name).chmod(mode)
    render_tree(template, tmp_path / "out", CONTEXT)
    modes = {path.name: path.stat().st_mode & 0o700 for path in (tmp_path / "out").iterdir()}
    assert modes == {"run.sh": 0o700, "read_only": 0o600, "plain": 0o600}


def test_render_tree_makes_empty_folders(tmp_path: Path) -> None:
    """Some models want their output folder to be there; it is not listed among the files."""
    (tmp_path / "t/{{ config.name }}/OUTPUT").mkdir(parents=True)
    assert render_tree(tmp_path / "t", tmp_path / "out", CONTEXT) == ()
    assert (tmp_path / "out/beach/OUTPUT").is_dir()


def test_render_tree_copies_links_as_links(tmp_path: Path) -> None:
    """A link that stays inside the tree points to the same place in the workspace."""
    template = tree(tmp_path / "t", **{"data/grid": "{{ config.name }}"})
    (template / "latest").symlink_to("data/grid")
    for _ in range(2):
        assert render_tree(template, tmp_path / "out", CONTEXT) == (Path("data/grid"), Path("latest"))
    assert (tmp_path / "out/latest").readlink() == Path("data/grid")
    assert (tmp_path / "out/latest").read_text() == "beach"


def test_render_tree_copies_large_files_without_reading_them_whole(tmp_path: Path) -> None:
    """A large file without marks is copied piece by piece; one with a mark at its end is rendered."""
    template = tree(tmp_path / "t", plain=b"x" * (3 << 20), marked=b"x" * (3 << 20) + b"{{ config.name }}")
    render_tree(template, tmp_path / "out", CONTEXT)
    assert (tmp_path / "out/plain").read_bytes() == b"x" * (3 << 20)
    assert (tmp_path / "out/marked").read_bytes().endswith(b"xbeach")


def test_render_tree_twice_gives_the_same_files(tmp_path: Path) -> None:
    """Nothing is kept from one rendering to the next, not even what an imported template set."""
    template = tree(
        tmp_path / "t",
        a="{% import 'counter' as c %}{{ c.next() }}{{ c.next() }}",
        counter="{% set n = namespace(i=0) %}{% macro next() %}{% set n.i = n.i + 1 %}{{ n.i }}{% endmacro %}",
    )
    for _ in range(2):
        render_tree(template, tmp_path / "out", CONTEXT)
        assert (tmp_path / "out/a").read_text() == "12"


def test_render_tree_sees_a_changed_template(tmp_path: Path) -> None:
    """Compiled templates are kept by their text: no clock decides whether one is new."""
    template = tree(tmp_path / "t", a="{% include 'b' %}{{ 1 }}", b="{{ 'old' }}")
    render_tree(template, tmp_path / "out", CONTEXT)
    status = (template / "b").stat()
    tree(template, b="{{ 'new' }}")
    os.utime(template / "b", ns=(status.st_atime_ns, status.st_mtime_ns))
    render_tree(template, tmp_path / "out", CONTEXT)
    assert (tmp_path / "out/a").read_text() == "new1"


def test_render_tree_replaces_files_and_never_writes_through_them(tmp_path: Path) -> None:
    """A file that is a hard link to another, or a link, is replaced; what it was linked to stays."""
    template = tree(tmp_path / "t", hard="{{ 1 }}", soft="{{ 2 }}")
    tree(tmp_path, precious="precious")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/hard").hardlink_to(tmp_path / "precious")
    (tmp_path / "out/soft").symlink_to(tmp_path / "precious")
    render_tree(template, tmp_path / "out", CONTEXT)
    assert (tmp_path / "precious").read_text() == "precious"
    assert [(tmp_path / "out" / name).read_text() for name in ("hard", "soft")] == ["1", "2"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["hard", "soft"]


def test_render_tree_refuses_to_write_through_a_linked_folder(tmp_path: Path) -> None:
    """A link where a folder is needed could lead out of the workspace."""
    template = tree(tmp_path / "t", **{"sub/a": "1"})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out/sub").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StageError) as caught:
        render_tree(template, tmp_path / "out", CONTEXT)
    assert str(caught.value) == f"{tmp_path}/out/sub: a folder is needed here, but there is a file or link; remove it"
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_render_tree_removes_the_file_that_a_full_disk_cut_off(tmp_path: Path) -> None:
    """Defect 33: a file that could not be written whole is not left behind as an input."""
    tree(tmp_path / "t", big=b"{{ 1 }}" + b"x" * 200_000)
    script = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "from pathlib import Path; from rompy_core.rendering import render_tree\n"
        "try: render_tree(Path('t'), Path('out'), {})\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    ended = run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(Path.cwd())},
    )
    assert (ended.stdout, ended.stderr) == ("StageError out/big: cannot be written: File too large\n", "")
    assert list((tmp_path / "out").iterdir()) == []


def test_render_tree_writes_nothing_when_a_template_is_wrong(tmp_path: Path) -> None:
    """Everything is rendered before the first file is written."""
    template = tree(tmp_path / "t", a="{{ 1 }}", z="{{ nothing }}")
    with pytest.raises(ValueError, match="nothing"):
        render_tree(template, tmp_path / "out", CONTEXT)
    assert not (tmp_path / "out").exists()


def test_render_tree_in_threads_at_once(tmp_path: Path) -> None:
    """Templates are compiled once for all, and each rendering has its own context."""
    template = tree(tmp_path / "t", a="{% include 'b' %}{{ config.number }}", b="{% set n = config.number %}{{ n }}-")
    with ThreadPoolExecutor(8) as pool:
        for number in range(40):
            pool.submit(render_tree, template, tmp_path / str(number), {"config": {"number": number}})
    assert [(tmp_path / str(number) / "a").read_text() for number in range(40)] == [f"{n}-{n}" for n in range(40)]


def test_importing_rendering_does_not_import_jinja2() -> None:
    """It costs 71 ms, and only a rendering needs it."""
    script = "import rompy_core.rendering, sys; print('jinja2' in sys.modules)"
    ended = run([sys.executable, "-c", script], capture_output=True, text=True, env={"PYTHONPATH": str(Path.cwd())})
    assert (ended.stdout, ended.stderr) == ("False\n", "")
