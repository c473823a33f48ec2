"""What a template can reach: data, and nothing else."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from rompy_core.rendering import render_tree, runtime_of
from rompy_hooks import Secret, TemplateError


class Period:
    """The simulated time, as far as a template needs it."""

    start = datetime(2023, 1, 1, 6)


class Run:
    """A model run whose deeds leave a trace."""

    run_id, period, config = "x", Period(), {"a": 1}

    def __init__(self, folder: Path) -> None:
        self.output_dir, self.staging_dir = folder, folder / "x"

    def generate(self) -> None:
        """Write where nobody should."""
        (self.output_dir / "trace").write_text("a template did this")


def told(folder: Path, source: str, config: Any = None) -> str:
    """The error of a template of one file, after its place."""
    (folder / "file").write_text(source)
    context = {"config": config or {"list": [1], "dict": {}}, "runtime": runtime_of(Run(folder)), "path": folder}
    with pytest.raises(TemplateError) as caught:
        render_tree(folder / "file", folder / "out", context)
    assert not (folder / "trace").exists()
    return str(caught.value).removeprefix(f"{folder}/file:1: ")


@pytest.mark.parametrize(
    ("source", "attribute", "kind"),
    [
        ("{{ ''.__class__.__mro__ }}", "__class__", "str"),
        ("{{ ''['__class__'] }}", "__class__", "str"),
        ("{{ '' | attr('__class__') }}", "__class__", "str"),
        ("{{ ['', ''] | map(attribute='__class__') | list }}", "__class__", "str"),
        ("{{ cycler.__init__.__globals__ }}", "__init__", "type"),
        ("{{ config.list.append(2) }}", "append", "list"),
        ("{{ config.dict.update(a=1) }}", "update", "dict"),
        ("{{ config.list.__class__ }}", "__class__", "list"),
        ("{{ path.write_text('x') }}", "write_text", "PosixPath"),
        ("{{ path.joinpath('trace').touch() }}", "touch", "PosixPath"),
        ("{{ path['unlink']() }}", "unlink", "PosixPath"),
        ("{{ (path | attr('read_text'))() }}", "read_text", "PosixPath"),
    ],
)
def test_templates_cannot_reach_what_is_no_data(tmp_path: Path, source: str, attribute: str, kind: str) -> None:
    """Defect 2: neither the interpreter, nor the disk, nor a change of what was handed over."""
    reason = f"access to attribute {attribute!r} of {kind!r} object is unsafe."
    assert told(tmp_path, source) == f"templates may not do this: {reason}"


def test_templates_cannot_reach_the_interpreter_through_format(tmp_path: Path) -> None:
    """``str.format`` reads attributes, too."""
    reason = "access to attribute '__class__' of 'dict' object is unsafe."
    assert told(tmp_path, "{{ '{0.__class__}'.format(config) }}") == f"templates may not do this: {reason}"


@pytest.mark.parametrize("name", ["generate", "run", "pipeline"])
def test_templates_cannot_do_what_a_model_run_can(tmp_path: Path, name: str) -> None:
    """They see the facts of a run."""
    assert told(tmp_path, f"{{{{ runtime.{name}() }}}}").startswith(f"'runtime.{name}' is undefined.")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ 9 ** 9 ** 9 ** 9 ** 9 }}", "templates may not do this: a power of more than 4096 bits is not computed"),
        ("{{ 'x' * 10 ** 11 }}", "templates may not do this: a text or list of more than 10000000 parts is not made"),
        ("{{ 10 ** 11 * [1] }}", "templates may not do this: a text or list of more than 10000000 parts is not made"),
        (
            "{% for i in range(10 ** 9) %}{% endfor %}",
            "OverflowError: Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).",
        ),
        ("{{ lipsum() }}", "'lipsum' is undefined. Known: config, path, runtime"),
        ("{{ [1, 2] | random }}", "No filter named 'random'"),
    ],
)
def test_templates_cannot_go_on_for_ever_or_differ_each_time(tmp_path: Path, source: str, reason: str) -> None:
    """Limits that a file which people write does not reach; no dice."""
    assert told(tmp_path, source) == reason


def test_templates_use_what_is_allowed(tmp_path: Path) -> None:
    """Times, paths, arithmetic and the facts of the run."""
    (tmp_path / "file").write_text(
        "{{ runtime.run_id }} {{ runtime.period.start.strftime('%Y%m%d.%H') }} {{ runtime.staging_dir.name }} "
        "{{ path.name == runtime.output_dir.name }} {{ 2 ** 10 * 3 }} {{ 'ab' * 2 }} {{ config.password }}"
    )
    context = {"config": {"password": Secret("sesame")}, "runtime": runtime_of(Run(tmp_path)), "path": tmp_path}
    render_tree(tmp_path / "file", tmp_path / "out", context)
    assert (tmp_path / "out/file").read_text() == "x 20230101.06 x True 3072 abab ***"


def test_runtime_of_a_runtime_is_itself(tmp_path: Path) -> None:
    """Whoever makes the context first has done it."""
    runtime = runtime_of(Run(tmp_path))
    assert runtime_of(runtime) is runtime


def test_included_files_stay_inside_the_template(tmp_path: Path) -> None:
    """Not through a link that was swapped in either."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "t").mkdir()
    (tmp_path / "t/link").symlink_to("../secret")
    (tmp_path / "t/file").write_text("{% include 'link' %}")
    with pytest.raises(TemplateError, match="includes 'link', which is no text file inside the template's folder"):
        render_tree(tmp_path / "t/file", tmp_path / "out", {})
